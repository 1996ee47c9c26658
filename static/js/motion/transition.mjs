// Animate the change to another view of the same variables: nodes that are in both go from their old place to the new one.

const TIME = 450;
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** Where the nodes of a drawing are on the screen, by id, and where a variable's are on the whole; null if none is to move. */
export function nodePlaces(figure) {
  if (still.matches || !figure.querySelector(".node")) return null;
  const found = new Map();
  const by = new Map();
  for (const node of figure.querySelectorAll(".node")) {
    const at = middle(node);
    found.set(node.dataset.node, at);
    by.set(node.dataset.var, [...(by.get(node.dataset.var) ?? []), at]);
  }
  for (const [name, all] of by) found.set(`${name} `, mean(all));
  return found;
}

/** Move the nodes of a drawing from where they were; nothing where no places are known. */
export function animateFrom(figure, before) {
  if (!before) return;
  const scale = figure.querySelector(".figure")?.getScreenCTM()?.a ?? 1;
  const how = { duration: TIME, easing: "cubic-bezier(0.3, 0.8, 0.3, 1)" };
  for (const node of figure.querySelectorAll(".node")) {
    const from = before.get(node.dataset.node) ?? before.get(`${node.dataset.var} `);
    const [x, y] = middle(node);
    const way = from && `translate(${(from[0] - x) / scale}px, ${(from[1] - y) / scale}px)`;
    node.animate(way ? [{ transform: way }, { transform: "none" }] : [{ opacity: 0 }, { opacity: 1 }], how);
  }
  for (const edge of figure.querySelectorAll(".edge, .joint, .unfold, .legend")) {
    edge.animate([{ opacity: 0 }, { opacity: 0, offset: 0.5 }, { opacity: 1 }], how);
  }
}

const mean = (all) => [0, 1].map((axis) => all.reduce((sum, at) => sum + at[axis], 0) / all.length);

function middle(node) {
  const { left, top, width, height } = node.querySelector(".disc").getBoundingClientRect();
  return [left + width / 2, top + height / 2];
}
