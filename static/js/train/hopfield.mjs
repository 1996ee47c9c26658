// The page on recall: the server draws all of it; here the arrow keys go through the points of a bitmap.

import { letDrawnPlotsAnswer, letPlotAnswer } from "../charts/drawn-plot.mjs";
import { numeral } from "../core/numeral.mjs";
import { createRequest } from "../core/request.mjs";
import { mountLivePage } from "./live-page.mjs";

const SIDE = 5;
const MOVES = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -SIDE, ArrowDown: SIDE };
const taus = JSON.parse(document.getElementById("data").textContent);

/** One point of each bitmap is reached with the tab key: the one that has the focus, else the first. */
function rove() {
  for (const map of document.querySelectorAll(".map:not(.still)")) {
    const points = [...map.children];
    const here = Math.max(0, points.indexOf(document.activeElement));
    points.forEach((point, i) => (point.tabIndex = i === here ? 0 : -1));
  }
}

document.getElementById("shown").addEventListener("keydown", (event) => {
  const point = event.target.closest(".map a");
  if (!point || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === " ") point.click();
  else if (event.key in MOVES) {
    const points = [...point.parentElement.children];
    const [from, to] = [points.indexOf(point), points.indexOf(point) + MOVES[event.key]];
    const beside = Math.abs(MOVES[event.key]) > 1 || Math.floor(from / SIDE) === Math.floor(to / SIDE);
    if (beside) points[to]?.focus();
    rove();
  } else return;
  event.preventDefault();
});

/** The plots answer; that of the recall, which is measured for a moment, asks for its numbers when it is first looked at. */
function answer() {
  letDrawnPlotsAnswer(document);
  for (const svg of document.querySelectorAll(".places[data-later]")) {
    svg.onpointerenter = svg.onfocus = () => answerMeasured(svg);
  }
}

const ask = createRequest(() => {});

async function answerMeasured(svg) {
  const { later, place, asked } = svg.dataset;
  if (asked !== undefined) return;
  svg.dataset.asked = "";
  const found = await ask(later);
  if (!found || svg.dataset.later !== later) return;
  const data = JSON.parse(place);
  const [top, bottom] = data.span;
  const curves = [found.recalled, found.overlap];
  const heights = curves.map((all) => all.map((share) => bottom - share * (bottom - top)));
  const words = found.load.map((load, i) => `${numeral(load)} patterns a unit: recalled ${numeral(curves[0][i])}, overlap ${numeral(curves[1][i])}`);
  letPlotAnswer(svg, { ...data, heights, words });
}

function show() {
  rove();
  answer();
}

mountLivePage(["shown"], show, (control, form) => {
  if (control.name === "system") form.elements.tau.value = taus[control.value];
});
