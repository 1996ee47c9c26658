// A signal of the visitor's own, typed or drawn with a pointer, and what the trained network makes of it.

import { RunChart } from "../charts/run-chart.mjs";
import { hundredths, numbersIn, SignalPad } from "../charts/signal-pad.mjs";
import { numeral } from "../core/numeral.mjs";
import { letAnswer } from "../charts/chart-answers.mjs";

const [LONG, SHORT] = [40, 10];
const RESTED = 150;

/** A first signal: some waves, then a square wave. */
const begun = () => Array.from({ length: LONG }, (_, t) => hundredths(t < LONG / 2 ? Math.sin(t / 3) : t % 8 < 4 ? 1 : -1));

/** A short signal gets room as a stroke begins. */
const lengthened = (signal) => (signal.length < SHORT ? [...signal, ...Array(LONG - signal.length).fill(0)] : signal);

/** `part(id)` finds the pad to draw on, the field to type in, and the chart of the response. */
export class OwnSignal {
  #network = null;
  #pad = null;
  #response = null;
  #resting = 0;
  #hearing = new AbortController();

  constructor(part) {
    this.part = part;
    this.#listen();
  }

  get #signal() {
    return this.#pad.values;
  }

  /** Let a trained network hear the signal; the signal stays as it was drawn for the one before. */
  show(network) {
    this.#network = network;
    this.#pad ??= new SignalPad(this.part("pad"), { begin: lengthened, drawn: () => this.#follow() });
    this.#response = new RunChart(this.part("response"), { series: ["signal d1", "said"], unit: "t" });
    if (!this.#signal.length) this.#pad.show(begun());
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
    this.part("typed").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#read();
    });
  }

  /** Take what was typed. */
  #read() {
    this.forget();
    const numbers = numbersIn(this.part("signal").value);
    if (!numbers) return this.#complain("A signal is numbers with commas between them.");
    this.#pad.show(numbers);
    this.#hear();
  }

  /** Hear what is being drawn once the pointer rests. */
  #follow() {
    this.#write();
    this.forget();
    this.#resting = setTimeout(() => this.#hear(), RESTED);
  }

  #write() {
    this.part("signal").value = this.#signal.join(", ");
  }

  /** Fetch the network's pass on this signal. */
  async #hear() {
    this.forget();
    const fields = { tau: this.#signal.length, signal: this.#signal.join(",") };
    this.part("signal-explore").href = this.#network.address(fields);
    const { signal: stop } = this.#hearing;
    const found = await this.#network.pass(fields, stop);
    if (stop.aborted) return;
    this.#complain(found.problems?.[0] ?? "");
    if (!found.problems) this.#answer(found);
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
