// The camera over a figure: it shows the whole of it, or, where that would be too small to be read, the step of the cursor
// (on a phone at once, elsewhere as soon as there is one), until one comes closer or asks for the whole; closer it goes along
// with the cursor.

import { boxOf } from "../core/outline-box.mjs";
import { watchSides } from "../core/sides.mjs";
import { readAt } from "./legible-numbers.mjs";

const STEP = 1.5;
const CLOSEST = 1.75;
const ROOM = 0.3;
/** How far it goes as it follows, as a part of the frame, so that no node is cut, and how much nearer to an edge the cursor may come for it: to go to and fro is worse. */
const ASIDE = 0.15;
const FILLED = 0.85;
const EDGE = 5;
/** The same where the padding of the frame, which is seen, keeps it from the edges. */
const AIR = 1;
/** What is seen of the drawing around the frame's inside. */
const PADDING = 8;
/** How many pixels of the drawing are beyond an edge where something of it is: its own margin is less. */
const BEYOND = 12;
/** How many pixels one of the drawing's own measure has on the screen: letters can be told from each other, can be read, are read at ease. */
const [SMALL, LEGIBLE, EASY] = [0.4, 0.55, 0.75];
/** The em in pixels of a name that is read at ease, and the least where all of a step is to be in sight. */
const [READ, LEAST] = [9, 7];
/** The same of the smallest numbers of what comes of a pass. */
const LEAST_NUMBER = 6.5;
/** Where the panel stands below the figure, which then has little height. */
export const PHONE = "(max-width: 40rem)";
/** Closer by less than this it is not worth it; and what is no more than this larger than its frame is shown so much smaller. */
const [WORTH, NEARLY] = [1.25, 1.125];
/** By how much at a time it goes away until all has room beside the legend. */
const SMALLER = 0.97;
/** How many times as close it may be so that no node is cut: the least that it takes. */
const NEARBY = Array.from({ length: 11 }, (_, i) => [1 + i / 50, 1 - i / 50]).flat();

/** How large a drawing {width, height} is when all of it is shown in a frame; never larger than it is. */
export function fitOf(drawing, frame) {
  return Math.min(1, frame.width / drawing.width, frame.height / drawing.height);
}

/** How close to a drawing is of use. */
function closestTo(drawing, frame) {
  return CLOSEST / fitOf(drawing, frame);
}

/**
 * The view that is allowed nearest to one: no closer than is of use, and no paper beside the drawing that need not be. One
 * that is `free` stands anywhere in the frame along a side on which there is room, and one that is `held`, as where all is in
 * sight, `whole`, where it is.
 */
export function allowed({ zoom, x, y, free = false, whole = false, held = whole }, drawing, frame) {
  const fit = fitOf(drawing, frame);
  const near = Math.min(held ? zoom : Math.max(1, zoom), closestTo(drawing, frame));
  if (held) return { zoom: near, x, y, whole, held };
  const far = (side) => {
    const over = (drawing[side] * fit * near - frame[side]) / 2;
    return free ? Math.abs(over) : Math.max(0, over);
  };
  const within = (shift, most) => Math.min(Math.max(shift, -most), most) || 0;
  return { zoom: near, x: within(x, far("width")), y: within(y, far("height")), ...(free && { free }) };
}

/** The view so many times as close that keeps what lies at a place, counted from the middle of the frame. */
export function closer({ zoom, x, y }, times, [px, py]) {
  return { zoom: zoom * times, x: px - (px - x) * times, y: py - (py - y) * times };
}

/** The view in which a place of the drawing, counted from its middle, lies well inside the frame; the same one if it does. */
export function following({ zoom, x, y, free }, [px, py], frame) {
  const over = (at, side) => {
    const most = frame[side] * (0.5 - ROOM);
    return Math.max(0, at - most) + Math.min(0, at + most);
  };
  return { zoom, x: x - over(x + px * zoom, "width"), y: y - over(y + py * zoom, "height"), ...(free && { free }) };
}

/**
 * The view that is allowed nearest to one, up or down, in which each of some boxes is in sight or out of it, and one of them in sight:
 * what the frame cuts in two cannot be read, and looks broken. Null where there is none so near.
 */
export function uncut(view, boxes, seen, drawing, frame, most = Infinity) {
  const [zoom, half] = [view.zoom, frame.height / 2];
  const over = ({ top, bottom }, y) => Math.max(-half - top * zoom - y, bottom * zoom + y - half);
  const isWhole = (box, y) => over(box, y) <= 0 || over(box, y) >= (box.bottom - box.top) * zoom + PADDING;
  const fits = (y) => over(seen, y) <= 0 && boxes.every((box) => isWhole(box, y)) && allowed({ ...view, y }, drawing, frame).y === y;
  if (fits(view.y)) return view;
  const edges = boxes.flatMap(({ top, bottom }) => [-half - top * zoom, half - bottom * zoom, -half - PADDING - bottom * zoom, half + PADDING - top * zoom]);
  const isNear = (y) => Math.abs(y - view.y) <= most;
  const found = edges.map(Math.round).filter((y) => isNear(y) && fits(y)).toSorted((a, b) => Math.abs(a - view.y) - Math.abs(b - view.y));
  return found.length ? { ...view, y: found[0] } : null;
}

/** The view in which a box of the drawing, counted from its middle, fills most of the frame. */
export function around({ left, top, right, bottom }, frame) {
  const zoom = Math.max(1, FILLED * Math.min(frame.width / (right - left), frame.height / (bottom - top)));
  return { zoom, x: (-zoom * (left + right)) / 2, y: (-zoom * (top + bottom)) / 2 };
}

/** The box around some boxes. */
function spanOf(boxes) {
  const most = (side, of) => of(...boxes.map((box) => box[side]));
  return { left: most("left", Math.min), top: most("top", Math.min), right: most("right", Math.max), bottom: most("bottom", Math.max) };
}

function sidesOf({ left, top, right, bottom }) {
  return { width: right - left, height: bottom - top };
}

/** How many pixels one of the drawing's own measure has where a box {width, height} of it has room in a frame. */
export function roomFor({ width, height }, frame) {
  return Math.min((frame.width - 2 * EDGE) / width, (frame.height - 2 * EDGE) / height);
}

/** The same where the box is read: no more than is at ease; of one that could not be read as a whole as many as it takes. */
export function readable(room) {
  return room < SMALL ? LEGIBLE : Math.min(EASY, room);
}

/** The view, moved no more than it must be for a box of the drawing to be in sight; from so far that the box has room, which it has in the whole. */
export function revealing(view, { left, top, right, bottom }, frame) {
  const room = { x: frame.width - 2 * EDGE, y: frame.height - 2 * EDGE };
  const zoom = Math.min(view.zoom, room.x / (right - left), room.y / (bottom - top));
  if (zoom <= 1) return { zoom: 1, x: 0, y: 0 };
  const [across, down] = [(left + right) / 2, (top + bottom) / 2];
  const farther = closer(view, zoom / view.zoom, [view.x + across * view.zoom, view.y + down * view.zoom]);
  const within = (low, high, most) => Math.max(0, -most / 2 - low) + Math.min(0, most / 2 - high);
  const x = farther.x + within(left * zoom + farther.x, right * zoom + farther.x, room.x);
  const y = farther.y + within(top * zoom + farther.y, bottom * zoom + farther.y, room.y);
  return { ...view, zoom, x, y };
}

/**
 * `element` holds the drawing; `moved(view)` is called with each other view, {zoom, x, y} in pixels from the middle.
 * How large the frame is is told by the browser as it changes, and where a node is is read from its attributes: to
 * ask for either each time would have the page laid out anew at every step.
 */
export class Camera {
  #view = { zoom: 1, x: 0, y: 0 };
  #figure = null;
  #at = null;
  #frame;
  /** Its card, in all of whose width the drawing is seen close up. */
  #whereSeen;
  #revealed = null;
  /** Whether nobody has moved it, and whether the whole was asked for. */
  #rests = true;
  #whole = false;
  /** The node that it has followed where it rests; none before the first, and where the frame has become another. */
  #followed = null;
  /** How large the drawing is seen where it rests, by its figure and its frame. */
  #resting = {};
  /** The sides of the card for which its legend has its place, and where that begins from the frame's middle: beside no figure it has no left. */
  #card = {};
  #legend = { left: Infinity, top: Infinity };

  constructor(element, moved = () => {}) {
    Object.assign(this, { element, moved });
    // Of the card first: what that does to the frame within it is told in the same round, and asks for no other.
    this.#whereSeen = watchSides(element.parentElement, () => this.#figure && this.#placeLegend());
    this.#frame = watchSides(element, () => this.#refit());
  }

  /** The frame has other sides. */
  #refit() {
    if (!this.#figure) return;
    this.#frame.ask();
    this.#followed = null;
    if (this.#revealed) this.reveal(this.#revealed);
    else if (this.#rests) this.#rest();
    else this.look(this.#view);
  }

  get view() {
    return this.#view;
  }

  /** What it keeps as it takes in another drawing: nothing where it shows the whole. */
  get kept() {
    if (!this.#figure || this.#view.zoom === 1) return null;
    return { ...this.#drawing, place: this.#cursor(), scale: this.#closeness };
  }

  /** How large the drawing is seen, 1 where it is as large as it was made. */
  get #closeness() {
    return this.#view.zoom * fitOf(this.#drawing, this.#inside);
  }

  /**
   * Take in another drawing, or another part of a run in the same one: `before` is what it kept. Closer to one of the
   * same size it stays where it is, else it rests, with what is then followed; closer to another part of the same run,
   * where `node` is the cursor's there, it stays as close, and the cursor in its place.
   */
  take(figure, node = null, before = this.kept) {
    this.#figure = figure;
    this.#at = null;
    this.#resting = {};
    if (!figure) return;
    if (!node) this.#followed = null;
    if (!node && this.#frame.known) this.#placeLegend({});
    const { width, height } = this.#drawing;
    if (before && before.width === width && before.height === height) this.#look(this.#view);
    else if (before && node) this.#look(this.#showing(node, before));
    else this.#rest(!this.#whole);
  }

  /**
   * A legend beside the figure leaves it its height, so that the whole is larger; where the whole cannot be read even so, what is read
   * needs the width, and the legend stands below. Of a card as large as before it stays where it is, so that a pass moves nothing.
   */
  #placeLegend(before = this.#card) {
    const card = this.element.parentElement;
    const { clientWidth: width, clientHeight: height } = card;
    if (before.width === width && before.height === height) return;
    this.#card = { width, height };
    card.removeAttribute("data-in-part");
    const legend = card.querySelector(":scope > [data-beside]");
    if (!legend?.lastElementChild) return;
    this.#frame.ask();
    card.toggleAttribute("data-in-part", this.#closerToSteps() > 1);
    this.#frame.ask();
    const [it, frame] = [legend.lastElementChild, this.element].map((part) => part.getBoundingClientRect());
    const left = it.top < frame.bottom ? it.left - PADDING - (frame.left + frame.right) / 2 : Infinity;
    this.#legend = { left, top: it.top - PADDING - (frame.top + frame.bottom) / 2 };
  }

  /** Rest, or show the whole: the step of the cursor where the whole would be too small, on a phone before the first one that. */
  #rest(closer = true) {
    this.#rests = closer;
    if (closer && this.#frame.known && this.#at && this.#figure.dataset.update) return this.#look(this.#viewOfUpdate());
    const zoom = closer && this.#frame.known ? this.#restingZoom() : 1;
    if (zoom === 1) return this.#look({ zoom: 1, x: 0, y: 0 });
    const { own: nodes, all } = this.#stepOf(this.#at);
    const frame = this.#inside;
    const hasRoom = (low, high, side) => (high - low) * zoom <= frame[side];
    const [step, whole] = [nodes, all].map((some) => this.#boxAround(some));
    const { left, right } = hasRoom(whole.left, whole.right, "width") ? whole : step;
    const { top, bottom } = step;
    const middle = { zoom, x: (-zoom * (left + right)) / 2, y: (-zoom * (top + bottom)) / 2 };
    const seen = this.#at ? following({ ...this.#view, zoom }, this.#fitted(this.#at), frame) : revealing(middle, this.#boxOf(nodes[0]), frame);
    const x = (hasRoom(left, right, "width") ? middle : seen).x;
    if (hasRoom(top, bottom, "height")) return this.#lookUncut({ zoom, x, y: middle.y }, nodes, (frame.height - (bottom - top) * zoom) / 2);
    const most = this.#followed ? ASIDE * frame.height : Infinity;
    const stays = this.#followed && Math.abs(seen.y - this.#view.y) < most;
    this.#followed = this.#at;
    this.#lookUncut({ zoom, x, y: stays ? this.#view.y : seen.y }, nodes, most);
  }

  /** Show the view near one, by no more than so far up or down, in which nothing is cut in two. */
  #lookUncut(view, nodes, most) {
    this.#look(view);
    const seen = this.#boxOf(this.#at ?? nodes[0]);
    const near = this.#boxesToSee(nodes).map((all) => uncut(this.#view, all, seen, this.#drawing, this.#inside, most));
    this.#look(near.find(Boolean) ?? this.#view);
  }

  /** What is not to be cut in two: the nodes of a step, with what comes of the pass those of the first, and those that have none; else the former. */
  #boxesToSee(nodes) {
    const without = [...this.#figure.querySelectorAll(".unfolded .node[data-t='']")];
    const own = nodes[0].matches(".node") ? nodes : [...nodes, ...this.#stepOf(null).own];
    return [[...own, ...without], own].map((all) => all.map((node) => this.#boxOf(node)));
  }

  /**
   * How close it is where it rests: 1 where the whole can be read, or would hardly be larger, and but on a phone where it opens,
   * before the first step.
   */
  #restingZoom() {
    const { width, height } = this.#inside;
    let known = this.#resting;
    if (known.width !== width || known.height !== height) known = this.#resting = { width, height, zoom: this.#closerToSteps() };
    if (matchMedia(PHONE).matches) return known.zoom;
    return this.#at ? known.zoom : 1;
  }

  /**
   * How what comes of the pass is seen: with the whole graph, which stays as large as it was, and where, if there is room; where letters
   * would be too small so, by itself, with as much of the graph as has room, cut in none of its nodes.
   */
  #viewOfUpdate() {
    const [graph, act] = [this.#graph(), [this.#at]].map((nodes) => this.#inUnits(this.#boxAround(nodes)));
    const [ink, frame] = [spanOf([graph, act]), this.#inside];
    const legible = Math.max(this.#withNames(LEAST) / NEARLY, LEAST_NUMBER / Number(this.#figure.dataset.ledger));
    const room = (beside) => roomFor(sidesOf(ink), { width: frame.width + beside, height: frame.height + 2 * (EDGE - AIR) });
    const sides = [this.#besideFrame, this.#besideLegend - frame.width / 2];
    for (let scale = Math.min(this.#scaleOfPass, room(sides[0])); scale >= legible; scale *= SMALLER) {
      const views = sides.filter((beside) => scale <= room(beside)).map((beside) => this.#withGraphInPlace(ink, scale, beside));
      const free = views.find(({ x, y }) => act.right * scale + x <= this.#besideLegend || act.bottom * scale + y <= this.#legend.top);
      if (free) return free;
    }
    return this.#viewOfAct(graph, act, legible);
  }

  /** All of some ink in the drawing's measure on a scale, the graph as near to where it was in the pass as can be, its top at its height; the frame goes on so far `beside`. */
  #withGraphInPlace(ink, scale, beside) {
    const [frame, { middle }, usual] = [this.#inside, this.#canvasOfPass, this.#scaleOfPass];
    const within = (shift, low, high, first, last) => Math.max(first - low * scale, Math.min(last - high * scale, shift));
    const [across, down] = [frame.width / 2 - EDGE, frame.height / 2 - AIR];
    const x = within(-middle.x * scale, ink.left, ink.right, -across, across + beside);
    const y = within(-middle.y * usual + ink.top * (usual - scale), ink.top, ink.bottom, -down, down);
    return { zoom: scale / this.#fittedScale, x, y, whole: true };
  }

  /** What comes of the pass, all of it, at the edge of the frame on whose other side the graph is, so large or nearly that no node is cut in two. */
  #viewOfAct(graph, act, legible) {
    const { width, height } = this.#inside;
    const [room, usual] = [roomFor(sidesOf(act), { width: width / 2 + this.#besideLegend, height }), this.#scaleOfPass];
    const [least, most] = [legible, legible > usual ? room : usual].map((scale) => Math.min(room, scale));
    const scales = NEARBY.map((times) => times * Math.min(Math.max(usual, legible), room)).filter((scale) => scale >= least && scale <= most);
    const views = scales.map((scale) => this.#besideGraph(graph, act, scale));
    const every = [...this.#figure.querySelectorAll(".unfolded .node")];
    const cutless = (nodes) => views.map((view) => uncut(view, this.#seenIn(view, nodes), this.#boxOf(this.#at), this.#drawing, this.#inside)).find(Boolean);
    return cutless(every) ?? cutless(this.#graph()) ?? views[0];
  }

  #besideGraph(graph, act, scale) {
    const { width, height } = this.#inside;
    const [zoom, aside, first, last] = [scale / this.#fittedScale, act.left > graph.right, PADDING - height / 2, height / 2 - PADDING];
    const right = this.#besideLegend;
    const x = aside ? right - EDGE - act.right * scale : (right - width / 2 - scale * (act.left + act.right)) / 2;
    const y = aside ? Math.min(first - act.top * scale, last - act.bottom * scale) : last - act.bottom * scale;
    return { zoom, x, y, held: true };
  }

  /** How far to the right of its middle the frame goes, or what of it no legend lies on. */
  get #besideLegend() {
    return Math.min(this.#inside.width / 2, this.#legend.left);
  }

  /** Where those of some nodes are that stand between the sides of the frame. */
  #seenIn({ zoom, x }, nodes) {
    const half = this.#inside.width / 2;
    return nodes.map((node) => this.#boxOf(node)).filter(({ left, right }) => right * zoom + x > -half && left * zoom + x < half);
  }

  /** What the figure shows in the pass: its sides, and its middle from that of the drawing. */
  get #canvasOfPass() {
    const { x, y, width: wide, height: high } = this.#figure.viewBox.baseVal;
    const [left, top, width, height] = this.#figure.dataset.graph ? this.#figure.dataset.graph.split(" ").map(Number) : [x, y, wide, high];
    return { width, height, middle: { x: left + width / 2 - x - wide / 2, y: top + height / 2 - y - high / 2 } };
  }

  /** How large the graph is seen in the pass where all of it is. */
  get #scaleOfPass() {
    const largest = this.#drawing.width / this.#figure.viewBox.baseVal.width;
    const { width, height } = this.#canvasOfPass;
    return largest * fitOf({ width: width * largest, height: height * largest }, this.#inside);
  }

  /** A box of the fitted drawing in the drawing's own measure. */
  #inUnits(box) {
    return Object.fromEntries(Object.entries(box).map(([side, at]) => [side, at / this.#fittedScale]));
  }

  /** How far the card goes on beside the frame. */
  get #besideFrame() {
    return Math.max(0, this.#whereSeen.now.width - 2 * PADDING - this.#inside.width);
  }

  /** All nodes that are drawn at a step. */
  #graph() {
    return this.#steps().flatMap(({ all }) => all);
  }

  /** How large the drawing is seen where its smallest names have an em of so many pixels. */
  #withNames(em) {
    return em / Number(this.#figure.dataset.letters);
  }

  /** How large the drawing is seen where its smallest numbers in circles, which grow as far as these have room, are as high as names must be. */
  #withNumbers() {
    const ems = [...this.#figure.querySelectorAll(".unfolded [style*='--room']")].map(({ style }) => style.getPropertyValue("--em") * style.getPropertyValue("--room"));
    return LEAST / Math.min(...ems);
  }

  /** How close the steps are seen one by one: all of each, but no smaller than its names can be read. */
  #closerToSteps() {
    const [whole, least, phone] = [this.#scaleOfPass, this.#withNames(LEAST), matchMedia(PHONE).matches];
    const nearly = phone ? 1 : NEARLY;
    if (whole >= (phone ? Math.max(this.#withNames(READ), Math.min(EASY, this.#withNumbers())) : least)) return 1;
    const room = Math.min(...this.#steps().map(({ all }) => roomFor(this.#sidesOf(all), this.#inside)));
    const fits = room * nearly >= least;
    const scale = room < Infinity ? Math.max(fits ? 0 : least, Math.min(EASY, room)) : 0;
    return scale > (whole * nearly < least ? 1 : WORTH) * whole ? (fits ? scale / whole : this.#uncutNear(scale / whole, this.#stepOf(null).own)) : 1;
  }

  /** So close, or nearly, where none of some nodes is cut in two and the first is in sight. */
  #uncutNear(zoom, nodes) {
    const boxes = this.#boxesToSee(nodes);
    const near = NEARBY.map((times) => times * zoom).filter((one) => one > 1);
    const cutless = (all) => near.find((one) => uncut({ zoom: one, x: 0, y: 0 }, all, boxes[1][0], this.#drawing, this.#inside));
    return cutless(boxes[0]) ?? cutless(boxes[1]) ?? zoom;
  }

  /** The nodes of each step that is drawn, `own`, and in `all` with them where the recurrence starts that begins there. */
  #steps() {
    const [steps, starts] = [new Map(), []];
    for (const node of this.#figure.querySelectorAll(".unfolded .node:not([data-t=''])")) {
      const t = Number(node.dataset.t);
      if (node.matches(".start")) starts.push(node);
      else steps.set(t, [...(steps.get(t) ?? []), node]);
    }
    const last = Math.max(...steps.keys());
    const begins = ({ dataset }) => Math.min(last, ...[...steps.keys()].filter((t) => t > Number(dataset.t)));
    return [...steps].map(([t, own]) => ({ own, all: [...own, ...starts.filter((start) => begins(start) === t)] }));
  }

  /** The step of a node; without one the first. */
  #stepOf(node) {
    const steps = this.#steps();
    return node ? (steps.find(({ all }) => all.includes(node)) ?? { own: [node], all: [node] }) : steps[0];
  }

  /** The view in which a node is at a place of the screen, on a scale. */
  #showing(node, { place, scale }) {
    const zoom = scale / fitOf(this.#drawing, this.#inside);
    const [x, y] = this.#fitted(node);
    return { zoom, x: place[0] - x * zoom, y: place[1] - y * zoom };
  }

  /** Show another view because somebody wants it. */
  look({ zoom, x, y, free = false }) {
    this.#rests = false;
    this.#look({ zoom, x, y, ...(free && { free }) });
  }

  /** Show another view, or the one that is allowed nearest to it. The whole is shown anyway until the frame is told. */
  #look(view) {
    this.#revealed = null;
    if (!this.#frame.known && view.zoom === 1) return;
    this.#view = allowed(view, this.#drawing, this.#inside);
    const { zoom, x, y, whole = false } = this.#view;
    this.#figure.style.transform = zoom === 1 && !x && !y ? "" : `translate(${x}px, ${y}px) scale(${zoom})`;
    readAt(this.#figure, this.scale);
    this.element.toggleAttribute("data-closer", zoom > 1 && !whole);
    this.element.toggleAttribute("data-whole", whole);
    this.element.toggleAttribute("data-small", zoom === 1 && this.scale * NEARLY < this.#withNames(LEAST));
    this.#tellBeyond();
    this.element.toggleAttribute("data-taller", this.#drawing.height * this.#closeness > this.#inside.height + 1);
    this.moved(this.#view, zoom >= closestTo(this.#drawing, this.#inside));
  }

  /** How far below its middle the fitted drawing goes: in the update as far as what comes has come, below which there is room for the rest. */
  get #lowest() {
    const act = this.#figure.dataset.update && this.#figure.querySelector(".last-act");
    return act ? this.#boxOf(act).bottom : (this.#drawing.height * fitOf(this.#drawing, this.#inside)) / 2;
  }

  /** Say at which edges the drawing goes on beyond what is seen of it, and which part of its width is in sight. */
  #tellBeyond() {
    const { zoom, x, y, whole } = this.#view;
    const { width, height } = this.#inside;
    const beside = this.#besideFrame;
    const half = (side) => (this.#drawing[side] * this.#closeness) / 2;
    const beyond = { left: half("width") - width / 2 - x, right: half("width") - width / 2 + x - beside, top: half("height") - height / 2 - y, bottom: this.#lowest * zoom - height / 2 + y };
    const sides = Object.keys(beyond).filter((side) => zoom > 1 && !whole && beyond[side] > BEYOND);
    const told = this.element.dataset;
    if ((told.beyond ?? "") !== sides.join(" ")) sides.length ? (told.beyond = sides.join(" ")) : delete told.beyond;
    const wide = 2 * half("width");
    const { style } = this.element;
    style.setProperty("--from", (Math.max(0, beyond.left) / wide).toFixed(3));
    style.setProperty("--share", Math.min(1, (width + beside) / wide).toFixed(3));
  }

  /** Come so many times as close, or as many as it may, to a place on the screen, else to the cursor's node, else to the middle; where it may not at all nothing moves. */
  zoom(times, at = this.#cursor()) {
    if (!this.#figure) return;
    const { zoom } = this.#view;
    const near = allowed({ ...this.#view, zoom: zoom * times }, this.#drawing, this.#inside).zoom;
    if (near === zoom) return;
    this.#whole = false;
    this.look({ ...closer(this.#view, near / zoom, at), zoom: near });
  }

  in() {
    this.zoom(STEP);
  }

  out() {
    this.zoom(1 / STEP);
  }

  /** Show the whole, and go on to show it. */
  fit() {
    this.#whole = true;
    if (this.#figure) this.look({ zoom: 1, x: 0, y: 0 });
  }

  pan(x, y) {
    this.look({ ...this.#view, x: this.#view.x + x, y: this.#view.y + y });
  }

  /** Keep a node in sight, where it rests another one, well inside or with the others that were revealed; it is where the camera comes closer from now on. */
  follow(node, atRest = node) {
    this.#at = this.#rests ? atRest : node;
    if (this.#rests) this.#rest();
    else if (this.#view.zoom > 1 && !this.#revealed?.nodes.includes(node)) this.look(following(this.#view, this.#fitted(node), this.#inside));
  }

  /** Come close to some nodes, so that they fill the frame; where that is too far to read them, to the cursor's, else to the lowest. */
  approach(nodes) {
    if (!nodes.length) return;
    const box = this.#boxAround(nodes);
    this.look(around(box, this.#inside));
    const lowest = [this.#view.x + (this.#view.zoom * (box.left + box.right)) / 2, this.#view.y + this.#view.zoom * box.bottom];
    if (this.scale < LEGIBLE) this.zoom(LEGIBLE / this.scale, nodes.includes(this.#at) ? this.#cursor() : lowest);
  }

  /**
   * Show the whole of another drawing where it can be read; else a node where one was placed, as large as that was seen, or as some
   * nodes can be read, and all of these, as near to that as can be; where these cannot be read together, as many as can be. The frame is asked for here, since the drawing's legend may have made it another;
   * what is revealed stays so if it changes later.
   */
  reveal({ nodes, node, placed }) {
    this.#frame.ask();
    if (this.#fittedScale * NEARLY >= this.#withNames(LEAST)) this.look({ zoom: 1, x: 0, y: 0 });
    else this.#lookAt(nodes, node, placed);
    this.#revealed = { nodes, node, placed };
  }

  /** Show a node where one was placed and as many of some nodes as can be read, all if these can. */
  #lookAt(nodes, node, placed) {
    const [view, room] = [this.#showing(node, placed), roomFor(this.#sidesOf(nodes), this.#inside)];
    const times = Math.max(1, readable(FILLED * room) / (view.zoom * this.#fittedScale));
    if (FILLED * room < SMALL) return this.#lookInto(nodes, node, Math.min(view.zoom * times, this.#withNames(LEAST) / this.#fittedScale));
    this.look({ ...closer(view, times, placed.place), free: true });
    this.look(revealing(this.#view, this.#boxAround(nodes), this.#inside));
  }

  /** So close to some nodes that not all are in sight: to their middle, or as near to it as one of them can still be seen. */
  #lookInto(nodes, node, zoom) {
    const { left, top, right, bottom } = this.#boxAround(nodes);
    this.look({ zoom, x: (-zoom * (left + right)) / 2, y: (-zoom * (top + bottom)) / 2 });
    this.look(revealing(this.#view, this.#boxOf(node), this.#inside));
  }

  #boxAround(nodes) {
    return spanOf(nodes.map((node) => this.#boxOf(node)));
  }

  /** How large a box around nodes is in the drawing's own measure. */
  #sidesOf(nodes) {
    return sidesOf(this.#inUnits(this.#boxAround(nodes)));
  }

  /** Where a node is on the screen, and how large it is seen. */
  placed(node) {
    return { place: this.placeOf(node), scale: this.#closeness };
  }

  /** A place on the screen, counted from the middle of the frame's inside. */
  fromMiddle({ clientX, clientY }) {
    const { left, top, width, height } = this.element.getBoundingClientRect();
    const { paddingTop, paddingBottom } = getComputedStyle(this.element);
    const down = (height + parseFloat(paddingTop) - parseFloat(paddingBottom)) / 2;
    return [clientX - left - width / 2, clientY - top - down];
  }

  /** Where a node is on the screen, counted from the middle of the frame. */
  placeOf(node) {
    const [x, y] = this.#fitted(node);
    return [this.#view.x + x * this.#view.zoom, this.#view.y + y * this.#view.zoom];
  }

  /** Whether a place, counted from the middle of the frame, is in sight. */
  has([x, y]) {
    const { width, height } = this.#inside;
    return Math.abs(x) < width / 2 && Math.abs(y) < height / 2;
  }

  /** How many pixels on the screen are one of the drawing's own measure. */
  get scale() {
    return this.#view.zoom * this.#fittedScale;
  }

  /** Where the drawing's own (0, 0) is on the screen, counted from the middle of the frame. */
  get zero() {
    const { x, y, width, height } = this.#figure.viewBox.baseVal;
    return [this.#view.x - this.scale * (x + width / 2), this.#view.y - this.scale * (y + height / 2)];
  }

  #cursor() {
    return this.#at ? this.placeOf(this.#at) : [0, 0];
  }

  /** Where a node's middle is, that of its circle, in the whole drawing as it is fitted, in pixels from its middle. */
  #fitted(node) {
    const { left, top, right, bottom } = this.#boxOfShape(node.querySelector(".disc") ?? node);
    return [(left + right) / 2, (top + bottom) / 2];
  }

  /** Where a node is there, with the sign of what makes it. */
  #boxOf(node) {
    const shapes = [...node.querySelectorAll(".disc")];
    return spanOf((shapes.length ? shapes : [node]).map((shape) => this.#boxOfShape(shape)));
  }

  #boxOfShape(shape) {
    const { x, y, width, height } = boxOf(shape);
    const [box, scale] = [this.#figure.viewBox.baseVal, this.#fittedScale];
    const [left, top] = [(x - box.x - box.width / 2) * scale, (y - box.y - box.height / 2) * scale];
    return { left, top, right: left + width * scale, bottom: top + height * scale };
  }

  get #fittedScale() {
    return (this.#drawing.width / this.#figure.viewBox.baseVal.width) * fitOf(this.#drawing, this.#inside);
  }

  /** The frame; whoever acts before the browser has told it has it asked for, once. */
  get #inside() {
    return this.#frame.now;
  }

  get #drawing() {
    const [width, height] = ["width", "height"].map((side) => Number(this.#figure.getAttribute(side)));
    return { width, height };
  }
}
