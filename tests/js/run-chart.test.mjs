// A run's chart: numbers at its ticks, curves as fine as the screen, and names beside their ends, near them and none over another.

import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.ResizeObserver ??= class {
  observe() {}
};
const { Curve, heightForLabels, spreadLabels, tickText } = await import("../../static/js/charts/run-chart.mjs");

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

test("a short curve is drawn point by point and breaks where there is no number", () => {
  const curve = new Curve();
  [1, NaN, 2].forEach((y, x) => curve.add(x, y));
  assert.deepEqual(curve.points(100, [0, 2]), [[0, 1], null, [2, 2]]);
});

test("a long curve keeps its extremes and no more points than the screen has room for", () => {
  const curve = new Curve();
  for (let x = 0; x < 20000; x += 1) curve.add(x, x === 7777 ? 50 : x === 12345 ? -50 : Math.sin(x / 90));
  const found = curve.points(300, [0, 20000]);
  assert.ok(found.length <= 2 * 201);
  const heights = found.map(([, y]) => y);
  assert.deepEqual([Math.max(...heights), Math.min(...heights)], [50, -50]);
  assert.ok(found.every(([x], i) => i === 0 || x >= found[i - 1][0]));
});

test("a long curve goes on where it was", () => {
  const [whole, parts] = [new Curve(), new Curve()];
  for (let x = 0; x < 5000; x += 1) {
    whole.add(x, (x * 7) % 13);
    parts.add(x, (x * 7) % 13);
    if (x % 1000 === 0) parts.points(100, [0, 5000]);
  }
  assert.deepEqual(parts.points(100, [0, 5000]), whole.points(100, [0, 5000]));
});
