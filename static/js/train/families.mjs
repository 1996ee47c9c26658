// Many curves a family at a time: those whose names begin alike, W_f, W_i and W_o; a button for each family, the others faint.

import { seriesClass } from "../charts/run-chart.mjs";

/**
 * Let the buttons in `place`, one for each family of `count` curves, choose: `choose(strong)` is called with the curves of the one that is pressed.
 * Returns which are chosen at first (null: all, where they are few and have no buttons), how many one family has at most, and the class of each curve.
 */
export function mountFamilies(place, count, choose) {
  const buttons = [...place.children];
  if (!buttons.length) return { strong: null, most: count, series: Array.from({ length: count }, (_, i) => seriesClass(i)) };
  const families = buttons.map(({ dataset }) => dataset.curves.split(" ").map(Number));
  const series = [];
  for (const family of families) family.forEach((curve, i) => (series[curve] = seriesClass(i)));
  place.onclick = ({ target }) => {
    const pressed = buttons.indexOf(target);
    if (pressed < 0) return;
    buttons.forEach((one, i) => one.setAttribute("aria-pressed", String(i === pressed)));
    choose(families[pressed]);
  };
  const chosen = buttons.findIndex((one) => one.getAttribute("aria-pressed") === "true");
  return { strong: families[chosen], most: Math.max(...families.map(({ length }) => length)), series };
}
