// A chart of curves over one axis: it takes points as they come and is drawn anew when it is asked to.

import { axisBottom, axisLeft, line, scaleLinear, scaleLog, select } from "../../vendor/d3/d3.mjs";
import { superscript } from "../core/numeral.mjs";
import { createCurve } from "./run-series.mjs";
import { spreadLabels, labelWidth } from "./chart-labels.mjs";

const MARGIN = { top: 8, right: 12, bottom: 22, left: 46 };
const TICKS = 5;
const ASIDE = 7;
const PLAIN = new Intl.NumberFormat("en-US", { maximumFractionDigits: 4 });

/** How large each chart is; asked of the browser once, then told by it, so that drawing never waits for a layout. */
const sizes = new WeakMap();
const drawers = new WeakMap();
const watcher = new ResizeObserver((all) =>
  all.forEach(({ target, contentRect: { width, height } }) => {
    const [known, size] = [sizes.get(target), { width: Math.round(width), height: Math.round(height) }];
    sizes.set(target, size);
    if (known?.width !== size.width || known?.height !== size.height) drawers.get(target)?.();
  }),
);

function sizeOf(svg) {
  if (!sizes.has(svg)) {
    const { width, height } = svg.getBoundingClientRect();
    sizes.set(svg, { width: Math.round(width), height: Math.round(height) });
  }
  return sizes.get(svg);
}

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

/** The class names of the i-th of many series: six colours and six dashes, which go together only once. */
export const seriesClass = (i) => `series c${i % 6} d${(i + Math.floor(i / 6)) % 6}`;

/**
 * `series` are the class names of its curves, those drawn last on top, `names` what is written where each of them ends;
 * `log` makes the upright axis logarithmic as long as nothing is below 0, `whole` counts along the other, `dots` marks the
 * points.
 */
export function createRunChart(svg, { series: classes, names = [], log = false, dots = false, whole: counted = true }) {
  const root = select(svg);
  root.selectAll("*").remove();
  const across = root.append("g");
  const up = root.append("g");
  const mark = root.append("line").attr("class", "mark").attr("hidden", "");
  const paths = classes.map((name) => root.append("path").attr("class", `curve ${name}`));
  const points = dots ? classes.map((name) => root.append("path").attr("class", `curve dots ${name}`)) : [];
  const labels = names.map((name, i) => root.append("text").attr("class", `name ${classes[i]}`).text(name));
  const right = MARGIN.right + (names.length ? Math.max(...names.map(labelWidth)) : 0);
  let curves, domain, range, least, size, shown, marked;
  drawers.set(svg, draw);
  watcher.observe(svg);
  reset([0, 1]);

  /** Forget every point; `x` is the domain of the axis from now on, `y` what is in sight whatever comes. */
  function reset(x, y = null) {
    curves = classes.map(createCurve);
    [domain, range, least, shown, marked] = [x, y ? [...y] : [Infinity, -Infinity], Infinity, "", null];
  }

  function add(i, x, y) {
    curves[i].add(x, y);
    if (!Number.isFinite(y)) return;
    if (y < range[0]) range[0] = y;
    if (y > range[1]) range[1] = y;
    if (y > 0 && y < least) least = y;
  }

  const powers = () => log && !(range[0] < 0);

  function scales() {
    const x = scaleLinear().domain(domain).range([MARGIN.left, size.width - right]);
    const y = (powers() ? logarithmic() : even()).range([size.height - MARGIN.bottom, MARGIN.top]);
    return [x, y];
  }

  function logarithmic() {
    const [low, high] = least < Infinity ? [least, range[1]] : [0.1, 1];
    return scaleLog().domain(high === low ? [low / 2, high * 2] : [low, high]).nice();
  }

  function even() {
    const [low, high] = range[0] <= range[1] ? range : [-1, 1];
    const room = high > low ? 0 : Math.abs(high) || 1;
    return scaleLinear().domain([low - room, high + room]).nice(TICKS);
  }

  function axes(x, y) {
    const key = [x.domain(), y.domain(), size.width, size.height].join();
    if (key === shown) return;
    shown = key;
    root.attr("viewBox", `0 0 ${size.width} ${size.height}`);
    const most = domain[1] > 9999 ? 130 : 80;
    const whole = x.ticks(Math.max(2, Math.min(12, size.width / most))).filter((value) => !counted || Number.isInteger(value));
    across.attr("transform", `translate(0,${size.height - MARGIN.bottom})`);
    across.call(axisBottom(x).tickValues(whole).tickFormat(tickText).tickSize(0).tickPadding(8));
    up.attr("transform", `translate(${MARGIN.left},0)`);
    up.call(axisLeft(y).tickValues(upright(y)).tickFormat(tickText).tickSize(-(size.width - MARGIN.left - right)).tickPadding(8));
  }

  function upright(y) {
    if (!powers()) return y.ticks(TICKS);
    const [low, high] = y.domain().map((value) => Math.round(Math.log10(value)));
    const by = Math.ceil((high - low) / TICKS) || 1;
    return Array.from({ length: Math.floor((high - low) / by) + 1 }, (_, i) => 10 ** (low + i * by));
  }

  function draw() {
    size = sizeOf(svg);
    if (!size.width || !size.height) return;
    const [x, y] = scales();
    axes(x, y);
    const drawn = curves.map((curve) => curve.points(size.width, domain));
    const seen = (point) => point !== null && (!powers() || point[1] > 0);
    const path = line().defined(seen).x((point) => round(x(point[0]))).y((point) => round(y(point[1])));
    paths.forEach((part, i) => part.attr("d", path(drawn[i])).classed("dense", curves[i].dense(size.width)));
    points.forEach((part, i) => part.attr("d", drawn[i].filter(seen).map(([a, b]) => `M${round(x(a))} ${round(y(b))}h0`).join("")));
    if (labels.length) call(drawn.map((all) => all.findLast(seen)), x, y);
    mark.attr("hidden", marked === null ? "" : null);
    if (marked !== null) mark.attr("x1", x(marked)).attr("x2", x(marked)).attr("y1", MARGIN.top).attr("y2", size.height - MARGIN.bottom);
  }

  /** Write each name beside the end of its curve, none over another. */
  function call(ends, x, y) {
    const heights = spreadLabels(ends.map((end) => (end ? y(end[1]) : null)), [MARGIN.top, size.height - MARGIN.bottom]);
    const edge = Math.max(...ends.map((end) => (end ? x(end[0]) : 0)));
    labels.forEach((label, i) => {
      label.attr("hidden", heights[i] === null ? "" : null);
      if (heights[i] !== null) label.attr("x", round(edge) + ASIDE).attr("y", round(heights[i]));
    });
  }

  return {
    reset,
    add,
    draw,
    /** The place of the data under a pointer. */
    at({ clientX, clientY }) {
      const { left, top } = svg.getBoundingClientRect();
      const [x, y] = scales();
      return [x.invert(clientX - left), y.invert(clientY - top)];
    },
    /** An upright line at x; none where it is null. */
    mark(x) {
      marked = x;
    },
  };
}

const round = (value) => Math.round(value * 10) / 10;
