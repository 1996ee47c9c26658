// The same data through other systems: which can be shown beside this one, which are, and how their gradients compare.

import { requestJson } from "../core/request.mjs";

const MOST = 40;
const NOTHING = { own: "", systems: [], curves: [], of: "", said: "" };

/** The list in `element`; `changed()` is called when there is something else to show. */
export class OtherSystems {
  #answers = new Map();
  #answer = NOTHING;
  #waiting = false;
  #wanted = new Set();
  #opened = false;
  #query = null;
  #controller = new AbortController();

  constructor(element, changed) {
    Object.assign(this, { element, changed });
    element.addEventListener("toggle", () => element.open && this.#begin());
    element.addEventListener("change", ({ target }) => this.#choose(target));
    element.addEventListener("keydown", ({ key }) => key === "Escape" && this.#close());
  }

  /** Another link is open: find out what can stand beside it, and how that compares. */
  async open(query) {
    if (query === this.#query) return;
    this.#query = query;
    await this.#compare();
  }

  /**
   * The curves of this system and of the chosen ones, none where none is chosen; of what they are, and what is seen.
   * Nothing while an answer is awaited: what is drawn stays until then.
   */
  compared() {
    return this.#waiting ? null : this.#answer;
  }

  /** Opened for the first time, what suits is chosen; a choice stays with other links. */
  #begin() {
    if (this.#opened) return;
    this.#opened = true;
    for (const { name, chosen } of this.#answer.systems) if (chosen) this.#wanted.add(name);
    this.#compare();
  }

  async #compare() {
    this.#controller.abort();
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    this.#waiting = this.#wanted.size > 0;
    const answer = await this.#ask(`/api/beside?${this.#query}&with=${[...this.#wanted].join()}`, signal);
    if (signal.aborted) return;
    this.#waiting = false;
    this.#answer = answer ?? NOTHING;
    if (!answer) this.#query = null;
    this.#list();
    this.changed();
  }

  async #ask(address, signal) {
    if (this.#answers.size > MOST) this.#answers.clear();
    const answer = this.#answers.get(address) ?? (await requestJson(address, { signal }).catch(() => null));
    if (answer) this.#answers.set(address, answer);
    return answer;
  }

  #list() {
    const { systems } = this.#answer;
    this.element.hidden = !systems.length;
    const rows = systems.map(({ name, title }) => {
      const row = document.createElement("label");
      const box = Object.assign(document.createElement("input"), { type: "checkbox", name, checked: this.#wanted.has(name) });
      row.append(box, ` ${title}`);
      return row;
    });
    const field = this.element.querySelector("fieldset");
    const shown = [...field.querySelectorAll("input")];
    if (shown.map(({ name }) => name).join() !== systems.map(({ name }) => name).join()) field.replaceChildren(field.querySelector("legend"), ...rows);
    else for (const box of shown) box.checked = this.#wanted.has(box.name);
  }

  #choose({ name, checked }) {
    if (checked) this.#wanted.add(name);
    else this.#wanted.delete(name);
    this.#compare();
  }

  #close() {
    this.element.open = false;
    this.element.querySelector("summary").focus();
  }
}
