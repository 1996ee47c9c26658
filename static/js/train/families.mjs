// Many curves a family at a time: those whose names begin alike, W_f, W_i and W_o; a button for each family, the others faint.

import { seriesClass } from "../charts/run-chart.mjs";

const FEW = 6;

/**
 * Put a button for each family of `names` in `place`; `choose(strong)` is called with the curves of the one that is pressed.
 * Returns which are chosen at first (null: all, where they are few), how many one family has at most, and the class of each curve.
 */
export function mountFamilies(place, names, choose) {
  const families = familiesOf(names);
  const few = names.length <= FEW;
  const inFamily = names.map((name, i) => families.get(headOf(name)).indexOf(i));
  const most = Math.max(1, ...[...families.values()].map((all) => all.length));
  place.hidden = few;
  if (few) return { strong: null, most: names.length, series: names.map((_, i) => seriesClass(i)) };
  const chosen = [...families].find(([, all]) => all.length === most)[0];
  const buttons = [...families].map(([head, all]) => familyButton(head, all.map((i) => names[i]), head === chosen));
  buttons.forEach((button, at) =>
    button.addEventListener("click", () => {
      buttons.forEach((one) => one.setAttribute("aria-pressed", String(one === button)));
      choose([...families.values()][at]);
    }),
  );
  place.replaceChildren(...buttons);
  return { strong: families.get(chosen), most, series: inFamily.map((i) => seriesClass(i)) };
}

const headOf = (name) => [...name][0];

/** The curves of each family by the letter that their names begin with. */
export function familiesOf(names) {
  const found = new Map();
  names.forEach((name, i) => found.set(headOf(name), [...(found.get(headOf(name)) ?? []), i]));
  return found;
}

function familyButton(head, names, pressed) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: head, title: names.join(", ") });
  button.setAttribute("aria-pressed", String(pressed));
  return button;
}
