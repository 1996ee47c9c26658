// Wires the page that trains: the run, its plots, the step that is looked at, the controls.

import { mountCopyButton } from "../core/copy.mjs";
import { ANSWERED, mountEquationEditor } from "../core/equation-editor.mjs";
import { OF_NETWORK } from "../core/field-sets.mjs";
import { edited, networkQueryOf, pageQueryOf, parseQuery, queryOf, sizesAfter } from "../core/link.mjs";
import { morph } from "../core/elements.mjs";
import { numeral } from "../core/numeral.mjs";
import { rooted } from "../core/root-path.mjs";
import { AfterTraining } from "./after-training.mjs";
import { createNavigation } from "./navigation.mjs";
import { askPatiently, createVainReport } from "./patience.mjs";
import { Replay } from "./replay.mjs";
import { LETTERS, RunPlots } from "./run-plots.mjs";
import { RunStrip } from "./run-strip.mjs";
import { duration, runText, worseText } from "./run-text.mjs";
import { listenToRun, Run } from "./run.mjs";
import { WeightPictures } from "./weight-pictures.mjs";

const [BUDGET, LEAST] = [8, 2];
const SHARE = 2;
const LONG = 400;
const APART = 80;
const WEIGHED = 900;
const part = (id, page = document) => page.getElementById(id);
const read = (page = document) => JSON.parse(part("data", page).textContent);
const still = matchMedia("(prefers-reduced-motion: reduce)");

let data = read();
let run = null;
let entry = 0;
let end = () => {};
let queue = [];
let state = {};
const gone = createVainReport(null, "The connection is gone. What you see stays; the run goes on from here when it is back…");
const replay = new Replay();
const strip = new RunStrip(part("strip"));
const plots = new RunPlots(part, (k) => choose(k));
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

/** Begin the link's run from its first step: it is played back, unless its address names a step or no motion is wanted. */
function begin() {
  end();
  queue = [];
  after.hide();
  weights.forget();
  run = new Run(data.run, data.first, data.steps);
  const asked = /^#(\d+)$/.exec(location.hash)?.[1];
  entry = data.run.letters ? LETTERS : Math.max(0, data.run.size - 1);
  state = { phase: "running", began: performance.now(), before: null, stopped: null, worse: "", read: 0, fresh: false, chosen: asked ? Number(asked) - run.first : null, here: 0 };
  replay.begin(run.steps, !asked && !still.matches);
  part("nothing")?.remove();
  for (const id of ["run", "step", "files"]) part(id).hidden = false;
  part("curves").closest("figure").toggleAttribute("hidden", !data.run.size);
  part("compared").firstChild.nodeValue = `${data.run.target ? "Target and prediction" : "Prediction"}, `;
  for (const key of document.querySelectorAll(".key .target")) key.hidden = !data.run.target;
  choices();
  strip.begin(run);
  plots.begin(data, run, entry);
  goOn();
}

function goOn() {
  Object.assign(state, { phase: "running", from: run.count, since: performance.now() });
  status(state.since); // at once: until the first frame the page would say of the new run that it is done
  files(run.steps);
  end = listenToRun(asking, () => run.count, {
    step: (text) => queue.push(text),
    waiting: (before) => Object.assign(state, { before }),
    done: (outcome) => queue.push(outcome),
    read: (took) => (state.read += took),
    away: gone,
  });
  wake();
}

/** Ask for no more steps. */
function stop() {
  end();
  queue = [];
  state.phase = "stopped";
  if (run.count) files(run.count);
}

// Frames

let awake = false;

/** Draw frame after frame while steps come or the run is played. */
function wake() {
  if (!awake) requestAnimationFrame(frame);
  awake = true;
}

/** Move on and draw, then take the steps that came, as many as there is time for beside that and the reading since the last frame. */
function frame(now) {
  const ends = performance.now() + BUDGET - state.read;
  state.read = 0;
  if (replay.playing) replay.advance(now, run.count, state.phase !== "running");
  if (state.fresh && (run.count < LONG || state.phase === "done" || now - (state.drawn ?? 0) > APART)) drawFresh(now);
  else if (state.here !== looked()) look();
  status(now);
  weighWhilePlaying(now);
  if (takeSome(Math.max(ends, performance.now() + LEAST))) state.fresh = true;
  awake = state.phase === "running" || replay.playing;
  if (awake) requestAnimationFrame(frame);
  else settle();
}

/** Draw the steps that came since all was drawn. */
function drawFresh(now) {
  Object.assign(state, { drawn: now, fresh: false, here: looked() });
  plots.draw(state.here, replay.playing);
  showStep();
}

/** Until a time a share of what waits, so that steps that come in bursts are drawn evenly; all of it once the last one is there. */
function takeSome(ends) {
  const whole = still.matches || typeof queue.at(-1) !== "string";
  const most = whole ? Infinity : Math.ceil(queue.length / SHARE);
  let taken = 0;
  while (taken < queue.length && taken < most && performance.now() < ends) take(queue[taken++]);
  queue.splice(0, taken);
  return taken;
}

function take(event) {
  if (typeof event !== "string") return finish(event);
  const step = JSON.parse(event);
  state.before = null;
  if (run.add(step)) plots.add(run.count - 1);
}

/** All steps are there. */
function finish(outcome) {
  const worse = outcome.stopped ? "" : worseText(run.losses.subarray(0, run.count));
  Object.assign(state, { phase: "done", stopped: outcome.stopped, worse, took: performance.now() - state.began });
  if (state.stopped) {
    const last = finite(state.stopped.step, outcome.parameters);
    files(data.steps, last, ` of update ${last}`);
  }
  after.show(data, run, entry);
}

/** The step that is looked at: the one that was chosen, the one that is played, else the last that is there. */
function looked() {
  const last = Math.max(0, run.count - 1);
  if (state.chosen !== null) return Math.max(0, Math.min(last, state.chosen));
  return replay.playing ? Math.min(last, Math.floor(replay.place)) : last;
}

/** Nothing moves any more: the step that is looked at is shown in full. */
function settle() {
  plots.draw(looked(), replay.playing);
  look();
  status(performance.now());
  weigh();
  part("said").textContent = part("state").textContent;
}

/** Look at a step from now on. */
function choose(k) {
  state.chosen = k;
  replay.rest(k);
  look();
  status(performance.now());
  weigh();
}

/** Play on from the step that is looked at, or, at the end, from the first; a run that was stopped is gone on with. */
function play() {
  const here = looked();
  state.chosen = null;
  replay.rest(here + 1 < run.count || state.phase !== "done" ? here : 0);
  if (!still.matches || state.phase === "done") replay.play();
  history.replaceState(null, "", location.pathname + location.search);
  if (state.phase === "stopped") goOn();
  look();
  wake();
}

function pause() {
  if (state.phase === "running") stop();
  choose(looked());
}

/** Lead to the files of a number of steps, and to the weights they end with; of a run that diverges, the last finite ones. */
function files(steps, last = run.first + steps, more = "") {
  for (const link of part("files").querySelectorAll("a")) {
    const [path, asked] = link.getAttribute("href").split("?");
    const file = path.slice(path.lastIndexOf("/") + 1);
    const weighed = file.startsWith("weights.");
    link.href = `${path}?${queryOf({ ...parseQuery(asked), ...(weighed ? { trained: last } : { steps }) }, rows())}`;
    if (weighed) link.textContent = file + more;
  }
}

/** The last step of a run that diverges at one, whose weights are finite. */
const finite = (step, parameters) => (Object.values(parameters).flat(2).includes(null) ? step - 1 : step);

// Plots

function choices() {
  const { size, symbols, classes, letters } = data.run;
  const option = (text, i) => new Option(text, i, i === entry, i === entry);
  part("which").hidden = size < 2;
  part("entry").replaceChildren(...(letters ? [option("letters", LETTERS)] : []), ...Array.from({ length: size }, (_, i) => option(`${classes ? "probability of " : "entry "}${symbols[i] ?? i + 1}`, i)));
}

function status(now) {
  const { html, wrong } = runText(run, { ...state, here: looked(), playing: replay.playing, left: left(now) });
  part("state").innerHTML = html;
  part("state").classList.toggle("wrong", wrong);
  part("run").dataset.phase = state.phase;
  part("run").toggleAttribute("data-played", replay.playing);
  const name = replay.playing || (state.phase === "running" && state.chosen === null) ? "Pause" : "Play";
  if (part("toggle").textContent !== name) part("toggle").textContent = name;
}

function left(now) {
  const done = run.count - state.from;
  const rest = ((now - state.since) / done) * (run.steps - run.count);
  return done && rest > 900 ? `, about ${duration(rest)} left` : "";
}

// One step

/** Look at the step of this moment, in plots that are drawn already. */
function look() {
  state.here = looked();
  plots.look(state.here, replay.playing);
  showStep();
}

/** Say which step is looked at, from what is there already. */
function showStep() {
  const { here } = state;
  strip.draw(here, state.stopped?.step ?? null);
  part("here").textContent = run.first + here;
  part("explore").href = explore({ trained: run.first + here });
  part("step-loss").textContent = run.count ? `loss ${number(run.losses[here])}` : "";
}

/** The weights and gradients of a step are asked for once the slider rests. */
function weigh(after) {
  if (run.count) weights.showSoon(run.first + state.here, data.run.parameters, after);
}

/** While the run is played the weights follow from time to time. */
function weighWhilePlaying(now) {
  if (!replay.playing || state.phase === "running" || now - (state.weighed ?? 0) < WEIGHED) return;
  state.weighed = now;
  weigh(0);
}

/** The address names the step that is looked at, where one was chosen. */
function rested(at) {
  if (state.chosen !== null) history.replaceState(null, "", `#${at}`);
}

/** The link of the run's network with other fields, on the page that steps through it. */
function explore(more) {
  return rooted(`/?${pageQueryOf({ ...fields(), ...more, steps: undefined }, rows())}`);
}

/** The pass of such a link as numbers, null once it is aborted; `problems` instead where the link is wrong. */
function pass(more, signal) {
  const link = pageQueryOf({ ...fields(), ...more, steps: undefined, detail: "states" }, rows());
  return askPatiently(`/api/trace?${link}`, signal).catch(({ errors }) => ({ problems: errors.map(({ message }) => message) }));
}

// Other links

const follow = createNavigation((page, good) => {
  part("equations", page).open ||= part("equations").open;
  for (const id of ["controls", "equations"]) morph(part(id), part(id, page));
  part("equations").dispatchEvent(new CustomEvent(ANSWERED, { detail: good }));
  if (!good) return null;
  document.title = page.title;
  document.querySelector("h1").textContent = page.querySelector("h1").textContent;
  data = read(page);
  for (const id of ["files", "families"]) part(id).replaceChildren(...part(id, page).childNodes);
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
  run: (text, another) => follow(() => `${address(chosen("equations", text))}&${another ? "edit=&chosen=" : edited(data.system, fields().equations)}`),
  resize: (name, size) => follow(() => address(chosen("sizes", sizesAfter(fields().sizes, name, size)))),
});
part("toggle").addEventListener("click", () => (part("toggle").textContent === "Pause" ? pause() : play()));
part("restart").addEventListener("click", () => {
  history.replaceState(null, "", location.pathname + location.search);
  begin();
});
part("reseed").addEventListener("click", () => follow(() => address(chosen("seed", Number(fields().seed ?? 0) + 1))));
part("speed").addEventListener("change", ({ target }) => (replay.speed = Number(target.value)));
part("scrub").addEventListener("input", ({ target }) => choose(Number(target.value) - run.first));
part("letters").addEventListener("click", ({ target }) => {
  const line = target.closest(".line");
  if (line) choose(Number(line.dataset.step) - run.first);
});
part("entry").addEventListener("change", ({ target }) => {
  entry = Number(target.value);
  plots.begin(data, run, entry);
  plots.draw(looked(), replay.playing);
  if (state.phase === "done") after.show(data, run, entry);
});
addEventListener("popstate", () => {
  document.activeElement.blur();
  follow(() => location.pathname + location.search, false);
});
mountCopyButton(part("copy"), part("said"), () => new URL(address({ ...fields(), steps: data.steps }), location.href).href);
if (data.run) begin();
document.documentElement.dataset.ready = "";
