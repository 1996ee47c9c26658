// The card of a node in the figure that nothing computes: a press on the node opens it, with its numbers to be changed there.

import { placeBeside } from "../core/beside.mjs";
import { PHONE } from "../figure/camera.mjs";

const SHOWN = ["input", "target", "parameter"];

/** The name that a node's numbers have in the link: its own, or of a parameter drawn at each step that of all; none where the link sets none. */
function nameOf({ dataset: { node, kind }, classList }, settable) {
  if (!SHOWN.includes(kind) && !classList.contains("start")) return null;
  const bare = node.replace(/\[.*$/, "");
  const name = kind === "parameter" ? bare : node;
  return name in settable || (bare in settable && !classList.contains("start")) ? name : null;
}

/** `settable()` has the arrays whose numbers the open link can set; what a node has no card for stands on the panel. */
export function mountNodeCard(element, panel, figure, store, openLink, settable) {
  const card = new NodeCard(element, panel, figure, openLink, settable);
  figure.addEventListener("click", ({ target }) => card.press(target.closest(".unfolded .node")));
  figure.addEventListener("keydown", (event) => {
    const node = event.key === "Enter" && event.target.closest(".unfolded .node");
    if (node) card.enter(node);
  });
  element.addEventListener("keydown", ({ key, defaultPrevented }) => key === "Escape" && !defaultPrevented && card.leave());
  document.addEventListener("keydown", ({ key, target }) => key === "Escape" && !element.contains(target) && card.hide());
  document.addEventListener("pointerdown", ({ target }) => !element.contains(target) && card.hide());
  figure.addEventListener("transitionend", () => card.place());
  addEventListener("resize", () => card.place());
  addEventListener("scroll", () => card.place(), { passive: true });
  store.subscribe((state, changed) => {
    if (changed.has("opened")) card.renew();
    else if (changed.has("here")) card.keepAt(openLink.steps[state.here - 1]?.at);
  });
  return card;
}

class NodeCard {
  #shown = "";
  /** The node that Enter was pressed at last, until the cursor moves or the card goes. */
  #entered = "";
  /** Done when the card that was asked for last is there. */
  #coming = Promise.resolve();

  constructor(element, panel, figure, openLink, settable) {
    Object.assign(this, { element, panel, figure, openLink, settable });
  }

  /** Show it, in the place of what else explains a node, or no longer. */
  #turn(shown) {
    if (this.element.hidden !== shown) return;
    this.element.hidden = !shown;
    this.element.closest("main").toggleAttribute("data-card", shown);
  }

  get #node() {
    return this.figure.querySelector(`.unfolded .node[data-node="${CSS.escape(this.#shown)}"]`);
  }

  /** On a phone the panel stands right below the figure: what it has itself needs no card, which would lie on it. */
  #onPanel({ dataset }) {
    return matchMedia(PHONE).matches && this.openLink.steps.some(({ at, phase }) => phase === "forward" && at === dataset.node);
  }

  /** A node was pressed. */
  press(node) {
    if (node && !this.#onPanel(node) && nameOf(node, this.settable())) this.#coming = this.#show(node);
    else this.hide();
  }

  /** Enter brings the cursor to a node; again, it leads to the numbers, on its card or on the panel. */
  async enter(node) {
    const again = this.#entered === node.dataset.node;
    if (!again) this.press(node);
    this.#entered = node.dataset.node;
    await this.#coming;
    const numbers = this.#shown ? this.element : this.panel;
    if (again) numbers.querySelector('[data-entry][tabindex="0"]')?.focus({ preventScroll: numbers === this.element });
  }

  async #show(node) {
    this.#shown = node.dataset.node;
    if (await this.#fill()) this.#turn(true);
    this.place();
  }

  /** Whether there is a card of the node that is asked for. */
  async #fill() {
    const wanted = this.#shown;
    const html = await this.#html(this.#node).catch(() => "");
    if (!html || wanted !== this.#shown) return false;
    this.element.innerHTML = html;
    return true;
  }

  async #html(node) {
    const name = node && nameOf(node, this.settable());
    if (!name) return "";
    return node.dataset.kind === "parameter" ? (await this.openLink.parameterCards())[name] : this.openLink.givenCard(name);
  }

  /** Another link is open: its numbers. */
  async renew() {
    if (this.element.hidden) return;
    if (await this.#fill()) this.place();
    else this.hide();
  }

  /** The cursor has come to a node: the card of another one goes. */
  keepAt(at) {
    if (at !== this.#shown) this.hide();
  }

  place() {
    if (this.element.hidden) return;
    const seen = this.#node?.getBoundingClientRect();
    if (seen && seen.bottom > 0 && seen.top < innerHeight) placeBeside(this.element, this.#node);
    else this.hide();
  }

  /** Back to the node. */
  leave() {
    const node = this.#node;
    this.hide();
    node?.focus({ preventScroll: true });
  }

  hide() {
    this.#turn(false);
    [this.#shown, this.#entered] = ["", ""];
  }
}
