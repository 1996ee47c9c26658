// A signal of the visitor's own, typed or drawn with a pointer, and what the trained network makes of it.

import { numeral } from "../core/numeral.mjs";
import { letAnswer } from "./chart-answers.mjs";
import { RunChart } from "./run-chart.mjs";

const [LONG, SHORT] = [40, 10];
const REACH = [-1.5, 1.5];
const RESTED = 150;

/** A drawn value, no finer than a hand draws. */
const hundredths = (value) => Number(value.toFixed(2));

/** A first signal: some waves, then a square wave. */
const begun = () => Array.from({ length: LONG }, (_, t) => hundredths(t < LONG / 2 ? Math.sin(t / 3) : t % 8 < 4 ? 1 : -1));

/** `part(id)` finds the pad to draw on, the field to type in, and the chart of the response. */
export class OwnSignal {
  #network = null;
  #signal = [];
  #pad = null;
  #response = null;
  #resting = 0;
  #hearing = new AbortController();
  /** Where the pointer was in the stroke that is being drawn, and how high the axis is until it is lifted. */
  #stroke = null;
  #reach = REACH;

  constructor(part) {
    this.part = part;
    this.#listen();
  }

  /** Let a trained network hear the signal; the signal stays as it was drawn for the one before. */
  show(network) {
    this.#network = network;
    this.#pad = new RunChart(this.part("pad"), { series: ["signal"], dots: true });
    this.#response = new RunChart(this.part("response"), { series: ["signal d1", "said"], names: ["signal", "prediction"] });
    if (!this.#signal.length) this.#signal = begun();
    this.#write();
    this.#hear();
  }

  /** Drop the answer to another signal, or to another network. */
  forget() {
    clearTimeout(this.#resting);
    this.#hearing.abort();
    this.#hearing = new AbortController();
  }

  #listen() {
    const pad = this.part("pad");
    this.part("typed").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#read();
    });
    pad.addEventListener("pointerdown", (event) => {
      if (!this.#pad) return;
      pad.setPointerCapture(event.pointerId);
      this.#begin();
      this.#draw(event);
    });
    pad.addEventListener("pointermove", (event) => this.#stroke && this.#draw(event));
    for (const name of ["pointerup", "pointercancel"]) pad.addEventListener(name, () => ([this.#stroke, this.#reach] = [null, REACH]));
  }

  /** Take what was typed. */
  #read() {
    this.forget();
    const words = this.part("signal").value.trim().split(/[\s,]+/);
    const numbers = words.map(Number);
    if (!words[0] || !numbers.every(Number.isFinite)) return this.#complain("A signal is numbers with commas between them.");
    this.#signal = numbers;
    this.#sketch();
    this.#hear();
  }

  /** A stroke begins: the axis stays as it is until the pointer is lifted, and a short signal gets room. */
  #begin() {
    this.#stroke = null;
    this.#reach = [Math.min(REACH[0], ...this.#signal), Math.max(REACH[1], ...this.#signal)];
    if (this.#signal.length >= SHORT) return;
    this.#signal = [...this.#signal, ...Array(LONG - this.#signal.length).fill(0)];
    this.#sketch();
  }

  /** Set the step under the pointer, and those that it ran past since the last event. */
  #draw(event) {
    const [x, y] = this.#pad.at(event);
    const [low, high] = this.#reach;
    const here = [Math.max(0, Math.min(this.#signal.length - 1, Math.round(x) - 1)), Math.max(low, Math.min(high, y))];
    const [from, level] = this.#stroke ?? here;
    const far = Math.abs(here[0] - from);
    const way = Math.sign(here[0] - from);
    for (let i = 0; i <= far; i += 1) this.#signal[from + way * i] = hundredths(far ? level + ((here[1] - level) * i) / far : here[1]);
    this.#stroke = here;
    this.#write();
    this.forget();
    this.#resting = setTimeout(() => this.#hear(), RESTED);
  }

  #write() {
    this.part("signal").value = this.#signal.join(", ");
    this.#sketch();
  }

  #sketch() {
    this.#pad.reset([1, Math.max(this.#signal.length, 2)], this.#reach);
    this.#signal.forEach((value, t) => this.#pad.add(0, t + 1, value));
    this.#pad.draw();
  }

  /** Fetch the network's pass on this signal. */
  async #hear() {
    this.forget();
    const fields = { tau: this.#signal.length, signal: this.#signal.join(",") };
    this.part("signal-explore").href = this.#network.address(fields);
    const { signal: stop } = this.#hearing;
    const found = await this.#network.pass(fields, stop).catch((error) => error);
    if (stop.aborted) return;
    this.#complain(found.problems?.[0] ?? (found instanceof Error ? "The server does not answer; run it again." : ""));
    if (!(found instanceof Error) && !found.problems) this.#answer(found);
  }

  #answer(found) {
    const { data, entry } = this.#network;
    const prediction = this.#network.curves(found)[1];
    this.#response.reset([1, Math.max(this.#signal.length, 2)]);
    this.#signal.forEach((value, t) => {
      this.#response.add(0, t + 1, value);
      this.#response.add(1, t + 1, prediction[t * data.run.size + Math.max(0, entry)] ?? NaN);
    });
    this.#response.draw();
    const words = (t, x) => `t = ${t + 1}: signal ${numeral(this.#signal[t])}, prediction ${numeral(this.#response.near(x)[1])}`;
    letAnswer(this.#response, { count: () => this.#signal.length, x: (t) => t + 1, index: (x) => Math.round(x) - 1, words });
    this.part("response").dataset.heard = this.#signal.length;
  }

  #complain(text) {
    this.part("problem-signal").hidden = !text;
    this.part("problem-signal").textContent = text;
    this.part("signal").toggleAttribute("aria-invalid", Boolean(text));
    if (text) this.part("signal").setAttribute("aria-invalid", "true");
  }
}
