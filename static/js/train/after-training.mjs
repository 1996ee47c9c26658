// After training: the network at other lengths, on its own output, and on a signal that is typed or drawn.

import { numeral } from "../core/numeral.mjs";
import { createRunChart } from "./run-chart.mjs";
import { probabilities } from "./run-series.mjs";

const FREE = 40;
const [SIGNAL, SHORT] = [40, 10];
const REACH = [-1.5, 1.5];
const AGAIN = 2000;
const RESTED = 150;

/** What is drawn by hand is no finer than this. */
const hundredths = (value) => Number(value.toFixed(2));

/** `ask(fields)` brings the pass of the trained network with these fields, `explore(fields)` is its page. */
export function mountAfterTraining(place, { ask, explore }) {
  const part = (id) => place.querySelector(`#${id}`);
  const watcher = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && begin());
  let [data, run, entry, waiting] = [null, null, 0, false];
  let asked = new AbortController();
  let hearing = new AbortController();
  let [pad, response] = [null, null];
  let signal = [];
  let resting = 0;
  let drawing = null;
  let reach = REACH;

  const trained = () => {
    const k = run.first + run.count;
    return { trained: k, trained_tau: data.tau };
  };

  /** What is tried: other lengths, and whatever can be read from the output, run freely. */
  function rows() {
    const lengths = data.lengths.map((tau) => ({ title: `τ = ${tau}`, fields: { tau } }));
    const free = data.feeds.map((feed) => {
      const [given, output] = feed.split(":");
      return { title: `${given} read from ${output}, τ = ${FREE}`, fields: { tau: FREE, feed, forced: true } };
    });
    return [...lengths, ...free];
  }

  async function begin() {
    if (!waiting) return;
    waiting = false;
    const made = rows().map((row) => ({ ...row, ...figure(row) }));
    part("tried").replaceChildren(...made.map(({ element }) => element));
    made.forEach(({ chart }) => chart.draw());
    part("learned").textContent = data.tau;
    part("own").hidden = !data.run.size || data.run.heard.length !== 1 || !data.run.indexed;
    const also = [...(part("own").hidden ? [] : ["on a signal of yours"]), ...(data.feeds.length ? ["on its own output"] : [])];
    part("also").textContent = also.length ? `, ${also.join(" and ")}` : "";
    if (!part("own").hidden) own();
    for (const row of made) await fill(row, asked.signal);
    place.dataset.filled = made.length;
  }

  function figure({ title, fields }) {
    const element = document.createElement("figure");
    element.className = "plot";
    element.innerHTML = '<figcaption><h3></h3><p class="number"></p><a>Explore</a></figcaption><svg class="chart" role="img"></svg>';
    element.querySelector("h3").textContent = title;
    element.querySelector("a").href = explore({ ...trained(), ...fields });
    element.querySelector("a").setAttribute("aria-label", `${title}: open in Explore`);
    const svg = element.querySelector("svg");
    svg.toggleAttribute("hidden", !data.run.size);
    svg.setAttribute("aria-label", `Target and prediction, ${title}`);
    return { element, chart: createRunChart(svg, { series: ["target", "said"], dots: fields.tau <= 12 }) };
  }

  async function fill(row, stop) {
    const { element, chart, fields } = row;
    const found = await ask({ ...trained(), ...fields }, stop).catch((error) => error);
    if (stop.aborted) return;
    if (found instanceof Error) return void setTimeout(() => stop.aborted || fill(row, stop), AGAIN);
    const number = element.querySelector(".number");
    number.textContent = found.problems?.[0] ?? (data.run.scored ? `loss ${found.loss === null ? "∞" : numeral(found.loss)}` : "");
    if (found.problems || !data.run.size) return;
    const said = probabilities(data.run, [found.values[data.run.said]].flat(2));
    const target = [found.values[data.run.target] ?? []].flat(2);
    const points = said.length / data.run.size;
    chart.reset(points > 1 ? [1, points] : [0, 2], data.run.classes ? [0, 1] : null);
    [target, said].forEach((values, i) => {
      for (let t = 0; t < points; t += 1) chart.add(i, t + 1, values[t * data.run.size + entry] ?? NaN);
    });
    chart.draw();
  }

  // A signal

  function own() {
    pad = createRunChart(part("pad"), { series: ["signal"], dots: true });
    response = createRunChart(part("response"), { series: ["signal d1", "said"], names: ["signal", "prediction"] });
    if (!signal.length) signal = Array.from({ length: SIGNAL }, (_, t) => hundredths(t < SIGNAL / 2 ? Math.sin(t / 3) : t % 8 < 4 ? 1 : -1));
    written();
    heard();
  }

  function written() {
    part("signal").value = signal.join(", ");
    sketch();
  }

  function sketch() {
    pad.reset([1, Math.max(signal.length, 2)], reach);
    signal.forEach((value, t) => pad.add(0, t + 1, value));
    pad.draw();
  }

  /** What was asked of another signal counts no longer. */
  function forget() {
    clearTimeout(resting);
    hearing.abort();
    hearing = new AbortController();
  }

  async function heard() {
    forget();
    const fields = { ...trained(), tau: signal.length, signal: signal.join(",") };
    part("signal-explore").href = explore(fields);
    const stop = hearing.signal;
    const found = await ask(fields, stop).catch((error) => error);
    if (stop.aborted) return;
    problem(found.problems?.[0] ?? (found instanceof Error ? "The server does not answer; run it again." : ""));
    if (found instanceof Error || found.problems) return;
    response.reset([1, Math.max(signal.length, 2)]);
    const said = probabilities(data.run, [found.values[data.run.said]].flat(2));
    signal.forEach((value, t) => {
      response.add(0, t + 1, value);
      response.add(1, t + 1, said[t * data.run.size + entry] ?? NaN);
    });
    response.draw();
    part("response").dataset.heard = signal.length;
  }

  function problem(text) {
    part("problem-signal").hidden = !text;
    part("problem-signal").textContent = text;
    part("signal").toggleAttribute("aria-invalid", Boolean(text));
    if (text) part("signal").setAttribute("aria-invalid", "true");
  }

  part("typed").addEventListener("submit", (event) => {
    event.preventDefault();
    forget();
    const words = part("signal").value.trim().split(/[\s,]+/);
    const numbers = words.map(Number);
    if (!words[0] || !numbers.every(Number.isFinite)) return problem("A signal is numbers with commas between them.");
    signal = numbers;
    sketch();
    heard();
  });

  /** A pointer sets the step it is over, and those that it ran past since it was last seen. */
  function stroke(event) {
    const [x, y] = pad.at(event);
    const here = [Math.max(0, Math.min(signal.length - 1, Math.round(x) - 1)), Math.max(reach[0], Math.min(reach[1], y))];
    const [from, level] = drawing ?? here;
    const far = Math.abs(here[0] - from);
    const way = Math.sign(here[0] - from);
    for (let i = 0; i <= far; i += 1) signal[from + way * i] = hundredths(far ? level + ((here[1] - level) * i) / far : here[1]);
    drawing = here;
    written();
    forget();
    resting = setTimeout(heard, RESTED);
  }

  part("pad").addEventListener("pointerdown", (event) => {
    if (!pad) return;
    part("pad").setPointerCapture(event.pointerId);
    drawing = null;
    // The axis stays as it is until the pointer is lifted.
    reach = [Math.min(REACH[0], ...signal), Math.max(REACH[1], ...signal)];
    if (signal.length < SHORT) {
      signal = [...signal, ...Array(SIGNAL - signal.length).fill(0)];
      sketch();
    }
    stroke(event);
  });
  part("pad").addEventListener("pointermove", (event) => drawing && stroke(event));
  for (const name of ["pointerup", "pointercancel"]) part("pad").addEventListener(name, () => ([drawing, reach] = [null, REACH]));

  return {
    /** The run is over: try its network, once this comes into sight. */
    show(about, done, which) {
      forget();
      asked.abort();
      asked = new AbortController();
      [data, run, entry, waiting] = [about, done, which, done.count > 0 && done.count === done.steps];
      place.hidden = !waiting;
      delete place.dataset.filled;
      watcher.unobserve(place);
      watcher.observe(place);
    },
    hide() {
      forget();
      asked.abort();
      waiting = false;
      place.hidden = true;
    },
  };
}
