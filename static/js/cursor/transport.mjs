// The transport: buttons, the player and the scrubber all move one number, `here`, the step the cursor is at.

import { setAttributes } from "../core/elements.mjs";
import { otherPass, toTimeStep } from "./cursor.mjs";

const PAUSE = 800;

/** `openLink.steps` are the steps; `href(here)` is the link of one. Returns `go(name)`, which makes a move, for the shortcuts. */
export function mountTransport(element, store, openLink, href) {
  const moves = movesOver(openLink);
  const last = () => openLink.steps.length;
  const player = createPlayer(store, () => moves.forward(store.state.here), last);
  const go = (name) => {
    const { here, playing } = store.state;
    if (name === "play") store.set(playing ? { playing: false } : { playing: true, here: here < last() ? here : 0 });
    else store.set({ here: moves[name](here), playing: false });
  };

  listen(element, store, go, player);
  store.subscribe((state, changed) => {
    if (changed.has("here") || changed.has("opened")) show(element, state.here, href, moves);
    if (!changed.has("playing") && !changed.has("opened")) return;
    showPlaying(element, state.playing);
    player.follow();
  });
  return (name) => last() && go(name);
}

/** The moves by name: from a step to another one. */
function movesOver(openLink) {
  const last = () => openLink.steps.length;
  return {
    start: () => 0,
    "back-time": (here) => toTimeStep(openLink.steps, here, -1),
    back: (here) => Math.max(0, here - 1),
    forward: (here) => Math.min(last(), here + 1),
    "forward-time": (here) => toTimeStep(openLink.steps, here, 1),
    end: () => last(),
    pass: (here) => otherPass(openLink.steps, here),
  };
}

/** Steps on by a clock while the store says that it plays, as far as the last step. */
function createPlayer(store, next, last) {
  let timer = 0;
  let speed = 1;
  const tick = () => {
    const here = next();
    store.set({ here, playing: here < last() });
  };
  const follow = () => {
    clearInterval(timer);
    if (store.state.playing) timer = setInterval(tick, PAUSE / speed);
  };
  const setSpeed = (value) => {
    speed = value;
    follow();
  };
  return { follow, setSpeed };
}

function listen(element, store, go, player) {
  element.addEventListener("click", (event) => {
    const button = event.target.closest("[data-go]");
    if (!button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(button.dataset.go);
  });
  element.addEventListener("input", (event) => {
    if (event.target.id === "scrubber") store.set({ here: Number(event.target.value), playing: false });
  });
  element.addEventListener("change", (event) => {
    if (event.target.id === "speed") player.setSpeed(Number(event.target.value));
  });
}

function showPlaying(element, playing) {
  const button = element.querySelector('[data-go="play"]');
  button?.setAttribute("aria-pressed", String(playing));
  button?.setAttribute("aria-label", playing ? "Pause" : "Play");
}

/** Show where the cursor is: the count, the scrubber, what lies ahead, and where the buttons lead. */
function show(element, here, href, moves) {
  const scrubber = element.querySelector("#scrubber");
  if (!scrubber) return;
  scrubber.value = here;
  element.querySelector("output").textContent = here;
  reach(element.querySelector(".ahead"), (100 * here) / scrubber.max);
  for (const [name, move] of Object.entries(moves)) {
    const link = element.querySelector(`a[data-go="${name}"]`);
    if (link) lead(link, move(here) !== here && href(move(here)));
  }
}

/** Veil what lies ahead of a place, in per cent of the strip. */
function reach(veil, place) {
  const rounded = (share) => `${Number(share.toFixed(3))}%`;
  setAttributes(veil, { x: rounded(place), width: rounded(100 - place) });
}

/** Let a link lead somewhere, or nowhere. */
function lead(link, address) {
  const put = (name, value) => (value ? link.setAttribute(name, value) : link.removeAttribute(name));
  put("href", address);
  put("role", !address && "link");
  put("aria-disabled", !address && "true");
}
