// A chart of a run: it takes points as they come, and draws them when `draw` is called, so that a frame draws many at once.

import { axisBottom, axisLeft, line, scaleLinear, scaleLog, select } from "../../vendor/d3/d3.mjs";
import { superscript } from "../core/numeral.mjs";
import { watchSides } from "../core/sides.mjs";
import { subscripted } from "../core/words.mjs";
import { drawFloor, FLOOR, ON_FLOOR } from "./floor.mjs";

const MARGIN = { top: 8, right: 12, bottom: 22, left: 56 };
const TICKS = 5;
const ASIDE = 7;
const [LETTER, GAP] = [7, 9];
const [LINE, CLOSEST] = [14, 10];
const AROUND = 30;
const AROUND_CURVES = 4;
const SPOT = 3.5;
const [BEFORE_AXIS, BELOW_AXIS] = [15, 16];
const DENSE = 2;
const COLUMN = 1.5;
const PLAIN = new Intl.NumberFormat("en-US", { maximumFractionDigits: 4 });

/** A number at a tick: 0.01, 1,000, 10⁻⁶. */
export function tickText(value) {
  const size = Math.abs(value);
  if (size && (size < 1e-3 || size >= 1e5)) {
    const [lead, power] = value.toExponential(0).split("e").map(Number);
    const ten = `10${superscript(power)}`;
    return { 1: ten, [-1]: `−${ten}` }[lead] ?? `${String(lead).replace("-", "−")}·${ten}`;
  }
  return PLAIN.format(Number(value.toPrecision(6))).replace("-", "−");
}

/** The class names of the i-th of many series: six colours and six dashes, each pair of them once. */
export const seriesClass = (i) => `series c${i % 6} d${(i + Math.floor(i / 6)) % 6}`;

/**
 * `series` are the class names of its curves, those drawn last on top, `names` what is written where each of them ends,
 * as far as it is shown;
 * `log` makes the upright axis logarithmic as long as nothing is below 0, with a floor for what is exactly 0; `whole` counts
 * along the other, `dots` marks the points; `unit` is what the other axis counts.
 */
export class RunChart {
  #curves;
  #domain;
  #range;
  #least;
  #size;
  #axes;
  #marked;
  #grows;
  #held;
  #zero;
  #strong = null;
  #spots = [];
  #ends = [];

  constructor(svg, { series, names = [], log = false, dots = false, whole = true, unit = "" }) {
    Object.assign(this, { svg, log, whole, unit });
    this.parts = partsOf(select(svg), series, names, { dots, log });
    this.right = MARGIN.right + (names.length ? Math.max(...names.map(labelWidth)) : 0);
    this.sides = watchSides(svg, () => this.draw());
    this.reset([0, 1]);
  }

  /** Forget every point; `x` is the domain of the axis from now on, `y` what is in sight whatever comes. */
  reset(x, y = null) {
    this.#curves = this.parts.paths.map(() => new Curve());
    [this.#domain, this.#range, this.#least] = [x, y ? [...y] : [Infinity, -Infinity], Infinity];
    [this.#axes, this.#marked, this.#grows, this.#held, this.#zero, this.#spots] = ["", null, false, null, null, []];
  }

  add(i, x, y) {
    this.#curves[i].add(x, y);
    if (!Number.isFinite(y)) return;
    if (y < this.#range[0]) this.#range[0] = y;
    if (y > this.#range[1]) this.#range[1] = y;
    if (y > 0 && y < this.#least) this.#least = y;
    if (y === 0 && this.log) this.#zero = Math.min(x, this.#zero ?? x);
  }

  /** Keep to these heights, whatever comes: curves that leave them leave the plot. */
  hold(range) {
    this.#held = range;
  }

  /** Put an upright line at x, none where it is null. What lies behind it is pale; where the run `grows` it is still to come. */
  mark(x, grows = false) {
    [this.#marked, this.#grows] = [x, grows];
    if (!this.#size?.width) return;
    const scales = this.#scales();
    this.#drawMark(scales[0]);
    this.#drawNames(...scales);
  }

  /** Draw these curves alone in full, with their names, the others faint; all where it is null. */
  stress(strong) {
    this.#strong = strong;
    const faint = (i) => strong !== null && !strong.includes(i);
    for (const paths of [this.parts.paths, this.parts.zeros]) paths.forEach((path, i) => path.classed("faint", faint(i)));
    if (this.#size) this.draw();
  }

  /** The place of the data under a pointer. */
  at({ clientX, clientY }) {
    const { left, top } = this.svg.getBoundingClientRect();
    const [x, y] = this.#scales();
    return [x.invert(clientX - left), y.invert(clientY - top)];
  }

  /** The same, and which curve is nearest to it. */
  under(event) {
    const [x, height] = [this.at(event)[0], event.clientY - this.svg.getBoundingClientRect().top];
    const up = this.#heights(this.#scales()[1]);
    const away = this.near(x).map((y) => (Number.isFinite(up(y)) ? Math.abs(up(y) - height) : Infinity));
    return { x, raised: away.length ? away.indexOf(Math.min(...away)) : null };
  }

  /** The height of each curve at its point nearest to x. */
  near(x) {
    return this.nearest(x).map(([, y]) => y);
  }

  /** The point of each curve nearest to x, [x, y]. */
  nearest(x) {
    return this.#curves.map((curve) => curve.nearest(x));
  }

  /** Show a place that is pointed at, with one curve brought out; none where it is null. `spots` are the points that are spoken of, one a curve. */
  point(x, raised, spots = []) {
    this.#spots = spots;
    this.#drawSpots();
    this.parts.paths.forEach((path, i) => path.classed("raised", i === raised && this.parts.paths.length > 2));
    const { pointed } = this.parts;
    pointed.attr("hidden", x === null ? "" : null);
    if (x === null || !this.#size?.width) return;
    const place = round(this.#scales()[0](x));
    pointed.attr("x1", place).attr("x2", place).attr("y1", MARGIN.top).attr("y2", this.#size.height - MARGIN.bottom);
  }

  draw() {
    this.#size = this.sides.now;
    if (!this.#size.width || !this.#size.height) return;
    const [x, y] = this.#scales();
    this.#drawAxes(x, y);
    const drawn = this.#curves.map((curve) => curve.points(this.#size.width, this.#domain));
    this.#drawCurves(drawn, x, y);
    this.#ends = drawn.map((all) => all.findLast((point) => point !== null));
    this.#drawNames(x, y);
    this.#drawMark(x);
    this.#drawSpots();
  }

  #powers() {
    return this.log && !(this.#range[0] < 0);
  }

  #floor() {
    return this.#powers() && this.#zero !== null;
  }

  /** Where a value stands: on the scale, or on the floor below it. */
  #heights(y) {
    return (value) => (value === 0 && this.#floor() ? this.#size.height - MARGIN.bottom - ON_FLOOR : y(value));
  }

  #scales() {
    const x = scaleLinear().domain(this.#domain).range([MARGIN.left, this.#size.width - this.right]);
    const y = this.#powers() ? logarithmic(this.#least, this.#range[1]) : even(this.#held ?? this.#range);
    return [x, y.range([this.#size.height - MARGIN.bottom - (this.#floor() ? FLOOR : 0), MARGIN.top])];
  }

  /** Axes are drawn anew only when they differ: drawing them costs more than the curves. */
  #drawAxes(x, y) {
    const { width, height } = this.#size;
    const axes = [x.domain(), y.domain(), width, height, this.#zero].join();
    if (axes === this.#axes) return;
    this.#axes = axes;
    const { root, across, up, inside, unit, floor } = this.parts;
    root.attr("viewBox", `0 0 ${width} ${height}`);
    const room = { x: MARGIN.left - AROUND_CURVES, y: MARGIN.top - AROUND_CURVES, width: width - MARGIN.left - this.right + 2 * AROUND_CURVES, height: height - MARGIN.top - MARGIN.bottom + 2 * AROUND_CURVES };
    for (const [name, value] of Object.entries(room)) inside.attr(name, Math.max(0, value));
    const most = this.#domain[1] > 9999 ? 130 : 80;
    const ticks = x.ticks(Math.max(2, Math.min(12, width / most))).filter((value) => !this.whole || Number.isInteger(value));
    across.attr("transform", `translate(0,${height - MARGIN.bottom})`);
    across.call(axisBottom(x).tickValues(ticks).tickFormat(tickText).tickSize(0).tickPadding(8));
    unit.attr("x", MARGIN.left - BEFORE_AXIS).attr("y", height - MARGIN.bottom + BELOW_AXIS).text(this.unit);
    floor.selectAll("*").remove();
    if (this.#floor()) drawFloor(floor, { left: MARGIN.left, right: width - this.right, bottom: height - MARGIN.bottom }, x(this.#zero));
    const heights = this.#powers() ? powersOfTen(y.domain()) : y.ticks(TICKS);
    up.attr("transform", `translate(${MARGIN.left},0)`);
    up.call(axisLeft(y).tickValues(heights).tickFormat(tickText).tickSize(-(width - MARGIN.left - this.right)).tickPadding(8));
  }

  #drawCurves(drawn, x, y) {
    const { paths, points, zeros } = this.parts;
    const [up, floor] = [this.#heights(y), this.#floor()];
    const zero = (point) => point !== null && floor && point[1] === 0;
    const above = (point) => point !== null && !zero(point);
    const path = (seen) => line().defined(seen).x((point) => round(x(point[0]))).y((point) => round(up(point[1])));
    paths.forEach((part, i) => part.attr("d", path(above)(drawn[i])).classed("dense", this.#curves[i].dense(this.#size.width)));
    zeros.forEach((part, i) => part.attr("d", floor ? path(zero)(drawn[i]) : null));
    points.forEach((part, i) => part.attr("d", drawn[i].filter(above).map(([a, b]) => `M${round(x(a))} ${round(up(b))}h0`).join("")));
  }


  /** Where each curve that is named ends, [x, y]; as far as it has grown. */
  #shownEnds() {
    const named = (i) => this.#strong === null || this.#strong.includes(i);
    const grown = this.#grows && this.#marked !== null ? this.near(this.#marked).map((height) => [this.#marked, height]) : this.#ends;
    const seen = (end) => end && Number.isFinite(end[1]);
    return grown.map((end, i) => (named(i) && seen(end) ? end : null));
  }

  /** Write each name beside the end of its curve, none over another. */
  #drawNames(x, y) {
    if (!this.parts.labels.length) return;
    const ends = this.#shownEnds();
    const up = this.#heights(y);
    const heights = spreadLabels(ends.map((end) => (end ? up(end[1]) : null)), [MARGIN.top, this.#size.height - MARGIN.bottom]);
    const edge = Math.max(...ends.map((end) => (end ? x(end[0]) : 0)));
    this.parts.labels.forEach((label, i) => {
      label.attr("hidden", heights[i] === null ? "" : null);
      if (heights[i] !== null) label.attr("x", round(edge) + ASIDE).attr("y", round(heights[i]));
    });
  }

  #drawSpots() {
    if (!this.#size?.width) return;
    const [x, y] = this.#scales();
    const [low, high] = [this.#size.height - MARGIN.bottom, MARGIN.top];
    this.parts.spots.forEach((spot, i) => {
      const [across, up] = this.#spots[i] ? [x(this.#spots[i][0]), this.#heights(y)(this.#spots[i][1])] : [NaN, NaN];
      const seen = up >= high - 1 && up <= low + 1;
      spot.attr("hidden", seen ? null : "");
      if (seen) spot.attr("cx", round(across)).attr("cy", round(up));
    });
  }

  #drawMark(x) {
    const [{ mark, veil }, marked] = [this.parts, this.#marked];
    [mark, veil].forEach((part) => part.attr("hidden", marked === null ? "" : null));
    if (marked === null) return;
    const [place, end, low] = [round(x(marked)), this.#size.width - this.right + AROUND_CURVES, this.#size.height - MARGIN.bottom];
    mark.attr("x1", place).attr("x2", place).attr("y1", MARGIN.top).attr("y2", low);
    veil.attr("x", place).attr("width", Math.max(0, end - place)).attr("y", MARGIN.top - AROUND_CURVES).attr("height", low - MARGIN.top + 2 * AROUND_CURVES);
  }
}

let clips = 0;

/** The elements of a chart, made once, each drawn over those before it. */
function partsOf(root, series, names, { dots, log }) {
  root.selectAll("*").remove();
  const id = `plot-${(clips += 1)}`;
  const inside = root.append("clipPath").attr("id", id).append("rect");
  const [across, up] = [root.append("g"), root.append("g")];
  const plot = root.append("g").attr("clip-path", `url(#${id})`);
  const line = (name) => root.append("line").attr("class", name).attr("hidden", "");
  return {
    root,
    inside,
    across,
    up,
    paths: series.map((name) => plot.append("path").attr("class", `curve ${name}`)),
    zeros: log ? series.map((name) => plot.append("path").attr("class", `zero ${name}`)) : [],
    points: dots ? series.map((name) => plot.append("path").attr("class", `curve dots ${name}`)) : [],
    veil: root.append("rect").attr("class", "veil").attr("hidden", ""),
    mark: line("mark"),
    pointed: line("pointed"),
    spots: series.map((name) => root.append("circle").attr("class", `spot ${name}`).attr("r", SPOT).attr("hidden", "")),
    unit: root.append("text").attr("class", "unit").attr("text-anchor", "end"),
    floor: root.append("g"),
    labels: names.map((name, i) => written(name, root.append("text").attr("class", `name ${series[i]}`))),
  };
}

/** Write a name, its subscript small and lower. */
function written(name, label) {
  subscripted(name).forEach((piece, i) => label.append("tspan").attr("class", i % 2 ? "lowered" : null).attr("dy", i % 2 ? "0.35em" : null).text(piece));
  return label;
}

function logarithmic(least, most) {
  const [low, high] = least < Infinity ? [least, most] : [0.1, 1];
  return scaleLog().domain(high === low ? [low / 2, high * 2] : [low, high]).nice();
}

function even(range) {
  const [low, high] = range[0] <= range[1] ? range : [-1, 1];
  const room = high > low ? 0 : Math.abs(high) || 1;
  return scaleLinear().domain([low - room, high + room]).nice(TICKS);
}

/** Some powers of ten of an axis, so few that each can be written. */
function powersOfTen(domain) {
  const [low, high] = domain.map((value) => Math.round(Math.log10(value)));
  const by = Math.ceil((high - low) / TICKS) || 1;
  return Array.from({ length: Math.floor((high - low) / by) + 1 }, (_, i) => 10 ** (low + i * by));
}

const round = (value) => Math.round(value * 10) / 10;

// Curves as long as a run and no wider than the screen

/**
 * A line through points that come in the order of x. Where there are more than fit, each column of the screen keeps its
 * lowest and its highest value: what is drawn looks the same and costs the same however long the run is.
 * A y that is no finite number breaks the line.
 */
export class Curve {
  #xs = [];
  #ys = [];
  #columns = null;

  add(x, y) {
    this.#xs.push(x);
    this.#ys.push(y);
  }

  get length() {
    return this.#xs.length;
  }

  /** The point nearest to x that has a height, [x, y]. */
  nearest(x) {
    let [low, high] = [0, this.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#xs[middle] < x) low = middle + 1;
      else high = middle;
    }
    const around = [low - 2, low - 1, low, low + 1].filter((i) => Number.isFinite(this.#ys[i]));
    const nearest = around.sort((a, b) => Math.abs(this.#xs[a] - x) - Math.abs(this.#xs[b] - x))[0];
    return nearest === undefined ? [NaN, NaN] : [this.#xs[nearest], this.#ys[nearest]];
  }

  /** Whether there are more points than fit: then dashes would not be seen, and cost much. */
  dense(width) {
    return this.length > DENSE * width;
  }

  /** The points to draw, [x, y] in the units of the data, with null where the line breaks. */
  points(width, domain) {
    if (!this.dense(width)) return this.#xs.map((x, i) => (Number.isFinite(this.#ys[i]) ? [x, this.#ys[i]] : null));
    const count = Math.round(width / COLUMN);
    const step = (domain[1] - domain[0]) / count;
    return this.#gathered(count, domain).flatMap((column, at) => {
      if (!column) return [];
      const { least, most, first, last } = column;
      const x = domain[0] + (at + 0.5) * step;
      return first < last ? [[x, least], [x, most]] : [[x, most], [x, least]];
    });
  }

  /** The columns of the screen; those of the same axis go on with the points that came since. */
  #gathered(count, [low, high]) {
    const known = this.#columns;
    if (known?.count !== count || known.low !== low || known.high !== high) {
      this.#columns = { count, low, high, fed: 0, found: Array(count + 1).fill(null) };
    }
    const columns = this.#columns;
    for (; columns.fed < this.length; columns.fed += 1) {
      const y = this.#ys[columns.fed];
      if (Number.isFinite(y)) feed(columns, this.#xs[columns.fed], y);
    }
    return columns.found;
  }
}

function feed({ count, low, high, found }, x, y) {
  const column = (found[Math.floor(((x - low) / (high - low)) * count)] ??= { least: y, most: y, first: y, last: y });
  if (y < column.least) column.least = y;
  if (y > column.most) column.most = y;
  column.last = y;
}

// Names beside the ends of curves

/** About how many pixels a name takes, with the gap before it. */
const labelWidth = (name) => LETTER * [...name].length + GAP;

/** How high a chart must be, in pixels, for a number of names to have a line each. */
export const heightForLabels = (count) => LINE * (count - 1) + AROUND;

/**
 * The heights of the names of curves that end at these heights (null: nowhere), from `low` to `high`: as near to the ends
 * as they can be, in the same order, a line apart, less where there are many; null for those that find no room.
 */
export function spreadLabels(ends, [low, high]) {
  const room = Math.floor((high - low) / CLOSEST) + 1;
  const order = ends.map((end, i) => [end, i]).filter(([end]) => end !== null).slice(0, room).sort((a, b) => a[0] - b[0]);
  const line = order.length > 1 ? Math.min(LINE, (high - low) / (order.length - 1)) : LINE;
  const found = Array(ends.length).fill(null);
  let above = low - line;
  for (const [end, i] of order) above = found[i] = Math.max(end, above + line, low);
  let below = high + line;
  for (const [, i] of order.reverse()) below = found[i] = Math.min(found[i], below - line);
  return found;
}
