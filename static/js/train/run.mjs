// A run as the server tells it: its events, its steps as they are kept, and the words for its state.

import { createEventReader, readBody } from "../core/event-stream.mjs";
import { PATIENCE } from "../core/request.mjs";
import { rooted } from "../core/root-path.mjs";

const AGAIN = 2000;
/** So many milliseconds without a word of a connection, which the service never keeps quiet for so long, are as if it had broken. */
const QUIET = 20_000;

/**
 * Ask for the steps of `address(from)`, where `from()` counts those that are there already; a connection that breaks goes
 * on where it was. `heard` are the listeners `step`, `waiting`, `done` and `away`, and, if there, `read`, which is told how long a piece
 * took to be read. Returns the function that ends it.
 */
export function listenToRun(address, from, heard) {
  const left = new AbortController();
  const known = { id: null, retry: AGAIN };
  const told = {
    message: heard.step,
    waiting: (data) => heard.waiting(JSON.parse(data).before),
    done(data) {
      left.abort();
      heard.done(JSON.parse(data));
    },
  };
  const tell = (name, data) => name in told && told[name](data);
  const note = (field, value) => (known[field] = value);
  const silence = new Silence(heard.away, left.signal);

  async function listen() {
    const headers = { Accept: "text/event-stream", ...(known.id && { "Last-Event-ID": known.id }) };
    silence.begins(PATIENCE);
    const answer = await fetch(rooted(address(from())), { headers, signal: left.signal });
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    silence.breaks();
    const read = createEventReader(tell, note);
    await readBody(answer.body, (piece) => {
      silence.breaks();
      const began = performance.now();
      read(piece);
      heard.read?.(performance.now() - began);
    });
  }

  async function goOn() {
    await listen().catch(() => {});
    if (left.signal.aborted) return;
    heard.away(true);
    setTimeout(() => left.signal.aborted || goOn(), Number(known.retry));
  }

  goOn();
  return () => left.abort();
}

/** How long nothing is heard of a connection: where that lasts, the server is said to be away until there is a word again. */
class Silence {
  #late = 0;

  constructor(away, signal) {
    this.away = away;
    signal.addEventListener("abort", () => this.#ends());
  }

  begins(patience) {
    clearTimeout(this.#late);
    this.#late = setTimeout(() => this.away(true), patience);
  }

  breaks() {
    this.#ends();
    this.begins(QUIET);
  }

  #ends() {
    clearTimeout(this.#late);
    this.away(false);
  }
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
    for (const name in this.norms) this.norms[name][k] = step.norms[name] ?? NaN;
    put(this.predictions, k * this.each, this.shape.classes ? probabilities(this.shape, flat(step.prediction)) : step.prediction);
    put(this.targets, k * this.each, step.target);
    this.count += 1;
    return true;
  }

  /** One entry of a prediction or a target over the window of step k. */
  window(array, k, entry) {
    const { points, size } = this.shape;
    return Array.from({ length: points }, (_, t) => array[k * this.each + t * Math.max(size, 1) + entry]);
  }

  /** Widen a range, [low, high], by such a window. */
  widen(range, array, k, entry) {
    for (let i = k * this.each + entry; i < (k + 1) * this.each; i += Math.max(this.shape.size, 1)) {
      const y = array[i];
      if (!Number.isFinite(y)) continue;
      if (y < range[0]) range[0] = y;
      if (y > range[1]) range[1] = y;
    }
  }
}

const flat = (value) => (value === null || value === undefined ? [] : [value].flat(2));

/** A list of numbers, or of such lists, one after another from a place on, which they leave behind them. */
function put(array, place, value) {
  for (const each of value ?? []) {
    if (Array.isArray(each)) place = put(array, place, each);
    else array[place++] = each ?? NaN;
  }
  return place;
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
  return `the run diverges at update ${at}: ${what || "a parameter"} ${is} no longer finite: ${why}`;
}

/** How many runs wait before this one, in words. */
export function queueText(before) {
  return before ? `waiting for a place, ${before} before you` : "waiting for a place, you are next";
}
