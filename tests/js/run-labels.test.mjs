// Names beside the ends of curves: near them, and none over another.

import assert from "node:assert/strict";
import { test } from "node:test";

import { apart } from "../../static/js/train/run-labels.mjs";

test("names with room stand where their curves end", () => {
  assert.deepEqual(apart([50, 20, null], [0, 100]), [50, 20, null]);
});

test("names that end together stand a line apart, in the order of their curves, within the plot", () => {
  const found = apart([99, 100, 98], [0, 100]);
  assert.deepEqual(found, [87, 100, 74]);
  assert.deepEqual(apart([0, 0], [0, 100]), [0, 13]);
});

test("where there are many they stand closer, and those without room are left out", () => {
  const many = apart(Array(8).fill(5), [0, 70]);
  assert.deepEqual(many, [0, 10, 20, 30, 40, 50, 60, 70].map((y) => y));
  assert.equal(apart(Array(9).fill(5), [0, 70])[8], null);
});
