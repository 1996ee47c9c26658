// A variable through time as a heat map: a row for each unit, a column for each step, in the figure's colours.

import { numeral } from "../core/numeral.mjs";
import { drawCuts, drawStepAxis, Plot } from "./plot.mjs";
import { paintCells, paintGhosts, shade } from "./shades.mjs";

/**
 * `update({name, tau, rows, before, first, units, most, decades, cuts})`: `rows` are units × columns, each from a step of
 * `first` on, and `before` is what they were, if that is to be seen.
 */
export function mountHeatChart(element, { height = 82, picked } = {}) {
  const prepare = (data) => ({ ...data, summary: summary(data), table: table(data) });
  return new Plot(element, { height, margin: { left: 1, right: 1, top: 6 }, prepare, draw, picked });
}

function draw(svg, { tau, rows, before, first, most, decades, cuts }, box) {
  const { edge, top, bottom, left, right } = box;
  const tall = (bottom - top) / rows.length;
  const ends = [...first.slice(1), tau + 1];
  function* cells(all) {
    for (const [i, row] of all.entries()) {
      for (const [j, value] of row.entries()) {
        const from = edge(first[j] - 1);
        yield [shade(value, most, decades), from, top + i * tall, edge(ends[j] - 1) - from, tall];
      }
    }
  }
  paintCells(svg, cells(rows), "shade");
  if (before) paintGhosts(svg, cells(before), cells(rows), "shade");
  svg.append("rect").attr("class", "frame").attr("x", left).attr("y", top).attr("width", right - left).attr("height", bottom - top);
  drawStepAxis(svg, box, tau);
  drawCuts(svg, box, cuts);
}

function summary({ name, tau, units, most, decades }) {
  return `${name}: ${units} unit${units === 1 ? "" : "s"} over ${tau} step${tau === 1 ? "" : "s"}, coloured from −${numeral(most)} to ${numeral(most)}${decades ? ", by logarithm" : ""}`;
}

function table({ name, rows, first, units }) {
  const few = rows.length < units ? ", means of neighbouring units" : "";
  const unit = (i) => (rows.length < units ? `units from ${i * Math.ceil(units / rows.length) + 1}` : `unit ${i + 1}`);
  return {
    of: name,
    caption: `${name}${few}`,
    head: ["t", ...rows.map((_, i) => unit(i))],
    rows: () => first.map((t, j) => [String(t), ...rows.map((row) => numeral(row[j]))]),
  };
}
