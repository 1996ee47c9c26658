// The camera over a figure: it shows the whole of it until one comes closer, and then goes along with the cursor.

import { boxOf } from "../core/outline-box.mjs";
import { watchSides } from "../core/sides.mjs";

const STEP = 1.5;
const CLOSEST = 1.75;
const ROOM = 0.3;
const FILLED = 0.85;
const EDGE = 5;
/** How large letters can be read: this many pixels for one of the drawing's own measure. */
const LEGIBLE = 0.55;

/** How large a drawing {width, height} is when all of it is shown in a frame; never larger than it is. */
export function fitOf(drawing, frame) {
  return Math.min(1, frame.width / drawing.width, frame.height / drawing.height);
}

/**
 * The view that is allowed nearest to one: no closer than is of use, and no paper beside the drawing that need not be. One
 * that is `free` stands anywhere in the frame along a side on which there is room.
 */
export function allowed({ zoom, x, y, free = false }, drawing, frame) {
  const fit = fitOf(drawing, frame);
  const near = Math.min(Math.max(1, zoom), Math.max(1, CLOSEST / fit));
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

/** The view in which a box of the drawing, counted from its middle, fills most of the frame. */
export function around({ left, top, right, bottom }, frame) {
  const zoom = Math.max(1, FILLED * Math.min(frame.width / (right - left), frame.height / (bottom - top)));
  return { zoom, x: (-zoom * (left + right)) / 2, y: (-zoom * (top + bottom)) / 2 };
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
  #revealed = null;

  constructor(element, moved = () => {}) {
    Object.assign(this, { element, moved });
    this.#frame = watchSides(element, () => this.#refit());
  }

  /** The frame has other sides. */
  #refit() {
    if (this.#figure && this.#revealed) this.reveal(this.#revealed);
    else if (this.#figure) this.look(this.#view);
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
   * same size it stays where it is, else it shows the whole; closer to another part of the same run, where `node` is
   * the cursor's there, it stays as close, and the cursor in its place.
   */
  take(figure, node = null, before = this.kept) {
    this.#figure = figure;
    this.#at = null;
    if (!figure) return;
    const { width, height } = this.#drawing;
    if (before && before.width === width && before.height === height) this.look(this.#view);
    else if (before && node) this.look(this.#showing(node, before));
    else this.look({ zoom: 1, x: 0, y: 0 });
  }

  /** The view in which a node is at a place of the screen, on a scale. */
  #showing(node, { place, scale }) {
    const zoom = scale / fitOf(this.#drawing, this.#inside);
    const [x, y] = this.#fitted(node);
    return { zoom, x: place[0] - x * zoom, y: place[1] - y * zoom };
  }

  /** Show another view, or the one that is allowed nearest to it. The whole is shown anyway until the frame is told. */
  look(view) {
    this.#revealed = null;
    if (!this.#frame.known && view.zoom === 1) return;
    this.#view = allowed(view, this.#drawing, this.#inside);
    const { zoom, x, y } = this.#view;
    this.#figure.style.transform = zoom === 1 && !x && !y ? "" : `translate(${x}px, ${y}px) scale(${zoom})`;
    this.element.toggleAttribute("data-closer", zoom > 1);
    this.moved(this.#view, this.#closeness >= CLOSEST);
  }

  /** Come so many times as close, to a place on the screen, else to the cursor's node, else to the middle. */
  zoom(times, at = this.#cursor()) {
    if (this.#figure) this.look(closer(this.#view, times, at));
  }

  in() {
    this.zoom(STEP);
  }

  out() {
    this.zoom(1 / STEP);
  }

  fit() {
    if (this.#figure) this.look({ zoom: 1, x: 0, y: 0 });
  }

  pan(x, y) {
    this.look({ ...this.#view, x: this.#view.x + x, y: this.#view.y + y });
  }

  /** Keep a node in sight, well inside or with the others that were revealed; it is where the camera comes closer from now on. */
  follow(node) {
    this.#at = node;
    if (this.#view.zoom > 1 && !this.#revealed?.nodes.includes(node)) this.look(following(this.#view, this.#fitted(node), this.#inside));
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
   * Show a node of another drawing where one was placed, as large as that was seen, but all of some nodes, as near to that
   * as can be. The frame is asked for here, since the drawing's legend may have made it another; what is revealed stays so
   * if it changes later.
   */
  reveal({ nodes, node, placed }) {
    this.#frame.ask();
    this.look({ ...this.#showing(node, placed), free: true });
    this.look(revealing(this.#view, this.#boxAround(nodes), this.#inside));
    this.#revealed = { nodes, node, placed };
  }

  #boxAround(nodes) {
    const boxes = nodes.map((node) => this.#boxOf(node));
    const most = (side, of) => of(...boxes.map((box) => box[side]));
    return { left: most("left", Math.min), top: most("top", Math.min), right: most("right", Math.max), bottom: most("bottom", Math.max) };
  }

  /** Where a node is on the screen, and how large it is seen. */
  placed(node) {
    return { place: this.placeOf(node), scale: this.#closeness };
  }

  /** A place on the screen, counted from the middle of the frame. */
  fromMiddle({ clientX, clientY }) {
    const { left, top, width, height } = this.element.getBoundingClientRect();
    return [clientX - left - width / 2, clientY - top - height / 2];
  }

  /** Where a node is on the screen, counted from the middle of the frame. */
  placeOf(node) {
    const [x, y] = this.#fitted(node);
    return [this.#view.x + x * this.#view.zoom, this.#view.y + y * this.#view.zoom];
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

  /** Where a node's middle is in the whole drawing as it is fitted, in pixels from its middle. */
  #fitted(node) {
    const { left, top, right, bottom } = this.#boxOf(node);
    return [(left + right) / 2, (top + bottom) / 2];
  }

  /** Where a node is in the whole drawing as it is fitted, in pixels from its middle. */
  #boxOf(node) {
    const { x, y, width, height } = boxOf(node.querySelector(".disc") ?? node);
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
