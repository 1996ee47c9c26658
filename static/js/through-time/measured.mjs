// What the server measured of the open link through time, what is chosen of it, and how to speak of it: all cards read this.

import { fieldsAfter, latestFields } from "../core/link.mjs";
import { atStep } from "../core/moments.mjs";
import { stepAtNode, timeOf } from "../cursor/cursor.mjs";
import { commonSteps, createReachedSteps } from "../cursor/reached-steps.mjs";
import { cutsOf, toggleCut } from "./cuts.mjs";

/** `open(fields, how, name)` opens the page of other fields, of which one has changed. `found` is null until something is measured. */
export class Measured {
  found = null;
  /** What was measured before the last change; a change of one number one after another is one. */
  #before = null;
  #nth = 0;
  /** What was picked in the lists of the charts: it stays as long as the equations do, so that a link alone says what is shown. */
  picked = {};
  #equations = "";
  /** What is shown: what was picked, else what comes first. */
  chosen = { state: "", parameter: "" };
  #reached = createReachedSteps([]);

  constructor(store, openLink, open) {
    Object.assign(this, { store, openLink, open });
  }

  /** Take an answer of the open link; one in which nothing runs through time is none. */
  take(answer) {
    const { nth, fields } = this.store.state;
    const equations = fields.equations ?? fields.system;
    if (equations !== this.#equations) this.picked = {};
    this.#equations = equations;
    if (nth !== this.#nth) this.#before = this.found;
    this.#nth = nth;
    this.found = Object.keys(answer.strips).length ? answer : null;
    this.#reached = createReachedSteps(this.openLink.steps);
  }

  /** The same before the last change, where that has left the network's names, the steps and what is differentiated; else null. */
  get before() {
    const [old, now] = [this.#before, this.found];
    return old && now && ["names", "of", "tau"].every((part) => told(old)[part] === told(now)[part]) ? old : null;
  }

  /** Where the cursor is: {phase, at}; nothing before the first step. */
  get step() {
    return this.openLink.steps[this.store.state.here - 1];
  }

  /** The cursor's step of time; 0 where it is at none. */
  get time() {
    return Math.max(0, timeOf(this.step?.at ?? "") ?? 0);
  }

  label(name) {
    return this.found.labels[name] ?? name;
  }

  /** A symbol at a step, or at any step t. */
  at(symbol, step = "t") {
    return atStep(symbol, step, this.store.state.fields.time);
  }

  /** The gradient by a variable at a step; by what has none, as a parameter, with an empty one. */
  gradient(name, step = "t") {
    const symbol = this.label(name);
    return `∂${this.label(this.found.of)}/∂${step === "" ? symbol : this.at(symbol, step)}`;
  }

  /** The steps after which the link cuts the gradient. */
  cuts() {
    return cutsOf(this.store.state.fields.truncate, this.found.tau);
  }

  /** Open the link with a cut after step t, or without the one that is there. */
  cut(t) {
    const fields = { ...latestFields(this.store.state), ...this.step };
    this.open(fieldsAfter(fields, "truncate", toggleCut(this.store.state.fields.truncate, t, this.found.tau)), "push", "truncate");
  }

  /** A place for the cursor of a chart: at step t, with what is outside a span pale. */
  place(t, span) {
    return { at: t, ...(span ? { from: span[0], to: span[1] } : {}) };
  }

  /** The steps [from, to] of a variable that a pass has come by, at a step of the cursor. */
  reached(name, phase, here) {
    return this.#reached(name, phase, here);
  }

  /** The steps at which the backward pass has come by all of these; none of them in the forward pass, all in the update. */
  behind(phase, names, here) {
    if (phase === "backward") return commonSteps(names.map((name) => this.#reached(name, phase, here)));
    return phase === "forward" ? [1, 0] : null;
  }

  /** `go(t)` moves the cursor to the chosen state at step t, in a pass, or in the one it is in. */
  goIn(phase) {
    return (t) => {
      const here = stepAtNode(this.openLink.steps, `${this.chosen.state}[${t}]`, phase ?? this.step?.phase);
      if (here) this.store.set({ here, playing: false });
    };
  }
}

/** What a change of numbers leaves as it is: another network is no change of this one. */
const told = ({ labels, of, tau }) => ({ names: Object.keys(labels).join(), of, tau });
