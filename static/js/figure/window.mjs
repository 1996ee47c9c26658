// A long run is shown in part: what stands for hidden steps, and the strip of all of them, bring the cursor there.

import { set } from "../core/attributes.mjs";
import { stepOf } from "../cursor/cursor.mjs";
import { sliding } from "../core/slide.mjs";

const PARTS = ".overview, .stub[data-stub]";

/** The variable and the steps that a stub hides: h from 5 to 9 for `h[5…9]`; null for what is no stub. */
export function hidden(id) {
  const [, name, first, last] = /^(.+)\[(-?\d+)…(-?\d+)\]$/.exec(id) ?? [];
  return name ? { name, first: Number(first), last: Number(last) } : null;
}

/** Whether a stub stands for a node. */
export function hides(stub, id) {
  const found = hidden(stub);
  const [, name, t] = /^(.+)\[(-?\d+)\]$/.exec(id ?? "") ?? [];
  return found !== null && name === found.name && t >= found.first && t <= found.last;
}

/** Of hidden steps the one that lies nearest to the cursor's; the first of them where it is at none. */
export function nearest({ first, last }, t) {
  return t === null ? first : Math.min(Math.max(t, first), last);
}

/** A window as wide as it was, around a step: `40..44` around 8 is `6..10`. */
export function moved(window, t, tau) {
  const [first, last] = window.split("..").map((end) => (end === "tau" ? tau : Number(end)));
  const wide = Math.min(last - first, tau - 1);
  const from = Math.min(Math.max(1, t - Math.floor(wide / 2)), tau - wide);
  return `${from}..${from + wide}`;
}

/** Where a variable, or else anything, is walked at a step. */
export function placeAt(steps, name, t, phase) {
  const ends = `[${t}]`;
  const any = steps.find((step) => step.at.endsWith(ends) && step.phase === phase) ?? steps.find((step) => step.at.endsWith(ends));
  return stepOf(steps, `${name}[${t}]`, phase) || steps.indexOf(any) + 1;
}

/** What can be pressed of a drawing that has just come: names, roles, places in the order of the Tab key. */
export function dress(figure) {
  for (const stub of figure.querySelectorAll(".stub[data-stub]")) {
    const { name, first, last } = hidden(stub.dataset.stub);
    set(stub, { tabindex: 0, role: "button", "aria-label": `${name}(${first}) to ${name}(${last}) are hidden: bring them` });
  }
  const strip = figure.querySelector(".overview");
  if (strip) set(strip, { tabindex: 0, role: "slider", "aria-label": "Step of the run", "aria-valuemin": 1 });
}

/** `open(fields, how)` opens the page of other fields, where the link itself says which steps are shown. */
export function mountWindow(element, store, trace, open) {
  const now = () => trace.all[store.state.here - 1] ?? {};
  const timed = () => /^(.+)\[(\d+)\]/.exec(now().at ?? "") ?? [];
  const tau = () => Math.max(1, ...trace.all.map(({ at }) => Number(/\[(\d+)\]/.exec(at)?.[1] ?? 1)));
  const strip = () => element.querySelector(".overview");

  function go(t, name = timed()[1]) {
    const here = placeAt(trace.all, name, t, now().phase ?? "forward");
    const { fields } = store.state;
    if (here && fields?.window) open({ ...fields, ...trace.all[here - 1], window: moved(fields.window, t, tau()) }, "push");
    else if (here) store.set({ here, playing: false });
  }

  function pressed(event) {
    const stub = event.target.closest(".stub[data-stub]");
    const found = stub && hidden(stub.dataset.stub);
    if (found) go(nearest(found, timed()[2] ? Number(timed()[2]) : null), found.name);
    else go(stepAt(strip(), event.clientX, tau()));
  }

  /** What the strip says of the cursor. */
  function tell() {
    const t = Number(timed()[2] ?? 1);
    if (strip()) set(strip(), { "aria-valuemax": tau(), "aria-valuenow": t, "aria-valuetext": timed()[2] ? `t = ${t}` : "at no step" });
  }

  element.addEventListener("click", (event) => event.target.closest(PARTS) && pressed(event));
  element.addEventListener("keydown", (event) => {
    if (event.target.matches(".overview")) sliding(event, Number(timed()[2] ?? 0), tau(), go);
    if (!event.target.matches(".stub") || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    pressed(event);
  });
  element.addEventListener("focusin", tell);
  store.subscribe((state, changed) => (changed.has("here") || changed.has("opened")) && tell());
  tell();
}

/** The step of a strip that lies under a place on the screen. */
function stepAt(strip, x, tau) {
  const { left, width } = strip.querySelector(".frame").getBoundingClientRect();
  return Math.min(tau, Math.max(1, Math.ceil(((x - left) / width) * tau)));
}
