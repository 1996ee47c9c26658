// The cursor: which parts of the picture a step has reached, by the same rules as the engine's cursor.

const STEP = /\[(-?\d+)\](?=\.\d+$|$)/;
const PHASES = ["forward", "backward", "update"];

/** The steps of a pass in order, from its places by phase: forward through the nodes, then the loss, then backward, then the update. */
export function stepsOf(places) {
  return PHASES.flatMap((phase) => (places[phase] ?? []).map((at) => ({ phase, at })));
}

/**
 * What is reached after `here` steps; 0 is before the first one, where what is given has its value. `graph` has nodes
 * {id, start, given, uses} and edges {id, source, target, cut, params}, with the parameters that a node's equation reads and
 * those that multiply along an edge.
 * `valued`, `graded`: nodes whose value or gradient is known; `flowed`: edges the gradient has passed; `lit`: the edges
 * into the current node, or those by which its gradient arrives; `origins`: the nodes at their other ends.
 */
export function reachedAt(graph, steps, here) {
  const made = madeStarts(graph, steps);
  const given = graph.nodes.filter((n) => n.given || (n.start && !made.has(n.id))).map((n) => n.id);
  const none = { phase: "", at: "", valued: new Set(given), graded: new Set(), flowed: new Set(), lit: new Set(), origins: new Set() };
  const step = steps[here - 1];
  if (!step) return none;
  if (step.phase === "update") return { ...none, ...updating(graph, steps, step.at) };
  const done = new Set(steps.slice(0, here).filter((s) => s.phase === step.phase).map((s) => s.at));
  const starts = graph.nodes.filter((n) => n.start && !made.has(n.id)).map((n) => n.id);
  const edges = (wanted, end = "id") => new Set(graph.edges.filter(wanted).map((e) => e[end]));
  if (step.phase === "forward") {
    const into = (e) => e.target === step.at;
    return { ...none, ...step, valued: new Set([...given, ...done]), lit: edges(into), origins: edges(into, "source") };
  }
  const passing = (wanted, end) => edges((e) => !e.cut && wanted(e), end);
  const out = (e) => e.source === step.at;
  const waiting = new Set(graph.edges.filter((e) => !done.has(e.target)).map((e) => e.source));
  const graded = new Set([...done, ...starts.filter((id) => !waiting.has(id))]);
  return {
    ...step,
    valued: new Set(graph.nodes.map((n) => n.id)),
    graded,
    flowed: passing((e) => done.has(e.target) && graded.has(e.source)),
    lit: passing(out),
    origins: passing(out, "target"),
  };
}

/** In the update all is reached, and what the current parameter serves is lit. */
function updating(graph, steps, at) {
  const { graded, flowed } = reachedAt(graph, steps, steps.findLastIndex((s) => s.phase === "backward") + 1);
  const serving = (e) => !e.cut && (e.params?.includes(at) || e.source.replace(STEP, "") === at);
  return {
    phase: "update",
    at,
    valued: new Set(graph.nodes.map((n) => n.id)),
    graded,
    flowed,
    lit: new Set(graph.edges.filter(serving).map((e) => e.id)),
    origins: new Set(graph.nodes.filter((n) => n.uses?.includes(at)).map((n) => n.id)),
  };
}

/** The starts that something computed leads to: their value comes after it. */
function madeStarts(graph, steps) {
  const starts = new Set(graph.nodes.filter((n) => n.start).map((n) => n.id));
  const after = new Set(steps.filter((s) => s.phase === "backward" && !starts.has(s.at)).map((s) => s.at));
  const made = new Set();
  for (const { at } of steps.filter((s) => s.phase === "forward" && starts.has(s.at))) {
    if (!graph.edges.some((e) => e.target === at && after.has(e.source))) continue;
    made.add(at);
    after.add(at);
  }
  return made;
}

/** The step at which a node is current: in the pass the cursor is in, else in the other; of a parameter, in the update; 0 where it is in none. */
export function stepAtNode(steps, id, phase) {
  const found = (wanted) => steps.findIndex((s) => s.at === id && s.phase === wanted) + 1;
  const back = phase === "backward" || phase === "update";
  return (back && found("backward")) || found("forward") || found("update");
}

/** The step t of a node's id: 2 for `h[2]` and for `h[2].0`; none for what has no step. */
export function timeOf(id) {
  const found = STEP.exec(id);
  return found ? Number(found[1]) : null;
}

/** The next place at which a time step is complete, or the one before; the start is one, too. */
export function toTimeStep(steps, here, by) {
  const same = (a, b) => a?.phase === b?.phase && timeOf(a?.at ?? "") === timeOf(b?.at ?? "");
  const complete = (i) => i === 0 || !same(steps[i - 1], steps[i]);
  for (let i = here + by; i >= 0 && i <= steps.length; i += by) if (complete(i)) return i;
  return here;
}

/** The same node in the other pass; without one, the end of that pass. */
export function otherPass(steps, here) {
  const { phase = "forward", at } = steps[here - 1] ?? {};
  const other = phase === "backward" ? "forward" : "backward";
  const found = steps.findIndex((s) => s.phase === other && s.at === at) + 1;
  return found || steps.findLastIndex((s) => s.phase === other) + 1 || here;
}
