// The circuit as something that beads run on: its nodes stand for those of every step.

/** The drawing {figure, layer, nodes, edges, graph} of a figure that is a circuit alone; null for another. */
export function circuitOf(figure) {
  const layer = figure.querySelector(".circuit");
  if (!layer || figure.querySelector(".unfolded")) return null;
  const all = (selector, name) => new Map([...layer.querySelectorAll(selector)].map((part) => [part.dataset[name], part]));
  const [nodes, edges] = [all(".node", "node"), all(".edge", "edge")];
  const graph = { edges: [...edges].map(([id, { dataset }]) => ({ id, source: dataset.source, target: dataset.target, cut: "cut" in dataset })) };
  return { figure, layer, nodes, edges, graph };
}

/** Steps of a pass as the circuit has them: h for h[2]. */
export function stepsOnCircuit(steps) {
  return steps.map(({ phase, at }) => ({ phase, at: at.replace(/\[-?\d+\]/, "") }));
}
