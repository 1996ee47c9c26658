// A run's plots: numbers at their ticks, and names beside the ends of their curves, near them and none over another.

import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.ResizeObserver ??= class {
  observe() {}
};
const { heightForLabels, spreadLabels, tickText } = await import("../../static/js/train/run-chart.mjs");

test("a tick is a plain number, or one digit and a power of ten with its sign", () => {
  assert.deepEqual([0, 0.01, 1000, -0.5].map(tickText), ["0", "0.01", "1,000", "−0.5"]);
  assert.deepEqual([1e-6, 1e151, -1e151, -5e150].map(tickText), ["10⁻⁶", "10¹⁵¹", "−10¹⁵¹", "−5·10¹⁵⁰"]);
});

test("names with room stand where their curves end", () => {
  assert.deepEqual(spreadLabels([50, 20, null], [0, 100]), [50, 20, null]);
});

test("names that end together stand a line apart, in the order of their curves, within the plot", () => {
  const found = spreadLabels([99, 100, 98], [0, 100]);
  assert.deepEqual(found, [86, 100, 72]);
  assert.deepEqual(spreadLabels([0, 0], [0, 100]), [0, 14]);
});

test("a chart can be high enough for every name to have a line", () => {
  const found = spreadLabels(Array(14).fill(5), [8, heightForLabels(14) - 22]);
  assert.deepEqual(found, Array.from({ length: 14 }, (_, i) => 8 + 14 * i));
});

test("where there are many they stand closer, and those without room are left out", () => {
  const many = spreadLabels(Array(8).fill(5), [0, 70]);
  assert.deepEqual(many, [0, 10, 20, 30, 40, 50, 60, 70].map((y) => y));
  assert.equal(spreadLabels(Array(9).fill(5), [0, 70])[8], null);
});
