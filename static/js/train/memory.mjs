// The page on memory: a few runs at a time; the losses of each delay in one plot, then each network's gradient triangle.

import { mountTriangleChart, rowOf } from "../charts/triangle.mjs";
import { numeral, shareWords } from "../core/numeral.mjs";
import { setWords } from "../core/words.mjs";
import { letAnswer } from "../charts/chart-answers.mjs";
import { mountLivePage } from "./live-page.mjs";
import { askPatiently, createVainReport } from "./patience.mjs";
import { RunChart, seriesClass } from "../charts/run-chart.mjs";
import { divergenceText, listenToRun, queueText } from "./run.mjs";

const TOGETHER = 2;
const SHARE = 0.01;
const part = (id) => document.getElementById(id);
let asked = new AbortController();

/** All runs of the page, a few at a time, until another page takes its place. */
function begin() {
  asked.abort();
  asked = new AbortController();
  const all = [...document.querySelectorAll(".delay")].flatMap(runsOf);
  document.querySelectorAll(".triangle, .triangles .feels, .remembered").forEach((place) => place.replaceChildren());
  document.querySelectorAll(".triangles select").forEach((select) => (select.hidden = true));
  if (!all.length) return;
  const report = createReport(all.length);
  const waiting = [...all];
  for (let i = 0; i < TOGETHER; i += 1) work(waiting, report, asked.signal);
}

/** The runs of one delay, with the chart that they share. */
function runsOf(place) {
  const runs = JSON.parse(place.dataset.runs);
  const chart = new RunChart(place.querySelector("svg"), { series: runs.map((_, j) => seriesClass(j)), log: true, unit: "update" });
  chart.reset([0, runs[0].steps]);
  chart.draw();
  const losses = (x) => chart.near(x).map((loss, j) => `${runs[j].name} ${numeral(loss)}`);
  letAnswer(chart, { count: () => runs[0].steps, x: (k) => k + 0.5, index: Math.floor, words: (k, x) => `update ${k}: ${losses(x).join(", ")}` });
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
    state.textContent = done < count ? `${done} of ${count} runs done${more}` : `All ${count} runs are done.`;
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
    const end = listenToRun(() => `/api/train?${run.run}`, () => 0, { step: take, waiting, done: resolve, away: createVainReport(signal) });
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

/** The triangles of a trained network: of all that it remembers, then of each state alone. */
async function bringTriangle(run, signal) {
  const found = await askAgain(`/api/instruments?${run.after}&fields=triangles`, signal);
  if (!found) return;
  const [place, said] = [".triangle", ".triangles .feels"].map((of) => run.place.querySelectorAll(of)[run.j]);
  if (found.triangles.length) new Felt(run, found.triangles, place, said);
  else place.textContent = found.left_out.triangles ?? "no state reaches from step to step";
}

/** What the service answers, asked for again while there is no answer; null to what cannot be answered. */
const askAgain = (address, signal) => askPatiently(address, signal).catch(() => null);

/** How much of each state is felt at each step; a pointer and the keys say other pairs of steps than the one that is asked for. */
class Felt {
  constructor(run, triangles, place, said) {
    Object.assign(this, { triangles, said, name: run.name, cell: JSON.parse(run.place.dataset.cell) });
    this.chart = mountTriangleChart(place, { height: 150, picked: (t) => this.#pick(t), pointed: (...cell) => this.#say(...cell) });
    this.#offer(run.place.querySelectorAll(".triangles select")[run.j]);
    this.#show(triangles[0]);
  }

  #offer(select) {
    select.hidden = this.triangles.length < 2;
    select.replaceChildren(...this.triangles.map(({ states }) => new Option(states.map((state) => state.replace(/\[.*/, "")).join(" and "))));
    select.onchange = () => this.#show(this.triangles[select.selectedIndex]);
  }

  #show(triangle) {
    this.shown = triangle;
    this.chart.update({ ...triangle, name: this.name, share: SHARE, asked: this.cell });
    this.#say();
  }

  /** The row of a step: what it feels of the step that is asked for, or where that lies ahead of the first. */
  #pick(t) {
    this.chart.mark({ at: t });
    const row = rowOf(this.shown.steps, t);
    const column = Math.min(row, rowOf(this.shown.steps, this.cell[1]));
    this.#say(t, this.shown.steps[column], this.shown.norms[row][column]);
  }

  #say(t, k, norm) {
    const [rows, columns] = this.cell.map((step) => rowOf(this.shown.steps, step));
    const [at, of, share] = t === undefined ? [...this.cell, this.shown.norms[rows][columns]] : [t, k, norm];
    const whole = document.createElement("b");
    setWords(whole, shareWords(share));
    this.said.replaceChildren(`step ${at} feels of step ${of}`, whole);
  }
}

mountLivePage(["shown"], begin);
