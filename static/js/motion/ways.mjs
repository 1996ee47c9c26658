// The whole way of an arrow from node to node. Lines branch off others and go on along them, where they are drawn once;
// so a part of the way may be a stretch of another arrow's line.

import { boxOf, cornerOf } from "../core/outline-box.mjs";
import { pointsOf } from "./lines.mjs";

/** How far a node's outline may be from where a line of its own begins or ends, and a point from a line that it lies on. */
const [NEAR, ON] = [12, 1.5];
/** How often a line may go on along another. */
const DEEPEST = 4;
const known = new WeakMap();

/** The points of an arrow's way in a drawing {nodes, edges, graph}; none where none is found. */
export function wayOfArrow(drawing, id) {
  return wholeWay(indexOf(drawing), id, DEEPEST);
}

/** The points from one on a line that leads to a node on to that node; none where none does. */
export function wayOnTo(drawing, node, point) {
  const index = indexOf(drawing);
  return firstOf(index.coming.get(node) ?? [], (id) => cutAt(wholeWay(index, id, DEEPEST), point)[1]);
}

function indexOf(drawing) {
  if (!known.has(drawing)) known.set(drawing, indexed(drawing));
  return known.get(drawing);
}

function indexed({ nodes, edges, graph }) {
  const its = (end) => {
    const found = new Map();
    for (const edge of graph.edges) found.set(edge[end], [...(found.get(edge[end]) ?? []), edge.id]);
    return found;
  };
  return { nodes, edges, ends: new Map(graph.edges.map((edge) => [edge.id, edge])), leaving: its("source"), coming: its("target"), lines: new Map(), whole: new Map() };
}

function wholeWay(index, id, deep) {
  if (!index.whole.has(id)) {
    const found = searched(index, id, deep);
    if (deep < DEEPEST) return found;
    index.whole.set(id, found);
  }
  return index.whole.get(id);
}

function searched(index, id, deep) {
  const own = ownLine(index, id);
  const { source, target } = index.ends.get(id);
  const others = (ids) => (deep ? ids.filter((other) => other !== id) : []);
  const [beside, into] = [others(index.leaving.get(source)), others(index.coming.get(target))];
  if (!own.length) return firstOf(beside, (a) => firstOf(into, (b) => fork(index, ownLine(index, a), b, deep - 1)));
  const [begins, ends] = [touches(index.nodes.get(source), own[0]), touches(index.nodes.get(target), own.at(-1))];
  const head = begins ? [] : firstOf(beside, (other) => cutAt(wholeWay(index, other, deep - 1), own[0])[0]);
  const tail = ends ? [] : firstOf(into, (other) => cutAt(wholeWay(index, other, deep - 1), own.at(-1))[1]);
  return [...head, ...own, ...tail];
}

function ownLine({ edges, lines }, id) {
  if (!lines.has(id)) lines.set(id, edges.has(id) ? drawnLine(edges.get(id)) : []);
  return lines.get(id);
}

function drawnLine(edge) {
  const [left, top] = cornerOf(edge);
  const points = [...edge.querySelectorAll(".forward > .line")].flatMap((line) => pointsOf(line.getAttribute("d")));
  return points.map(([x, y]) => [left + x, top + y]);
}

/** One line up to its end, and from there along another arrow, or along what that branches off to where it does. */
function fork(index, line, id, deep) {
  if (!line.length) return [];
  const rest = cutAt(wholeWay(index, id, deep), line.at(-1))[1];
  if (rest.length) return [...line, ...rest];
  const own = ownLine(index, id);
  if (!own.length) return [];
  const between = firstOf(index.leaving.get(index.ends.get(id).source), (other) => stretch(wholeWay(index, other, deep), line.at(-1), own[0]));
  return between.length ? [...line, ...between, ...own] : [];
}

/** A line from one point that lies on it to another, in either direction. */
function stretch(line, from, to) {
  const [back, on] = cutAt(line, from);
  return firstOf([on, back.reverse()], (rest) => cutAt([from, ...rest], to)[0]);
}

/** A line up to a point that lies on it, and from there on; nothing where it does not. */
function cutAt(line, [x, y]) {
  for (let i = 1; i < line.length; i += 1) {
    const [[ax, ay], [bx, by]] = [line[i - 1], line[i]];
    const length = (bx - ax) ** 2 + (by - ay) ** 2;
    const share = length ? Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length)) : 0;
    if (Math.hypot(ax + share * (bx - ax) - x, ay + share * (by - ay) - y) <= ON) return [line.slice(0, i), line.slice(i)];
  }
  return [[], []];
}

/** The first that some of these lead to. */
function firstOf(all, lead) {
  for (const one of all) {
    const found = lead(one);
    if (found.length) return found;
  }
  return [];
}

/** Whether a line that begins or ends at a point does so at a node; where that is hidden, the line is all there is. */
export function touches(node, [x, y]) {
  if (!node) return true;
  const { x: left, y: top, width, height } = boxOf(node.querySelector(".disc"));
  return x >= left - NEAR && x <= left + width + NEAR && y >= top - NEAR && y <= top + height + NEAR;
}
