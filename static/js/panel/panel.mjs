// The panel beside the figure: the equations of the current step with their numbers, and a line of it for screen readers.

import { createAwayReport } from "../core/request.mjs";
import { Hold } from "../cursor/hold.mjs";

const [REST, LATE, AGAIN] = [250, 150, 2000];

/** `openLink.panel(here)` brings the HTML, rendered from the template that the page itself is made of; `go(name)` makes a move of the cursor. */
export function mountPanel(element, store, openLink, status, go) {
  const view = new PanelView(element, store, openLink, status);
  store.subscribe((state, changed) => {
    if (changed.has("opened")) {
      nameBlankButton(element);
      view.begin();
    } else if (changed.has("here")) view.show(state.here);
  });
  element.addEventListener("toggle", ({ target }) => target.matches("[data-kept]") && view.turned(target), true);
  element.addEventListener("click", (event) => follow(event, go));
  element.addEventListener("click", ({ target }) => target.id === "blank" && store.set({ blank: toggleBlank(element) }));
  view.begin();
}

/** A link of the panel that makes a move of the cursor makes it here, unless it is to open elsewhere. */
function follow(event, go) {
  const link = event.target.closest("[data-go]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go(link.dataset.go);
}

class PanelView {
  #resting = 0;
  #opened = new Set();
  /** Whether it was scrolled: to ask where it is would have it laid out. */
  #scrolled = false;

  constructor(element, store, openLink, status) {
    Object.assign(this, { element, store, openLink, status, away: createAwayReport(store) });
    this.hold = new Hold(store, (here) => openLink.panel(here), (here) => this.show(here));
    element.addEventListener("scroll", () => (this.#scrolled = true), { capture: true, passive: true });
  }

  /** The panel of a new link is there already; what its first step will need is fetched once the link rests. */
  begin() {
    this.hold.begin(this.store.state.here);
    makeReachable(this.element);
    tellContents(this.element);
    clearTimeout(this.#resting);
    if (this.openLink.steps.length) this.#resting = setTimeout(() => this.openLink.prepare(this.store.state.here).catch(() => {}), REST);
  }

  /** Show the panel of a step; it says that it is busy where the answer is late. */
  async show(here) {
    const body = this.element.querySelector(".panel");
    if (here === this.hold.shown) return body.removeAttribute("aria-busy");
    this.hold.awaits();
    const late = setTimeout(() => here === this.store.state.here && body.setAttribute("aria-busy", "true"), LATE);
    try {
      const panel = await this.openLink.panel(here);
      this.hold.has();
      if (here !== this.store.state.here) return this.hold.awaits();
      this.#fill(body, panel, here);
      body.removeAttribute("aria-busy");
      this.hold.shows(here);
      if (!this.store.state.playing) this.openLink.lookAhead(here).catch(() => {});
    } catch {
      this.hold.lose(here);
    } finally {
      clearTimeout(late);
    }
  }

  #fill(body, panel, here) {
    const moved = body.contains(document.activeElement) && document.activeElement.matches("[data-go]");
    this.#seeOpened(body);
    body.innerHTML = panel.html;
    if (moved) body.querySelector("[data-go]")?.focus({ preventScroll: true });
    makeReachable(body);
    tellContents(this.element);
    for (const kept of body.querySelectorAll("[data-kept]")) kept.open = this.#opened.has(kept.dataset.kept);
    if (this.#scrolled) body.scrollTop = 0;
    this.#scrolled = false;
    this.status.textContent = `Node ${here} of ${this.openLink.steps.length}. ${panel.said}`;
  }

  /** What is open at one step is open at the next; it is looked for as that comes, since it is told of later, and a key may be quicker. */
  #seeOpened(body) {
    for (const { open, dataset } of body.querySelectorAll("[data-kept]")) this.#opened[open ? "add" : "delete"](dataset.kept);
  }

  /** A matrix is fetched when it is first looked at. */
  turned({ open, isConnected, dataset: { matrix }, lastElementChild: place }) {
    if (isConnected && open && matrix && !place.querySelector("pre")) this.#bringArray(place, matrix);
  }

  async #bringArray(place, matrix) {
    place.replaceChildren(document.createElement("pre"));
    try {
      place.firstChild.textContent = await this.openLink.array(matrix);
      this.away(false);
    } catch {
      place.replaceChildren();
      this.away(true);
      setTimeout(() => this.turned(place.parentElement), AGAIN);
    }
  }
}

/**
 * Let the keyboard come to what a formula is made of: once to each sign and to each name, and to every value of a step; in
 * the backward pass it comes to the rows of what arrived.
 */
function makeReachable(element) {
  for (const kind of ["term", "name"]) {
    const parts = [...element.querySelectorAll(`.sums:not(.numbers) [data-${kind}]:not([data-node])`)].reverse();
    for (const part of new Map(parts.map((part) => [part.dataset[kind], part])).values()) part.setAttribute("tabindex", 0);
  }
  if (element.querySelector(".badge.backward")) return;
  for (const part of element.querySelectorAll(".sums:not(.numbers, .nested) mrow[data-time][data-node]")) part.setAttribute("tabindex", 0);
}

/**
 * Say what a panel holds: a step, and numbers that are worked out. A selector that looks into it would be tried again
 * at every change of the page.
 */
function tellContents(element) {
  element.toggleAttribute("data-step", element.querySelector(".badge") !== null);
  element.toggleAttribute("data-answers", element.querySelector(".numbers [data-answer], .arrived") !== null);
}

/** Hide the numbers that are worked out, or show them again; the answer is whether they are hidden now. */
function toggleBlank(element) {
  const blank = document.documentElement.toggleAttribute("data-blank");
  nameBlankButton(element);
  return blank;
}

/** Write on the button what it does next. */
function nameBlankButton(element) {
  const hidden = document.documentElement.hasAttribute("data-blank");
  const button = element.querySelector("#blank");
  button.textContent = hidden ? "Show answers" : "Hide answers";
  button.title = `${hidden ? "Show" : "Hide"} the numbers that are worked out here${hidden ? "" : ", to work them out yourself"}`;
}
