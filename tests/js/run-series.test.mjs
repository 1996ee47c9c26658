// What a run keeps of what it is told, and curves that are as fine as the screen.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createRun, Curve, probabilities } from "../../static/js/train/run-series.mjs";

const shape = { points: 2, size: 1, classes: false, parameters: [{ name: "W" }] };
const step = (k, loss = 1) => ({ step: k, loss, prediction: [k, -k], target: [1, 2], norms: { W: 3 } });

test("a run takes each step once and in order", () => {
  const run = createRun(shape, 5, 3);
  assert.deepEqual([5, 5, 7, 6, 7, 8].map((k) => run.add(step(k))), [true, false, false, true, true, false]);
  assert.equal(run.count, 3);
  assert.deepEqual(run.window(run.said, 1, 0), [6, -6]);
  assert.deepEqual(run.window(run.target, 2, 0), [1, 2]);
});

test("what was not told is no number", () => {
  const run = createRun(shape, 0, 1);
  run.add({ step: 0, loss: null, prediction: null, target: null, norms: {} });
  assert.ok([run.losses[0], run.norms.W[0], run.said[1], run.target[0]].every(Number.isNaN));
});

test("logits become shares of one, however large", () => {
  const found = probabilities({ classes: true, size: 2 }, [1000, 1000, 0, Math.log(3)]);
  assert.deepEqual(found.map((share) => Math.round(100 * share)), [50, 50, 25, 75]);
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
