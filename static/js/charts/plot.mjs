// What all charts share: a drawing as wide as its place, steps along it, a cursor, and its numbers as a table.

import { select } from "../../vendor/d3/d3.mjs";
import { slideByKey } from "../core/slide.mjs";
import { mountAsTable } from "./as-table.mjs";

const MARGIN = { top: 8, right: 8, bottom: 20, left: 8 };

/**
 * A chart in `element`. `draw(svg, data, box)` draws `data`, which has at least {tau, summary, table}; `picked(t)` hears of
 * a click on a step, or a key that leads to one. `update(data)` draws anew, `mark({at, from, to})` only moves the cursor: `at` is the step it is at,
 * and what is not from `from` to `to` is pale.
 */
export function createPlot(element, { height, margin = {}, draw, picked, cursor = createMarker }) {
  const place = select(element).append("div").attr("class", "plot");
  const svg = place.append("svg").attr("role", "img").attr("aria-label", "not drawn yet");
  const table = mountAsTable(element);
  const sides = { ...MARGIN, ...margin };
  let [data, box, marker, mark, width] = [null, null, null, {}, 0];

  function redraw() {
    width = place.node().clientWidth;
    if (!data || !width) return;
    box = plotBox(width, height, sides, data.tau);
    svg.attr("width", width).attr("height", height).attr("viewBox", `0 0 ${width} ${height}`);
    svg.attr("aria-label", data.summary).selectAll("*").remove();
    draw(svg, data, box);
    marker = cursor(svg, box, data);
    marker.mark(mark);
  }

  new ResizeObserver(() => place.node().clientWidth !== width && redraw()).observe(place.node());
  if (picked) {
    svg.on("click", (event) => {
      const t = data && box.stepAt(event, svg.node(), data);
      if (t) picked(t);
    });
    svg.on("keydown", (event) => data && slideByKey(event, mark.at ?? 0, steps(), picked));
  }

  const steps = () => Math.max(...(data.steps ?? [data.tau]));

  function tell() {
    if (!picked || !data) return;
    svg.attr("role", "slider").attr("tabindex", 0).attr("aria-valuemin", 0).attr("aria-valuemax", steps()).attr("aria-valuenow", mark.at ?? 0);
    svg.attr("aria-valuetext", mark.at ? `t = ${mark.at}` : "at no step");
  }

  return {
    update(next) {
      data = next;
      redraw();
      tell();
      table.update(next.table);
    },
    mark(next) {
      mark = next;
      marker?.mark(next);
      tell();
    },
  };
}

/** Where things are in a drawing of so many steps, each with an equal share of the width. */
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

/** The marker of the cursor's step, and veils over what it has not reached. */
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

/** The first step, the last, and some round ones between, written below. */
export function drawStepAxis(svg, { x, bottom, left, right }, tau, text = (t) => String(t)) {
  const axis = svg.append("g").attr("class", "steps");
  axis.append("path").attr("d", `M${left},${bottom + 0.5}H${right}`);
  for (const t of roundSteps(tau, right - left)) {
    const anchor = t === tau && tau > 9 ? "end" : "middle";
    const at = anchor === "end" ? Math.min(right, x(t) + 8) : x(t);
    axis.append("text").attr("x", at).attr("y", bottom + 14).attr("text-anchor", anchor).text(text(t));
  }
}

/** Steps to be written below an axis so wide that none stands on another. */
export function roundSteps(tau, width) {
  const most = Math.max(2, Math.floor(width / 34));
  if (tau <= most) return Array.from({ length: tau }, (_, i) => i + 1);
  const gap = [2, 5, 10, 20, 25, 50, 100, 200, 250, 500].find((g) => tau / g <= most - 1) ?? tau;
  const found = Array.from({ length: Math.floor(tau / gap) }, (_, i) => (i + 1) * gap);
  return [1, ...found.filter((t) => tau - t >= gap / 1.5), tau];
}

/** A dashed line after each of some steps, where the gradient is cut. */
export function drawCuts(svg, { edge, top, bottom }, cuts = []) {
  const lines = svg.append("g").attr("class", "cuts");
  for (const t of cuts) lines.append("path").attr("d", `M${edge(t)},${top - 2}V${bottom}`);
}
