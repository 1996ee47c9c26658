// The chain slides under the cursor: another part of a run takes the place of the one before, and what both have goes along.

import { shape } from "./shapes.mjs";
import { nodePlaces } from "./transition.mjs";

const EASED = { duration: 450, easing: "cubic-bezier(0.3, 0.8, 0.3, 1)" };
/** The share of a slide in which what leaves is gone, and what comes is there. */
const FADED = 0.6;

/** What is seen of a drawing before another one takes its place. */
export function seenOf(element) {
  const unfolded = element.querySelector(".unfolded");
  if (!unfolded) return null;
  return { places: nodePlaces(unfolded), unfolded };
}

/**
 * Let a new drawing {figure, nodes, edges} come from where it was seen; `pace` is how long a step is shown, 0 where no
 * one plays. Where the cursor's node was not in sight what comes and what goes stands in its place. The answer is how the
 * nodes about the cursor come: [keyframes, timing]; null where they stand.
 */
export function slideAlong(drawing, before, pace) {
  if (!before?.places || !drawing.figure.querySelector(".unfolded")) return null;
  const how = pace ? { duration: pace, easing: "linear" } : EASED;
  const ways = waysOf(drawing, before.places);
  const way = ways.get(drawing.figure.dataset.at) ?? null;
  leave(ghostsOf(before.unfolded, drawing), way, how);
  for (const [id, node] of drawing.nodes) go(node, ways.get(id) ?? null, way, how);
  for (const edge of drawing.edges.values()) goWithEnds(edge, drawing, ways, way, how);
  return way && moves(way) ? [[from(way), { transform: "none" }], how] : null;
}

/** How far each node that was there is from where it was, in the drawing's own measure. */
function waysOf({ figure, nodes }, places) {
  const scale = figure.getScreenCTM()?.a ?? 1;
  const ways = new Map();
  for (const [id, [x, y]] of nodePlaces(figure.querySelector(".unfolded"))) {
    const at = nodes.has(id) && places.get(id);
    if (at) ways.set(id, [(at[0] - x) / scale, (at[1] - y) / scale]);
  }
  return ways;
}

const moves = ([x, y]) => Math.hypot(x, y) > 0.5;
const from = ([x, y]) => ({ transform: `translate(${x}px, ${y}px)` });

/** A part that was there comes from its place; a new one comes in with the others. */
function go(part, own, common, how) {
  if (own && moves(own)) part.animate([from(own), { transform: "none" }], how);
  else if (!own) part.animate([{ ...(common && from(common)), opacity: 0 }, { opacity: 1, offset: FADED }, { transform: "none", opacity: 1 }], how);
}

/** An arrow goes along with the nodes at its ends; one to what is not drawn stands. */
function goWithEnds(edge, { nodes }, ways, common, how) {
  const { source, target } = edge.dataset;
  if (!nodes.has(source) || !nodes.has(target)) return;
  const [a, b] = [ways.get(source), ways.get(target)];
  if (a && b && !moves([a[0] - b[0], a[1] - b[1]])) go(edge, a, common, how);
  else go(edge, null, a && b ? null : common, how);
}

/** What was drawn and is no more, as a picture in the new drawing, at the place that it had on the screen. */
function ghostsOf(unfolded, { figure, nodes }) {
  const old = unfolded.closest("svg");
  const gone = [...unfolded.querySelectorAll(".node")].filter((node) => !nodes.has(node.dataset.node));
  const names = new Set(gone.map((node) => node.dataset.node));
  const between = [...unfolded.querySelectorAll(".edge")].filter(({ dataset }) => names.has(dataset.source) && names.has(dataset.target));
  const [x, y] = ["x", "y"].map((side) => figure.viewBox.baseVal[side] - old.viewBox.baseVal[side]);
  const outlines = new Map([...old.querySelectorAll("defs > *")].map((it) => [`#${it.id}`, it]));
  const parts = [...between, ...gone].map((part) => ghostOf(part, outlines));
  const ghosts = shape("g", { class: "ghosts" }, parts);
  figure.querySelector(".unfolded").prepend(shape("g", { transform: `translate(${x} ${y})`, "aria-hidden": true }, [ghosts]));
  return ghosts;
}

/** A part without its name and its keys; the labels that it refers to are in it, since the new drawing has others. */
function ghostOf(part, outlines) {
  const ghost = part.cloneNode(true);
  for (const name of ["id", "tabindex", "role", "aria-label", "data-node", "data-edge"]) ghost.removeAttribute(name);
  ghost.classList.remove("node", "edge", "current", "origin");
  for (let uses = ghost.querySelectorAll("use"); uses.length; uses = ghost.querySelectorAll("use")) {
    for (const use of uses) use.replaceWith(writtenOut(use, outlines));
  }
  return ghost;
}

function writtenOut(use, outlines) {
  const shown = outlines.get(use.getAttribute("href"))?.cloneNode(true);
  shown?.removeAttribute("id");
  const [x, y] = ["x", "y"].map((side) => use.getAttribute(side) ?? 0);
  const held = { transform: `translate(${x} ${y})`, class: use.getAttribute("class") ?? "" };
  const fill = use.getAttribute("fill");
  return shape("g", fill ? { ...held, fill } : held, shown ? [shown] : []);
}

/** What is no more goes on with the others, and out. */
function leave(ghosts, way, how) {
  const there = way ? { transform: `translate(${-FADED * way[0]}px, ${-FADED * way[1]}px)` } : {};
  const going = ghosts.animate([{ opacity: 1 }, { ...there, opacity: 0 }], { ...how, duration: FADED * how.duration, fill: "forwards" });
  going.finished.then(() => ghosts.parentElement?.remove(), () => {});
}
