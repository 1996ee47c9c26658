// Beads: forward one runs each arrow of a step and fills the node; backward its area and glow go by the logarithm of what flows.

import { boxOf } from "../core/outline-box.mjs";
import { beyond, drawnOut, lengthOf, sharesOf, upTo } from "./lines.mjs";
import { RING, bead, filling, leapt, looks, scissors, shape, trail } from "./shapes.mjs";
import { wavesOf } from "./waves.mjs";
import { touches, wayOfArrow, wayOnTo } from "./ways.mjs";

/** The room of an arrow's head beyond its line. */
const HEAD = 8;
/** The size of a bead on its way forward, where nothing is told by it. */
const FORWARD = 0.8;
/** Before the middle of its arrow, where a matrix or another factor stands, and after it a bead becomes what arrives, in shares of its way. */
const [BEFORE, AFTER] = [0.06, 0.14];
/** How far along its arrow a bead comes that is cut, and when it is there, to go out, in shares of its time. */
const [CUT, STOPPED] = [0.5, 0.75];
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
  #send(way, phase, timing) {
    const { from, to, cut, arrow, points, factor } = way;
    const it = bead(phase);
    const [body, [glow, core]] = [it.firstChild, it.firstChild.children];
    const sizes = [[looks(from), 0], [looks(from), Math.max(0, factor - BEFORE)], [leapt(from, to), factor], [looks(to), factor + AFTER], [looks(to), 1]];
    const along = (part) => sizes.map(([look, offset]) => ({ ...look[part], offset }));
    if (to < RING) this.#trail(way, timing);
    this.#layer.append(it);
    const fill = "none";
    this.#run(it, goingOf(way), { ...timing, fill });
    for (const [name, part] of Object.entries({ body, core, glow })) this.#show(part, along(name), { ...timing, fill });
    if (arrow) this.#run(arrow, [{ opacity: 0.35 }, { opacity: 1 }], timing);
    if (cut) this.#snip(points.at(-1), timing);
  }

  /** It is drawn from where the bead is weak. */
  #trail({ points, from, factor }, { delay, duration }) {
    const weak = from < RING ? 0 : factor;
    const line = this.#layer.appendChild(trail(beyond(points, weak)));
    this.#run(line, [{ strokeDashoffset: 1 }, { strokeDashoffset: 0 }], { delay: delay + weak * duration, duration: (1 - weak) * duration });
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

/** A bead from point to point; one that is cut stands at the scissors, and goes out. */
function goingOf({ points, cut }) {
  const [shares, there] = [sharesOf(points), cut ? STOPPED : 1];
  const frames = points.map(([x, y], i) => ({ transform: `translate(${x}px, ${y}px)`, opacity: 1, offset: there * shares[i] }));
  return cut ? [...frames, { ...frames.at(-1), opacity: 0, offset: 1 }] : frames;
}

/**
 * The way of one bead: the points it comes by, how large it is as it leaves and as it arrives, at which share of its way
 * the `factor` stands between, and the arrow that it draws; null where none runs: exactly nothing flows, or what does
 * not flow is no gradient of ours.
 */
function wayOf(drawing, { edge, from, to, cut }) {
  const { nodes, edges } = drawing;
  const line = wayOfArrow(drawing, edge);
  if (line.length < 2) return null;
  const points = drawnOut(line, HEAD);
  const arrow = edges.get(edge).querySelector(".backward");
  if (nodes.get(to).closest(".figure").dataset.phase !== "backward") return inwards(points, nodes.get(to), { from: FORWARD, to: FORWARD });
  const leaves = Number(nodes.get(from)?.dataset.bead ?? arrow?.dataset.bead ?? 0);
  const back = [...points].reverse();
  if (cut) return leaves ? { points: upTo(back, CUT), from: leaves, to: leaves, cut, factor: 0.5 } : null;
  const arrives = Number(arrow?.dataset.bead ?? 0);
  return arrives ? inwards([...back, ...home(drawing, to, back.at(-1))], nodes.get(to), { from: leaves, to: arrives, arrow }) : null;
}

/** What comes back to a line that leads to its node goes on along that. */
function home(drawing, id, point) {
  return touches(drawing.nodes.get(id), point) ? [] : wayOnTo(drawing, id, point);
}

/** The way of what runs along a line: to a node it goes on to its middle. */
function inwards(line, node, sizes) {
  const points = touches(node, line.at(-1)) ? [...line, middleOf(node)] : line;
  return { ...sizes, points, factor: lengthOf(line) / lengthOf(points) / 2 };
}

function middleOf(node) {
  const { x, y, width, height } = boxOf(node.querySelector(".disc"));
  return [x + width / 2, y + height / 2];
}
