// Undo and redo: every change of the page is a link in the browser's history, so the link before is one step back there.

import { isTypedInto } from "../core/typing.mjs";

/** Where Ctrl+Z is about the text alone, beside what is being typed into: in the equations, and in a field whose text was refused. */
const OWN = "textarea, [aria-invalid=true]";

/** Which change of this page an address is, counted from 0; `store.state.nth` says it to all. */
export class Changes {
  #most = 0;

  constructor(store, buttons) {
    Object.assign(this, { store, buttons });
    this.#most = history.state?.nth ?? 0;
    this.arrive(history.state);
    buttons.undo.addEventListener("click", () => this.undo());
    buttons.redo.addEventListener("click", () => this.redo());
    addEventListener("keydown", (event) => this.#key(event));
  }

  /** The address of another link, after the one that is open. */
  push(address) {
    this.#most = this.store.state.nth + 1;
    history.pushState({ nth: this.#most }, "", address);
    this.arrive(history.state);
  }

  /** The address of what is open. */
  replace(address) {
    history.replaceState(history.state, "", address);
  }

  /** The browser is at an entry of its history. */
  arrive(state) {
    const nth = state?.nth ?? 0;
    this.#most = Math.max(this.#most, nth);
    this.store.set({ nth });
    this.buttons.undo.disabled = nth === 0;
    this.buttons.redo.disabled = nth >= this.#most;
    document.documentElement.toggleAttribute("data-changes", this.#most > 0);
  }

  undo() {
    if (this.store.state.nth > 0) history.back();
  }

  redo() {
    if (this.store.state.nth < this.#most) history.forward();
  }

  #key(event) {
    const { key, ctrlKey, metaKey, shiftKey, altKey, target } = event;
    if (!(ctrlKey || metaKey) || altKey || isTypedInto(target) || target.matches(OWN)) return;
    const does = { z: shiftKey ? "redo" : "undo", y: "redo" }[key.toLowerCase()];
    if (!does) return;
    event.preventDefault();
    this[does]();
  }
}
