// How far back each state reaches: the norms of the Jacobians between steps, and a sentence about the cursor's step.

import { mountTriangleChart } from "../charts/triangle.mjs";
import { setWords } from "../core/words.mjs";
import { changedFrom } from "./changed-from.mjs";
import { fillSelect } from "./legend.mjs";
import { reachSentence } from "./sentences.mjs";

const SHARE = 0.01;

export function mountReach(part, measured) {
  return new Reach(part, measured);
}

/** The triangle of all states stacked, or of the one that is chosen in the list above it. */
class Reach {
  #shown = "";

  constructor(part, measured) {
    Object.assign(this, { part, measured });
    this.chart = mountTriangleChart(part("chart-reach"), { scale: true, picked: measured.goIn() });
  }

  update() {
    const triangle = this.#chosen();
    this.part("reach-title").closest(".card").hidden = !triangle;
    if (!triangle) return;
    this.#offerStates();
    const name = this.#nameOf(triangle);
    const title = `‖∂${this.measured.at(name)}/∂${this.measured.at(name, "k")}‖`;
    setWords(this.part("reach-title"), title);
    const old = this.measured.before?.triangles.find(({ states }) => states.join() === triangle.states.join());
    this.chart.update({ ...triangle, before: changedFrom(old?.norms, triangle.norms), name: title, share: SHARE });
    this.#shown = "";
  }

  mark(_, t) {
    this.chart.mark({ at: t });
    const triangle = this.#chosen();
    if (triangle) this.#showSentence(triangle, t);
  }

  /** Those of the loops that the chosen variable runs in: all states stacked first, then each alone. */
  #triangles() {
    const { found, chosen } = this.measured;
    const stacked = found.triangles.find(({ states }) => states.some((state) => state.startsWith(`${chosen.state}[`))) ?? found.triangles[0];
    return found.triangles.filter(({ states }) => states.every((state) => stacked.states.includes(state)));
  }

  #chosen() {
    const within = this.#triangles();
    return within.find(({ states }) => states.join() === this.measured.picked.reach) ?? within[0];
  }

  #offerStates() {
    const within = this.#triangles().map(({ states }) => states);
    const select = this.part("reach-of");
    const labels = Object.fromEntries(within.map((states) => [states.join(), states.length > 1 ? `s: ${states.map((one) => this.#moment(one)).join(", ")}` : this.#moment(states[0])]));
    select.hidden = within.length < 2;
    fillSelect(select, within.map((states) => states.join()), labels, this.measured.picked.reach);
  }

  #nameOf({ states }) {
    return states.length === 1 ? this.measured.label(states[0].replace(/\[.*/, "")) : "s";
  }

  #moment(state) {
    return this.measured.at(this.measured.label(state.replace(/\[.*/, "")), /\[(.*)\]/.exec(state)[1]);
  }

  /** Write the sentence below, only where it is another: screen readers read what changes. */
  #showSentence(triangle, t) {
    const { states } = triangle;
    const stacks = states.length > 1 ? ` s stacks ${states.map((state) => this.#moment(state)).join(", ")}.` : "";
    const words = reachSentence(triangle, t, (step) => this.measured.at(this.#nameOf(triangle), step)) + stacks;
    if (words !== this.#shown) setWords(this.part("reach-said"), (this.#shown = words));
  }
}
