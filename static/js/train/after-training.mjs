// After training: the network at other lengths, on its own output, and on a signal of the visitor's own.

import { numeral } from "../core/numeral.mjs";
import { letAnswer } from "../charts/chart-answers.mjs";
import { drawLetters, lettersOf, spelled } from "./letters.mjs";
import { OwnSignal } from "./own-signal.mjs";
import { RunChart } from "../charts/run-chart.mjs";
import { LETTERS } from "./run-plots.mjs";
import { probabilities } from "./run.mjs";

const FREE = 40;
const FIGURE = '<figcaption><h3></h3><p class="number"></p><a>Explore</a></figcaption><svg class="chart" role="img"></svg><div class="likely" role="img" hidden></div>';

/** The network at the end of a run: `ask(fields, signal)` brings its pass with other fields, null once that is aborted, `explore(fields)` is the page of that. */
class TrainedNetwork {
  constructor({ ask, explore }, data, run, entry) {
    Object.assign(this, { ask, explore, data, run, entry });
  }

  #fields(more) {
    return { trained: this.run.first + this.run.count, trained_tau: this.data.tau, ...more };
  }

  pass(more, signal) {
    return this.ask(this.#fields(more), signal);
  }

  address(more) {
    return this.explore(this.#fields(more));
  }

  /** The target and the prediction of a pass, each flat, entry after entry and step after step. */
  curves({ values }) {
    const { run } = this.data;
    return [[values[run.target] ?? []].flat(2), probabilities(run, [values[run.said]].flat(2))];
  }

  /** Whether a signal can be heard: there is one input, indexed by time, and an output that can be drawn. */
  get hears() {
    const { size, heard, indexed } = this.data.run;
    return Boolean(size) && heard.length === 1 && Boolean(indexed);
  }
}

/** The section in `place`: its networks are tried once it comes into sight, since each try costs the server a pass. */
export class AfterTraining {
  #network = null;
  #waiting = false;
  #asked = new AbortController();

  constructor(place, way) {
    Object.assign(this, { place, way, part: (id) => place.querySelector(`#${id}`) });
    this.own = new OwnSignal(this.part);
    this.watcher = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && this.#begin());
  }

  /** The run is over: try its network, once this comes into sight. */
  show(data, run, entry) {
    this.#abort();
    this.#network = new TrainedNetwork(this.way, data, run, entry);
    this.#waiting = run.count > 0 && run.count === run.steps;
    this.place.hidden = !this.#waiting;
    delete this.place.dataset.filled;
    this.watcher.unobserve(this.place);
    this.watcher.observe(this.place);
  }

  hide() {
    this.#abort();
    this.#waiting = false;
    this.place.hidden = true;
  }

  #abort() {
    this.own.forget();
    this.#asked.abort();
    this.#asked = new AbortController();
  }

  async #begin() {
    if (!this.#waiting) return;
    this.#waiting = false;
    const [network, { signal }] = [this.#network, this.#asked];
    const tries = triesOf(network.data).map((row) => ({ ...row, ...drawTry(network, row) }));
    this.part("tried").replaceChildren(...tries.map(({ element }) => element));
    tries.forEach(({ chart }) => chart.draw());
    this.#describe(network);
    if (network.hears) this.own.show(network);
    for (const row of tries) await fill(network, row, signal);
    if (!signal.aborted) this.place.dataset.filled = tries.length;
  }

  /** Say which tries there are. */
  #describe({ hears, data }) {
    const also = [...(hears ? ["on a signal of yours"] : []), ...(data.feeds.length ? ["on its own output"] : [])];
    this.part("learned").textContent = data.tau;
    this.part("own").hidden = !hears;
    this.part("also").textContent = also.length ? `, ${also.join(" and ")}` : "";
  }
}

/** The tries: other lengths, and each input that can be read from the output, so that the network runs freely. */
function triesOf({ lengths, feeds }) {
  const free = feeds.map((feed) => {
    const [given, output] = feed.split(":");
    return { head: `${given} from ${output}`, aside: `τ = ${FREE}`, fields: { tau: FREE, feed, forced: true } };
  });
  return [...lengths.map((tau) => ({ head: `τ = ${tau}`, fields: { tau } })), ...free];
}

const worded = (...parts) => parts.filter(Boolean).join(", ");

function drawTry(network, { head, aside, fields }) {
  const title = worded(head, aside);
  const element = Object.assign(document.createElement("figure"), { className: "plot", innerHTML: FIGURE });
  element.querySelector("h3").textContent = head;
  element.querySelector("a").href = network.address(fields);
  element.querySelector("a").setAttribute("aria-label", `${title}: open in Explore`);
  const svg = element.querySelector("svg");
  svg.toggleAttribute("hidden", !network.data.run.size || network.entry === LETTERS);
  svg.setAttribute("aria-label", `Target and prediction, ${title}`);
  element.querySelector(".likely").hidden = network.entry !== LETTERS;
  return { element, chart: new RunChart(svg, { series: ["target", "said"], dots: fields.tau <= 12, unit: "t" }) };
}

/** Fetch the pass of one try and draw it. */
async function fill(network, row, signal) {
  const found = await network.pass(row.fields, signal);
  if (signal.aborted) return;
  const { scored, size } = network.data.run;
  const loss = scored ? `loss ${found.loss === null ? "∞" : numeral(found.loss)}` : "";
  row.element.querySelector(".number").textContent = found.problems?.[0] ?? worded(row.aside, loss);
  if (found.problems || !size) return;
  if (network.entry === LETTERS) spell(network, row.element.querySelector(".likely"), found);
  else drawCurves(network, row.chart, found);
}

function spell(network, place, found) {
  const letters = lettersOf(...network.curves(found), network.data.run);
  place.replaceChildren(drawLetters(letters));
  place.setAttribute("aria-label", spelled(letters));
}

function drawCurves(network, chart, found) {
  const { size, classes } = network.data.run;
  const curves = network.curves(found);
  const points = curves[1].length / size;
  chart.reset(points > 1 ? [1, points] : [0, 2], classes ? [0, 1] : null);
  curves.forEach((values, i) => {
    for (let t = 0; t < points; t += 1) chart.add(i, t + 1, values[t * size + network.entry] ?? NaN);
  });
  chart.draw();
  const [target, said] = [(t) => numeral(curves[0][t * size + network.entry] ?? NaN), (t) => numeral(curves[1][t * size + network.entry] ?? NaN)];
  const words = (t) => `t = ${t + 1}: target ${target(t)}, said ${said(t)}`;
  letAnswer(chart, { count: () => points, x: (t) => t + 1, index: (x) => Math.round(x) - 1, words });
}
