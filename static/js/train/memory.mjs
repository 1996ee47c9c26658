// The page on memory: a few runs at a time; the losses of each delay in one plot, then each network's gradient triangle.

import { mountLivePage } from "./live-page.mjs";
import { RunChart, seriesClass } from "./run-chart.mjs";
import { listenToRun } from "./run.mjs";
import { divergenceText, queueText } from "./run.mjs";

const TOGETHER = 2;
const DECADES = 5;
const AGAIN = 2000;
const part = (id) => document.getElementById(id);
let asked = new AbortController();

/** All runs of the page, a few at a time, until another page takes its place. */
function begin() {
  asked.abort();
  asked = new AbortController();
  const sections = [...document.querySelectorAll(".delay")];
  const all = sections.flatMap((place) => {
    const runs = JSON.parse(place.dataset.runs);
    const chart = new RunChart(place.querySelector("svg"), { series: runs.map((_, j) => seriesClass(j)), names: runs.map(({ name }) => name), log: true });
    chart.reset([0, runs[0].steps]);
    chart.draw();
    return runs.map((run, j) => ({ ...run, place, chart, j }));
  });
  document.querySelectorAll(".triangle").forEach((place) => place.replaceChildren());
  if (!all.length) return;
  const tell = teller(all.length);
  const waiting = [...all];
  for (let i = 0; i < TOGETHER; i += 1) work(waiting, tell, asked.signal);
}

function teller(count) {
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
async function work(waiting, tell, signal) {
  tell();
  for (let run = waiting.shift(); run && !signal.aborted; run = waiting.shift()) {
    const outcome = await told(run, tell, signal);
    if (outcome?.stopped && !signal.aborted) run.place.querySelectorAll(".triangle")[run.j].textContent = divergenceText(outcome.stopped);
    else await triangle(run, signal);
    if (!signal.aborted) tell("", 1);
  }
}

function told(run, tell, signal) {
  let count = 0;
  let late = false;
  const { chart } = run;
  const address = () => `/api/train?${run.run}`;
  const draw = () => {
    late = false;
    chart.draw();
  };
  return new Promise((resolve) => {
    const end = listenToRun(address, () => 0, {
      step: (text) => {
        const { step, loss } = JSON.parse(text);
        if (step < count) return;
        count = step + 1;
        chart.add(run.j, step + 0.5, loss ?? NaN);
        if (!late) requestAnimationFrame(draw);
        late = true;
      },
      waiting: (before) => tell(`, ${queueText(before)}`),
      done: resolve,
      away: () => {},
    });
    signal.addEventListener("abort", () => resolve(end()));
  });
}

async function triangle(run, signal) {
  const response = await fetch(`/api/instruments?${run.after}`, { signal, headers: { Accept: "application/json" } }).catch(() => null);
  if (signal.aborted || response?.status === 422) return;
  if (!response?.ok) {
    await new Promise((resolve) => setTimeout(resolve, AGAIN));
    return triangle(run, signal);
  }
  const found = (await response.json()).triangles[0];
  if (found && !signal.aborted) paint(run.place.querySelectorAll(".triangle")[run.j], found, run.system);
}

/** A cell for each pair of steps, the paler the smaller, on a logarithmic scale. */
function paint(place, { norms, first_below: gone }, name) {
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
