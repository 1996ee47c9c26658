// Numbers at the ticks of a run's plots.

import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.ResizeObserver ??= class {
  observe() {}
};
const { tickText } = await import("../../static/js/train/run-chart.mjs");

test("a tick is a plain number, or one digit and a power of ten with its sign", () => {
  assert.deepEqual([0, 0.01, 1000, -0.5].map(tickText), ["0", "0.01", "1,000", "−0.5"]);
  assert.deepEqual([1e-6, 1e151, -1e151, -5e150].map(tickText), ["10⁻⁶", "10¹⁵¹", "−10¹⁵¹", "−5·10¹⁵⁰"]);
});
