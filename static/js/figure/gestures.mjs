// What moves the camera by hand: the wheel with Ctrl, two fingers, a drag, a double press, and buttons.

import { openedSteps } from "../core/link.mjs";
import { timeOf } from "../cursor/cursor.mjs";

const SLACK = 5;
const WHEEL = 0.006;

/** The middle of some pointers and how far apart they are. */
export function spreadOf(pointers) {
  const mean = (axis) => pointers.reduce((sum, pointer) => sum + pointer[axis], 0) / pointers.length;
  const [x, y] = [mean("x"), mean("y")];
  return { x, y, wide: pointers.length > 1 ? Math.hypot(pointers[0].x - pointers[1].x, pointers[0].y - pointers[1].y) : 0 };
}

/** Let the wheel with Ctrl, two fingers and a drag move the camera of an element. */
export function mountGestures(element, camera) {
  element.addEventListener("wheel", (event) => turn(event, element, camera), { passive: false });
  element.addEventListener("touchmove", (event) => event.touches.length > 1 && event.preventDefault(), { passive: false });
  const hand = new Hand(element, camera);
  element.addEventListener("pointerdown", (event) => hand.down(event));
  element.addEventListener("pointermove", (event) => hand.move(event));
  for (const type of ["pointerup", "pointercancel"]) element.addEventListener(type, (event) => hand.up(event));
  element.addEventListener("click", (event) => hand.moved && event.stopImmediatePropagation(), true);
}

function turn(event, element, camera) {
  if (!event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  element.dataset.held = "";
  clearTimeout(turn.settling);
  turn.settling = setTimeout(() => delete element.dataset.held, 100);
  camera.zoom(Math.exp(-event.deltaY * WHEEL), camera.fromMiddle(event));
}

/** The pointers that are down; they hold the drawing once they have moved it. */
class Hand {
  #pointers = new Map();
  moved = false;

  constructor(element, camera) {
    Object.assign(this, { element, camera });
  }

  down(event) {
    if (event.button) return;
    if (!this.#pointers.size) this.moved = false;
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }

  move({ pointerId, clientX, clientY }) {
    const known = this.#pointers.get(pointerId);
    const far = known && Math.hypot(clientX - known.x, clientY - known.y) > SLACK;
    if (!known || (!this.moved && !far)) return;
    const before = spreadOf([...this.#pointers.values()]);
    this.#pointers.set(pointerId, { x: clientX, y: clientY });
    const now = spreadOf([...this.#pointers.values()]);
    if (this.#pointers.size === 1 && this.camera.view.zoom === 1) return;
    this.#hold(pointerId);
    this.camera.pan(now.x - before.x, now.y - before.y);
    if (before.wide && now.wide) this.camera.zoom(now.wide / before.wide, this.camera.fromMiddle({ clientX: now.x, clientY: now.y }));
  }

  #hold(pointerId) {
    this.moved = true;
    this.element.dataset.held = "";
    this.element.setPointerCapture(pointerId);
  }

  up({ pointerId }) {
    this.#pointers.delete(pointerId);
    if (!this.#pointers.size) delete this.element.dataset.held;
  }
}

/** Buttons that come closer, go back and show the whole, by `data-zoom`. Returns what shows which of them can be pressed. */
export function mountZoomButtons(element, camera) {
  element.addEventListener("click", ({ target }) => {
    const name = target.closest("[data-zoom]")?.dataset.zoom;
    if (name) camera[name]();
  });
  return ({ zoom }, closest) => {
    for (const button of element.querySelectorAll("[data-zoom]")) {
      button.setAttribute("aria-disabled", String(button.dataset.zoom === "in" ? closest : zoom === 1));
    }
  };
}

/** A second press would select a word of what stands beside the figure. */
function selectNothing(element) {
  element.addEventListener("mousedown", (event) => {
    if (event.detail > 1) event.preventDefault();
  });
}

/**
 * A double press opens a cell while the others stay, with Shift it goes back, and beside the nodes all are closed. What is
 * pressed keeps its place, unless its cell would not be in sight; the camera is close to cells that a link comes with, where
 * the cursor is at none else. `change(t, by)` opens the cell of a step to the next detail (1) or the one before (−1), without
 * a step it closes all, and says whether there is a change. Returns what opens the cell of a node.
 */
export function mountCellOpening(element, camera, store, change) {
  let [pressed, known] = [null, ""];
  const nodes = () => [...element.querySelectorAll(".unfolded .node")];
  const approach = (steps) => camera.approach(nodes().filter((node) => steps.includes(timeOf(node.dataset.node))));

  selectNothing(element);
  element.addEventListener("dblclick", ({ target, shiftKey }) => {
    const node = target.closest(".unfolded .node");
    if (node) open(node, shiftKey ? -1 : 1);
    else if (camera.view.zoom > 1) camera.fit();
    else change(null, -1);
  });
  store.subscribe((state, changed) => {
    if (!changed.has("opened")) return;
    if (pressed === null) return comeWith(state);
    known = state.fields.open ?? "";
    const { id, t, placed } = pressed;
    const its = nodes().filter((node) => timeOf(node.dataset.node) === t);
    const same = its.find((node) => node.dataset.node === id) ?? its.find((node) => node.dataset.var === id.split("[")[0]);
    if (its.length) camera.reveal({ nodes: its, node: same ?? its[0], placed });
    pressed = null;
  });

  function open(node, by = 1) {
    const id = node.dataset.node;
    const t = timeOf(id);
    if (change(t, by)) pressed = { id, t, placed: camera.placed(node) };
    else approach([t]);
  }

  function comeWith({ fields }) {
    const [text, current] = [fields.open ?? "", element.querySelector(".unfolded .current")];
    const steps = openedSteps(text).map(([step]) => step);
    if (text !== known && (!current || steps.includes(timeOf(current.dataset.node)))) approach(steps);
    known = text;
  }

  comeWith(store.state);
  return open;
}
