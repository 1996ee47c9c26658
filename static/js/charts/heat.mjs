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
  return new Plot(element, { height, margin: { left: 1, right: 1, top: 6 }, prepare, draw, told, picked });
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

/** The unit that is pointed at; without a pointer the one with the largest value. */
function told(t, { rows, first, units }, point, box) {
  const column = first.findLastIndex((from) => from <= t);
  const sizes = rows.map((row) => Math.abs(row[column] ?? 0));
  const under = (y) => Math.floor(((y - box.top) / (box.bottom - box.top)) * rows.length);
  const i = point ? Math.max(0, Math.min(rows.length - 1, under(point.y))) : sizes.indexOf(Math.max(...sizes));
  return `t = ${t}: ${!point && rows.length > 1 ? "largest in " : ""}${unitName(i, rows, units)}, ${numeral(rows[i][column])}`;
}

/** What a row stands for: a unit, or the mean of some. */
const unitName = (i, rows, units) => (rows.length < units ? `units from ${i * Math.ceil(units / rows.length) + 1}` : `unit ${i + 1}`);

function table({ name, rows, first, units }) {
  const few = rows.length < units ? ", means of neighbouring units" : "";
  return {
    of: name,
    caption: `${name}${few}`,
    head: ["t", ...rows.map((_, i) => unitName(i, rows, units))],
    rows: () => first.map((t, j) => [String(t), ...rows.map((row) => numeral(row[j]))]),
  };
}
