// The plots of a run: target and prediction, the loss, the norms of the gradients, and the window of one step.

import { numeral } from "../core/numeral.mjs";
import { watchSides } from "../core/sides.mjs";
import { letAnswer } from "../charts/chart-answers.mjs";
import { mountFamilies } from "./families.mjs";
import { drawLetters, drawLikelihoods, lettersOf, spelled } from "./letters.mjs";
import { heightForLabels, RunChart } from "../charts/run-chart.mjs";
import { stretchLength, stretchWith } from "./stretch.mjs";

/** How far beyond the target a plot reaches, in its height: a prediction that goes further leaves the plot. */
const BEYOND = 0.75;
const LINE = [44, 56, 14];
export const LETTERS = -1;

/** `part(id)` finds the drawings; `picked(k)` is called with the step that a plot leads to. */
export class RunPlots {
  #charts = {};
  #answers = [];
  #stretch = null;
  #heights = [];
  #room;

  constructor(part, picked) {
    Object.assign(this, { part, picked });
    this.#room = watchSides(part("curves").closest("figure"), () => this.run && this.look(this.here, this.grows));
  }

  /** Draw a run from now on, with the steps that it has already; `entry` is the entry of its output that is looked at. */
  begin(data, run, entry) {
    Object.assign(this, { data, run, entry, here: 0 });
    this.#charts = this.#made(data.run);
    this.#stretch = null;
    this.#heights = [0, 1].map(() => [Infinity, -Infinity]);
    const across = [data.first, data.first + data.steps];
    for (const name of ["losses", "norms"]) this.#charts[name].reset(across);
    this.#answers = this.#answering();
    for (const id of ["curves", "window"]) this.part(id).toggleAttribute("hidden", entry === LETTERS || !data.run.size);
    for (const id of ["letters", "likelihoods"]) this.part(id).hidden = entry !== LETTERS;
    const key = this.part("curves").closest("figure").querySelector(".key");
    key.hidden = entry === LETTERS;
    key.querySelector(".target").hidden = !data.run.target;
    for (let k = 0; k < run.count; k += 1) this.add(k);
  }

  #made({ points, parameters }) {
    const names = parameters.map(({ plain }) => plain);
    const families = mountFamilies(this.part("families"), names.length, (strong) => this.#charts.norms.stress(strong));
    for (const id of ["losses", "norms"]) this.part(id).style.minHeight = `${heightForLabels(families.most)}px`;
    const norms = new RunChart(this.part("norms"), { series: families.series, names, log: true, unit: "update" });
    norms.stress(families.strong);
    return {
      curves: new RunChart(this.part("curves"), { series: ["target", "said"], dots: points === 1, unit: "update" }),
      losses: new RunChart(this.part("losses"), { series: ["loss"], log: true, unit: "update" }),
      norms,
      window: new RunChart(this.part("window"), { series: ["target", "said"], dots: true, unit: "t" }),
    };
  }

  /** Let each plot answer; of those over the steps a click leads to a step. */
  #answering() {
    const { first } = this.data;
    const steps = { count: () => this.run.count, x: (k) => first + k + 0.5, index: (x) => Math.floor(x) - first, here: () => this.here, picked: this.picked };
    const names = this.data.run.parameters.map(({ plain }) => plain);
    const { curves, losses, norms, window } = this.#charts;
    const pair = (values) => (this.data.run.target ? `target ${numeral(values[0])}, prediction ${numeral(values[1])}` : `prediction ${numeral(values[1])}`);
    return [
      letAnswer(curves, { ...steps, words: (k, x) => `update ${first + k}${this.entry === LETTERS ? `: ${spelled(this.#letters(k))}` : this.#pointWords(k, x, pair)}`, spots: (k, x) => (this.entry === LETTERS ? [] : this.#pointsOf(k, x)) }),
      letAnswer(losses, { ...steps, words: (k) => `update ${first + k}: ${numeral(this.run.losses[k], 4)}` }),
      letAnswer(norms, { ...steps, words: (k, _, i) => `update ${first + k}${i === null ? "" : `: ${names[i]} ${numeral(this.run.norms[this.data.run.parameters[i].name][k])}`}` }),
      letAnswer(window, { count: () => this.data.run.points, x: (t) => t + 1, index: (x) => Math.round(x) - 1, words: (t, x) => `t = ${t + 1}: ${pair(window.near(x))}` }),
    ];
  }

  /** Which point of window k lies at x, counted from 0, and where it lies. */
  #pointAt(k, x) {
    const last = this.data.run.points - 1;
    const t = Math.max(0, Math.min(last, Math.round((x - this.run.first - k) * last)));
    return [t, this.run.first + k + (last ? t / last : 0.5)];
  }

  /** That point of the target and of the prediction. */
  #pointsOf(k, x) {
    const [t, at] = this.#pointAt(k, x);
    return [this.run.targets, this.run.predictions].map((array) => [at, this.run.window(array, k, this.entry)[t] ?? NaN]);
  }

  #pointWords(k, x, pair) {
    const step = this.data.run.points > 1 ? `, t = ${this.#pointAt(k, x)[0] + 1}` : "";
    return `${step}: ${pair(this.#pointsOf(k, x).map(([, y]) => y))}`;
  }

  /** Put step k in the plots; window k lies from k to k + 1. */
  add(k) {
    const { losses, norms } = this.#charts;
    const at = this.run.first + k;
    losses.add(0, at + 0.5, this.run.losses[k]);
    Object.values(this.run.norms).forEach((one, i) => norms.add(i, at + 0.5, one[k]));
    if (this.entry !== LETTERS) [this.run.targets, this.run.predictions].forEach((array, i) => this.run.widen(this.#heights[i], array, k, this.entry));
    if (this.#stretch && k >= this.#stretch[0] && k < this.#stretch[1]) this.#addWindow(k);
  }

  #addWindow(k) {
    if (this.entry === LETTERS) return;
    const { points } = this.data.run;
    const at = this.run.first + k;
    [this.run.targets, this.run.predictions].forEach((array, i) => {
      this.run.window(array, k, this.entry).forEach((y, t) => this.#charts.curves.add(i, at + (points > 1 ? t / (points - 1) : 0.5), y));
      if (points > 1) this.#charts.curves.add(i, at + 1, NaN);
    });
  }

  /** Draw all that goes over the steps as they are there, and look at step `here`. */
  draw(here, grows = false) {
    this.#focus(here);
    this.#charts.curves.hold(this.data.run.classes ? [0, 1] : heightsInSight(...this.#heights));
    for (const name of this.entry === LETTERS ? ["losses", "norms"] : ["curves", "losses", "norms"]) this.#charts[name].draw();
    this.look(here, grows);
  }

  /** Look at a step; curves that are drawn stay as they are. Where the run is played it `grows` up to there. */
  look(here, grows = false) {
    Object.assign(this, { here, grows });
    if (this.#focus(here) && this.entry !== LETTERS) {
      this.#charts.curves.hold(this.data.run.classes ? [0, 1] : heightsInSight(...this.#heights));
      this.#charts.curves.draw();
    }
    const place = this.run.count ? this.run.first + here + 0.5 : null;
    for (const name of ["losses", "norms"]) this.#charts[name].mark(place, grows);
    this.#charts.curves.mark(place === null ? null : Math.floor(place) + 1);
    for (const line of this.part("letters").children) {
      const step = Number(line.dataset.step) - this.run.first;
      line.classList.toggle("ahead", step > here);
      line.classList.toggle("here", step === here);
    }
    if (this.run.count) this.#drawWindow(here);
    this.#answers.forEach((show) => show());
  }

  /** Where not all of the run is wide enough to be seen, show the stretch that the step is in. True if it is another one. */
  #focus(here) {
    const { run, data } = this;
    const { width, height } = this.#room.now;
    const lines = Math.max(1, Math.floor(width / (data.run.points * LINE[2] + LINE[1]))) * Math.max(1, Math.floor((height - 28) / LINE[0]));
    const length = this.entry === LETTERS ? Math.min(run.steps, lines) : stretchLength(run.steps, data.run.points, width);
    const [from, to] = stretchWith(here, length, run.steps, this.#stretch?.[0]);
    const count = Math.min(run.count, to);
    const same = this.#stretch?.[0] === from && this.#stretch[1] === to;
    if (same && (this.entry !== LETTERS || this.#stretch[2] === count)) return false;
    this.#stretch = [from, to, count];
    this.#tellStretch(length >= run.steps, run.first + from, run.first + Math.min(run.steps, to) - 1);
    if (this.entry === LETTERS) this.#spell(from, count);
    else this.#fill(from, to, count);
    return true;
  }

  /** Say which updates are seen; of those that come one after the other the words have room for the last ones. */
  #tellStretch(whole, from, to) {
    const last = this.run.first + this.run.steps - 1;
    const stretch = this.part("stretch");
    stretch.textContent = whole ? "all windows" : `updates ${from} to ${to}`;
    stretch.dataset.widest = whole ? "" : `updates ${last} to ${last}`;
  }

  #fill(from, to, count) {
    const { first } = this.run;
    this.#charts.curves.reset([first + from, first + to]);
    for (let k = from; k < count; k += 1) this.#addWindow(k);
  }

  #letters(k) {
    const part = (array) => array.subarray(k * this.run.each, (k + 1) * this.run.each);
    return lettersOf(part(this.run.targets), part(this.run.predictions), this.data.run);
  }

  /** Spell the windows from step `from` on, a line each. */
  #spell(from, to) {
    const lines = Array.from({ length: Math.max(0, to - from) }, (_, i) => {
      const letters = this.#letters(from + i);
      const line = Object.assign(document.createElement("button"), { type: "button", className: "line", tabIndex: -1 });
      line.dataset.step = this.run.first + from + i;
      line.setAttribute("aria-label", `update ${line.dataset.step}: ${spelled(letters)}`);
      line.append(Object.assign(document.createElement("span"), { className: "at", textContent: line.dataset.step }), drawLetters(letters));
      return line;
    });
    this.part("letters").style.setProperty("--points", this.data.run.points);
    this.part("letters").replaceChildren(...lines);
  }

  #drawWindow(k) {
    if (this.entry === LETTERS) {
      const part = (array) => array.subarray(k * this.run.each, (k + 1) * this.run.each);
      const drawn = [drawLetters(this.#letters(k)), drawLikelihoods(part(this.run.targets), part(this.run.predictions), this.data.run)];
      this.part("likelihoods").replaceChildren(...drawn.filter(Boolean));
      this.part("likelihoods").setAttribute("aria-label", spelled(this.#letters(k)));
      return;
    }
    const { points, classes } = this.data.run;
    const { window } = this.#charts;
    window.reset(points > 1 ? [1, points] : [0, 2], classes ? [0, 1] : null);
    [this.run.targets, this.run.predictions].forEach((array, i) => this.run.window(array, k, this.entry).forEach((y, t) => window.add(i, t + 1, y)));
    window.draw();
  }
}

/** The heights of a plot: those of the target, and of the prediction as long as it is not far away. */
export function heightsInSight([low, high], [least, most]) {
  if (!(low <= high)) return least <= most ? [least, most] : null;
  const room = BEYOND * (high - low || Math.abs(high) || 1);
  return [Math.max(low - room, Math.min(low, least)), Math.min(high + room, Math.max(high, most))];
}
