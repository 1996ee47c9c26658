// Wires two links side by side: one cursor, and for each link a figure and a panel that follow it.

import { letDrawnPlotsAnswer } from "../charts/drawn-plot.mjs";
import { showAway } from "../core/request.mjs";
import { createStore } from "../core/store.mjs";
import { stepAtNode, stepsOf, timeOf } from "../cursor/cursor.mjs";
import { OpenLink } from "../cursor/open-link.mjs";
import { mountShortcuts } from "../cursor/shortcuts.mjs";
import { mountTransport } from "../cursor/transport.mjs";
import { Camera } from "../figure/camera.mjs";
import { explainWith } from "../figure/explanations.mjs";
import { mountFigure } from "../figure/figure.mjs";
import { mountFocusKeys } from "../figure/focus-keys.mjs";
import { mountGestures } from "../figure/gestures.mjs";
import { mountWindow } from "../figure/window.mjs";
import { mountPanel } from "../panel/panel.mjs";

const SETTLED = 150;
const part = (id) => document.getElementById(id);
const data = JSON.parse(part("data").textContent);
const common = { steps: stepsOf(data) };
const store = createStore({ here: data.here, playing: false, pace: 0, opened: 1 });
const href = (here) => (here ? `${data.address}&step=${here}` : data.address);
let settling = 0;

/** Where side `i` is at a common step. */
function placeOfSide(here, i) {
  return here ? data.pairs[here - 1][i] : 0;
}

/** The common step at which side `i` first comes to a step of its own; 0 before the first one. */
function firstCommon(here, i) {
  return here ? data.pairs.findIndex((pair) => pair[i] === here) + 1 : 0;
}

/** The figure and the panel of one link; a click in them moves the common cursor. Returns their store, and a promise that what they show at a common step has come. */
function mountSide(name, i) {
  const openLink = new OpenLink();
  openLink.open(data[name]);
  const side = createStore({ here: placeOfSide(data.here, i), playing: false, pace: 0, opened: 1, away: false });
  const camera = new Camera(part(`figure-${name}`));
  const ready = mountFigure(part(`figure-${name}`), camera, side, openLink);
  mountFocusKeys(part(`figure-${name}`), camera);
  mountGestures(part(`figure-${name}`), camera);
  mountWindow(part(`figure-${name}`), side, openLink);
  mountPanel(part(`panel-${name}`), side, openLink, part(i ? "said-b" : "said"), (name) => go(name));
  side.subscribe((state, changed) => {
    if (changed.has("here") && state.here !== placeOfSide(store.state.here, i)) store.set({ here: firstCommon(state.here, i), playing: false });
    if (changed.has("playing") && !state.playing) store.set({ playing: false });
    if (changed.has("away")) showAway(part("away"), sides.some(({ side }) => side.state.away));
  });
  return { side, ready: (here) => ready(placeOfSide(here, i)) };
}

/** The chains and the plot above both show the cursor's step of time, and a click in them goes to one, on the way back. */
function mountChains(element) {
  const timeAt = (here) => timeOf(common.steps[here - 1]?.at ?? "") || null;
  const goBack = (t, chains) => {
    const here = chains.map(({ dataset }) => stepAtNode(common.steps, `${dataset.state}[${t}]`, "backward")).find(Boolean);
    if (here) store.set({ here, playing: false });
  };
  const both = [...element.querySelectorAll("[data-state]")];
  const placeHere = () => (timeAt(store.state.here) ? timeAt(store.state.here) - 1 : null);
  const say = letDrawnPlotsAnswer(element, { here: placeHere, picked: (i) => goBack(i + 1, both) });
  const mark = (here) => {
    const t = String(timeAt(here));
    for (const node of element.querySelectorAll(".node[data-t]")) node.classList.toggle("here", node.dataset.t === t);
    say();
  };
  element.addEventListener("click", ({ target }) => {
    const circle = target.closest(".node[data-t]");
    if (circle) goBack(circle.dataset.t, [target.closest("[data-state]")]);
  });
  store.subscribe((state, changed) => changed.has("here") && mark(state.here));
  mark(data.here);
}

/** What stands in the formulas of a side; a parameter has no card here. */
function itsTerms(target) {
  const name = target.closest?.(".panel-card.b, .figure-card.b") ? "b" : "a";
  return { ...data[name], parameters: [], figure: part(`figure-${name}`) };
}

const sides = ["a", "b"].map(mountSide);
document.querySelectorAll(".chains").forEach(mountChains);

store.subscribe((state, changed) => {
  const { here, playing, pace } = state;
  sides.forEach(({ side }, i) => side.set({ here: placeOfSide(here, i), playing, pace }));
  if (!changed.has("here")) return;
  clearTimeout(settling);
  settling = setTimeout(() => history.replaceState(null, "", href(state.here)), SETTLED);
});
const go = mountTransport(part("transport"), store, common, href, (here) => Promise.all(sides.map(({ ready }) => ready(here))));
const moves = ["start", "back-time", "back", "forward", "forward-time", "end", "play", "pass"];
explainWith(itsTerms);
mountShortcuts(document, Object.fromEntries(moves.map((name) => [name, () => go(name)])));
document.documentElement.dataset.ready = "";
