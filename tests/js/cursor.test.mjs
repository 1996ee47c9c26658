// What is reached at a step of the cursor, on a network of one input and one loss.

import assert from "node:assert/strict";
import { test } from "node:test";

import { reachedAt, otherPass, stepAtNode, timeOf, toTimeStep, stepsOf } from "../../static/js/cursor/cursor.mjs";

const edge = (source, target) => ({ id: `${source}->${target}`, source, target });
const GRAPH = {
  nodes: ["h[0]", "x[1]", "h[1]", "L[1]", "x[2]", "h[2]", "L[2]"].map((id) => ({ id, start: id === "h[0]", given: id.startsWith("x") })),
  edges: [edge("h[0]", "h[1]"), edge("x[1]", "h[1]"), edge("h[1]", "L[1]"), edge("h[1]", "h[2]"), edge("x[2]", "h[2]"), edge("h[2]", "L[2]")],
};
const STEPS = stepsOf({ forward: ["x[1]", "h[1]", "L[1]", "x[2]", "h[2]", "L[2]", "loss"], backward: ["L[2]", "h[2]", "L[1]", "h[1]"], update: ["W", "theta'", "loss'"] });
const at = (here) => {
  const { phase, at, ...sets } = reachedAt(GRAPH, STEPS, here);
  return { phase, at, ...Object.fromEntries(Object.entries(sets).map(([name, set]) => [name, [...set].sort()])) };
};

test("before the first step nothing is reached", () => {
  assert.deepEqual(at(0), { phase: "", at: "", valued: ["h[0]", "x[1]", "x[2]"], graded: [], flowed: [], lit: [], origins: [] });
});

test("forward, the nodes passed have values, and what the current one is made of is lit", () => {
  assert.deepEqual(at(2), {
    phase: "forward", at: "h[1]", valued: ["h[0]", "h[1]", "x[1]", "x[2]"], graded: [], flowed: [], lit: ["h[0]->h[1]", "x[1]->h[1]"],
    origins: ["h[0]", "x[1]"],
  });
});

test("at the loss every value is known", () => {
  assert.deepEqual(at(7).valued.filter((id) => id !== "loss"), GRAPH.nodes.map((n) => n.id).sort());
});

test("backward, gradient has passed the arrows between nodes that have theirs", () => {
  const now = at(9);
  assert.deepEqual([now.at, now.graded, now.flowed, now.lit], ["h[2]", ["L[2]", "h[2]"], ["h[2]->L[2]"], ["h[2]->L[2]"]]);
});

test("no gradient passes where it is cut", () => {
  const edges = GRAPH.edges.map((e) => ({ ...e, cut: e.id === "h[1]->h[2]" }));
  const now = reachedAt({ ...GRAPH, edges }, STEPS, 11);
  assert.deepEqual([[...now.lit], now.flowed.has("h[1]->h[2]"), now.graded.has("h[1]")], [["h[1]->L[1]"], false, true]);
  assert.deepEqual([...now.origins], ["L[1]"]);
});

test("a start has its gradient once all that it feeds was walked", () => {
  const now = at(11);
  assert.ok(now.graded.includes("h[0]"));
  assert.ok(now.flowed.includes("h[0]->h[1]"));
  assert.ok(!now.graded.includes("x[1]"));
});

test("in the update all is reached, and what the parameter serves is lit", () => {
  const nodes = GRAPH.nodes.map((n) => ({ ...n, uses: n.id[0] === "h" && !n.start ? ["W"] : [] }));
  const edges = GRAPH.edges.map((e) => ({ ...e, params: e.source[0] === "h" && e.target[0] === "h" ? ["W"] : [] }));
  const now = reachedAt({ nodes, edges }, STEPS, 12);
  assert.deepEqual([now.phase, now.at, [...now.lit], [...now.origins]], ["update", "W", ["h[0]->h[1]", "h[1]->h[2]"], ["h[1]", "h[2]"]]);
  assert.deepEqual([now.graded, now.flowed], [reachedAt(GRAPH, STEPS, 11).graded, reachedAt(GRAPH, STEPS, 11).flowed]);
  assert.equal(now.valued.size, GRAPH.nodes.length);
  assert.equal(reachedAt({ nodes, edges }, STEPS, 14).lit.size, 0);
  assert.deepEqual([stepAtNode(STEPS, "W", "forward"), stepAtNode(STEPS, "h[1]", "update")], [12, 11]);
});

test("a node is found in the pass that the cursor is in, else in the other", () => {
  assert.equal(stepAtNode(STEPS, "h[1]", "forward"), 2);
  assert.equal(stepAtNode(STEPS, "h[1]", "backward"), 11);
  assert.equal(stepAtNode(STEPS, "x[2]", "backward"), 4);
  assert.equal(stepAtNode(STEPS, "h[0]", "forward"), 0);
});

test("a time step ends where another t or the other pass begins", () => {
  const ends = [0, 3, 6, 7, 9, 11, 14];
  for (let here = 0; here <= STEPS.length; here += 1) {
    assert.equal(toTimeStep(STEPS, here, 1), ends.find((end) => end > here) ?? here);
    assert.equal(toTimeStep(STEPS, here, -1), ends.findLast((end) => end < here) ?? here);
  }
  assert.deepEqual(["h[2]", "h[-1]", "h[2].0", "loss", "L[2]'"].map(timeOf), [2, -1, 2, null, null]);
});

test("the other pass is entered at the same node, or at its end", () => {
  assert.equal(otherPass(STEPS, 2), 11);
  assert.equal(otherPass(STEPS, 11), 2);
  assert.equal(otherPass(STEPS, 1), 11);
  assert.equal(otherPass(STEPS, 0), 11);
  assert.equal(otherPass(STEPS, 12), 11);
});

test("a start that is made of something computed is reached after it", () => {
  const graph = {
    nodes: ["x[1]", "h[1]", "s[0]", "s[1]", "g[0]"].map((id) => ({ id, start: ["s[0]", "g[0]"].includes(id) })),
    edges: [edge("x[1]", "h[1]"), edge("h[1]", "s[0]"), edge("s[0]", "s[1]"), edge("g[0]", "s[1]")],
  };
  const steps = stepsOf({ forward: ["x[1]", "h[1]", "s[0]", "s[1]"], backward: ["s[1]", "s[0]", "h[1]"] });
  assert.deepEqual([...reachedAt(graph, steps, 2).valued].sort(), ["g[0]", "h[1]", "x[1]"]);
  assert.ok(reachedAt(graph, steps, 3).valued.has("s[0]"));
  assert.deepEqual([...reachedAt(graph, steps, 5).graded].sort(), ["g[0]", "s[1]"]);
  assert.deepEqual([...reachedAt(graph, steps, 6).flowed].sort(), ["g[0]->s[1]", "s[0]->s[1]"]);
});
