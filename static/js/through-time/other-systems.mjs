// The same data through other systems: which can be shown beside this one, which are, and what was measured of them.

import { requestJson } from "../core/request.mjs";

const MOST = 40;

/** The list in `element`; `changed()` is called when there is something else to show. */
export class OtherSystems {
  #answers = new Map();
  #systems = [];
  #wanted = null;
  #query = null;
  #controller = new AbortController();

  constructor(element, changed) {
    Object.assign(this, { element, changed, own: "this system" });
    element.addEventListener("change", ({ target }) => this.#choose(target));
    element.addEventListener("keydown", ({ key }) => key === "Escape" && this.#close());
  }

  /** Another link is open: find out what can stand beside it, and measure what is chosen. */
  async open(query) {
    if (query === this.#query) return this.changed();
    this.#controller.abort();
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    this.#query = query;
    this.#systems = [];
    try {
      ({ own: this.own, systems: this.#systems } = await requestJson(`/api/beside?${query}`, { signal }));
    } catch {
      if (signal.aborted) return;
      this.#query = null;
    }
    this.#list();
    await this.#measure(signal);
  }

  /** The chosen systems of which there is an answer. */
  measured() {
    const answered = this.#chosen().filter(({ query }) => this.#answers.has(query));
    return answered.map(({ name, query }) => ({ name, answer: this.#answers.get(query) }));
  }

  /** A choice stays with other links; before the first one the server chooses. */
  #chosen() {
    return this.#systems.filter(({ name, chosen }) => (this.#wanted ? this.#wanted.has(name) : chosen));
  }

  async #measure(signal) {
    await Promise.all(this.#chosen().map(({ query }) => this.#answers.has(query) || this.#ask(query, signal)));
    if (!signal.aborted) this.changed();
  }

  async #ask(query, signal) {
    const answer = await requestJson(`/api/norms?${query}`, { signal }).catch(() => null);
    if (this.#answers.size > MOST) this.#answers.clear();
    if (answer) this.#answers.set(query, answer);
  }

  #list() {
    this.element.hidden = !this.#systems.length;
    const on = new Set(this.#chosen().map(({ name }) => name));
    const rows = this.#systems.map(({ name, title }) => {
      const row = document.createElement("label");
      const box = Object.assign(document.createElement("input"), { type: "checkbox", name, checked: on.has(name) });
      row.append(box, ` ${title}`);
      return row;
    });
    const field = this.element.querySelector("fieldset");
    field.replaceChildren(field.querySelector("legend"), ...rows);
  }

  #choose({ name, checked }) {
    this.#wanted = new Set(this.#chosen().map((one) => one.name));
    if (checked) this.#wanted.add(name);
    else this.#wanted.delete(name);
    this.#measure(this.#controller.signal);
  }

  #close() {
    this.element.open = false;
    this.element.querySelector("summary").focus();
  }
}
