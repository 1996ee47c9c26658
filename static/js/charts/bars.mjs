// A bar a step, and a line for what they have come to.

import { area, curveStep, line } from "../../vendor/d3/d3.mjs";
import { drawHeights, evenScale } from "./line.mjs";
import { numeral } from "./numeral.mjs";
import { createPlot, drawCuts, drawSteps } from "./plot.mjs";

/** `update({name, tau, bars, sums, cuts})`: bars and line by step, `name` of each: {bars, sums}. */
export function mount(element, { height = 200, picked } = {}) {
  const plot = createPlot(element, { height, margin: { left: 50, right: 6, top: 18 }, draw, picked });
  return { ...plot, update: (data) => plot.update({ ...data, summary: said(data), table: table(data) }) };
}

function draw(svg, { tau, bars, sums, cuts }, box) {
  const finite = (value) => value !== null && Number.isFinite(value);
  const y = evenScale([...bars, ...sums].filter(finite)).range([box.bottom, box.top]);
  drawHeights(svg, box, y, y.ticks(3), numeral);
  const step = curved(sums, box, y, finite);
  svg.append("path").attr("class", "sums ground").attr("d", step(area().y0(box.bottom).y1(([, value]) => y(value))));
  const wide = Math.max(1, Math.min(36, box.share * 0.62));
  const group = svg.append("g").attr("class", "bars");
  bars.forEach((value, i) => {
    if (!finite(value)) return;
    const rect = group.append("rect").attr("x", box.x(i + 1) - wide / 2).attr("width", wide).attr("data-t", i + 1);
    rect.attr("y", y(value)).attr("height", box.bottom - y(value)).attr("rx", Math.min(2, wide / 4));
  });
  svg.append("path").attr("class", "sums").attr("d", step(line().y(([, value]) => y(value))));
  drawSteps(svg, box, tau);
  drawCuts(svg, box, cuts);
}

/** Steps as wide as a step of time, the first and the last too. */
function curved(values, { x, left, right }, y, finite) {
  const points = values.map((value, i) => [x(i + 1), value]);
  const ends = [[2 * left - points[0][0], values[0]], ...points, [2 * right - points.at(-1)[0], values.at(-1)]];
  const inside = ([at]) => Math.min(right, Math.max(left, at));
  return (shape) => shape.x(inside).defined(([, value]) => finite(value)).curve(curveStep)(ends);
}

function said({ name, tau, bars, sums }) {
  const largest = bars.indexOf(Math.max(...bars));
  return `${name.bars}: largest at t = ${largest + 1} with ${numeral(bars[largest])}, over ${tau} step${tau === 1 ? "" : "s"}; ${name.sums} ${numeral(sums[0])} at t = 1`;
}

function table({ name, bars, sums }) {
  return {
    caption: name.bars,
    head: ["t", name.bars, name.sums],
    rows: () => bars.map((value, i) => [String(i + 1), numeral(value), numeral(sums[i])]),
  };
}
