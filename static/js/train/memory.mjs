// The page on memory: a few runs at a time; the losses of each delay in one plot, then each network's gradient triangle.

import { numeral } from "../core/numeral.mjs";
import { askUntilAnswered } from "../core/request.mjs";
import { setWords } from "../core/words.mjs";
import { letAnswer } from "./chart-answers.mjs";
import { mountLivePage } from "./live-page.mjs";
import { RunChart, seriesClass } from "../charts/run-chart.mjs";
import { divergenceText, listenToRun, queueText } from "./run.mjs";

const TOGETHER = 2;
const DECADES = 5;
const part = (id) => document.getElementById(id);
let asked = new AbortController();

/** All runs of the page, a few at a time, until another page takes its place. */
function begin() {
  asked.abort();
  asked = new AbortController();
  const all = [...document.querySelectorAll(".delay")].flatMap(runsOf);
  document.querySelectorAll(".triangle, .remembered").forEach((place) => place.replaceChildren());
  if (!all.length) return;
  const report = createReport(all.length);
  const waiting = [...all];
  for (let i = 0; i < TOGETHER; i += 1) work(waiting, report, asked.signal);
}

/** The runs of one delay, with the chart that they share. */
function runsOf(place) {
  const runs = JSON.parse(place.dataset.runs);
  const chart = new RunChart(place.querySelector("svg"), { series: runs.map((_, j) => seriesClass(j)), log: true });
  chart.reset([0, runs[0].steps]);
  chart.draw();
  const losses = (x) => chart.near(x).map((loss, j) => `${runs[j].name} ${numeral(loss)}`);
  letAnswer(chart, { count: () => runs[0].steps, x: (k) => k + 0.5, index: Math.floor, words: (k, x) => `step ${k}: ${losses(x).join(", ")}` });
  const delay = { left: runs.length };
  return runs.map((run, j) => ({ ...run, place, chart, j, delay }));
}

/** Returns `report(more, ended)`, which says how many runs are done, after `ended` more of them have. */
function createReport(count) {
  let done = 0;
  const state = part("state");
  delete state.dataset.done;
  return (more = "", ended = 0) => {
    done += ended;
    state.textContent = done < count ? `${done} of ${count} runs done${more}` : `All ${count} runs are done. Opaque is 1, clear is 0.00001 and less.`;
    if (done === count) state.dataset.done = "";
  };
}

/** One run after another, until none is left. */
async function work(waiting, report, signal) {
  report();
  for (let run = waiting.shift(); run && !signal.aborted; run = waiting.shift()) {
    const outcome = await train(run, report, signal);
    if (outcome?.stopped && !signal.aborted) run.place.querySelectorAll(".triangle")[run.j].textContent = divergenceText(outcome.stopped);
    else await bringTriangle(run, signal);
    if (signal.aborted) return;
    report("", 1);
    run.delay.left -= 1;
    if (!run.delay.left) await saySeen(run.place, signal);
  }
}

/** What is seen of all networks of one delay, said by the service once all are trained. */
async function saySeen(place, signal) {
  const answer = await askAgain(`/api/memory?${place.dataset.asked}`, signal);
  if (answer) setWords(place.querySelector(".remembered"), answer.said.join(" "));
}

/** A promise of how a run ended; its losses are drawn as they come, at most once a frame. */
function train(run, report, signal) {
  let count = 0;
  const draw = atMostOnceAFrame(() => run.chart.draw());
  const take = (text) => {
    const { step, loss } = JSON.parse(text);
    if (step < count) return;
    count = step + 1;
    run.chart.add(run.j, step + 0.5, loss ?? NaN);
    draw();
  };
  return new Promise((resolve) => {
    const waiting = (before) => report(`, ${queueText(before)}`);
    const end = listenToRun(() => `/api/train?${run.run}`, () => 0, { step: take, waiting, done: resolve, away: () => {} });
    signal.addEventListener("abort", () => resolve(end()));
  });
}

function atMostOnceAFrame(draw) {
  let waiting = false;
  const frame = () => {
    waiting = false;
    draw();
  };
  return () => {
    if (!waiting) requestAnimationFrame(frame);
    waiting = true;
  };
}

/** The triangle of a trained network. */
async function bringTriangle(run, signal) {
  const found = (await askAgain(`/api/instruments?${run.after}`, signal))?.triangles[0];
  if (found) paintTriangle(run.place.querySelectorAll(".triangle")[run.j], found, run.system);
}

/** What the service answers, asked for again while there is no answer; null to what cannot be answered. */
const askAgain = (address, signal) => askUntilAnswered(address, signal).catch(() => null);

/** A cell for each pair of steps, the paler the smaller, on a logarithmic scale. */
function paintTriangle(place, { norms, first_below: gone }, name) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [norms.length, norms.length];
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `${name}: ${gone === null ? "more than a hundredth reaches every step" : `less than a hundredth is left after ${gone} steps`}`);
  place.style.color = "var(--more)";
  const colour = getComputedStyle(place).color.match(/[\d.]+/g).slice(0, 3).map(Number);
  const context = canvas.getContext("2d");
  const image = context.createImageData(norms.length, norms.length);
  norms.forEach((row, t) =>
    row.forEach((value, k) => {
      const share = value > 0 ? Math.max(0, Math.min(1, 1 + Math.log10(value) / DECADES)) : 0;
      image.data.set([...colour, Math.round(255 * share)], 4 * (t * norms.length + k));
    }),
  );
  context.putImageData(image, 0, 0);
  place.replaceChildren(canvas);
}

mountLivePage(["shown"], begin);
