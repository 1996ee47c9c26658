// A signal that is drawn with a pointer: numbers step by step, the ones under a stroke as high as the pointer goes.

import { RunChart } from "./run-chart.mjs";

/** How high the axis reaches at the least. */
const REACH = [-1.5, 1.5];

/** A drawn value, no finer than a hand draws. */
export const hundredths = (value) => Number(value.toFixed(2));

/** A cell of a table whose decimals come after a comma, as in German; a whole number is one too. */
const COMMA = /^[-+]?\d+(,\d+)?$/;

/**
 * The numbers in a text, with commas or blanks between them, or semicolons; null where something else stands there. Where
 * blanks or semicolons part them all, a comma within one is its decimal point: so columns are pasted out of a table.
 */
export function numbersIn(text) {
  const plain = text.trim().replaceAll("−", "-");
  const cells = plain.split(/[\s;]+/);
  const decimal = cells.length > 1 && cells.every((cell) => COMMA.test(cell));
  const words = decimal ? cells.map((cell) => cell.replace(",", ".")) : plain.split(/[\s,;]+/);
  const numbers = words.map(Number);
  return words[0] && numbers.every(Number.isFinite) ? numbers : null;
}

/** What a stroke sets as it goes on: [step, number] for the step it has come to, and for those that it ran past. */
export function strokeTo([from, level], [to, height]) {
  const far = Math.abs(to - from);
  const way = Math.sign(to - from);
  return Array.from({ length: far + 1 }, (_, i) => [from + way * i, hundredths(far ? level + ((height - level) * i) / far : height)]);
}

/**
 * A drawing in `svg` on which one draws. `begin(values)` may answer with a longer signal as a stroke begins; `drawn(set)` is
 * called with what it sets, rows [step counted from 0, number], `done()` as the pointer is lifted.
 */
export class SignalPad {
  #chart;
  #values = [];
  #before = null;
  /** Where the pointer was in the stroke that is being drawn, and how high the axis is until it is lifted. */
  #stroke = null;
  #reach = REACH;

  constructor(svg, { begin = (values) => values, drawn, done = () => {} }) {
    Object.assign(this, { svg, begin, drawn, done });
    this.#chart = new RunChart(svg, { series: ["before", "signal"], dots: true, unit: "t" });
    svg.addEventListener("pointerdown", (event) => event.button || this.#down(event));
    svg.addEventListener("pointermove", (event) => this.drawing && this.#draw(event));
    for (const name of ["pointerup", "pointercancel"]) svg.addEventListener(name, () => this.#up());
  }

  get values() {
    return this.#values;
  }

  /** Whether a stroke is being drawn. */
  get drawing() {
    return this.#stroke !== null;
  }

  /** Show a signal, and behind it what it was `before`; a stroke that is being drawn is not disturbed. */
  show(values, before = null) {
    if (this.drawing) return;
    [this.#values, this.#before] = [[...values], before];
    this.#reach = [Math.min(REACH[0], ...values), Math.max(REACH[1], ...values)];
    this.#sketch();
  }

  #down(event) {
    if (!this.#values.length) return;
    event.preventDefault();
    this.svg.setPointerCapture(event.pointerId);
    this.show(this.begin(this.#values), this.#values);
    this.#draw(event);
  }

  #up() {
    if (!this.drawing) return;
    this.#stroke = null;
    this.done();
  }

  /** Set the step under the pointer, and those that it ran past since the last event. */
  #draw(event) {
    const [x, y] = this.#chart.at(event);
    const [low, high] = this.#reach;
    const here = [Math.max(0, Math.min(this.#values.length - 1, Math.round(x) - 1)), Math.max(low, Math.min(high, y))];
    const set = strokeTo(this.#stroke ?? here, here);
    for (const [step, number] of set) this.#values[step] = number;
    this.#stroke = here;
    this.#sketch();
    this.drawn(set);
  }

  #sketch() {
    this.#chart.reset([1, Math.max(this.#values.length, 2)], this.#reach);
    this.#before?.forEach((value, t) => this.#chart.add(0, t + 1, value));
    this.#values.forEach((value, t) => this.#chart.add(1, t + 1, value));
    this.#chart.draw();
  }
}
