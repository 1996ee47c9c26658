// A long run is shown in part: a press on a stub of hidden steps, or on the strip of all steps, brings the cursor there.

import { setAttributes } from "../core/elements.mjs";
import { boxOf } from "../core/outline-box.mjs";
import { slideByKey } from "../core/slide.mjs";
import { stepAtNode } from "../cursor/cursor.mjs";

/** How far around a strip it is pressed, in the drawing's own measure: less than what is drawn above it keeps away. */
const GRIP = 16;
const PARTS = ".overview, .stub[data-stub]";

/** The variable and the steps that a stub hides: h from 5 to 9 for `h[5…9]`; null for the id of no stub. */
export function hiddenSteps(id) {
  const [, name, first, last] = /^(.+)\[(-?\d+)…(-?\d+)\]$/.exec(id) ?? [];
  return name ? { name, first: Number(first), last: Number(last) } : null;
}

/** Whether a stub stands for a node. */
export function stubHides(stub, id) {
  const found = hiddenSteps(stub);
  const [, name, t] = /^(.+)\[(-?\d+)\]$/.exec(id ?? "") ?? [];
  return found !== null && name === found.name && t >= found.first && t <= found.last;
}

/** The hidden step that is nearest to the cursor's step t; the first of them where the cursor is at none. */
export function nearestHidden({ first, last }, t) {
  return t === null ? first : Math.min(Math.max(t, first), last);
}

/** A window as wide as it was, around a step: `40..44` around 8 is `6..10`. */
export function windowAround(window, t, tau) {
  const [first, last] = window.split("..").map((end) => (end === "tau" ? tau : Number(end)));
  const wide = Math.min(last - first, tau - 1);
  const from = Math.min(Math.max(1, t - Math.floor(wide / 2)), tau - wide);
  return `${from}..${from + wide}`;
}

/** The step of the cursor at which a variable has time step t, or else any variable has. */
export function stepAtTime(steps, name, t, phase) {
  const ends = `[${t}]`;
  const any = steps.find((step) => step.at.endsWith(ends) && step.phase === phase) ?? steps.find((step) => step.at.endsWith(ends));
  return stepAtNode(steps, `${name}[${t}]`, phase) || steps.indexOf(any) + 1;
}

/** Let the stubs and the strip of a new drawing be pressed: a name, a role and a place in the order of the Tab key. */
export function makePressable(figure) {
  for (const stub of figure.querySelectorAll(".stub[data-stub]")) {
    const { name, first, last } = hiddenSteps(stub.dataset.stub);
    const [said] = (stub.dataset.sentence ?? stub.querySelector("title")?.textContent ?? name).split(" at t = ");
    setAttributes(stub, { tabindex: 0, role: "button", "aria-label": `${said}(${first}) to ${said}(${last}) are hidden: bring them` });
  }
  const strip = figure.querySelector(".overview");
  if (!strip) return;
  setAttributes(strip, { tabindex: 0, role: "slider", "aria-label": "Step of the run", "aria-valuemin": 1 });
  layGrip(strip);
}

/** A strip is thin: what lies close above and below it, where nothing is drawn, is pressed as the strip is. */
function layGrip(strip) {
  const boxes = [...strip.querySelectorAll(".frame")].map(boxOf);
  const [left, right] = [Math.min(...boxes.map(({ x }) => x)), Math.max(...boxes.map(({ x, width }) => x + width))];
  const [top, low] = [Math.min(...boxes.map(({ y }) => y)), Math.max(...boxes.map(({ y, height }) => y + height))];
  const grip = strip.querySelector(".grip") ?? document.createElementNS(strip.namespaceURI, "rect");
  if (!grip.parentNode) strip.prepend(grip);
  setAttributes(grip, { class: "grip", x: left - GRIP, y: top - GRIP, width: right - left + 2 * GRIP, height: low - top + 2 * GRIP });
}

/** `open(fields, how)` opens the page of other fields, where the link itself says which steps are shown. */
export function mountWindow(element, store, openLink, open) {
  const now = () => openLink.steps[store.state.here - 1] ?? {};
  const tau = () => lastStep(openLink.steps);
  const strip = () => element.querySelector(".overview");

  function go(t, name = timed(now()).name) {
    const here = stepAtTime(openLink.steps, name, t, now().phase ?? "forward");
    const { fields } = store.state;
    if (here && fields?.window) open({ ...fields, ...openLink.steps[here - 1], window: windowAround(fields.window, t, tau()) }, "push");
    else if (here) store.set({ here, playing: false });
  }

  function press(event) {
    const stub = event.target.closest(".stub[data-stub]");
    const found = stub && hiddenSteps(stub.dataset.stub);
    if (found) go(nearestHidden(found, timed(now()).t ?? null), found.name);
    else go(stepAt(strip(), event.clientX, tau()));
  }

  const describe = () => strip() && describeStrip(strip(), timed(now()).t, tau());
  listen(element, press, (event) => slideByKey(event, timed(now()).t ?? 0, tau(), go));
  element.addEventListener("focusin", describe);
  store.subscribe((state, changed) => (changed.has("here") || changed.has("opened")) && describe());
  describe();
}

/** The variable and the time step of a place of the cursor; neither where it is at none. */
function timed({ at }) {
  const [, name, t] = /^(.+)\[(\d+)\]/.exec(at ?? "") ?? [];
  return name ? { name, t: Number(t) } : {};
}

function lastStep(steps) {
  return Math.max(1, ...steps.map(({ at }) => Number(/\[(\d+)\]/.exec(at)?.[1] ?? 1)));
}

/** A stub is pressed by a click, Enter or the space bar, the strip by a click; on the strip keys move along the steps. */
function listen(element, press, slide) {
  element.addEventListener("click", (event) => event.target.closest(PARTS) && press(event));
  element.addEventListener("keydown", (event) => {
    if (event.target.matches(".overview")) slide(event);
    if (!event.target.matches(".stub") || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    press(event);
  });
}

/** Tell screen readers where on the strip the cursor is. */
function describeStrip(strip, t, tau) {
  setAttributes(strip, { "aria-valuemax": tau, "aria-valuenow": t ?? 1, "aria-valuetext": t === undefined ? "at no step" : `t = ${t}` });
}

/** The step of a strip that lies under a place on the screen. */
function stepAt(strip, x, tau) {
  const { left, width } = strip.querySelector(".frame").getBoundingClientRect();
  return Math.min(tau, Math.max(1, Math.ceil(((x - left) / width) * tau)));
}
