// What moves over a figure: which beads run, in which order, and along which points.

import assert from "node:assert/strict";
import { test } from "node:test";

import { stepsOf } from "../../static/js/cursor/cursor.mjs";
import { beyond, drawnOut, pointsOf, sharesOf, upTo } from "../../static/js/motion/lines.mjs";
import { movedSteps, wavesOf } from "../../static/js/motion/waves.mjs";

const edge = (source, target, cut = false) => ({ id: `${source}->${target}`, source, target, cut });
const GRAPH = { nodes: [], edges: [edge("h[1]", "h[2]", true), edge("x[2]", "h[2]"), edge("h[2]", "L[2]"), edge("h[1]", "L[1]")] };
const STEPS = stepsOf({ forward: ["h[1]", "L[1]", "x[2]", "h[2]", "L[2]"], backward: ["L[2]", "h[2]", "L[1]", "h[1]"], update: ["W"] });

test("a move shows the steps of its time step that the cursor goes on by, and nothing on the way back or in the update", () => {
  const shown = (from, to) => movedSteps(STEPS, from, to).map(({ at }) => at);
  assert.deepEqual(shown(3, 4), ["h[2]"]);
  assert.deepEqual(shown(2, 5), ["x[2]", "h[2]", "L[2]"]);
  assert.deepEqual(shown(0, 7), ["L[2]", "h[2]"], "of a jump the last time step");
  assert.deepEqual([shown(5, 4), shown(4, 4), shown(9, 10)], [[], [], []]);
});

test("arrows run after those that lead to them, back from what the gradient comes through, as far as a cut", () => {
  const forward = wavesOf(GRAPH, STEPS.slice(2, 5));
  assert.deepEqual(forward.map(({ at, wave, runs }) => [at, wave, runs.map(({ from }) => from)]), [["x[2]", 0, []], ["h[2]", 1, ["h[1]", "x[2]"]], ["L[2]", 2, ["h[2]"]]]);
  const [, back] = wavesOf(GRAPH, STEPS.slice(7, 9));
  assert.deepEqual(back.runs.map(({ from, to, cut }) => [from, to, cut]), [["h[2]", "h[1]", true], ["L[1]", "h[1]", false]]);
});

test("the points of a line are where it leads, however it is written", () => {
  assert.deepEqual(pointsOf("M27.85-82h41.78"), [[27.85, -82], [27.85 + 41.78, -82]]);
  const bent = pointsOf("M1 2v-.5l2 3c0 4.4-3.6 8-8 8M-4 12.5h1");
  assert.deepEqual(bent.slice(0, 3), [[1, 2], [1, 1.5], [3, 4.5]]);
  assert.deepEqual(bent.slice(-3), [[-5, 12.5], [-4, 12.5], [-3, 12.5]]);
  assert.equal(bent.length, 3 + 8 + 2);
  assert.deepEqual(drawnOut([[0, 0], [3, 4]], 5), [[0, 0], [3, 4], [6, 8]]);
  assert.deepEqual(sharesOf([[0, 0], [3, 0], [3, 1]]), [0, 0.75, 1]);
  assert.deepEqual(upTo([[0, 0], [3, 0], [3, 1]], 0.5), [[0, 0], [2, 0]]);
  assert.deepEqual(beyond([[0, 0], [3, 0], [3, 1]], 0.5), [[2, 0], [3, 0], [3, 1]]);
});
