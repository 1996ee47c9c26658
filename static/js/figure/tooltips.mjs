// Tooltips: a sentence that says what a thing is, while it is pointed at or has the focus. Escape puts it away, and so does what one types or drags.

import { placeBeside } from "../core/beside.mjs";
import { setWords } from "../core/words.mjs";
import { isDragging, meant } from "./fingers.mjs";
import { called, waitingAt } from "./waiting.mjs";

const [LATER, SOON] = [500, 150];

/** The parts that are explained beside those that carry their sentence (`data-tip`): the first row that fits counts. */
const TIPS = [
  [".delay", (delay) => `The square, black on paper, is ${lower(describeDelay(delay).join(": "))}.`],
  [".node.start", (node) => `${sentence(node)}. Dashed: the recurrence starts here; no step computes it. ${waitingAt(node)}`],
  [".node.cut, .edge.cut", () => "Dashed: the gradient is cut here and does not come back."],
  [".stub[data-stub]", () => "Dashed: hidden steps. Press it to bring the nearest of them."],
  [".overview", () => "All steps of the run, coloured by norm; the frame is around those above. Press a place to go there."],
  [".edge[data-source]", (edge) => `${sentence(edge)}.`],
  [".node", (node) => `${sentence(node)}. ${waitingAt(node)}`],
  [".panel :is([data-node], [data-edge])", term],
];

const lower = (text) => text[0].toLowerCase() + text.slice(1);

/** A delay by name, and what it does; of a negative lag a step ahead. */
export function describeDelay(delay) {
  const lag = Number(delay.closest(".edge")?.dataset.lag ?? 1);
  const steps = Math.abs(lag) === 1 ? "one step" : `${Math.abs(lag)} steps`;
  if (lag < 0) return [`A look ahead by ${steps}`, `what leaves it now comes in ${steps} later`];
  return [`A delay of ${steps}`, `what leaves it now came in ${steps} ago`];
}

const sentence = (node) => node.dataset.sentence ?? "";

/** A part of a formula: a value is what its node in the figure is. */
function term({ dataset: { node, edge, adjoint } }) {
  if (!node) return way(edge);
  if (adjoint) return `The gradient at ${called(node)}: how what is differentiated changes with it.`;
  const drawn = document.querySelector(`.figure .node[data-node="${CSS.escape(node)}"]`);
  return drawn ? `${sentence(drawn)}.` : "";
}

function way(id) {
  const [source, target] = id.split("->").map(called);
  const along = `What comes back along the arrow from ${source} to ${target}: the part of the gradient that is due to ${target}.`;
  return target ? along : `What comes from ${source} itself, where the backward pass begins.`;
}

/** The part that carries its sentence; a control has that as a title, which a finger and the keyboard never see. */
function tipped(target) {
  const part = target.closest?.("[data-tip], .control[title]");
  if (part?.title) {
    part.dataset.tip = part.title;
    part.removeAttribute("title");
  }
  return part;
}

/** What says the sentence for a part, and what it is of: of a term that of its own, of a parameter none, for it has a card. */
function explanationOf(target, { parameters, terms }) {
  const sign = target.closest?.("[data-term], .edge[data-function] > .label");
  const word = sign && terms()[sign.dataset.term ?? sign.parentElement.dataset.function];
  if (word) return { of: sign, text: () => word };
  if (parameters().includes(target.closest?.(".panel [data-name]")?.dataset.name)) return null;
  const own = tipped(target);
  if (own) return { of: own, text: () => own.dataset.tip ?? "" };
  for (const [selector, text] of TIPS) {
    const of = target.closest?.(selector);
    if (of) return { of, text: () => text(of) };
  }
  return null;
}

/** What a tip had rather not lie on: the buttons that step, nodes and letters of the figure; that of a tap, which stays, the answer too. */
const [FREE, ANSWER] = [".transport [data-go], .figure :is(.node .disc, .label)", ".panel > *"];
/** The node of a figure that a tip lies on where the pointer is, or what else is there. */
const nodeUnder = ({ clientX, clientY, target }) => document.elementsFromPoint(clientX, clientY).find((part) => part.closest(".figure .node")) ?? target;

/** What a tap opens or changes, and does not ask about. */
const CHOOSING = "select, input, summary, label:has(input), [role=tooltip]";

/** `parameters()` are those whose letters in a formula show more than a sentence, `terms()` the sentence of each sign and function. */
export function mountTooltips(page = document, known = { parameters: () => [], terms: () => ({}) }) {
  const tip = new Tooltip(page);
  const explain = (target) => explanationOf(target, known);

  page.addEventListener("pointerover", (event) => (tip.is(event.target) ? tip.stay() : tip.point(isDragging(event) ? null : explain(event.target))));
  page.addEventListener("pointermove", (move) => tip.is(move.target) && tip.rest(explain(nodeUnder(move))));
  page.addEventListener("pointerout", ({ target, pointerType }) => pointerType !== "touch" && (tip.is(target) || explain(target)) && tip.leave());
  page.addEventListener("focusin", ({ target }) => {
    const found = target.matches(":focus-visible") && explain(target);
    if (found) tip.focus(found);
  });
  page.addEventListener("focusout", () => tip.blur());
  page.addEventListener("keydown", ({ key }) => key === "Escape" && tip.hide());
  page.addEventListener("input", () => tip.hide());
  page.addEventListener("scroll", () => tip.moved(), { capture: true, passive: true });
  page.addEventListener("pointerdown", ({ target }) => !tip.is(target) && tip.hide());
  page.addEventListener("pointerup", (tap) => tap.pointerType === "touch" && !tap.target.closest(CHOOSING) && tip.point(asTapped(explain(meant(tap))), true));
}

/** What is said of what a finger taps: of a node also what it waited for as it was tapped, for then the pass goes there. */
function asTapped(found) {
  if (!found?.of.matches(".node")) return found;
  const before = waitingAt(found.of, true);
  return { of: found.of, text: () => (waitingAt(found.of) ? found.text() : `${found.text()} ${before}`.trim()) };
}

/**
 * One tooltip for the whole page. What is pointed at is explained after a while, what has the focus at once. A sentence is
 * made as it is shown, and again as the page changes: a tap has the cursor go to what it explains.
 */
class Tooltip {
  #shown = null;
  #text = null;
  #said = null;
  #tapped = false;
  #described = null;
  #held = false;
  #next = null;
  #coming = 0;
  #going = 0;
  /** What is explained may be drawn anew, or be what it was no more: then the tip goes with it; what is wrong may be said where it is. */
  #gone = new MutationObserver(() => {
    if (!this.#shown.isConnected || !this.#text().trim()) this.hide();
    else if (this.#say() || this.page.querySelector(".problem")) this.#place();
  });

  constructor(page) {
    this.page = page;
    this.element = page.createElement("div");
    Object.assign(this.element, { id: "tip", className: "tip", role: "tooltip", hidden: true });
    (page.querySelector("main") ?? page.body).append(this.element);
  }

  is(target) {
    return target === this.element;
  }

  point(found, tapped = false) {
    clearTimeout(this.#coming);
    this.#tapped = tapped;
    if (found && found.of === this.#shown) this.stay();
    else if (found) this.#await(found);
    else if (this.#shown && !this.#held) this.closeSoon();
  }

  #await(found) {
    [this.#next, this.#coming] = [found.of, setTimeout(() => this.#show(found), LATER)];
  }

  stay() {
    clearTimeout(this.#going);
  }

  /** On the tip itself, which stays, the pointer may come to rest at another node that the tip lies on: then that is explained. */
  rest(found) {
    clearTimeout(this.#coming);
    if (found && found.of !== this.#shown) this.#await(found);
  }

  /** Where the page scrolls under a tip, what the pointer is at may be another thing; a tip of the focus goes along. */
  moved() {
    if (this.#held) this.#place();
    else if (this.#next?.matches(":hover")) this.#close();
    else this.hide();
  }

  /** What explains the focus stays while the page scrolls to it, below a pointer that rests. */
  focus(found) {
    clearTimeout(this.#coming);
    this.#show(found);
    this.#held = this.#shown !== null;
  }

  /** What explains the focus goes with it; what was pointed at or tapped comes all the same. */
  blur() {
    if (this.#held) this.closeSoon();
  }

  leave() {
    if (this.#held) this.#forget();
    else this.closeSoon();
  }

  closeSoon() {
    this.#forget();
    this.#going = setTimeout(() => this.#close(), SOON);
  }

  hide() {
    clearTimeout(this.#coming);
    this.#close();
  }

  #forget() {
    clearTimeout(this.#coming);
    clearTimeout(this.#going);
  }

  #show({ of, text }) {
    this.#close();
    if (!of.isConnected || !text().trim() || this.page.querySelector(".number-field")) return;
    [this.#shown, this.#text, this.#said] = [of, text, null];
    this.#gone.observe(this.page.body, { childList: true, subtree: true });
    this.#say();
    Object.assign(this.element.style, { left: 0, top: 0 });
    this.element.hidden = false;
    if (!this.#place()) return;
    const active = this.page.activeElement;
    this.#described = of.contains(active) && !active.hasAttribute("aria-describedby") ? active : null;
    this.#described?.setAttribute("aria-describedby", this.element.id);
  }

  /** Have the sentence say what is true now; whether it says something else than before. */
  #say() {
    const said = this.#text();
    if (said === this.#said) return false;
    this.#said = said;
    setWords(this.element, said);
    return true;
  }

  /**
   * Place the sentence beside what it is of; of what was tapped, or where it would lie on nodes and letters, rather above or below all that this is a part of: the card of a figure or
   * a chart, the drawing, the formula; or put it away where it could only lie on what is wrong. Whether it is there.
   */
  #place() {
    const boxes = (selector) => [...this.page.querySelectorAll(selector)].map((part) => part.getBoundingClientRect());
    const around = [".figure-card, .chart, .sums", ".unfolded, .circuit"].map((css) => this.#shown.closest(css)).filter(Boolean);
    const spared = boxes(this.#tapped ? `${FREE}, ${ANSWER}` : FREE);
    const free = placeBeside(this.element, this.#shown, { seen: boxes(".problem"), spared, ...(this.#tapped ? { around } : { farther: around.toReversed() }) });
    if (!free) this.hide();
    return free;
  }

  /** Put the sentence away; one that is about to come comes all the same. */
  #close() {
    clearTimeout(this.#going);
    this.#gone.disconnect();
    if (this.#described?.getAttribute("aria-describedby") === this.element.id) this.#described.removeAttribute("aria-describedby");
    [this.#shown, this.#held] = [null, false];
    this.element.hidden = true;
  }
}
