// Wires two links side by side: one cursor, and for each link a figure and a panel that follow it.

import { mountFocusKeys } from "../figure/focus-keys.mjs";
import { tellAway } from "../core/request.mjs";
import { walk } from "../cursor/cursor.mjs";
import { mountFigure } from "../figure/figure.mjs";
import { mountShortcuts } from "../cursor/shortcuts.mjs";
import { mountPanel } from "../panel/panel.mjs";
import { placeOf } from "./pairs.mjs";
import { createSteps } from "../cursor/open-link.mjs";
import { createStore } from "../core/store.mjs";
import { mountTransport } from "../cursor/transport.mjs";
import { mountWindow } from "../figure/window.mjs";

const SETTLED = 150;
const part = (id) => document.getElementById(id);
const data = JSON.parse(part("data").textContent);
const trace = { all: walk(data.forward, data.backward) };
const store = createStore({ here: data.here, playing: false, opened: 1 });
const href = (here) => (here ? `${data.address}&step=${here}` : data.address);
let settling = 0;

const sides = ["a", "b"].map((name, i) => {
  const steps = createSteps();
  steps.open(data[name]);
  const own = createStore({ here: data.pairs[data.here - 1]?.[i] ?? 0, playing: false, opened: 1, away: false });
  mountFigure(part(`figure-${name}`), own, steps);
  mountFocusKeys(part(`figure-${name}`));
  mountWindow(part(`figure-${name}`), own, steps);
  mountPanel(part(`panel-${name}`), own, steps, part(i ? "said-b" : "said"));
  own.subscribe((state, changed) => {
    if (changed.has("here") && state.here !== placed(store.state.here, i)) store.set({ here: placeOf(data.pairs, i, state.here), playing: false });
    if (changed.has("away")) tellAway(part("away"), sides.some((side) => side.state.away));
  });
  return own;
});

function placed(here, i) {
  return here ? data.pairs[here - 1][i] : 0;
}

store.subscribe((state, changed) => {
  if (!changed.has("here")) return;
  sides.forEach((side, i) => side.set({ here: placed(state.here, i) }));
  clearTimeout(settling);
  settling = setTimeout(() => history.replaceState(null, "", href(state.here)), SETTLED);
});
const go = mountTransport(part("transport"), store, trace, href);
const moves = ["start", "back-time", "back", "forward", "forward-time", "end", "play", "pass"];
mountShortcuts(document, Object.fromEntries(moves.map((name) => [name, () => go(name)])));
document.documentElement.dataset.ready = "";
