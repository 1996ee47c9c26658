// Line charts over the steps, on a logarithmic or a linear axis. Curves differ in colour, dash and marker, so that nobody needs colour to tell them apart.

import { line, scaleLinear, scaleLog } from "../../vendor/d3/d3.mjs";
import { numeral, superscript } from "../core/numeral.mjs";
import { drawFloor, FLOOR, ON_FLOOR } from "./floor.mjs";
import { drawCuts, drawStepAxis, Plot } from "./plot.mjs";

const CROWDED = 40;
const MARKERS = [
  "M-3,0a3,3 0 1,0 6,0a3,3 0 1,0 -6,0z",
  "M-2.7,-2.7h5.4v5.4h-5.4z",
  "M0,-3.6L3.4,2.6H-3.4z",
  "M0,-3.8L3.8,0L0,3.8L-3.8,0z",
  "M-3.2,-3.2L3.2,3.2M3.2,-3.2L-3.2,3.2",
];

/**
 * `update({name, tau, series, cuts, log})`: each of `series` is {label, values, look}, `look` the number of its colour, dash
 * and marker, or "ghost" for what stands behind them without a marker. `log` (the default) leaves out what is below 0.
 */
export function mountLineChart(element, { height = 200, picked, extra } = {}) {
  const prepare = (data) => ({ log: true, ...data, summary: summary(data), table: table(data) });
  const drawAll = (...all) => {
    draw(...all);
    extra?.(...all);
  };
  return new Plot(element, { height, margin: { left: 38, right: 6, top: 18 }, prepare, draw: drawAll, told, picked });
}

function draw(svg, { tau, series, cuts, log }, box) {
  const finite = (value) => value !== null && Number.isFinite(value);
  const [zero, above] = [(value) => log && value === 0, (value) => finite(value) && (!log || value > 0)];
  const [all, first] = [series.flatMap(({ values }) => values).filter(above), firstOf(series, zero)];
  const y = (log ? logScale : linearScale)(all).range([box.bottom - (first ? FLOOR : 0), box.top]);
  if (all.length) drawLevels(svg, box, y, log ? decades(y.domain()) : y.ticks(3), log ? (v) => `10${superscript(Math.round(Math.log10(v)))}` : numeral);
  drawStepAxis(svg, box, tau);
  drawCuts(svg, box, cuts);
  if (!all.length) svg.append("text").attr("class", "nothing").attr("x", (box.left + box.right) / 2).attr("y", (box.top + box.bottom) / 2).text("0 at every step");
  const up = (value) => (zero(value) ? box.bottom - ON_FLOOR : y(value));
  const curve = (seen) => line().defined(seen).x((_, i) => box.x(i + 1)).y(up);
  const curves = first ? [curve(above), curve(zero)] : [curve(above)];
  for (const one of [...series].reverse()) drawOne(svg, one, { curves, shown: (value) => above(value) || zero(value), up, x: box.x, tau });
  if (first && all.length) drawFloor(svg.append("g").attr("class", "heights"), box, box.x(first));
}

/** The first step at which a value of some series is such; none where none is. */
function firstOf(series, such) {
  const found = series.map(({ values }) => values.findIndex(such)).filter((i) => i >= 0);
  return found.length ? 1 + Math.min(...found) : null;
}

function drawOne(svg, { label, values, look }, { curves, shown, up, x, tau }) {
  const group = svg.append("g").attr("class", `series look-${look}`).attr("data-label", label);
  for (const path of curves) group.append("path").attr("class", "curve").attr("d", path(values));
  if (look === "ghost") return;
  const every = Math.ceil(tau / CROWDED);
  values.forEach((value, i) => {
    if (!shown(value) || i % every) return;
    group.append("path").attr("class", "point").attr("d", MARKERS[look % MARKERS.length]).attr("transform", `translate(${x(i + 1)},${up(value)})`);
  });
}

/** The lines across and what they stand for. */
export function drawLevels(svg, { left, right }, y, ticks, text) {
  const axis = svg.append("g").attr("class", "heights");
  for (const value of ticks) {
    axis.append("path").attr("d", `M${left},${Math.round(y(value)) + 0.5}H${right}`);
    axis.append("text").attr("x", left - 6).attr("y", y(value) + 4).attr("text-anchor", "end").text(text(value));
  }
}

/** Whole powers of ten around all that is shown. */
export function logScale(values) {
  const low = values.length ? Math.floor(Math.log10(Math.min(...values))) : -1;
  const high = values.length ? Math.ceil(Math.log10(Math.max(...values))) : 0;
  return scaleLog().domain([10 ** low, 10 ** Math.max(high, low + 1)]);
}

/** From 0, or below it, to the largest. */
export function linearScale(values) {
  return scaleLinear().domain([Math.min(0, ...values), Math.max(0, ...values) || 1]).nice(4);
}

/** At most five powers of ten between two of them. */
export function decades([from, to]) {
  const [low, high] = [from, to].map((value) => Math.round(Math.log10(value)));
  const gap = Math.max(1, Math.ceil((high - low) / 4));
  const found = [];
  for (let power = high; power >= low; power -= gap) found.push(10 ** power);
  return found;
}

/** A curve's line and marker alone, for a legend. */
export function drawSwatch(svg, look) {
  const group = svg.append("g").attr("class", `series look-${look}`);
  group.append("path").attr("class", "curve").attr("d", look === "taken" ? "M1,2H25V10H1z" : "M0,6H26");
  if (Number.isInteger(look)) group.append("path").attr("class", "point").attr("d", MARKERS[look % MARKERS.length]).attr("transform", "translate(13,6)");
}

function told(t, { name, series }) {
  return `t = ${t}: ${series.map(({ label, values }) => `${label || name} ${numeral(values[t - 1])}`).join(", ")}`;
}

function summary({ name, tau, series }) {
  const ends = series.filter(({ look }) => look !== "ghost").map(({ label, values }) => `${label} from ${numeral(values[0])} at t = 1 to ${numeral(values[tau - 1])} at t = ${tau}`);
  return `${name}: ${ends.join("; ")}`;
}

function table({ name, tau, series }) {
  return {
    caption: name,
    head: ["t", ...series.map(({ label }) => label)],
    rows: () => Array.from({ length: tau }, (_, i) => [String(i + 1), ...series.map(({ values }) => numeral(values[i]))]),
  };
}
