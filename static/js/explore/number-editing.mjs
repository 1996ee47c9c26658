// Changes a number where it stands, in the panel or on a card: typed, by the arrow keys, or dragged. What it was stays beside it until the next change.

import { entriesAfter, latestFields } from "../core/link.mjs";
import { nearest } from "../figure/fingers.mjs";
import { numberPlaces } from "./number-places.mjs";

const STEPS = { ArrowUp: 0.1, ArrowDown: -0.1, PageUp: 1, PageDown: -1 };
const ALONG = { ArrowLeft: -1, ArrowRight: 1 };
const TYPED = /^[-+.\d]$/;
const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d{1,3})?$/i;
const [STILL, BY_PIXEL] = [4, 0.01];
const MATHML = "http://www.w3.org/1998/Math/MathML";

/**
 * `places` are the parts of the page that numbers stand on; `settable()` has the arrays of the open link; `set(change, how)`
 * opens the link with its field `set` as `change(set)` has it.
 */
export function mountNumberEditing(places, store, settable, set) {
  const editing = new NumberEditing(places, store, settable, set);
  for (const place of places) listen(place, editing);
  document.addEventListener("pointerdown", ({ target }) => editing.hold(target));
  store.subscribe((state, changed) => changed.has("opened") && editing.opened());
  editing.mark();
}

function listen(part, editing) {
  new MutationObserver(() => editing.mark()).observe(part, { childList: true, subtree: true });
  const at = (does) => (event) => {
    const place = editing.placeAt(event);
    if (place && !event.ctrlKey && !event.metaKey) does(event, place);
  };
  part.addEventListener("keydown", at((event, place) => editing.key(event, place)));
  part.addEventListener("pointerdown", at((event, place) => editing.press(event, place)));
  part.addEventListener("click", at((event, place) => editing.dragged || editing.type(place, "")));
  part.addEventListener("focusin", ({ target }) => editing.hold(target));
}

class NumberEditing {
  #places = new Map();
  /** The entry that has the focus, which comes back to it once the panel is another. */
  #held = "";
  /** On which part of the page it had it. */
  #heldOn = null;
  /** The last change: the entry, what was shown there, the link's `set` with it, and which entry of the history it is. */
  #last = {};
  dragged = false;

  constructor(parts, store, settable, set) {
    Object.assign(this, { parts, store, settable, set });
  }

  placeOf(target) {
    return this.#places.get(target.closest("[data-entry]"));
  }

  /** The number that an event is about: a press beside numbers, but on no letter, is one on the nearest. */
  placeAt(event) {
    const place = this.placeOf(event.target);
    const formula = event.clientX !== undefined && !event.target.closest("mi, button") && event.target.closest(".sums.numbers");
    return place || !formula ? place : this.#places.get(nearest(formula.querySelectorAll("[data-entry]"), event));
  }

  /** Give every number that can be changed its name, its keys, and the focus back. */
  mark() {
    const places = this.parts.flatMap((part) => numberPlaces(part, this.settable()));
    this.#places = new Map(places.map((place) => [place.cell, place]));
    const reached = new Set();
    for (const place of places) {
      const array = place.cell.closest("mrow[data-node]");
      name(place, reached.has(array) ? -1 : 0);
      reached.add(array);
      if (place.entry === this.#last.entry && this.#last.set === latestFields(this.store.state).set) showWas(place, this.#last.was);
    }
    for (const part of this.parts) tellChangeable(part, this.#places);
    if (this.#held && document.activeElement === document.body) this.#focus(this.#held);
  }

  /** To a number where it had the focus, on the panel or on a card, else where it stands. */
  #focus(entry) {
    const cells = this.parts.flatMap((part) => [...part.querySelectorAll(`[data-entry="${entry}"]`)]);
    const cell = cells.find((one) => partOf(one) === this.#heldOn) ?? cells[0];
    cell?.focus({ preventScroll: true });
  }

  hold(target) {
    if (target.matches(".number-field")) return;
    this.#held = this.placeOf(target)?.entry ?? "";
    this.#heldOn = partOf(target);
  }

  /** Another link is open: what a number was is told until something else has changed. */
  opened() {
    if (latestFields(this.store.state).set !== this.#last.set) this.#last = {};
  }

  key(event, place) {
    const { key, shiftKey, altKey } = event;
    if (key in STEPS) this.change(place, further(this.#now(place), STEPS[key] * (shiftKey ? 10 : altKey ? 0.1 : 1)));
    else if (key in ALONG && !shiftKey) this.#goAlong(place, ALONG[key]);
    else if (key === "Delete" || key === "Backspace") this.change(place, "");
    else if (key === "Enter" || key === "F2" || TYPED.test(key)) this.type(place, TYPED.test(key) ? key : "");
    else return;
    event.preventDefault();
  }

  /** To the number before or after this one in its array. */
  #goAlong({ cell }, by) {
    const cells = [...cell.closest("mrow[data-node]").querySelectorAll("[data-entry]")];
    cells[cells.indexOf(cell) + by]?.focus();
  }

  /** A number as it was asked for last, where its answer is still on its way or it is shown rounded. */
  #now({ entry, value, unit }) {
    const { number, set } = this.#last;
    const own = this.#last.entry === entry && set === latestFields(this.store.state).set && number !== "";
    return { value: own ? number : value, unit };
  }

  /** Set a number, or leave it to the link's other fields where it is empty; changes of one number one after another are one in the history. */
  change({ entry, cell }, number) {
    const again = this.#last.entry === entry && this.#last.nth === this.store.state.nth;
    if (this.#last.entry === entry && this.#last.number === number) return;
    const was = again ? this.#last.was : shownIn(cell);
    const nth = this.store.state.nth + (again ? 0 : 1);
    this.set((set) => {
      const next = entriesAfter(set, entry, number);
      this.#last = { entry, number, was, nth, set: next || undefined };
      return next;
    }, again ? "replace" : "push");
  }

  /** A pressed number follows the pointer to the right and up; a finger scrolls the panel meanwhile. */
  press(event, place) {
    this.dragged = false;
    if (event.button || event.pointerType === "touch") return;
    event.preventDefault();
    place.cell.focus({ preventScroll: true });
    const [x, y, from] = [event.clientX, event.clientY, this.#now(place)];
    const listening = new AbortController();
    const move = ({ clientX, clientY, shiftKey }) => {
      const far = clientX - x + y - clientY;
      this.dragged ||= Math.abs(far) > STILL;
      if (this.dragged) this.change(place, further(from, far * BY_PIXEL * (shiftKey ? 10 : 1)));
    };
    addEventListener("pointermove", move, { signal: listening.signal });
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => listening.abort(), { signal: listening.signal });
  }

  /** A field over the number, with what has been typed already. */
  type(place, begun) {
    const field = openField(partOf(place.cell), { ...place, ...this.#now(place) }, begun);
    this.#held = place.entry;
    let closed = false;
    const close = (kept) => {
      if (closed) return;
      closed = true;
      const number = readNumber(field.value);
      field.remove();
      if (kept && number !== null && number !== place.value) this.change(place, number);
    };
    field.addEventListener("blur", () => close(true));
    field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault();
      close(event.key === "Enter");
      this.#focus(place.entry);
    });
  }
}

/** The part of the page that a number stands on, which stays as its content comes and goes. */
const partOf = (cell) => cell.closest(".peek, .node-card, .panel-card");

/** Let the keyboard come to a cell, by the number's name. Within mathematics no part may be a control; the field that it opens is one. */
function name({ cell, name, entry }, tabindex) {
  if (cell.dataset.entry === entry) return;
  const label = `${name}: ${shownIn(cell)}`;
  const attributes = { role: "group", "aria-roledescription": "number to change", tabindex, "aria-label": label, "data-entry": entry };
  for (const [key, its] of Object.entries(attributes)) cell.setAttribute(key, its);
}

/** What a number was, struck through beside it. */
function showWas({ cell }, was) {
  if (!was || was === shownIn(cell) || cell.querySelector(".was")) return;
  const ghost = document.createElementNS(MATHML, "mn");
  ghost.setAttribute("class", "was");
  ghost.textContent = was;
  cell.prepend(ghost);
  cell.setAttribute("data-changed", "");
}

/** Say of a card, and of the panel where it works a step out, that there are numbers to be changed. */
function tellChangeable(part, places) {
  const panel = part.querySelector(".panel");
  const cells = (panel ?? part).querySelectorAll(panel ? ".panel > .worked [data-entry]" : "[data-entry]");
  (panel ?? part).toggleAttribute("data-changeable", [...cells].some((cell) => places.has(cell)));
}

const shownIn = (cell) => [...cell.childNodes].filter((part) => !part.classList?.contains("was")).map((part) => part.textContent).join("");

/** A number so much further, in hundredths of the power of ten that its array is written with. */
const further = ({ value, unit }, by) => Number(((Math.round((value / unit + by) * 100) / 100) * unit).toPrecision(12));

/** What is typed as a number; null where it is none. */
function readNumber(text) {
  const plain = text.trim().replace("−", "-").replace(",", ".");
  return NUMBER.test(plain) && Number.isFinite(Number(plain)) ? Number(plain) : null;
}

/** A field over a cell of a part of the page. */
function openField(part, { cell, name, value }, begun) {
  const field = document.createElement("input");
  Object.assign(field, { type: "text", className: "number-field", inputMode: "decimal", autocomplete: "off", value: begun || String(value) });
  field.setAttribute("aria-label", name);
  const [mine, frame] = [cell.getBoundingClientRect(), part.getBoundingClientRect()];
  const width = Math.max(mine.width + 12, 72);
  const left = Math.min(mine.left - frame.left + (mine.width - width) / 2, frame.width - width - 4);
  Object.assign(field.style, { left: `${Math.max(4, left)}px`, top: `${mine.top - frame.top + part.scrollTop + mine.height / 2}px`, width: `${width}px` });
  part.append(field);
  field.focus({ preventScroll: true });
  if (!begun) field.select();
  return field;
}
