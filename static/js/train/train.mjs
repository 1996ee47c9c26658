// Wires the page that trains: the run, its plots, the step that is looked at, the controls.

import { mountCopyButton } from "../core/copy.mjs";
import { mountEquationEditor } from "../core/equation-editor.mjs";
import { OF_NETWORK } from "../core/field-sets.mjs";
import { networkQueryOf, pageQueryOf, parseQuery, queryOf, sizesAfter } from "../core/link.mjs";
import { morph } from "../core/elements.mjs";
import { numeral } from "../core/numeral.mjs";
import { AfterTraining } from "./after-training.mjs";
import { createNavigation } from "./navigation.mjs";
import { RunPlots } from "./run-plots.mjs";
import { divergenceText, listenToRun, queueText, Run } from "./run.mjs";
import { WeightPictures } from "./weight-pictures.mjs";

const BUDGET = 8;
const SHARE = 2;
const LONG = 400;
const APART = 80;
const part = (id, page = document) => page.getElementById(id);
const read = (page = document) => JSON.parse(part("data", page).textContent);
const still = matchMedia("(prefers-reduced-motion: reduce)");

let data = read();
let run = null;
let entry = 0;
let end = () => {};
let queue = [];
let state = {};
const plots = new RunPlots(part);
const weights = new WeightPictures(part("matrices"), { pass, rested });
const after = new AfterTraining(part("after"), { ask: pass, explore });

const fields = () => parseQuery(data.query);
const rows = () => data.fields;
const address = (link) => `${data.path}?${networkQueryOf(link, rows())}`;
const number = (value) => (Number.isFinite(value) ? numeral(value, 4) : "∞");

// The run

/** The steps that are not there yet, of the very same run. */
function asking() {
  const done = run.count;
  return `/api/train?${queryOf({ ...fields(), trained: run.first + done, steps: run.steps - done }, rows())}`;
}

/** Begin the link's run from its first step. */
function begin() {
  end();
  queue = [];
  after.hide();
  weights.forget();
  run = new Run(data.run, data.first, data.steps);
  entry = Math.max(0, data.run.size - 1);
  state = { phase: "running", began: performance.now(), before: null, stopped: null, followed: true, here: 0 };
  part("nothing")?.remove();
  for (const id of ["run", "step", "files"]) part(id).hidden = false;
  part("curves").closest("figure").toggleAttribute("hidden", !data.run.size);
  part("window").toggleAttribute("hidden", !data.run.size);
  part("compared").textContent = `${data.run.target ? "Target and prediction" : "Prediction"}, window after window`;
  for (const key of document.querySelectorAll(".key .target")) key.hidden = !data.run.target;
  choices();
  plots.begin(data, run, entry);
  goOn();
}

function goOn() {
  Object.assign(state, { phase: "running", from: run.count, since: performance.now() });
  files(run.steps);
  status(performance.now());
  end = listenToRun(asking, () => run.count, {
    step: (text) => queue.push(text),
    waiting: (before) => Object.assign(state, { before }),
    done: (outcome) => queue.push(outcome),
    away: (away) => {
      part("away").hidden = !away;
      part("away").textContent = away ? "The connection is gone. What you see stays; the run goes on from here when it is back…" : "";
    },
  });
  requestAnimationFrame(frame);
}

function stop() {
  end();
  queue = [];
  state.phase = "stopped";
  if (run.count) files(run.count);
  settle();
}

/** Take the steps that came since the last frame, as many as a frame has time for, and draw. */
function frame(now) {
  if (state.phase !== "running") return;
  const most = still.matches ? Infinity : Math.ceil(queue.length / SHARE);
  const ends = performance.now() + BUDGET;
  let taken = 0;
  while (taken < queue.length && taken < most && performance.now() < ends) take(queue[taken++]);
  queue.splice(0, taken);
  if (state.phase !== "running") return;
  if (run.count < LONG || now - (run.turned ?? 0) > APART) {
    run.turned = now;
    if (taken || run.drawn < run.count) turn();
    status(now);
  }
  requestAnimationFrame(frame);
}

function take(event) {
  if (typeof event !== "string") {
    Object.assign(state, { phase: "done", stopped: event.stopped, outcome: event, took: performance.now() - state.began });
    settle();
    return;
  }
  const step = JSON.parse(event);
  state.before = null;
  if (run.add(step)) plots.add(run.count - 1);
}

/** The run rests: the step that is looked at is shown in full. */
function settle() {
  status(performance.now());
  const asked = /^#(\d+)$/.exec(location.hash)?.[1];
  if (asked && state.followed) Object.assign(state, { followed: false, here: Number(asked) - run.first });
  look(state.followed ? run.count - 1 : state.here);
  part("said").textContent = part("state").textContent;
  if (state.phase !== "done") return;
  if (state.stopped) {
    const last = finite(state.stopped.step, state.outcome.parameters);
    files(data.steps, last, ` of step ${last}`);
  }
  after.show(data, run, entry);
}

/** Lead to the files of a number of steps, and to the weights they end with; of a run that diverges, the last finite ones. */
function files(steps, last = run.first + steps, more = "") {
  for (const link of part("files").querySelectorAll("a")) {
    const [path, asked] = link.getAttribute("href").split("?");
    const weighed = path.startsWith("/weights.");
    link.href = `${path}?${queryOf({ ...parseQuery(asked), ...(weighed ? { trained: last } : { steps }) }, rows())}`;
    if (weighed) link.textContent = path.slice(1) + more;
  }
}

/** The last step of a run that diverges at one, whose weights are finite. */
const finite = (step, parameters) => (Object.values(parameters).flat(2).includes(null) ? step - 1 : step);

// Plots

function choices() {
  const { size, symbols, classes } = data.run;
  part("which").hidden = size < 2;
  part("entry").replaceChildren(...Array.from({ length: size }, (_, i) => new Option(symbols[i] ?? i + 1, i, i === entry, i === entry)));
  part("which").firstChild.nodeValue = classes ? "probability of " : "entry ";
}

function draw() {
  if (state.followed) state.here = Math.max(0, run.count - 1);
  plots.draw(run.count && state.phase !== "running" ? state.here : null);
  step();
}

/** While a long run goes on the plots are drawn in turn. */
function turn() {
  if (run.count < LONG) return draw();
  if (state.followed) state.here = run.count - 1;
  run.turn = ((run.turn ?? -1) + 1) % 4;
  if (run.turn === 0) run.drawn = run.count;
  if (run.turn < 3) plots.drawOne(run.turn);
  else step();
}

function status(now) {
  const { count, steps, losses } = run;
  const [loss, place] = [count ? `loss <b>${number(losses[count - 1])}</b>` : "", run.first + count];
  const words = {
    running: () => (state.before === null ? `step <b>${place}</b> of ${run.first + steps}${left(now)}` : queueText(state.before)),
    stopped: () => `stopped at step <b>${place}</b> of ${run.first + steps}`,
    done: () => (state.stopped ? divergenceText(state.stopped) : `<b>${count}</b> step${count === 1 ? "" : "s"} in ${seconds(state.took)}`),
  }[state.phase]();
  part("state").innerHTML = [words, loss].filter(Boolean).join(" · ");
  part("state").classList.toggle("wrong", Boolean(state.stopped));
  part("progress").value = count / steps;
  const name = { running: "Stop", stopped: "Resume", done: "Stop" }[state.phase];
  if (part("toggle").textContent !== name) part("toggle").textContent = name;
  part("toggle").disabled = state.phase === "done";
}

function left(now) {
  const done = run.count - state.from;
  const rest = ((now - state.since) / done) * (run.steps - run.count);
  return done && rest > 900 ? `, about ${seconds(rest)} left` : "";
}

const seconds = (ms) => (ms < 9950 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`);

// One step

/** Show the window of the step that is looked at, from what is there already. */
function step() {
  const { here } = state;
  const scrub = part("scrub");
  [scrub.min, scrub.max, scrub.value] = [run.first, run.first + Math.max(0, run.count - 1), run.first + here];
  part("here").textContent = run.first + here;
  part("explore").href = explore({ trained: run.first + here });
  part("step-loss").textContent = run.count ? `loss ${number(run.losses[here])}` : "";
  if (run.count) plots.drawWindow(here);
}

/** Look at a step; its weights and gradients are asked for once the slider rests. */
function look(here) {
  state.here = Math.max(0, Math.min(here, run.count - 1));
  draw();
  if (run.count) weights.showSoon(run.first + state.here, data.run.parameters);
}

/** The address names the step that is looked at, where one was chosen. */
function rested(at) {
  if (!state.followed) history.replaceState(null, "", `#${at}`);
}

/** The link of the run's network with other fields, on the page that steps through it. */
function explore(more) {
  return `/?${pageQueryOf({ ...fields(), ...more, steps: undefined }, rows())}`;
}

/** The pass of such a link as numbers; `problems` instead where the link is wrong. */
async function pass(more, signal) {
  const address = explore({ ...more, detail: "states" }).replace("/?", "/api/trace?");
  const response = await fetch(address, { signal, headers: { Accept: "application/json" } });
  if (response.status >= 500) throw new Error(`the server answered ${response.status}`);
  const found = await response.json();
  return response.ok ? found : { problems: found.errors.map(({ message }) => message) };
}

// Other links

const follow = createNavigation((page, good) => {
  part("equations", page).open ||= part("equations").open;
  for (const id of ["controls", "equations"]) morph(part(id), part(id, page));
  if (!good) return null;
  document.title = page.title;
  document.querySelector("h1").textContent = page.querySelector("h1").textContent;
  data = read(page);
  part("files").replaceChildren(...part("files", page).childNodes);
  begin();
  return address({ ...fields(), steps: data.steps });
});

/** Give a field another value. */
const change = (name, value) => follow(() => address(chosen(name, value)));

/** Of what was said about equations that are edited the server keeps what has a meaning with the new ones. */
const DROPPED = { system: OF_NETWORK, equations: ["system"] };

/** The fields that the controls say. Another system brings its own τ and drops what concerns the old one. */
function chosen(name, value) {
  const link = { ...fields(), steps: data.steps, [name]: value };
  for (const field of DROPPED[name] ?? []) delete link[field];
  if (name === "system") link.tau = data.taus[value] ?? link.tau;
  delete link.trained;
  return link;
}

part("controls").addEventListener("submit", (event) => event.preventDefault());
part("controls").addEventListener("change", ({ target }) => {
  if (!target.validity.valid) target.reportValidity();
  else change(target.name, target.type === "checkbox" ? String(target.checked) : target.value);
});
mountEquationEditor(part("equations"), {
  run: (text) => follow(() => `${address(chosen("equations", text))}&edit=`),
  resize: (name, size) => follow(() => address(chosen("sizes", sizesAfter(fields().sizes, name, size)))),
});
part("toggle").addEventListener("click", () => (state.phase === "running" ? stop() : goOn()));
part("restart").addEventListener("click", () => {
  history.replaceState(null, "", location.pathname + location.search);
  begin();
});
part("reseed").addEventListener("click", () => follow(() => address(chosen("seed", Number(fields().seed ?? 0) + 1))));
part("scrub").addEventListener("input", ({ target }) => {
  state.followed = false;
  look(Number(target.value) - run.first);
});
part("entry").addEventListener("change", ({ target }) => {
  entry = Number(target.value);
  plots.begin(data, run, entry);
  draw();
  if (state.phase === "done") after.show(data, run, entry);
});
addEventListener("popstate", () => {
  document.activeElement.blur();
  follow(() => location.pathname + location.search, false);
});
mountCopyButton(part("copy"), part("said"), () => new URL(address({ ...fields(), steps: data.steps }), location.href).href);
if (data.run) begin();
document.documentElement.dataset.ready = "";
