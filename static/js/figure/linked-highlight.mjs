// What belongs together lights up together: a part of a formula, its node or arrow in the figure, its row; and a shared
// parameter everywhere it is used, with a card of its matrix, its gradient and how often it serves.

import { isDragging, meant } from "./fingers.mjs";

const PARTS = "[data-edge], [data-node], [data-name]";
const AGAIN = 120;
const GAP = 8;

/** The subject of a part of the page: an arrow, a node, a parameter. `parameters` are the names of all parameters. */
export function subjectOf(part, parameters) {
  const edge = part.closest("[data-edge]")?.dataset.edge;
  const node = part.closest("[data-node]")?.dataset.node;
  const letter = [part.closest("[data-name]:not([data-rule] *)")?.dataset.name, node].find((name) => parameters.has(name));
  const labelled = part.closest(".edge")?.dataset.params?.split(" ") ?? [];
  return { edge, node: letter ? undefined : node, letters: letter ? [letter] : part.matches(".label") ? labelled : [] };
}

/**
 * `cards()` is a promise of each parameter's card as HTML; `parameters()` are the names of the open link's parameters. A number to
 * change has none: it would lie on its matrix and on what comes of it.
 */
export function mountLinkedHighlight({ figure, panel, peek }, store, cards, parameters) {
  const highlight = new Highlight(figure, panel);
  const card = new ParameterCard(peek, panel, () => cards().catch(() => ({})));
  const enter = (part) => {
    const subject = subjectOf(part, new Set(parameters()));
    highlight.light(part, subject);
    const shown = subject.letters.length && !part.closest("[data-function], [data-entry], [data-term]") && !panel.querySelector(".number-field");
    if (shown) card.show(subject.letters[0], part, () => highlight.isLit());
    else card.hideSoon();
  };
  const leave = () => {
    highlight.clear();
    card.hideSoon();
  };

  for (const root of [figure, panel]) listen(root, peek, enter, leave);
  document.addEventListener("pointerdown", (event) => {
    const target = meant(event);
    const kept = target.closest(PARTS) ? figure.contains(target) || panel.contains(target) : peek.contains(target);
    if (event.pointerType === "touch" && !kept) leave();
  });
  peek.addEventListener("pointerenter", () => card.stay());
  peek.addEventListener("pointerleave", ({ pointerType }) => pointerType !== "touch" && leave());
  document.addEventListener("keydown", ({ key }) => key === "Escape" && card.hide());
  store.subscribe((state, changed) => changed.has("opened") && card.renew());
}

/**
 * `enter(part)` and `leave()` as the pointer or the focus comes to a part and goes; within the card nothing changes.
 * What a finger tapped stays until it taps elsewhere.
 */
function listen(root, peek, enter, leave) {
  const about = ({ target }) => target.closest(PARTS) && !peek.contains(target);
  root.addEventListener("pointerover", (event) => {
    const target = meant(event);
    if (about({ target }) && !isDragging(event)) enter(target);
  });
  root.addEventListener("pointerout", (event) => about(event) && event.pointerType !== "touch" && leave());
  let focused = null;
  root.addEventListener("focusin", ({ target }) => {
    focused = target.matches(":focus-visible") && about({ target }) ? target : null;
    if (focused) enter(target);
  });
  root.addEventListener("focusout", ({ target }) => target === focused && leave());
}

/** The parts that are lit. */
class Highlight {
  #lit = [];

  constructor(figure, panel) {
    Object.assign(this, { figure, panel });
  }

  light(part, { edge, node, letters }) {
    this.clear();
    if (edge) {
      this.#addEdges((one) => one.edge === edge);
      this.#add(this.panel, "tr[data-edge], mrow[data-edge]", (one) => one.edge === edge);
    }
    if (node) {
      this.#add(this.panel, "[data-node]", (one) => one.node === node);
      if (!this.figure.contains(part)) this.#add(this.figure, ".node", (one) => one.node === node);
    }
    for (const letter of letters) {
      this.#addEdges((one) => one.params?.split(" ").includes(letter));
      this.#add(this.panel, "[data-name]", (one) => one.name === letter);
    }
    for (const one of this.#lit) one.classList.add("tied");
  }

  /** Arrows, and the dots where they join others. */
  #addEdges(wanted) {
    this.#add(this.figure, ".edge", wanted);
    const names = new Set(this.#lit.map(({ dataset }) => dataset.edge));
    this.#add(this.figure, ".joint", ({ joint }) => names.has(joint));
  }

  #add(root, selector, wanted) {
    this.#lit.push(...[...root.querySelectorAll(selector)].filter((one) => wanted(one.dataset)));
  }

  clear() {
    for (const one of this.#lit) one.classList.remove("tied");
    this.#lit = [];
  }

  isLit() {
    return this.#lit.length > 0;
  }
}

/** The card of one parameter, at the lower end of the panel, or of a window that shows only part of it, or else at the upper one, where it does not cover what is pointed at. */
class ParameterCard {
  #hiding = 0;

  constructor(element, panel, cards) {
    Object.assign(this, { element, panel, cards });
  }

  /** Whether one of its numbers is being changed. */
  get #inUse() {
    return this.element.contains(document.activeElement) || (!this.element.hidden && this.panel.querySelector(".number-field"));
  }

  /** Another link is open: its numbers, where one of them has just been changed. */
  async renew() {
    if (!this.#inUse) return this.hide();
    const html = (await this.cards())[this.element.dataset.letter];
    if (!html) return this.hide();
    this.element.innerHTML = html;
    this.#uncover();
  }

  /** What comes of a number that was changed here is in sight beside the card. */
  #uncover() {
    const worked = this.panel.querySelector(".worked > :last-child");
    if (!worked) return;
    this.element.classList.remove("above");
    this.panel.dataset.covered = "";
    const hidden = () => Math.max(0, worked.getBoundingClientRect().bottom + GAP - this.element.getBoundingClientRect().top);
    this.panel.querySelector(".panel").scrollTop += hidden();
    scrollBy(0, hidden());
  }

  /** `wanted()` says whether the card is still wanted once it is there. */
  async show(name, part, wanted) {
    clearTimeout(this.#hiding);
    const html = (await this.cards())[name];
    if (!html || !wanted()) return;
    this.element.innerHTML = html;
    this.element.dataset.letter = name;
    this.element.hidden = false;
    this.#place(part);
    if (part.matches("button, .label")) part.setAttribute("aria-describedby", this.element.id);
  }

  #place(part) {
    this.element.classList.remove("above");
    const [mine, theirs] = [this.element.getBoundingClientRect(), part.getBoundingClientRect()];
    this.element.classList.toggle("above", this.panel.contains(part) && theirs.bottom > mine.top - 8);
  }

  stay() {
    clearTimeout(this.#hiding);
  }

  hideSoon() {
    clearTimeout(this.#hiding);
    this.#hiding = setTimeout(() => this.#inUse || this.hide(), AGAIN);
  }

  hide() {
    this.element.hidden = true;
    delete this.panel.dataset.covered;
  }
}
