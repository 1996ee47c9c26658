// The transport: buttons, the player and the scrubber all move one number, `here`, the step the cursor is at.

import { setAttributes } from "../core/elements.mjs";
import { otherPass, toTimeStep } from "./cursor.mjs";
import { stopsOf } from "./pace.mjs";

/** The milliseconds after which the cursor rests; so long the buttons, which a press makes no links of, may lead elsewhere. */
const RESTS = 150;

/**
 * `openLink.steps` are the steps; `href(here)` is the link of one; `ready(here)` is a promise that all which is shown at one has
 * come, or that the play has ended. Returns `go(name)`, which makes a move, for the shortcuts.
 */
export function mountTransport(element, store, openLink, href, ready) {
  const moves = movesOver(openLink);
  const last = () => openLink.steps.length;
  const chosen = (id) => element.querySelector(id).value;
  const player = new Player(store, ready, () => stopsOf(openLink.steps, chosen("#by"), Number(chosen("#speed"))));
  const go = (name) => {
    const { here, playing } = store.state;
    if (name === "play") store.set(playing ? { playing: false } : { playing: true, here: here < last() ? here : 0 });
    else store.set({ here: moves[name](here), playing: false });
  };

  let resting = 0;
  /** Where the buttons lead follows the cursor once it rests, and at once where one leads nowhere, or did. */
  const follow = ({ here, playing }) => {
    clearTimeout(resting);
    const now = here === 0 || here === last() || element.querySelector("[data-go][aria-disabled]");
    if (now) lead(element, here, href, moves);
    else if (!playing) resting = setTimeout(() => lead(element, here, href, moves), RESTS);
  };

  listen(element, store, go, player);
  store.subscribe((state, changed) => {
    if (changed.has("here") || changed.has("opened")) show(element, state.here);
    if (changed.has("here") || changed.has("opened") || changed.has("playing")) follow(state);
    if (state.playing) tellPlay(element, changed);
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

/**
 * Goes on by a clock while the store says that it plays, as far as the last stop. What is shown at a stop is asked for as the one
 * before is shown, and the cursor goes there once it has come, so that it is never at what is not drawn; stops that are late by
 * then are left out.
 */
class Player {
  /** Counts how often it has begun, or been told not to go on. */
  #times = 0;

  constructor(store, ready, stops) {
    Object.assign(this, { store, ready, stops });
  }

  /** Begin, or no longer; or go on as is chosen now. */
  follow() {
    this.#times += 1;
    if (this.store.state.playing) this.#play(this.stops(), this.#times);
  }

  async #play(stops, time) {
    const last = stops.at(-1);
    let [went, due] = [performance.now(), performance.now()];
    while (time === this.#times) {
      const stop = stops.find(({ here, lasts }) => here > this.store.state.here && (due += lasts) > went) ?? last;
      await Promise.all([this.ready(stop.here), after(due - went)]);
      if (time !== this.#times) return;
      const now = performance.now();
      const pace = Math.max(stop.lasts, now - went);
      went = now;
      this.store.set({ here: stop.here, pace, playing: stop !== last });
    }
  }
}

const after = (time) => new Promise((then) => setTimeout(then, time));

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
    if (event.target.matches("#speed, #by")) player.follow();
  });
}

/** Tell the page, by the names that this has for a film, that a play begins, and that it goes on. */
function tellPlay(element, changed) {
  const what = changed.has("playing") ? "play" : changed.has("here") ? "timeupdate" : null;
  if (what) element.dispatchEvent(new Event(what, { bubbles: true }));
}

function showPlaying(element, playing) {
  const button = element.querySelector('[data-go="play"]');
  if (!button) return;
  const name = playing ? "Pause" : "Play";
  setAttributes(button, { "aria-pressed": String(playing), "aria-label": name, title: `${name} (Space)` });
}

/** Show where the cursor is: the count, the scrubber, and what lies ahead. */
function show(element, here) {
  const scrubber = element.querySelector("#scrubber");
  if (!scrubber) return;
  scrubber.value = here;
  element.querySelector("output").textContent = here;
  reach(element.querySelector(".ahead"), (100 * here) / scrubber.max);
}

/** Have the buttons lead to other steps, for who opens or copies them as links. */
function lead(element, here, href, moves) {
  for (const [name, move] of Object.entries(moves)) {
    const link = element.querySelector(`a[data-go="${name}"]`);
    if (link) leadTo(link, move(here) !== here && href(move(here)));
  }
}

/** Veil what lies ahead of a place, in per cent of the strip. */
function reach(veil, place) {
  const rounded = (share) => `${Number(share.toFixed(3))}%`;
  setAttributes(veil, { x: rounded(place), width: rounded(100 - place) });
}

/** Let a link lead somewhere, or nowhere. */
function leadTo(link, address) {
  const put = (name, value) => (value ? link.setAttribute(name, value) : link.removeAttribute(name));
  put("href", address);
  put("role", !address && "link");
  put("aria-disabled", !address && "true");
}
