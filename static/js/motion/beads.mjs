// Beads: forward one runs each arrow of a step and fills the node; backward its area and glow go by the logarithm of what flows.

import { boxOf } from "../core/outline-box.mjs";
import { drawnOut, sharesOf, upTo } from "./lines.mjs";
import { RING, bead, filling, looks, scissors, shape, trail } from "./shapes.mjs";
import { wavesOf } from "./waves.mjs";
import { touches, wayOfArrow } from "./ways.mjs";

/** The room of an arrow's head beyond its line. */
const HEAD = 8;
/** The size of a bead on its way forward, where nothing is told by it. */
const FORWARD = 0.8;
/** Where on its way a bead becomes what arrives, at a matrix or another factor; and how far one comes that is cut. */
const [FACTOR, CUT] = [[0.4, 0.6], 0.5];
/** The part of a wave that beads run for; then they have arrived. Both in shares of a wave. */
const [RUN, FILL] = [0.85, 0.9];

/** The beads over a drawing {layer, nodes, edges, graph}, of one move of the cursor at a time. */
export class Beads {
  #layer = null;
  /** What is within nodes, below their names. */
  #within = [];
  #running = [];

  /** Let the steps of a move run within so many milliseconds; `slide` is how the drawing comes to its place meanwhile: [keyframes, timing]. */
  run(drawing, steps, time, slide) {
    this.stop();
    const waves = wavesOf(drawing.graph, steps).filter(({ at }) => drawing.nodes.has(at));
    if (!waves.length) return;
    this.#layer = drawing.layer.appendChild(shape("g", { class: "beads", "aria-hidden": true, "data-at": steps.at(-1).at }));
    if (slide) this.#run(this.#layer, ...slide);
    const lasts = time / (Math.max(...waves.map(({ wave }) => wave)) + 1);
    for (const step of waves) this.#step(drawing, step, { delay: step.wave * lasts, duration: lasts });
    const last = this.#run(this.#layer, [{ opacity: 1 }, { opacity: 1 }], { duration: time + lasts });
    const layer = this.#layer;
    last.finished.then(() => layer === this.#layer && this.stop(), () => {});
  }

  /** Show everything as it is in the end. */
  stop() {
    for (const animation of this.#running.splice(0)) animation.cancel();
    for (const part of [this.#layer, ...this.#within.splice(0)]) part?.remove();
    this.#layer = null;
  }

  #run(element, frames, timing) {
    const animation = element.animate(frames, { fill: "backwards", ...timing });
    this.#running.push(animation);
    return animation;
  }

  /** A look that changes on the way runs; one that stays is put on. */
  #show(part, frames, timing) {
    const [{ offset, ...first }, ...rest] = frames;
    const stays = rest.every((frame) => Object.keys(first).every((name) => frame[name] === first[name]));
    if (stays) Object.assign(part.style, first);
    else this.#run(part, frames, timing);
  }

  #step(drawing, step, { delay, duration }) {
    const node = drawing.nodes.get(step.at);
    const running = { delay, duration: RUN * duration };
    const ways = step.runs.map((run) => wayOf(drawing, run)).filter(Boolean);
    for (const way of ways) this.#send(way, step.phase, running);
    const arrived = delay + (step.runs.length ? running.duration : 0);
    if (step.phase === "backward") this.#merge(node, arrived, FILL * duration);
    this.#fill(node, step.phase, { delay: arrived, duration: FILL * duration }, ways.some((way) => !way.cut) || step.phase === "forward");
  }

  /** One bead along its line; a weak one leaves a trail, one that is cut ends at the scissors. */
  #send({ points, from, to, cut, arrow }, phase, timing) {
    const [it, shares] = [bead(phase), sharesOf(points)];
    const [body, [glow, core]] = [it.firstChild, it.firstChild.children];
    const sizes = [[from, 0], [from, FACTOR[0]], [to, FACTOR[1]], [to, 1]].map(([size, offset]) => ({ ...looks(size), offset }));
    const along = (part) => sizes.map((look) => ({ ...look[part], offset: look.offset }));
    if (to < RING) this.#trail(points, timing);
    this.#layer.append(it);
    const fill = "none";
    this.#run(it, points.map(([x, y], i) => ({ transform: `translate(${x}px, ${y}px)`, offset: shares[i] })), { ...timing, fill });
    for (const [name, part] of Object.entries({ body, core, glow })) this.#show(part, along(name), { ...timing, fill });
    if (arrow) this.#run(arrow, [{ opacity: 0.35 }, { opacity: 1 }], timing);
    if (cut) this.#snip(points.at(-1), timing);
  }

  #trail(points, timing) {
    const line = this.#layer.appendChild(trail(points));
    this.#run(line, [{ strokeDashoffset: 1 }, { strokeDashoffset: 0 }], timing);
  }

  #snip(place, { delay, duration }) {
    const sign = this.#layer.appendChild(scissors(place));
    const shut = { transform: "scale(0.6)", opacity: 0 };
    this.#run(sign.firstChild, [shut, { transform: "scale(1.5)", opacity: 1, offset: 0.4 }, { transform: "scale(1.2)", opacity: 1 }], { delay: delay + 0.6 * duration, duration: 0.8 * duration });
  }

  /** What has arrived is one bead, as large as its sum, which goes out in the node. */
  #merge(node, delay, duration) {
    const size = Number(node.dataset.bead ?? 0);
    if (!size) return;
    const [it, look] = [bead("backward"), looks(size)];
    const [x, y] = middleOf(node);
    const [body, [glow, core]] = [it.firstChild, it.firstChild.children];
    this.#layer.append(it);
    const timing = { delay, duration, fill: "none" };
    const place = `translate(${x}px, ${y}px)`;
    this.#run(it, [{ transform: place }, { transform: place, opacity: 0 }], timing);
    this.#run(body, [look.body, { transform: `scale(${1.8 * size})` }], timing);
    Object.assign(core.style, look.core);
    Object.assign(glow.style, look.glow);
  }

  /** The node fills, and has its number once it is filled. */
  #fill(node, phase, timing, comes) {
    if (!comes) return;
    const disc = filling(node, phase);
    node.querySelector(".disc").after(disc);
    this.#within.push(disc);
    const full = 0.3;
    this.#run(disc, [{ transform: "scale(0)", opacity: full }, { transform: "scale(1)", opacity: full, offset: 0.5 }, { transform: "scale(1)", opacity: 0 }], { ...timing, fill: "none" });
    for (const number of node.querySelectorAll(phase === "forward" ? ".value" : ".gradient")) {
      this.#run(number, [{ opacity: 0 }, { opacity: 1 }], { ...timing, duration: timing.duration / 2 });
    }
  }
}

/**
 * The way of one bead: the points it comes by, how large it is as it leaves and as it arrives, and the arrow that it
 * draws; null where none runs: exactly nothing flows, or what does not flow is no gradient of ours.
 */
function wayOf(drawing, { edge, from, to, cut }) {
  const { nodes, edges } = drawing;
  const line = wayOfArrow(drawing, edge);
  if (line.length < 2) return null;
  const points = drawnOut(line, HEAD);
  const arrow = edges.get(edge).querySelector(".backward");
  if (nodes.get(to).closest(".figure").dataset.phase !== "backward") return { points, from: FORWARD, to: FORWARD };
  const leaves = Number(nodes.get(from)?.dataset.bead ?? arrow?.dataset.bead ?? 0);
  const back = inwards([...points].reverse(), nodes.get(to));
  if (cut) return leaves ? { points: upTo(back, CUT), from: leaves, to: leaves, cut } : null;
  const arrives = Number(arrow?.dataset.bead ?? 0);
  return arrives ? { points: back, from: leaves, to: arrives, arrow } : null;
}

/** A line to a node goes on to its middle; one that ends on another line ends there. */
function inwards(points, node) {
  const round = node.querySelector(".disc").matches("circle");
  return round && touches(node, points.at(-1)) ? [...points, middleOf(node)] : points;
}

function middleOf(node) {
  const { x, y, width, height } = boxOf(node.querySelector(".disc"));
  return [x + width / 2, y + height / 2];
}
