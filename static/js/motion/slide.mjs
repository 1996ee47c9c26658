// The chain slides under the cursor: another part of a run takes the place of the one before, and what both have goes along.

import { shape } from "./shapes.mjs";

const EASED = { duration: 450, easing: "cubic-bezier(0.3, 0.8, 0.3, 1)" };
/** The share of a slide in which what leaves is gone, and what comes is there. */
const FADED = 0.6;

/** What is seen of a drawing {layer, nodes} through a camera before another one takes its place. */
export function seenOf({ layer, nodes }, camera) {
  if (!layer) return null;
  return { places: new Map([...nodes].map(([id, node]) => [id, camera.placeOf(node)])), unfolded: layer };
}

/**
 * Let a new drawing {figure, layer, nodes, edges} come from where it was seen; `pace` is how long a step is shown, 0
 * where no one plays. Where the cursor's node was not in sight what comes and what goes stands in its place. The answer
 * is how the nodes about the cursor come: [keyframes, timing]; null where they stand.
 */
export function slideAlong(drawing, before, camera, pace) {
  if (!before || !drawing.layer) return null;
  const how = pace ? { duration: pace, easing: "linear" } : EASED;
  const ways = waysOf(drawing, before.places, camera);
  const way = ways.get(drawing.figure.dataset.at) ?? null;
  leave(ghostsOf(before.unfolded, drawing), way, how);
  const nodes = [...drawing.nodes].map(([id, node]) => ({ part: node, frames: comingOf(ways.get(id) ?? null, way) }));
  const edges = [...drawing.edges.values()].map((edge) => ({ part: edge, frames: withEnds(edge, drawing, ways, way) }));
  for (const { parts, frames } of runsOf([...nodes, ...edges])) together(parts).animate(frames, how);
  return way && moves(way) ? [[from(way), { transform: "none" }], how] : null;
}

/** How far each node that was there is from where it was, in the drawing's own measure. */
function waysOf({ nodes }, places, camera) {
  const ways = new Map();
  for (const [id, node] of nodes) {
    const at = places.get(id);
    if (!at) continue;
    const now = camera.placeOf(node);
    ways.set(id, [0, 1].map((axis) => Number(((at[axis] - now[axis]) / camera.scale).toFixed(3))));
  }
  return ways;
}

const moves = ([x, y]) => Math.hypot(x, y) > 0.5;
const from = ([x, y]) => ({ transform: `translate(${x}px, ${y}px)` });

/** How a part comes: one that was there from its place, a new one in with the others; null for one that stands. */
function comingOf(own, common) {
  if (own) return moves(own) ? [from(own), { transform: "none" }] : null;
  return [{ ...(common && from(common)), opacity: 0 }, { opacity: 1, offset: FADED }, { transform: "none", opacity: 1 }];
}

/** How an arrow goes along with the nodes at its ends; one to what is not drawn stands. */
function withEnds(edge, { nodes }, ways, common) {
  const { source, target } = edge.dataset;
  if (!nodes.has(source) || !nodes.has(target)) return null;
  const [a, b] = [ways.get(source), ways.get(target)];
  if (a && b && !moves([a[0] - b[0], a[1] - b[1]])) return comingOf(a, common);
  return comingOf(null, a && b ? null : common);
}

/** Neighbours that come alike, as one: the browser moves a few pieces, not each node and each arrow. */
function runsOf(comings) {
  const runs = [];
  for (const { part, frames } of comings) {
    const [last, how] = [runs.at(-1), JSON.stringify(frames)];
    if (last?.how === how && last.parts.at(-1).nextElementSibling === part) last.parts.push(part);
    else runs.push({ parts: [part], frames, how });
  }
  return runs.filter(({ frames }) => frames);
}

/** Neighbours in one group, at their place in the drawing. */
function together(parts) {
  if (parts.length === 1) return parts[0];
  const group = shape("g", {});
  parts[0].before(group);
  group.append(...parts);
  return group;
}

/** What was drawn and is no more, taken over into the new drawing as a picture, at the place that it had on the screen. */
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
function ghostOf(ghost, outlines) {
  for (const name of ["id", "tabindex", "role", "aria-label", "data-node", "data-edge"]) ghost.removeAttribute(name);
  ghost.classList.remove("node", "edge", "current", "origin");
  for (const use of ghost.querySelectorAll("use")) use.replaceWith(writtenOut(use, outlines));
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
