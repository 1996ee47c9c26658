// The row of charts: what there is at every step, measured by the engine, following the cursor.

import { select } from "../vendor/d3/d3.mjs";
import { asked, createQuestion } from "./asking.mjs";
import { mount as mountBars } from "./charts/bars.mjs";
import { mount as mountHeat } from "./charts/heat.mjs";
import { drawSwatch, mount as mountLine } from "./charts/line.mjs";
import { numeral, percent } from "./charts/numeral.mjs";
import { drawScissors } from "./charts/scissors.mjs";
import { mount as mountTriangle, rowOf } from "./charts/triangle.mjs";
import { stepOf } from "./cursor.mjs";
import { cutsOf, toggled } from "./cuts.mjs";
import { changed } from "./link.mjs";
import { common, createReach, timeOf } from "./reach.mjs";

const SETTLED = 120;
const SHARE = 0.01;
const LOOKS = 5;
const MOST = 40;

/** `open(fields, how)` opens the page of other fields; the charts ask for their numbers once a link. */
export function mount(element, store, trace, open) {
  const part = (id) => element.querySelector(`#${id}`);
  const ask = createQuestion(store);
  const others = createOthers(part, () => compare());
  let [found, reach, settling, said] = [null, createReach([]), 0, ""];
  const chosen = { state: "", parameter: "" };

  const now = () => ({ ...store.state.fields, ...trace.all[store.state.here - 1] });
  const cuts = () => cutsOf(store.state.fields.truncate, found.tau);
  const set = (value) => open(changed(now(), "truncate", value), "push");
  const cut = (t) => set(toggled(store.state.fields.truncate, t, found.tau));
  const go = (phase) => (t) => {
    const here = stepOf(trace.all, `${chosen.state}[${t}]`, phase ?? trace.all[store.state.here - 1]?.phase);
    if (here) store.set({ here, playing: false });
  };
  const charts = {
    values: mountHeat(part("chart-values"), { picked: go("forward") }),
    gradients: mountHeat(part("chart-gradients"), { picked: go("backward") }),
    norms: mountLine(part("chart-norms"), { picked: go("backward"), extra: (svg, data, box) => drawScissors(svg, box, data, cut) }),
    parts: mountBars(part("chart-parts"), { picked: go("backward") }),
    reach: mountTriangle(part("chart-reach"), { picked: go() }),
  };

  function opened() {
    clearTimeout(settling);
    settling = setTimeout(measure, found ? SETTLED : 0);
    if (found) aim(timeOf(trace.all[store.state.here - 1]?.at));
  }

  async function measure() {
    const query = trace.query;
    element.setAttribute("aria-busy", "true");
    try {
      const answer = await ask(`/api/instruments?${query}`);
      if (!answer) return;
      found = Object.keys(answer.strips).length ? answer : null;
      refuse(found ? "" : "Nothing here runs through time.");
      reach = createReach(trace.all);
      if (!found) return;
      choices();
      draw();
      others.open(query);
    } catch (error) {
      found = null;
      refuse(`Not measured: ${error.message}.`);
    } finally {
      if (query === trace.query) element.removeAttribute("aria-busy");
    }
  }

  function refuse(words) {
    part("charts").hidden = Boolean(words);
    part("through-refused").hidden = !words;
    part("through-refused").textContent = words;
    if (words) part("removed").hidden = true;
  }

  /** A card is there where it has something to show. */
  const card = (title, shown) => (part(title).closest(".card").hidden = !shown);

  function choices() {
    chosen.state = offer(part("through-state"), Object.keys(found.strips), found.labels, chosen.state);
    const used = Object.keys(found.parameters);
    chosen.parameter = offer(part("through-parameter"), used, found.labels, chosen.parameter || Object.keys(found.radii)[0]);
  }

  function draw() {
    strips();
    compare();
    parts();
    triangle();
    removed();
    mark();
  }

  const label = (name) => found.labels[name] ?? name;
  const gradient = (name, at = "(t)") => `∂${label(found.of)}/∂${label(name)}${at}`;

  function strips() {
    const strip = found.strips[chosen.state];
    const both = { tau: found.tau, first: strip.first, units: strip.units };
    const [value, slope] = [`${label(chosen.state)}(t)`, gradient(chosen.state)];
    part("values-name").textContent = value;
    part("gradients-name").textContent = slope;
    scale(part("values-scale"), found.scales.values);
    scale(part("gradients-scale"), found.scales.gradients);
    charts.values.update({ ...both, name: value, rows: strip.values, most: found.scales.values });
    charts.gradients.update({ ...both, name: slope, rows: strip.gradients, most: found.scales.gradients, cuts: cuts() });
  }

  function compare() {
    if (!found) return;
    const norms = found.norms[chosen.state] ?? [];
    const whole = found.truncation?.states[chosen.state]?.norm;
    const own = { label: others.own(), values: norms, look: 0 };
    const beside = others.all().map(({ name, answer }, i) => curve(name, answer, chosen.state, 1 + (i % (LOOKS - 1))));
    const series = [own, ...(whole ? [{ label: "without the cut", values: whole, look: "ghost" }] : []), ...beside];
    part("norms-title").textContent = `‖${gradient(chosen.state)}‖`;
    charts.norms.update({ name: `‖${gradient(chosen.state)}‖`, tau: found.tau, series, cuts: cuts() });
    legend(part("norms-legend"), series.length > 1 ? series : []);
  }

  function parts() {
    const name = chosen.parameter;
    card("parts-title", name);
    if (!name) return;
    part("parts-title").textContent = `${gradient(name, "")}, step by step`;
    const names = { bars: `‖${gradient(name)}‖`, sums: "together so far" };
    charts.parts.update({ name: names, tau: found.tau, bars: found.parameters[name], sums: found.sums[name], cuts: cuts() });
    legend(part("parts-legend"), [{ label: names.bars, look: "bar" }, { label: names.sums, look: "sum" }]);
  }

  function triangle() {
    const triangle = chosenTriangle();
    card("reach-title", triangle);
    if (!triangle) return;
    const name = `‖∂${stateOf(triangle)}(t)/∂${stateOf(triangle)}(k)‖`;
    part("reach-title").textContent = name;
    charts.reach.update({ ...triangle, name, share: SHARE });
    said = "";
  }

  const chosenTriangle = () => found.triangles.find(({ states }) => states.some((s) => s.startsWith(`${chosen.state}[`))) ?? found.triangles[0];
  const stateOf = ({ states }) => (states.length === 1 ? label(states[0].replace(/\[.*/, "")) : "s");

  /** What the cursor changes: markers and veils, and a sentence. */
  function mark() {
    if (!found) return;
    const { here } = store.state;
    const { phase, at } = trace.all[here - 1] ?? {};
    const t = timeOf(at);
    const place = (span) => ({ at: t, ...(span ? { from: span[0], to: span[1] } : {}) });
    const forward = phase === "forward" ? reach(chosen.state, phase, here) : null;
    const backward = phase === "backward" ? reach(chosen.state, phase, here) : phase ? [1, 0] : null;
    charts.values.mark(place(forward));
    charts.gradients.mark(place(backward));
    charts.norms.mark(place(backward));
    charts.parts.mark(place(phase === "backward" ? common(entered().map((name) => reach(name, phase, here))) : backward));
    charts.reach.mark({ at: t });
    tell(t);
    aim(t);
  }

  const entered = () => found.enters[chosen.parameter] ?? [];

  function tell(t) {
    const triangle = chosenTriangle();
    if (!triangle) return;
    const stacked = triangle.states.length > 1 ? ` s stacks ${triangle.states.map((s) => s.replace(/^[^[]+/, label).replace("[", "(").replace("]", ")")).join(", ")}.` : "";
    const words = reachSaid(triangle, t, stateOf(triangle)) + stacked;
    if (words !== said) part("reach-said").textContent = said = words;
  }

  /** What the scissors are held at: the cursor's step. */
  function aim(t) {
    const button = part("cut");
    const possible = t >= 1 && t < found.tau;
    button.disabled = !possible;
    button.value = t;
    part("cut-label").textContent = possible ? `${cuts().includes(t) ? "Mend" : "Cut"} after t = ${t}` : "Cut at the cursor";
  }

  function removed() {
    const { truncation } = found;
    part("removed").hidden = !truncation;
    if (truncation) part("removed").textContent = removedSaid(truncation, chosen.state, (name, at) => gradient(name, at));
  }

  element.addEventListener("submit", (event) => {
    if (event.target.id !== "scissors") return;
    event.preventDefault();
    set(part("truncate").value.trim());
  });
  element.addEventListener("click", (event) => {
    if (event.target.closest("#cut")) cut(Number(part("cut").value));
  });
  element.addEventListener("change", ({ target }) => {
    if (target.id === "truncate") return set(target.value.trim());
    if (target.id === "through-state") chosen.state = target.value;
    else if (target.id === "through-parameter") chosen.parameter = target.value;
    else return;
    draw();
  });
  store.subscribe((state, names) => {
    if (names.has("opened")) opened();
    else if (names.has("here")) mark();
  });
  opened();
}

/** The options of a select, and which of them is chosen: what was, if it is still there. */
function offer(element, names, labels, wanted) {
  const chosen = names.includes(wanted) ? wanted : (names[0] ?? "");
  element.replaceChildren(...names.map((name) => new Option(labels[name] ?? name, name, name === chosen, name === chosen)));
  element.disabled = names.length < 2;
  return chosen;
}

function curve(name, answer, state, look) {
  const its = state in answer.strips ? state : Object.keys(answer.strips)[0];
  return { label: its === state ? name : `${name} (${answer.labels[its]})`, values: answer.norms[its] ?? [], look };
}

/** How far the state at a step reaches back, in words; at no step, at the last. */
export function reachSaid(triangle, t, name) {
  const i = t ? rowOf(triangle.steps, t) : triangle.steps.length - 1;
  const [from, row] = [triangle.steps[i], triangle.norms[i]];
  if (i === 0) return `${name}(${from}) is where the recurrence begins: nothing lies before it.`;
  const [distance, first] = [triangle.below[i], triangle.steps[0]];
  if (distance === null) return `${name}(${from}) still feels ${name}(${first}): ${numeral(row[0])}, never below 1 %.`;
  const k = from > first ? from - distance : from + distance;
  return `${name}(${from}) hardly feels ${name}(${k}): after ${distance} step${distance === 1 ? "" : "s"} less than 1 % is left.`;
}

/** What truncation took, in words. */
export function removedSaid({ cuts, parameters, states }, state, gradient) {
  const gone = Object.entries(parameters).filter(([, { share }]) => share > 0).sort(([, a], [, b]) => b.share - a.share);
  const where = cuts.length > 6 ? `${cuts.slice(0, 5).join(", ")} … ${cuts.at(-1)}` : cuts.join(", ");
  const shares = states[state]?.share ?? [];
  const most = shares.indexOf(Math.max(...shares));
  const kept = gone.length ? gone.slice(0, 4).map(([name, { share }]) => `${percent(share)} of ${gradient(name, "")}`).join(", ") : "nothing of any parameter's gradient";
  const rest = gone.length > 4 ? ` and something of ${gone.length - 4} more` : "";
  const at = shares[most] > 0 ? `; most at ${gradient(state, `(${most + 1})`)}, ${percent(shares[most])}` : "";
  return `No gradient passes back over the cut after t = ${where}. Lost: ${kept}${rest}${at}.`;
}

/** A scale of colour from −most to most. */
function scale(element, most) {
  const svg = select(element).text("").append("svg").attr("width", 52).attr("height", 8).attr("aria-hidden", "true");
  for (let i = 0; i < 13; i += 1) svg.append("rect").attr("class", `shade-${2 * i}`).attr("x", i * 4).attr("width", 4.5).attr("height", 8);
  element.prepend(`−${numeral(most)}`);
  element.append(numeral(most));
}

function legend(element, rows) {
  const list = select(element);
  list.selectAll("*").remove();
  for (const { label, look } of rows) {
    const item = list.append("li");
    drawSwatch(item.append("svg").attr("width", 26).attr("height", 12).attr("aria-hidden", "true"), look);
    item.append("span").text(label);
  }
}

/** The systems beside this one: which can be, which are, and what was measured of them. */
function createOthers(part, then) {
  const answers = new Map();
  let [systems, wanted, query, own] = [[], null, null, "this system"];
  let controller = new AbortController();
  const chosen = () => systems.filter(({ name, chosen }) => (wanted ? wanted.has(name) : chosen));

  async function open(asking) {
    if (asking === query) return then();
    controller.abort();
    controller = new AbortController();
    const { signal } = controller;
    query = asking;
    systems = [];
    try {
      ({ own, systems } = await asked(`/api/beside?${asking}`, { signal }));
    } catch {
      if (signal.aborted) return;
      query = null;
    }
    list();
    await measure(signal);
  }

  async function measure(signal) {
    await Promise.all(
      chosen().map(async ({ query }) => {
        if (answers.has(query)) return;
        const answer = await asked(`/api/instruments?${query}`, { signal }).catch(() => null);
        if (answers.size > MOST) answers.clear();
        if (answer) answers.set(query, answer);
      }),
    );
    if (!signal.aborted) then();
  }

  function list() {
    part("beside").hidden = !systems.length;
    const on = new Set(chosen().map(({ name }) => name));
    const rows = systems.map(({ name, title }) => {
      const row = document.createElement("label");
      const box = Object.assign(document.createElement("input"), { type: "checkbox", name, checked: on.has(name) });
      row.append(box, ` ${title}`);
      return row;
    });
    const field = part("beside").querySelector("fieldset");
    field.replaceChildren(field.querySelector("legend"), ...rows);
  }

  part("beside").addEventListener("change", ({ target }) => {
    wanted = new Set(chosen().map(({ name }) => name));
    if (target.checked) wanted.add(target.name);
    else wanted.delete(target.name);
    measure(controller.signal);
  });
  part("beside").addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    part("beside").open = false;
    part("beside").querySelector("summary").focus();
  });
  return {
    open,
    own: () => own,
    all: () => chosen().flatMap(({ name, query }) => (answers.has(query) ? [{ name, answer: answers.get(query) }] : [])),
  };
}
