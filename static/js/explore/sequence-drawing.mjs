// The data that the cursor is at, at every step: drawn with a pointer, or typed. What it was stands behind it until the next change.

import { SignalPad, numbersIn } from "../charts/signal-pad.mjs";
import { entriesAfter } from "../core/link.mjs";
import { isTypedInto } from "../core/typing.mjs";
import { setWords } from "../core/words.mjs";
import { stepAtNode } from "../cursor/cursor.mjs";

/** A number as the field shows it. */
const shown = (value) => String(Number(value.toPrecision(4)));

/**
 * `element` is the place below the panel; `data()` says which numbers the open link can set, and its parameters;
 * `set(change, how, others)` opens the link with its field `set` as `change(set)` has it, and with `others`.
 */
export function mountSequenceDrawing(element, panel, store, openLink, data, set) {
  const drawing = new SequenceDrawing(element, store, openLink, data, set);
  store.subscribe((state, changed) => {
    if (changed.has("here") || changed.has("opened") || changed.has("asked")) drawing.follow();
  });
  panel.addEventListener("click", (event) => {
    const way = event.target.closest("[data-draw]");
    const here = way && stepAtNode(openLink.steps, way.dataset.draw, "forward");
    if (!here || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    store.set({ here, playing: false });
  });
  drawing.follow();
}

class SequenceDrawing {
  #name = "";
  #entry = 0;
  /** The data as it is open {label, shape, steps}, as it was before the last change, and which entry of the history it is of. */
  #found = null;
  #before = null;
  #nth = 0;
  /** Whether the stroke that is being drawn is in the history already. */
  #told = false;

  constructor(element, store, openLink, data, set) {
    Object.assign(this, { element, store, openLink, data, set });
    this.pad = new SignalPad(this.#part("svg"), { drawn: (rows) => this.#stroke(rows), done: () => (this.#told = false) });
    element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#typed();
    });
    this.#part(".longer").addEventListener("click", () => this.#takeAll());
    this.#part("select").addEventListener("change", ({ target }) => {
      this.#entry = Number(target.value);
      this.#show();
    });
  }

  #part(selector) {
    return this.element.querySelector(selector);
  }

  /** Show the data of the cursor's node; nothing where that is computed. */
  async follow() {
    const name = this.#nameAt(this.openLink.steps[this.store.state.here - 1]);
    this.element.hidden = !name;
    if (!name || this.store.state.asked || this.pad.drawing) return;
    const [{ nth, opened }, found] = [this.store.state, await this.openLink.sequence(name).catch(() => null)];
    if (!found || opened !== this.store.state.opened || this.store.state.asked) return;
    this.#take(name, found, nth);
    this.#show();
  }

  /** The name of what is given at a step of the pass; none where the link sets no number of it. */
  #nameAt(step) {
    const name = step?.phase === "forward" ? /^([^[.]+)\[\d+\]$/.exec(step.at)?.[1] : null;
    const { settable, parameters } = this.data();
    return name in settable && !parameters.includes(name) ? name : null;
  }

  #take(name, found, nth) {
    const other = name !== this.#name || found.steps.length !== this.#found.steps.length || String(found.shape) !== String(this.#found.shape);
    if (other) this.#before = null;
    else if (nth !== this.#nth) this.#before = this.#found;
    if (name !== this.#name || this.#entry >= found.steps[0].length) this.#entry = 0;
    [this.#name, this.#found, this.#nth] = [name, found, nth];
  }

  #show() {
    const { label, shape, steps } = this.#found;
    const select = this.#part("select");
    const entries = steps[0].map((_, i) => new Option(`entry ${placeOf(i, shape)}`, i, false, i === this.#entry));
    select.hidden = entries.length < 2;
    select.replaceChildren(...entries);
    setWords(this.#part("h3"), `${label} at every step`);
    this.pad.svg.setAttribute("aria-label", `${label} at every step, to be drawn with a pointer`);
    const values = this.#valuesOf(this.#found);
    const before = this.#before && this.#valuesOf(this.#before);
    this.pad.show(values, before && String(before) !== String(values) ? before : null);
    if (!isTypedInto(this.#part("input"))) this.#part("input").value = values.map(shown).join(", ");
    this.#complain("");
  }

  #valuesOf({ steps }) {
    return steps.map((entries) => entries[this.#entry]);
  }

  /** A stroke goes on: all of it is one change. */
  #stroke(rows) {
    this.#set(rows, this.#told ? "replace" : "push");
    this.#told = true;
    this.#part("input").value = this.pad.values.map(shown).join(", ");
  }

  /** Take what was typed, where it differs from what is there. */
  #typed() {
    const numbers = numbersIn(this.#part("input").value);
    const values = this.#valuesOf(this.#found);
    if (!numbers) return this.#complain("These are to be numbers with commas between them.");
    if (numbers.length > values.length) return this.#complain(`There are ${values.length} steps.`, numbers.length);
    this.#takeAll();
  }

  /** Take all numbers of the field; where they are more than there are steps, run as many. */
  #takeAll() {
    const numbers = numbersIn(this.#part("input").value);
    const values = this.#valuesOf(this.#found);
    this.#complain("");
    const rows = [...numbers.entries()].filter(([t, number]) => t >= values.length || number !== Number(shown(values[t])));
    this.#part("input").value = [...numbers, ...values.slice(numbers.length)].map(shown).join(", ");
    if (rows.length) this.#set(rows, "push", Math.max(numbers.length, values.length));
  }

  #set(rows, how, tau = this.#found.steps.length) {
    const { shape, steps } = this.#found;
    const entry = (t) => `${this.#name}[${[t + 1, ...(shape.length ? [placeOf(this.#entry, shape)] : [])]}]`;
    const change = (set) => rows.reduce((all, [t, number]) => entriesAfter(all, entry(t), number), set);
    this.set(change, how, tau === steps.length ? {} : { tau });
  }

  /** Say what is wrong with what was typed, and offer a run of as many steps as it `needs`. */
  #complain(words, needs = 0) {
    this.#part(".longer").hidden = !needs;
    this.#part(".longer").textContent = `Run ${needs} steps`;
    this.#part(".complaint").hidden = !words;
    this.#part(".complaint span").textContent = words;
    this.#part("input").toggleAttribute("aria-invalid", Boolean(words));
    if (words) this.#part("input").setAttribute("aria-invalid", "true");
  }
}

/** Where an entry is in its array, counted from 1: 3, or 2,1 in a matrix. */
function placeOf(i, shape) {
  return shape.length > 1 ? `${Math.floor(i / shape[1]) + 1},${(i % shape[1]) + 1}` : String(i + 1);
}
