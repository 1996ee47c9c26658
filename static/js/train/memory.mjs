// The page of memory: a few runs at a time, all losses of a delay in one plot, then each network's gradient triangle.

import { mountCopy } from "../look.mjs";
import { createChart } from "./run-chart.mjs";
import { listen } from "./run-stream.mjs";

const TOGETHER = 2;
const DECADES = 5;
const AGAIN = 2000;
const part = (id) => document.getElementById(id);
const plots = JSON.parse(part("data").textContent);
const sections = [...document.querySelectorAll(".delay")];
const all = plots.flatMap((plot, i) => plot.runs.map((run, j) => ({ ...run, place: sections[i], i, j })));
let done = 0;

const charts = plots.map((plot, i) => {
  const chart = createChart(sections[i].querySelector("svg"), { series: plot.runs.map((_, j) => `series c${j}`), log: true });
  chart.reset([0, plot.runs[0].steps]);
  return chart;
});

/** One run after another, until none is left. */
async function work(waiting) {
  for (let run = waiting.shift(); run; run = waiting.shift()) {
    await told(run);
    await triangle(run);
    done += 1;
    tell();
  }
}

function told(run) {
  let count = 0;
  let late = false;
  const chart = charts[run.i];
  const address = () => `/api/train?${run.run}`;
  const draw = () => {
    late = false;
    chart.draw();
  };
  return new Promise((resolve) => {
    listen(address, () => 0, {
      step: (text) => {
        const { step, loss } = JSON.parse(text);
        if (step < count) return;
        count = step + 1;
        chart.add(run.j, step + 0.5, loss ?? NaN);
        if (!late) requestAnimationFrame(draw);
        late = true;
      },
      waiting: (before) => tell(`, waiting for a place, ${before} before you`),
      done: resolve,
      away: () => {},
    });
  });
}

async function triangle(run) {
  const response = await fetch(`/api/instruments?${run.after}`, { headers: { Accept: "application/json" } }).catch(() => null);
  if (response?.status === 422) return;
  if (!response?.ok) {
    await new Promise((resolve) => setTimeout(resolve, AGAIN));
    return triangle(run);
  }
  const found = (await response.json()).triangles[0];
  if (found) paint(run.place.querySelectorAll(".triangle")[run.j], found, run.system);
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

function tell(more = "") {
  part("state").textContent = done < all.length ? `${done} of ${all.length} runs done${more}` : `All ${all.length} runs are done. Opaque is 1, clear is 0.00001 and less.`;
  if (done === all.length) part("state").dataset.done = "";
}

part("controls").addEventListener("change", ({ currentTarget }) => currentTarget.reportValidity() && currentTarget.requestSubmit());
mountCopy(part("copy"), part("said"));
new ResizeObserver(() => charts.forEach((chart) => chart.draw())).observe(part("controls"));
if (all.length) {
  tell();
  const waiting = [...all];
  for (let i = 0; i < TOGETHER; i += 1) work(waiting);
}
document.documentElement.dataset.ready = "";
