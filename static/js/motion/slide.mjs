// The chain slides under the cursor: another part of a run takes the place of the one before, and what both have goes along.

import { cornerOf } from "../core/outline-box.mjs";
import { timeOf } from "../cursor/cursor.mjs";
import { shape } from "./shapes.mjs";

const EASED = { duration: 450, easing: "cubic-bezier(0.3, 0.8, 0.3, 1)" };
/** The share of a slide in which what leaves is gone, and what comes is there. */
const FADED = 0.6;
/** By its figure the slide that began last: how far each node had to go, the others `way`, and what moves them. */
const slides = new WeakMap();

/** How far a node still has to go in the slide that is under way, in the drawing's own measure. */
function leftToGo(figure) {
  const { ways, way, moving = [] } = slides.get(figure) ?? {};
  const left = 1 - (moving[0]?.effect.getComputedTiming().progress ?? 1);
  return (id) => (ways?.get(id) ?? way ?? [0, 0]).map((far) => far * left);
}

/** What is seen of a drawing {figure, layer, nodes} through a camera before another part of the run takes its place. */
export function seenOf({ figure, layer, nodes }, camera) {
  if (!layer) return null;
  const { x, y, width, height } = figure.viewBox.baseVal;
  const { scale, zero, view } = camera;
  const left = leftToGo(figure);
  const place = ([id, node]) => camera.placeOf(node).map((at, axis) => at + left(id)[axis] * scale);
  return { places: new Map([...nodes].map((it) => [it[0], place(it)])), origin: [x, y], left, sides: [width, height], scale, zero, view };
}

/**
 * Let the pieces of a drawing {figure, layer, nodes} come from where they were seen, as those that are `gone` go; `pace`
 * is how long a step is shown, 0 where no one plays. Where the cursor's node was not in sight what comes and what goes
 * moves as the step does that is nearest to it of those that were; in a play so fast, where it would be gone again before it is there,
 * all is there at once. The answer is how the nodes about the cursor come: [keyframes, timing]; null where they stand.
 */
export function slideAlong(drawing, { places, origin, left, gone, ...seen }, camera, pace) {
  if (!drawing.layer) return null;
  const how = pace ? { duration: pace, easing: "linear" } : EASED;
  const from = makesRoom(seen, drawing.figure, camera) ? seen : { scale: camera.scale, zero: camera.zero };
  if (from === seen) giveRoom(drawing, seen, camera, how);
  const ways = waysOf(drawing, places, from, camera);
  const { at } = drawing.figure.dataset;
  for (const it of slides.get(drawing.figure)?.moving ?? []) it.cancel();
  slides.delete(drawing.figure);
  if (pace && drawing.nodes.has(at) && !(places.has(at) && camera.has(places.get(at)))) return null;
  const way = ways.get(at) ?? nearestWay(ways, timeOf(at ?? ""));
  leave(ghostsOf(gone, drawing, origin, left), way, how);
  const pieces = [...drawing.layer.querySelectorAll(":scope > [data-piece]")];
  const moving = pieces.flatMap((piece) => come(piece, (part) => comingOf(part, drawing, ways, way), how));
  slides.set(drawing.figure, { ways, way, moving });
  return way && moves(way) ? [framesOf({ way, fades: false }), how] : null;
}

/** Whether the drawing has other sides than before, or is shown on another scale, as where what comes of the pass is put beside or below it. */
function makesRoom({ scale, sides: [wide, high] }, figure, camera) {
  const { width, height } = figure.viewBox.baseVal;
  return width !== wide || height !== high || Math.abs(scale / camera.scale - 1) > 1e-3;
}

/** Let all of a drawing come to its place from the one where it was seen, lines and nodes together, the camera being there at once. */
function giveRoom({ figure, layer }, seen, camera, how) {
  const { scale, zero } = underway(figure, layer, seen);
  for (const eased of figure.getAnimations()) eased.finish();
  const [x, y] = [0, 1].map((axis) => (zero[axis] - camera.zero[axis]) / camera.scale);
  const frames = [{ transform: `translate(${x}px, ${y}px) scale(${scale / camera.scale})` }, { transform: "none" }];
  for (const layer of figure.querySelectorAll(":scope > g")) layer.animate(frames, how);
}

/** The scale and the zero of a drawing as it was seen where its camera, or itself, had not come to its place yet. */
function underway(figure, layer, { scale, zero, view }) {
  const [from, own] = [figure, layer].map((part) => new DOMMatrix(getComputedStyle(part).transform));
  const times = from.a / view.zoom;
  const at = [from.e - times * (view.x - zero[0]), from.f - times * (view.y - zero[1])];
  return { scale: scale * times * own.a, zero: [at[0] + scale * times * own.e, at[1] + scale * times * own.f] };
}

/** How far each node that was there is from where it was, as the drawing is seen `from`, in the drawing's own measure. */
function waysOf({ nodes }, places, from, camera) {
  const ways = new Map();
  for (const [id, node] of nodes) {
    const at = places.get(id);
    if (!at) continue;
    const now = camera.placeOf(node);
    const way = [0, 1].map((axis) => (at[axis] - from.zero[axis]) / from.scale - (now[axis] - camera.zero[axis]) / camera.scale);
    ways.set(id, way.map((far) => Number(far.toFixed(3))));
  }
  return ways;
}

/** The way of a node at the step nearest to t; null where t is none. */
function nearestWay(ways, t) {
  const away = ([id]) => Math.abs((timeOf(id) ?? Infinity) - t);
  const [nearest] = t === null ? [] : [...ways].toSorted((a, b) => away(a) - away(b));
  return nearest?.[1] ?? null;
}

const moves = ([x, y]) => Math.hypot(x, y) > 0.5;

/** Let a piece come as most of what is in it does, and the rest as seen from there; it fades in where all of it does. Returns what moves them. */
function come(piece, comingOfPart, how) {
  const parts = [...piece.children].map((part) => [part, comingOfPart(part)]);
  if (!parts.length) return [];
  const all = parts.map(([, coming]) => coming);
  const most = commonest(all.some(({ fades }) => !fades) ? all.filter(({ fades }) => !fades) : all);
  const apart = parts.map(([part, { way, fades }]) => run(part, { way: [way[0] - most.way[0], way[1] - most.way[1]], fades: fades && !most.fades }, how));
  return [run(piece, most, how, cornerOf(piece)), ...apart].filter(Boolean);
}

function commonest(comings) {
  const times = new Map();
  for (const { way } of comings) times.set(`${way}`, (times.get(`${way}`) ?? 0) + 1);
  return comings.reduce((best, coming) => (times.get(`${coming.way}`) > times.get(`${best.way}`) ? coming : best));
}

function run(part, coming, how, place) {
  return coming.fades || moves(coming.way) ? part.animate(framesOf(coming, place), how) : null;
}

/**
 * How a part comes: one that was there from its place, a new one in with the others, what stands beside a node with it,
 * an arrow with the nodes at its ends; one to what is not drawn stands.
 */
function comingOf({ dataset: { node, beside = node, source, target } }, { nodes }, ways, common) {
  const fresh = (way) => ({ way: way ?? [0, 0], fades: true });
  if (beside) return ways.has(beside) ? { way: ways.get(beside), fades: false } : fresh(common);
  if (!nodes.has(source) || !nodes.has(target)) return { way: [0, 0], fades: false };
  const [a, b] = [ways.get(source), ways.get(target)];
  if (a && b && !moves([a[0] - b[0], a[1] - b[1]])) return { way: a, fades: false };
  return fresh(a && b ? null : common);
}

/** The keyframes of what comes to its place. */
function framesOf({ way: [x, y], fades }, [left, top] = [0, 0]) {
  const [first, last] = [[left + x, top + y], [left, top]].map((place) => ({ transform: `translate(${place[0]}px, ${place[1]}px)` }));
  return fades ? [{ ...first, opacity: 0 }, { opacity: 1, offset: FADED }, { ...last, opacity: 1 }] : [first, last];
}

/** What is no more, as a picture at the place that it had on the screen; arrows alone are left out. */
function ghostsOf(gone, { figure, layer, nodes }, origin, left) {
  const lost = ({ dataset: { node, beside = node, source, target } }) => beside || (source && !nodes.has(source) && !nodes.has(target));
  const parts = gone.filter((piece) => piece.firstElementChild && lost(piece.firstElementChild)).map((piece) => {
    const { node, beside = node, target = beside } = piece.firstElementChild.dataset;
    nameless(piece);
    return shape("g", { transform: `translate(${left(target).join(" ")})` }, [piece]);
  });
  const ghosts = shape("g", { class: "ghosts" }, parts);
  const { x, y } = figure.viewBox.baseVal;
  layer.prepend(shape("g", { transform: `translate(${x - origin[0]} ${y - origin[1]})`, "aria-hidden": true }, [ghosts]));
  return ghosts;
}

/** Take the names and the keys from a piece and all that is in it. */
function nameless(piece) {
  for (const part of [piece, ...piece.querySelectorAll("[id], [tabindex], [data-node], [data-edge]")]) {
    for (const name of ["id", "tabindex", "role", "aria-label", "data-node", "data-edge", "data-piece"]) part.removeAttribute(name);
    part.classList.remove("node", "edge", "current", "origin");
  }
}

/** What is no more goes on with the others, and out. */
function leave(ghosts, way, how) {
  const there = way ? { transform: `translate(${-FADED * way[0]}px, ${-FADED * way[1]}px)` } : {};
  const going = ghosts.animate([{ opacity: 1 }, { ...there, opacity: 0 }], { ...how, duration: FADED * how.duration, fill: "forwards" });
  going.finished.then(() => ghosts.parentElement?.remove(), () => {});
}
