// Tooltips: a sentence that says what a thing is, while it is pointed at or has the focus. Escape puts it away, and so does what one types or drags.

import { placeBeside } from "../core/beside.mjs";
import { setWords } from "../core/words.mjs";
import { explanationOf } from "./explanations.mjs";
import { isDragging, meant } from "./fingers.mjs";
import { waitingAt } from "./waiting.mjs";

const [LATER, SOON] = [500, 150];

/** What a tip had rather not lie on: what plays and steps, nodes and letters of the figure; that of a tap, which stays, the answer too. */
const [FREE, ANSWER] = [".transport :is(.button, select, input), .figure :is(.node .disc, .label)", ".panel > *"];
/** The node of a figure that a tip lies on where the pointer is, or what else is there. */
const nodeUnder = ({ clientX, clientY, target }) => document.elementsFromPoint(clientX, clientY).find((part) => part.closest(".figure .node")) ?? target;

/** What is another at each step of a play. */
const CHANGING = ".figure, .panel";

/** What a tap opens or changes, and does not ask about; what is a button is explained to a finger that stays on it. */
const [CHOOSING, HELD] = ["select, input, summary, label:has(input), .button, .badge, [role=tooltip]", ".button, .badge, summary, .segments label"];

export function mountTooltips(page = document) {
  const tip = new Tooltip(page);

  mountHolding(page, (found) => tip.focus(found));
  const comesBy = mountGivingWay(page, tip);
  page.addEventListener("pointerover", (event) => {
    if (tip.is(event.target)) tip.stay();
    else if (!comesBy(event)) tip.point(isDragging(event) ? null : explanationOf(event.target));
  });
  page.addEventListener("pointermove", (move) => tip.is(move.target) && tip.rest(explanationOf(nodeUnder(move))));
  page.addEventListener("pointerout", ({ target, pointerType }) => pointerType !== "touch" && (tip.is(target) || explanationOf(target)) && tip.leave());
  page.addEventListener("focusin", ({ target }) => {
    const found = target.matches(":focus-visible") && explanationOf(target);
    if (found) tip.focus(found);
  });
  page.addEventListener("focusout", () => tip.blur());
  page.addEventListener("keydown", ({ key }) => key === "Escape" && tip.hide());
  page.addEventListener("input", () => tip.hide());
  page.addEventListener("scroll", () => tip.moved(), { capture: true, passive: true });
  page.addEventListener("pointerdown", ({ target }) => !tip.is(target) && tip.hide());
  page.addEventListener("click", ({ target, pointerType }) => pointerType === "touch" && tip.is(target) && tip.hide());
  page.addEventListener("pointerup", (tap) => tap.pointerType === "touch" && !tap.target.closest(CHOOSING) && tip.point(asTapped(explanationOf(meant(tap))), true));
}

/**
 * As a play begins tips go, and as it goes on those of what it changes; what comes by under a pointer that rests is not asked about.
 * The answer says whether what the pointer is at came so.
 */
function mountGivingWay(page, tip) {
  let [at, rested] = ["", null];
  const placeOf = ({ clientX, clientY }) => `${clientX} ${clientY}`;
  const giveWay = (which) => {
    rested = at;
    tip.giveWay(which);
  };
  page.addEventListener("pointermove", (move) => {
    at = placeOf(move);
    if (rested === null || rested === at) return;
    rested = null;
    if (!tip.is(move.target)) tip.point(isDragging(move) ? null : explanationOf(move.target));
  });
  page.addEventListener("play", () => giveWay("*"));
  page.addEventListener("timeupdate", () => giveWay(CHANGING));
  return (event) => placeOf(event) === rested;
}

/** A finger that stays on a button asks what it is: `tell` says so, and the button does nothing. */
function mountHolding(page, tell) {
  let [waiting, asked] = [0, false];
  const end = () => clearTimeout(waiting);
  const begin = ({ pointerType, target }) => {
    end();
    asked = false;
    const found = pointerType === "touch" && target.closest(HELD) && explanationOf(target);
    if (found) waiting = setTimeout(() => tell(withoutKeys(found), (asked = true)), LATER);
  };
  const instead = (event) => asked && (event.preventDefault(), event.stopPropagation());
  page.addEventListener("pointerdown", begin);
  for (const name of ["pointerup", "pointercancel", "scroll"]) page.addEventListener(name, end, { capture: true, passive: true });
  for (const name of ["click", "contextmenu"]) page.addEventListener(name, instead, { capture: true });
}

/** A button's sentence as a finger reads it, which has no keys. */
const withoutKeys = ({ of, text }) => ({ of, text: () => text().replace(/ \([^()]*\)$/, "") });

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

  /** Hide what is explained, or is about to be, if it is within one of some parts. */
  giveWay(parts) {
    if ((this.#shown ?? this.#next)?.closest(parts)) this.hide();
  }

  #forget() {
    clearTimeout(this.#coming);
    clearTimeout(this.#going);
  }

  #show({ of, text }) {
    this.#close();
    if (!of.isConnected || !text().trim() || this.page.querySelector(".number-field")) return;
    [this.#shown, this.#text, this.#said] = [of, text, null];
    this.#gone.observe(this.page.body, { childList: true, subtree: true, attributeFilter: ["title"] });
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
   * Place the sentence beside what it is of; of what was tapped, or where it would lie on nodes and letters, rather above or below all that this is a part of: the card of a figure,
   * a chart or the player, the drawing, the formula; or put it away where it could only lie on what is wrong. Whether it is there.
   */
  #place() {
    const boxes = (selector) => [...this.page.querySelectorAll(selector)].map((part) => part.getBoundingClientRect());
    const around = [".figure-card, .chart, .sums, .transport", ".unfolded, .circuit"].map((css) => this.#shown.closest(css)).filter(Boolean);
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
