// A triangle of Jacobian norms: a row for each step t down, a column for each step k across, a border where little is left.

import { numeral } from "../core/numeral.mjs";
import { Plot } from "./plot.mjs";
import { depth, paintCells, paintGhosts } from "./shades.mjs";

/** `update({name, steps, norms, before, share})`: norms[i][j] belongs to t = steps[i], k = steps[j], null where k comes after t; `before` is what they were. */
export function mountTriangleChart(element, { height = 184, picked } = {}) {
  const prepare = (data) => ({ tau: data.steps.length, ...data, summary: summary(data), table: table(data) });
  return new Plot(element, { height, margin: { left: 22, right: 9, top: 4, bottom: 18 }, prepare, draw, picked, cursor });
}

/** The side of a cell and where the triangle begins. */
const side = ({ top, bottom, left, right }, { steps }) => Math.min((bottom - top) / steps.length, (right - left) / steps.length);

function draw(svg, data, box) {
  const { steps, norms, before, share } = data;
  const cell = side(box, data);
  const most = Math.max(...norms.flat().filter((value) => Number.isFinite(value)), 0);
  function* cells(all) {
    for (const [i, row] of all.entries()) {
      for (let j = 0; j <= i; j += 1) yield [depth(row[j], most), box.left + j * cell, box.top + i * cell, cell, cell];
    }
  }
  paintCells(svg, cells(norms), "depth");
  if (before) paintGhosts(svg, cells(before), cells(norms), "depth");
  drawAxes(svg, steps, box, cell);
  const corner = (i, j) => `${box.left + j * cell},${box.top + i * cell}`;
  const border = norms.map((row, i) => [i, firstFelt(row.slice(0, i + 1), share)]);
  const parts = border.map(([i, j], n) => (n === 0 ? `M${corner(i, j)}V${box.top + cell}` : `L${corner(i, j)}L${corner(i + 1, j)}`));
  svg.append("path").attr("class", "border").attr("d", parts.join(""));
  const outline = steps.map((_, i) => `L${corner(i, i + 1)}L${corner(i + 1, i + 1)}`);
  svg.append("path").attr("class", "frame").attr("d", `M${corner(0, 0)}${outline.join("")}L${corner(steps.length, 0)}Z`);
  box.stepAt = (event, element) => steps[Math.floor((event.clientY - element.getBoundingClientRect().top - box.top) / cell)] ?? 0;
}

/** The first and the last step at both sides, and between them which is which: t is felt at, k is reached back to. */
function drawAxes(svg, steps, { left, top }, cell) {
  const whole = cell * steps.length;
  const axis = svg.append("g").attr("class", "steps");
  const ends = steps.length > 1 ? [steps[0], steps.at(-1)] : [steps[0]];
  const write = (words, x, y, anchor) => axis.append("text").attr("x", x).attr("y", y).attr("text-anchor", anchor).text(words);
  ends.forEach((step, i) => {
    write(step, left - 5, top + (i ? whole - cell / 2 : cell / 2) + 4, "end");
    write(step, left + (i ? whole - cell / 2 : cell / 2), top + whole + 14, "middle");
  });
  if (steps.length < 3) return;
  write("t", left - 5, top + whole / 2 + 4, "end");
  write("k", left + whole / 2, top + whole + 14, "middle");
}

/** Of a row that ends with t itself: from which column on there is always at least a share of that. */
export function firstFelt(row, share) {
  const last = row.at(-1);
  const low = row.findLastIndex((value) => value !== null && value < share * last);
  return low + 1;
}

/** The row that stands for a step: its own, or where steps are left out the last one before it. */
export function rowOf(steps, t) {
  const down = steps.length > 1 && steps[1] < steps[0];
  return Math.max(0, steps.findLastIndex((step) => (down ? step >= t : step <= t)));
}

function cursor(svg, box, data) {
  const cell = side(box, data);
  const row = svg.append("rect").attr("class", "marker").attr("x", box.left - 1).attr("height", cell + 2).attr("rx", 1);
  return {
    mark({ at = 0 }) {
      const i = rowOf(data.steps, at);
      row.attr("visibility", at ? "visible" : "hidden");
      row.attr("y", box.top + i * cell - 1).attr("width", (i + 1) * cell + 2);
    },
  };
}

function summary({ name, steps, norms }) {
  const last = norms.length - 1;
  return `${name}: ${numeral(norms[last][0])} from t = ${steps[last]} back to k = ${steps[0]}`;
}

function table({ name, steps, norms }) {
  const few = steps.filter((_, i) => i % Math.ceil(steps.length / 50) === 0 || i === steps.length - 1);
  const places = few.map((t) => steps.indexOf(t));
  return {
    of: name,
    caption: `${name}${few.length < steps.length ? `, ${few.length} of the steps` : ""}`,
    head: ["t", ...few.map((k) => `k = ${k}`)],
    rows: () => places.map((i) => [String(steps[i]), ...places.map((j) => (j <= i ? numeral(norms[i][j]) : ""))]),
  };
}
