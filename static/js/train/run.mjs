// A run as the server tells it: its events, its steps as they are kept, and the words for its state.

import { rooted } from "../core/root-path.mjs";

const AGAIN = 2000;

/**
 * Ask for the steps of `address(from)`, where `from()` counts those that are there already; a connection that breaks goes
 * on where it was. `heard` are the listeners `step`, `waiting`, `done` and `away`. Returns the function that ends it.
 */
export function listenToRun(address, from, heard, Source = EventSource) {
  let source = null;
  let timer = 0;

  function open() {
    source = new Source(rooted(address(from())));
    source.onopen = () => heard.away(false);
    source.onmessage = (event) => heard.step(event.data);
    source.addEventListener("waiting", (event) => heard.waiting(JSON.parse(event.data).before));
    source.addEventListener("done", (event) => {
      close();
      heard.done(JSON.parse(event.data));
    });
    source.onerror = () => {
      heard.away(true);
      if (source.readyState !== Source.CLOSED) return;
      clearTimeout(timer);
      timer = setTimeout(open, AGAIN);
    };
  }

  function close() {
    clearTimeout(timer);
    source.close();
  }

  open();
  return close;
}

/** The steps of a run, kept from `first` on; `shape` has the number of points and of entries of a prediction. */
export class Run {
  constructor(shape, first, steps) {
    const room = (length) => new Float64Array(length).fill(NaN);
    const each = shape.points * Math.max(shape.size, 1);
    Object.assign(this, { shape, first, steps, each, count: 0 });
    Object.assign(this, { losses: room(steps), predictions: room(steps * each), targets: room(steps * each) });
    this.norms = Object.fromEntries(shape.parameters.map(({ name }) => [name, room(steps)]));
  }

  /** Take the next step; one that is there already, or comes too early, is left out. */
  add(step) {
    const k = step.step - this.first;
    if (k !== this.count || k >= this.steps) return false;
    this.losses[k] = step.loss ?? NaN;
    for (const name of Object.keys(this.norms)) this.norms[name][k] = step.norms[name] ?? NaN;
    put(this.predictions, k * this.each, probabilities(this.shape, flat(step.prediction)));
    put(this.targets, k * this.each, flat(step.target));
    this.count += 1;
    return true;
  }

  /** One entry of a prediction or a target over the window of step k. */
  window(array, k, entry) {
    const { points, size } = this.shape;
    return Array.from({ length: points }, (_, t) => array[k * this.each + t * Math.max(size, 1) + entry]);
  }
}

const flat = (value) => (value === null || value === undefined ? [] : [value].flat(2));

function put(array, place, values) {
  values.forEach((value, i) => (array[place + i] = value ?? NaN));
}

/** Predictions as they are drawn: of classes, whose predictions are logits, the softmax at each point. */
export function probabilities({ classes, size }, values) {
  if (!classes) return values;
  const found = [];
  for (let at = 0; at < values.length; at += size) {
    const logits = values.slice(at, at + size);
    const most = Math.max(...logits);
    const shares = logits.map((logit) => Math.exp(logit - most));
    const whole = shares.reduce((a, b) => a + b, 0);
    found.push(...shares.map((share) => share / whole));
  }
  return found;
}

/** Where a run left the finite numbers, and why, in words. */
export function divergenceText({ step: at, t, variable, phase, why }) {
  const what = t === null ? variable : `${variable}(${t})`;
  const is = phase === "backward" ? "has a gradient that is" : "is";
  return `the run diverges at step ${at}: ${what || "a parameter"} ${is} no longer finite: ${why}`;
}

/** How many runs wait before this one, in words. */
export function queueText(before) {
  return before ? `waiting for a place, ${before} before you` : "waiting for a place, you are next";
}
