// Arrow keys at a node, on a network drawn as a grid: time to the right, the output above.

import assert from "node:assert/strict";
import { test } from "node:test";

import { neighbourTowards } from "../../static/js/figure/focus-keys.mjs";

const PLACES = new Map([["h1", [0, 0]], ["h2", [100, 0]], ["h3", [200, 0]], ["o2", [100, -80]], ["x2", [100, 80]], ["y2", [100, -160]]]);
const EDGES = [["h1", "h2"], ["h2", "h3"], ["h1", "h3"], ["x2", "h2"], ["h2", "o2"], ["h2", "h2"]];
const way = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] };

test("each arrow leads to the neighbour that lies that way, with or against the edge", () => {
  const found = Object.values(way).map((direction) => neighbourTowards(PLACES, EDGES, "h2", direction));
  assert.deepEqual(found, ["h1", "h3", "o2", "x2"]);
});

test("of two in one line the nearer comes first", () => {
  assert.equal(neighbourTowards(PLACES, EDGES, "h1", way.right), "h2");
});

test("without an edge that way the focus stays", () => {
  assert.equal(neighbourTowards(PLACES, EDGES, "o2", way.up), undefined);
  assert.equal(neighbourTowards(PLACES, EDGES, "o2", way.left), undefined);
});
