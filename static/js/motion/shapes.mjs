// What moves over a figure as elements: beads, the trail of a weak one, scissors, and what fills a node.

import { setAttributes } from "../core/elements.mjs";
import { SCISSORS } from "../core/scissors-sign.mjs";

const SVG = "http://www.w3.org/2000/svg";
const GLOW = 2.1;
/** How far a bead leaps at most as it becomes smaller or larger, as a part of its size. */
const LEAP = 0.4;
/** The radius of a bead that is all there is, in points; under this size, of one hundredth, it is a ring. */
export const [RADIUS, RING] = [7, 0.625];

/** An element of a drawing. */
export function shape(name, attributes, children = []) {
  const made = document.createElementNS(SVG, name);
  setAttributes(made, attributes);
  made.append(...children);
  return made;
}

/** A bead around (0, 0): a group that goes, in it one that is as large as what flows, with its glow. */
export function bead(phase) {
  const round = (role, r) => shape("circle", { class: role, r });
  return shape("g", { class: `bead of-${phase}` }, [shape("g", {}, [round("glow", RADIUS * GLOW), round("core", RADIUS)])]);
}

/** How a bead of a size looks; what is under one hundredth has no filling and no glow. */
export function looks(size) {
  const full = size >= RING ? 1 : 0;
  return { body: { transform: `scale(${size})` }, core: { fillOpacity: full }, glow: { opacity: full * size ** 2 } };
}

/** How one looks right at what makes it smaller or larger: so much further that it is seen, as what arrives else. */
export function leapt(from, to) {
  const times = Math.min(1 + LEAP, Math.max(1 - LEAP, (to / from) ** 3));
  return { ...looks(to), body: { transform: `scale(${to * times})` } };
}

/** The trail of a weak bead: a line that is drawn as it goes. */
export function trail(points) {
  return shape("polyline", { class: "bead-trail", points: points.map((point) => point.join()).join(" "), pathLength: 1 });
}

/** Scissors at a place. */
export function scissors([x, y]) {
  return shape("g", { class: "snip", transform: `translate(${x} ${y})` }, [shape("path", { d: SCISSORS })]);
}

/** What fills a node as a bead comes to it: its own outline. */
export function filling(node, phase) {
  const disc = node.querySelector(".disc").cloneNode();
  disc.removeAttribute("style");
  setAttributes(disc, { class: `filling of-${phase}` });
  return disc;
}
