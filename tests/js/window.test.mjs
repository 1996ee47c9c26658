// Which step a press on a stub or in the strip leads to.

import assert from "node:assert/strict";
import { test } from "node:test";

import { slideByKey } from "../../static/js/core/slide.mjs";
import { hiddenSteps, stubHides, windowAround, nearestHidden, stepAtTime } from "../../static/js/figure/window.mjs";

const STEPS = ["x[1]", "h[1]", "x[2]", "h[2]"].map((at) => ({ phase: "forward", at }));
STEPS.push({ phase: "backward", at: "h[2]" }, { phase: "backward", at: "h[1]" });

test("a stub names the steps that it hides", () => {
  assert.deepEqual(hiddenSteps("h[5…9]"), { name: "h", first: 5, last: 9 });
  assert.equal(hiddenSteps("h[5]"), null);
  assert.deepEqual(["h[4]", "h[5]", "h[9]", "x[6]", "loss"].map((id) => stubHides("h[5…9]", id)), [false, true, true, false, false]);
});

test("of hidden steps the nearest one is brought", () => {
  const steps = { first: 5, last: 9 };
  assert.deepEqual([null, 2, 7, 30].map((t) => nearestHidden(steps, t)), [5, 5, 7, 9]);
});

test("a window keeps its width and stays within the run", () => {
  assert.equal(windowAround("40..44", 8, 50), "6..10");
  assert.equal(windowAround("40..44", 1, 50), "1..5");
  assert.equal(windowAround("40..tau", 50, 50), "40..50");
});

test("a step is found in the pass the cursor is in, and for another variable where there is none of this", () => {
  assert.equal(stepAtTime(STEPS, "h", 2, "forward"), 4);
  assert.equal(stepAtTime(STEPS, "h", 1, "backward"), 6);
  assert.equal(stepAtTime(STEPS, "loss", 2, "backward"), 5);
  assert.equal(stepAtTime(STEPS, "h", 3, "forward"), 0);
});

test("keys go along the steps and not over their ends", () => {
  const led = (key, t) => {
    let found = null;
    slideByKey({ key, preventDefault() {} }, t, 50, (wanted) => (found = wanted));
    return found;
  };
  assert.deepEqual(["ArrowLeft", "ArrowRight", "PageUp", "PageDown", "Home", "End"].map((key) => led(key, 20)), [19, 21, 25, 15, 1, 50]);
  assert.deepEqual([led("ArrowLeft", 1), led("ArrowRight", 50), led("a", 20)], [null, null, null]);
});
