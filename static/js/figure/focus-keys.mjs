// Arrow keys at a node move the focus along an edge, to the neighbour that lies that way.

import { stubHides } from "./window.mjs";

const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const WIDEST = 0.5;
const PLACES = ".node, .stub[data-stub]";

/**
 * The neighbour of a node in a direction (dx, dy, downwards): of those within 60° of it the one that lies nearest to
 * the direction, and of those the nearest. `places`: id → [x, y]; `edges`: pairs of ids. None where there is none.
 */
export function neighbourTowards(places, edges, id, [dx, dy]) {
  const [x, y] = places.get(id);
  const others = new Set(edges.flatMap(([a, b]) => (a === id ? [b] : b === id ? [a] : [])));
  let best = { score: 0, id: undefined };
  for (const other of others) {
    if (other === id || !places.has(other)) continue;
    const [ox, oy] = places.get(other);
    const far = Math.hypot(ox - x, oy - y);
    const turned = far ? ((ox - x) * dx + (oy - y) * dy) / far : 0;
    const score = turned >= WIDEST ? turned + 1 / (far + 1) : 0;
    if (score > best.score) best = { score, id: other };
  }
  return best.id;
}

/** `element` holds the drawing, before a camera that goes along. Only a focus that came by the keyboard is moved; after a click the arrows step. */
export function mountFocusKeys(element, camera) {
  element.addEventListener("keydown", (event) => {
    const [node, way] = [event.target.closest(PLACES), WAYS[event.key]];
    if (!node || !way || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!node.matches(":focus-visible") || element.dataset.pointed !== undefined) return;
    event.preventDefault();
    const to = neighbourOf(node, way);
    to?.focus({ preventScroll: true });
  });
  element.addEventListener("focusin", ({ target }) => {
    if (target.matches(`:is(${PLACES}):focus-visible`) && element.dataset.pointed === undefined) camera.follow(target);
  });
  element.addEventListener("pointerdown", () => (element.dataset.pointed = ""));
  document.addEventListener("keydown", (event) => event.key === "Tab" && delete element.dataset.pointed);
}

/** The element that lies that way from a node, in the drawing that it is part of; a stub stands for the nodes that it hides. */
function neighbourOf(node, way) {
  const drawing = node.closest(".unfolded, .circuit");
  const nodes = new Map([...drawing.querySelectorAll(PLACES)].map((one) => [idOf(one), one]));
  const seen = (id) => (nodes.has(id) ? id : [...nodes.keys()].find((stub) => stubHides(stub, id)));
  const edges = [...drawing.querySelectorAll(".edge")].map((edge) => [seen(edge.dataset.source), seen(edge.dataset.target)]);
  const places = new Map([...nodes].map(([id, one]) => [id, middle(one)]));
  return nodes.get(neighbourTowards(places, edges, idOf(node), way));
}

const idOf = (it) => it.dataset.node ?? it.dataset.stub;

function middle(node) {
  const { left, top, width, height } = node.querySelector(".disc").getBoundingClientRect();
  return [left + width / 2, top + height / 2];
}
