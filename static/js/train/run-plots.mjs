// The plots of a run: target and prediction, the loss, the norms of the gradients, and the window of one step.

import { heightForLabels, RunChart, seriesClass } from "./run-chart.mjs";

const OVER_STEPS = ["curves", "losses", "norms"];

/** `part(id)` finds the drawings. */
export class RunPlots {
  #charts = {};

  constructor(part) {
    this.part = part;
  }

  /** Draw a run from now on, with the steps that it has already; `entry` is the entry of its output that is looked at. */
  begin(data, run, entry) {
    Object.assign(this, { data, run, entry });
    this.#charts = this.#made(data.run);
    const across = [data.first, data.first + data.steps];
    this.#charts.curves.reset(across, data.run.classes ? [0, 1] : null);
    this.#charts.losses.reset(across);
    this.#charts.norms.reset(across);
    for (let k = 0; k < run.count; k += 1) this.add(k);
  }

  #made({ target, points, parameters }) {
    for (const id of ["losses", "norms"]) this.part(id).style.minHeight = `${heightForLabels(parameters.length)}px`;
    const names = parameters.map(({ plain }) => plain);
    return {
      curves: new RunChart(this.part("curves"), { series: ["target", "said"], names: [target ? "target" : "", "prediction"], dots: points === 1 }),
      losses: new RunChart(this.part("losses"), { series: ["loss"], log: true }),
      norms: new RunChart(this.part("norms"), { series: names.map((_, i) => seriesClass(i)), names, log: true }),
      window: new RunChart(this.part("window"), { series: ["target", "said"], dots: true }),
    };
  }

  /** Put step k in the plots; window k lies from k to k + 1. */
  add(k) {
    const { curves, losses, norms } = this.#charts;
    const [points, at] = [this.data.run.points, this.run.first + k];
    [this.run.targets, this.run.predictions].forEach((array, i) => {
      this.run.window(array, k, this.entry).forEach((y, t) => curves.add(i, at + (points > 1 ? t / (points - 1) : 0.5), y));
      if (points > 1) curves.add(i, at + 1, NaN);
    });
    losses.add(0, at + 0.5, this.run.losses[k]);
    Object.values(this.run.norms).forEach((one, i) => norms.add(i, at + 0.5, one[k]));
  }

  /** Draw all that goes over the steps, with a line at step k; none where it is null. */
  draw(k) {
    for (const name of OVER_STEPS) {
      this.#charts[name].mark(k === null ? null : this.run.first + k + 0.5);
      this.#charts[name].draw();
    }
  }

  /** Draw the i-th of the plots over the steps alone: a long run draws them in turn. */
  drawOne(i) {
    this.#charts[OVER_STEPS[i]].draw();
  }

  drawWindow(k) {
    const { points, classes } = this.data.run;
    const { window } = this.#charts;
    window.reset(points > 1 ? [1, points] : [0, 2], classes ? [0, 1] : null);
    [this.run.targets, this.run.predictions].forEach((array, i) => this.run.window(array, k, this.entry).forEach((y, t) => window.add(i, t + 1, y)));
    window.draw();
  }
}
