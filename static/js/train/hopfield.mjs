// The page of recall: bitmaps that are kept, the way from a start to rest, and the curve of recall against load.

import { parse, query } from "../link.mjs";
import { mountCopy } from "../look.mjs";
import { createChart } from "./run-chart.mjs";

const SIDE = 5;
const MOST = 8;
const AGAIN = 3000;
const CRITICAL = 0.138;
const part = (id) => document.getElementById(id);
const data = JSON.parse(part("data")?.textContent ?? "null");
let fields = data ? parse(data.query) : {};
let kept = [];
let start = null;
let given = null;
let charts = {};

const letters = () => (fields.task ?? data.task).split(":")[1] ?? "LTX";

function tell(text) {
  part("state").textContent = text;
}

/** The pass with what is kept and the start as they are drawn; those of the task where nothing was drawn. */
async function pass() {
  const body = { system: fields.system, tau: Number(fields.tau ?? 3), seed: Number(fields.seed ?? 0), task: `${data.task}:${letters()}` };
  if (!body.system) delete body.system;
  if (given) body.inputs = { [data.parts.memory]: kept, [data.parts.start]: start };
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  const response = await fetch("/api/trace", { method: "POST", body: JSON.stringify(body), headers });
  const found = await response.json();
  if (!response.ok) throw new Error(found.detail);
  return found.values;
}

async function run() {
  try {
    const values = await pass();
    if (!given) [kept, start] = [values[data.parts.memory], values[data.parts.start]];
    show(values);
  } catch (error) {
    tell(error.message);
  }
}

function show(values) {
  const states = [start, ...values[data.parts.state]];
  part("kept").replaceChildren(...kept.map((points, i) => item(map(points, `Pattern ${i + 1}`, () => turn(points)), letters()[i])));
  const first = item(map(start, "The start", () => turn(start)), "start");
  const rest = states.slice(1).map((points, t) => item(map(points, `State ${t + 1}`, null, states[t]), `${data.parts.state}(${t + 1})`));
  part("way").replaceChildren(first, ...rest);
  const energies = data.parts.energy ? values[data.parts.energy] : [];
  charts.energy.reset([1, Math.max(2, energies.length)]);
  energies.forEach((value, t) => charts.energy.add(0, t + 1, value));
  charts.energy.draw();
  verdict(states.at(-1), states.at(-2));
  const address = query({ ...fields, task: `${data.task}:${letters()}`, phase: "forward" }, data.fields);
  part("explore").href = `/?${address}`;
  part("explore").hidden = Boolean(given);
}

function verdict(last, before) {
  const overlaps = kept.map((points) => points.reduce((sum, point, i) => sum + point * last[i], 0) / points.length);
  const best = overlaps.indexOf(Math.max(...overlaps));
  const rests = last.every((point, i) => point === before[i]);
  const which = overlaps[best] === 1 ? `recalls pattern ${best + 1}` : `ends at no pattern; nearest is ${best + 1}, ${Math.round((1 - overlaps[best]) * last.length / 2)} points away`;
  tell(`${kept.length} pattern${kept.length === 1 ? "" : "s"} in ${last.length} units: ${which}${rests ? "" : ", and has not come to rest"}.`);
}

function item(bitmap, title) {
  const made = document.createElement("li");
  made.append(bitmap, title ?? "");
  return made;
}

/** A bitmap; with `turn` its points are buttons, else an image in which what changed since `before` is marked. */
function map(points, name, turned, before = points) {
  const made = document.createElement("div");
  made.className = "map";
  made.setAttribute("role", turned ? "group" : "img");
  made.setAttribute("aria-label", turned ? name : `${name}: ${points.filter((point, i) => point !== before[i]).length} points changed`);
  points.forEach((point, i) => {
    const cell = made.appendChild(document.createElement(turned ? "button" : "span"));
    cell.className = `${point > 0 ? "on" : ""} ${point !== before[i] ? "changed" : ""}`.trim();
    if (!turned) return;
    cell.type = "button";
    cell.setAttribute("aria-pressed", String(point > 0));
    cell.setAttribute("aria-label", `${name}, row ${Math.floor(i / SIDE) + 1}, column ${(i % SIDE) + 1}`);
    cell.addEventListener("click", () => toggle(made, i, points, turned));
  });
  return made;
}

async function toggle(made, i, points, turned) {
  points[i] = -points[i];
  const names = [...made.closest("ul").children].indexOf(made.closest("li"));
  const list = made.closest("ul").id;
  await turned();
  part(list).children[names].querySelectorAll("button")[i].focus();
}

async function turn() {
  given = true;
  await run();
}

/** Another number of letters: what was drawn stays, the next letter of the alphabet comes in. */
function keep(count) {
  const now = letters();
  const next = Object.keys(data.letters).find((letter) => !now.includes(letter));
  fields = { ...fields, task: `${data.task}:${count > now.length ? now + next : now.slice(0, -1)}` };
  if (given) kept = count > now.length ? [...kept, data.letters[next]] : kept.slice(0, -1);
  part("task").value = fields.task;
  history.replaceState(null, "", `?${query(fields, data.fields)}`);
  run();
}

async function load() {
  const response = await fetch(`/api/recall?${query(fields, data.fields)}`).catch(() => null);
  if (!response?.ok) return void setTimeout(load, AGAIN);
  const found = await response.json();
  charts.load.reset([0, Math.max(...found.load)], [0, 1]);
  found.load.forEach((x, i) => {
    charts.load.add(0, x, found.recalled[i]);
    charts.load.add(1, x, found.overlap[i]);
  });
  charts.load.mark(CRITICAL);
  charts.load.draw();
  part("load").dataset.units = found.units;
}

function begin() {
  charts = {
    energy: createChart(part("energy"), { series: ["series c0"], dots: true }),
    load: createChart(part("load"), { series: ["series c0", "series c1"], dots: true, whole: false }),
  };
  part("more").addEventListener("click", () => letters().length < MOST && keep(letters().length + 1));
  part("fewer").addEventListener("click", () => letters().length > 1 && keep(letters().length - 1));
  part("noise").addEventListener("click", () => {
    fields = { ...fields, seed: String(Number(fields.seed ?? 0) + 1) };
    part("seed").value = fields.seed;
    given = null;
    history.replaceState(null, "", `?${query(fields, data.fields)}`);
    run();
  });
  new ResizeObserver(() => Object.values(charts).forEach((chart) => chart.draw())).observe(part("energy"));
  run();
  load();
}

part("controls").addEventListener("change", ({ target, currentTarget }) => {
  if (target.name === "system" && data) currentTarget.elements.tau.value = data.taus[target.value];
  if (currentTarget.reportValidity()) currentTarget.requestSubmit();
});
mountCopy(part("copy"), part("said"));
if (data) begin();
document.documentElement.dataset.ready = "";
