// What all charts over the steps share: a drawing as wide as its place, steps along it, a cursor, and its numbers, pointed at or as a table.

import { select } from "../../vendor/d3/d3.mjs";
import { setAttributes } from "../core/elements.mjs";
import { watchSides } from "../core/sides.mjs";
import { slideByKey } from "../core/slide.mjs";
import { setWords } from "../core/words.mjs";
import { mountAsTable } from "./as-table.mjs";

const LOWEST = 44;
const MARGIN = { top: 8, right: 8, bottom: 20, left: 8 };

/**
 * A chart in `element`, `height` pixels high where its place does not say how high it is. `prepare(data)` completes what `update` is given to at least {tau, summary, table};
 * `draw(svg, data, box)` draws that; `picked(t)` is called with the step that a click or a key leads to. `told(t, data, point, box)` are
 * the numbers there in words, `point` the place in the drawing that is pointed at, if one is; they are written in a corner of the chart, unless it is `quiet`.
 */
export class Plot {
  #data = null;
  #box = null;
  #marker = null;
  #place = {};
  /** The step that is pointed at, and where; whether without one the cursor's is told, to who came there by a key or a finger. */
  #pointed = null;
  #held = false;
  #sides;

  constructor(element, { height, margin = {}, prepare, draw, told, picked, cursor = createMarker, quiet = false }) {
    Object.assign(this, { margin: { ...MARGIN, ...margin }, prepare, draw, told, picked, cursor });
    this.frame = select(element).append("div").attr("class", "plot").style("--usual-height", `${height}px`);
    this.svg = this.frame.append("svg").attr("role", "img").attr("aria-label", "not drawn yet");
    this.read = quiet ? null : this.frame.append("p").attr("class", "read").attr("hidden", "").node();
    this.table = mountAsTable(element);
    this.#sides = watchSides(this.frame.node(), () => this.#redraw());
    if (picked) this.#listen();
  }

  /** Draw other data. */
  update(data) {
    this.#data = this.prepare(data);
    if (this.#sides.known) this.#redraw();
    else this.#sides.tellSoon();
    this.#describe();
    this.table.update(this.#data.table);
  }

  /** Move the cursor alone to `place`, {at, from, to}: the step it is at; what is not from `from` to `to` is pale. */
  mark(place) {
    if (["at", "from", "to"].every((name) => place[name] === this.#place[name])) return;
    this.#place = place;
    this.#marker?.mark(place);
    this.#describe();
  }

  #redraw() {
    const { width, height: high } = this.#sides.known;
    if (!this.#data || !high) return;
    const height = Math.max(high, LOWEST);
    this.#box = plotBox(width, height, this.margin, this.#data.tau);
    this.svg.attr("width", width).attr("height", height).attr("viewBox", `0 0 ${width} ${height}`);
    this.svg.attr("aria-label", this.#data.summary).selectAll("*").remove();
    this.draw(this.svg, this.#data, this.#box);
    this.#marker = this.cursor(this.svg, this.#box, this.#data);
    this.svg.select(".nothing").raise();
    this.#marker.mark(this.#place);
  }

  #listen() {
    const stepAt = (event) => this.#data && this.#box?.stepAt(event, this.svg.node(), this.#data);
    this.svg.on("click", (event) => {
      if (event.pointerType === "touch") this.#hold(true);
      const t = stepAt(event);
      if (t) this.picked(t);
    });
    this.svg.on("keydown", (event) => {
      this.#hold(true);
      if (this.#data) slideByKey(event, this.#place.at ?? 0, this.#last(), this.picked);
    });
    this.svg.on("blur", () => this.#hold(false));
    this.svg.on("pointermove", (event) => this.#point(stepAt(event), event));
    this.svg.on("pointerleave", () => this.#point(0));
  }

  #hold(held) {
    this.#held = held;
    this.#tell();
  }

  #point(t, event) {
    const { left, top } = this.svg.node().getBoundingClientRect();
    this.#pointed = t ? { t, point: { x: event.clientX - left, y: event.clientY - top } } : null;
    this.#tell();
  }

  /** Write what is pointed at, on the side where it is not. */
  #tell() {
    const { t, point } = this.#pointed ?? { t: this.#held ? this.#place.at : 0 };
    if (!this.read || !this.#data) return;
    this.read.hidden = !t;
    if (!t) return;
    this.read.classList.toggle("aside", this.#box.x(t) > this.#box.width / 2);
    setWords(this.read, this.told(t, this.#data, point, this.#box));
  }

  #last() {
    return Math.max(...(this.#data.steps ?? [this.#data.tau]));
  }

  /** A chart on which a step can be picked is a slider for the keyboard and for screen readers. */
  #describe() {
    if (!this.picked || !this.#data) return;
    this.#tell();
    const { at } = this.#place;
    const [now, text] = at ? [at, this.told(at, this.#data)] : [0, "at no step"];
    setAttributes(this.svg.node(), { role: "slider", tabindex: 0, "aria-valuemin": 0, "aria-valuemax": this.#last(), "aria-valuenow": now, "aria-valuetext": text });
  }
}

/** Where things are in a drawing of τ steps, each with an equal share of the width. */
export function plotBox(width, height, { top, right, bottom, left }, tau) {
  const inner = width - left - right;
  return {
    width,
    height,
    top,
    left,
    right: width - right,
    bottom: height - bottom,
    share: inner / tau,
    /** The middle of a step, and where it ends. */
    x: (t) => left + ((t - 0.5) / tau) * inner,
    edge: (t) => left + (t / tau) * inner,
    /** The step under a pointer, 0 beside them. */
    stepAt(event, element) {
      const x = event.clientX - element.getBoundingClientRect().left;
      const t = Math.ceil(((x - left) / inner) * tau);
      return t >= 1 && t <= tau ? t : 0;
    },
  };
}

/** Mark the cursor's step, and veil what it has not reached. */
export function createMarker(svg, { left, right, top, bottom, edge, share }) {
  const veil = () => svg.append("rect").attr("class", "veil").attr("y", top - 1).attr("height", bottom - top + 2);
  const [before, after] = [veil(), veil()];
  const band = svg.append("rect").attr("class", "marker").attr("y", top - 4).attr("height", bottom - top + 5);
  band.attr("rx", 2).attr("width", Math.max(share, 3));
  const cover = (rect, from, to) => rect.attr("x", from).attr("width", Math.max(0, to - from));
  return {
    mark({ at = 0, from = null, to = null }) {
      const [first, last] = from === null ? [left, right] : from > to ? [right, right] : [edge(from - 1), edge(to)];
      cover(before, left, first);
      cover(after, last, right);
      band.attr("visibility", at ? "visible" : "hidden");
      if (at) band.attr("x", (edge(at - 1) + edge(at)) / 2 - Math.max(share, 3) / 2);
    },
  };
}

/** Write the first step, the last, and some round ones between, below the drawing. */
export function drawStepAxis(svg, { x, bottom, left, right }, tau, text = (t) => String(t)) {
  const axis = svg.append("g").attr("class", "steps");
  axis.append("path").attr("d", `M${left},${bottom + 0.5}H${right}`);
  for (const t of roundSteps(tau, right - left)) {
    const anchor = t === tau && tau > 9 ? "end" : "middle";
    const at = anchor === "end" ? Math.min(right, x(t) + 8) : x(t);
    axis.append("text").attr("x", at).attr("y", bottom + 14).attr("text-anchor", anchor).text(text(t));
  }
}

/** The steps to write below an axis of a width, so that none stands on another. */
export function roundSteps(tau, width) {
  const most = Math.max(2, Math.floor(width / 34));
  if (tau <= most) return Array.from({ length: tau }, (_, i) => i + 1);
  const gap = [2, 5, 10, 20, 25, 50, 100, 200, 250, 500].find((g) => tau / g <= most - 1) ?? tau;
  const found = Array.from({ length: Math.floor(tau / gap) }, (_, i) => (i + 1) * gap);
  return [1, ...found.filter((t) => tau - t >= gap / 1.5), tau];
}

/** Draw a dashed line after each step where the gradient is cut. */
export function drawCuts(svg, { edge, top, bottom }, cuts = []) {
  const lines = svg.append("g").attr("class", "cuts");
  for (const t of cuts) lines.append("path").attr("d", `M${edge(t)},${top - 2}V${bottom}`);
}
