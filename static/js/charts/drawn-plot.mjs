// A plot that the server drew answers too: over it lie its places, of which one has a line, and a dot on every curve.

import { letAnswer } from "./chart-answers.mjs";

/** What `letAnswer` asks of a chart, of the places over a plot: `xs` in the units of the drawing, `heights` of each curve there. */
class DrawnPlot {
  constructor(svg, { xs, heights }) {
    Object.assign(this, { svg, xs, heights });
    this.line = svg.querySelector(".pointed");
  }

  /** The place nearest to x, counted from 0. */
  indexAt(x) {
    return nearestOf(this.xs, x);
  }

  under({ clientX, clientY }) {
    const { left, top, width } = this.svg.getBoundingClientRect();
    const scale = this.svg.viewBox.baseVal.width / width;
    const i = this.indexAt((clientX - left) * scale);
    return { x: this.xs[i], raised: nearestOf(this.heights.map((all) => all[i] ?? Infinity), (clientY - top) * scale) };
  }

  nearest(x) {
    const i = this.indexAt(x);
    return this.heights.map((all) => (typeof all[i] === "number" ? [this.xs[i], all[i]] : null));
  }

  point(x, raised, spots) {
    const at = x ?? spots.find(Boolean)?.[0] ?? null;
    this.line.toggleAttribute("hidden", at === null);
    for (const name of ["x1", "x2"]) if (at !== null) this.line.setAttribute(name, at);
    this.svg.querySelectorAll(".spot").forEach((spot, i) => {
      spot.toggleAttribute("hidden", !spots[i]);
      if (!spots[i]) return;
      spot.setAttribute("cx", spots[i][0]);
      spot.setAttribute("cy", spots[i][1]);
    });
  }
}

/**
 * Let every drawn plot within an element answer; `here` and `picked` as `letAnswer` takes them, the places counted from 0.
 * Returns what says again what is at the place that is looked at.
 */
export function letDrawnPlotsAnswer(element, options = {}) {
  const all = [...element.querySelectorAll(".places[data-places]")].map((svg) => letPlotAnswer(svg, JSON.parse(svg.dataset.places), options));
  return () => all.forEach((show) => show());
}

/** The same of one plot, with the data of its places. */
export function letPlotAnswer(svg, data, options = {}) {
  const plot = new DrawnPlot(svg, data);
  return letAnswer(plot, { count: () => data.xs.length, x: (i) => data.xs[i], index: (x) => plot.indexAt(x), words: (i) => data.words[i], ...options });
}

/** Which of some numbers is nearest to one. */
function nearestOf(numbers, wanted) {
  return numbers.reduce((best, one, i) => (Math.abs(one - wanted) < Math.abs(numbers[best] - wanted) ? i : best), 0);
}
