// A triangle of Jacobian norms: a row for each step t down, a column for each step k across, a border where little is left.
// Its colours are bands of what is left, the same in every triangle, so that two of them can be compared.

import { numeral } from "../core/numeral.mjs";
import { Plot } from "./plot.mjs";
import { band, BANDS, GROWN, paintCells, paintGhosts } from "./shades.mjs";

/** How much of the height the scale takes, how wide it is with its words, how low a band of it may be, and which of their beginnings are written. */
const [SCALE, ROOM, LOWEST] = [0.6, 34, 5];
const WRITTEN = [0.01, 0.25, GROWN, 10];

/**
 * `update({name, steps, norms, before, share, asked})`: norms[i][j] belongs to t = steps[i], k = steps[j], null where k comes after t; `before` is what
 * they were, `asked` a pair [t, k] that is marked. With `scale` the empty half has the scale of colours. `pointed(t, k, norm)` is called as a pointer moves over the cells, without anything as it leaves.
 */
export function mountTriangleChart(element, { height = 184, scale = false, picked, pointed } = {}) {
  const prepare = (data) => ({ tau: data.steps.length, scale, ...data, summary: summary(data), table: table(data) });
  const chart = new Plot(element, { height, margin: { left: 22, right: 9, top: 4, bottom: 18 }, prepare, draw, told, picked, cursor, quiet: Boolean(pointed) });
  if (pointed) listen(chart.svg, pointed);
  return chart;
}

/** The side of a cell and where the triangle begins. */
const side = ({ top, bottom, left, right }, { steps }) => Math.min((bottom - top) / steps.length, (right - left) / steps.length);

function draw(svg, data, box) {
  const { steps, norms, before, share, asked } = data;
  const cell = side(box, data);
  function* cells(all) {
    for (const [i, row] of all.entries()) {
      for (let j = 0; j <= i; j += 1) yield [band(row[j]), box.left + j * cell, box.top + i * cell, cell, cell];
    }
  }
  paintCells(svg, cells(norms), "band");
  if (before) paintGhosts(svg, cells(before), cells(norms), "band");
  drawAxes(svg, steps, box, cell);
  if (data.scale) drawScale(svg, box, cell, cell * steps.length);
  const corner = (i, j) => `${box.left + j * cell},${box.top + i * cell}`;
  const border = norms.map((row, i) => [i, firstFelt(row.slice(0, i + 1), share)]);
  const parts = border.map(([i, j], n) => (n === 0 ? `M${corner(i, j)}V${box.top + cell}` : `L${corner(i, j)}L${corner(i + 1, j)}`));
  svg.append("path").attr("class", "border").attr("d", parts.join(""));
  const outline = steps.map((_, i) => `L${corner(i, i + 1)}L${corner(i + 1, i + 1)}`);
  svg.append("path").attr("class", "frame").attr("d", `M${corner(0, 0)}${outline.join("")}L${corner(steps.length, 0)}Z`);
  if (asked) {
    const [i, j] = asked.map((step) => rowOf(steps, step));
    svg.append("rect").attr("class", "asked").attr("x", box.left + j * cell).attr("y", box.top + i * cell).attr("width", cell).attr("height", cell);
  }
  svg.node().cellAt = ({ clientX, clientY }) => {
    const { left, top } = svg.node().getBoundingClientRect();
    const [i, j] = [Math.floor((clientY - top - box.top) / cell), Math.floor((clientX - left - box.left) / cell)];
    return j >= 0 && j <= i && i < steps.length ? [steps[i], steps[j], norms[i][j]] : [];
  };
  box.stepAt = (event, element) => steps[Math.floor((event.clientY - element.getBoundingClientRect().top - box.top) / cell)] ?? 0;
}

function listen(svg, pointed) {
  svg.on("pointermove", (event) => pointed(...(svg.node().cellAt?.(event) ?? [])));
  svg.on("pointerleave", () => pointed());
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

/** The colours of the bands one over the other, with some of what they begin at in percents, where the empty half has room for them. */
function drawScale(svg, { left, top }, cell, whole) {
  const free = cell * Math.floor((whole - ROOM) / cell);
  const high = Math.floor(Math.min(SCALE * whole, free) / (BANDS.length + 1));
  if (high < LOWEST) return;
  const [group, wide, x] = [svg.append("g").attr("class", "bands-scale"), 8, left + whole - 8];
  const edge = (i) => top + (BANDS.length + 1 - i) * high;
  [0, ...BANDS].forEach((_, i) => group.append("rect").attr("class", `band-${i}`).attr("x", x).attr("y", edge(i + 1)).attr("width", wide).attr("height", high));
  group.append("rect").attr("class", "frame").attr("x", x).attr("y", top).attr("width", wide).attr("height", edge(0) - top);
  for (const begins of WRITTEN) {
    const words = begins === GROWN ? "100 %" : (100 * begins).toLocaleString("en-US");
    group.append("text").attr("x", x - 3).attr("y", edge(BANDS.indexOf(begins) + 1) + 3).attr("text-anchor", "end").text(words);
  }
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

/** What is left of the step that is pointed at; without a pointer of the first one. */
function told(t, data, point, box) {
  const { steps, norms } = data;
  const row = rowOf(steps, t);
  const column = point ? Math.floor((point.x - box.left) / side(box, data)) : 0;
  const k = Math.max(0, Math.min(row, column));
  return `t = ${steps[row]}, k = ${steps[k]}: ${numeral(norms[row][k])}`;
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
