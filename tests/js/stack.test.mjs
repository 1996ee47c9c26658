import assert from "node:assert/strict";
import { test } from "node:test";
import { layersOf } from "../../static/js/charts/stack.mjs";
import { contributionSentence } from "../../static/js/through-time/sentences.mjs";

const plain = (words) => words.replaceAll("\u00a0", " ").replaceAll("\u2060", "");
const STACK = { along: [0.25, -0.5, 1, 2], together: [2.75, 2.5, 3, 2], begins: 4 };

test("each layer lies on the one before, what is taken away below nothing", () => {
  assert.deepEqual(layersOf(STACK.along, 4), [
    { t: 4, low: 0, high: 2, sign: 1 },
    { t: 3, low: 2, high: 3, sign: 1 },
    { t: 2, low: -0.5, high: 0, sign: -1 },
    { t: 1, low: 3, high: 3.25, sign: 1 },
  ]);
});

test("where the backward pass begins with the first step, so does the stack", () => {
  assert.deepEqual(layersOf([1, 2], 1).map(({ t, low, high }) => [t, low, high]), [[1, 0, 1], [2, 1, 3]]);
});

test("what is no number is no layer", () => {
  assert.deepEqual(layersOf([1, null, 2], 3).map(({ t }) => t), [3, 1]);
});

test("what a step adds is said, what it takes away, and what all make", () => {
  const said = (span, stack = STACK) => plain(contributionSentence(stack, span, "∂L/∂W"));
  assert.equal(said(null), "t = 4 adds most: 2 of the norm 2.75.");
  assert.equal(said([5, 4]), "No step has added to ‖∂L/∂W‖ = 2.75 yet.");
  assert.equal(said([4, 4]), "t = 4 adds 2 to ‖∂L/∂W‖ = 2.75.");
  assert.equal(said([2, 4]), "t = 2 takes 0.5 away; so far 2.5 of 2.75.");
  assert.equal(said([1, 2], { along: [1, 2, 3], together: [1, 3, 6], begins: 1 }), "t = 2 adds 2; so far 3 of 6.");
  assert.equal(said(null, { along: [0, 0], together: [0, 0], begins: 2 }), "‖∂L/∂W‖ = 0: no step adds anything.");
  assert.equal(said(null, { along: [null], together: [null], begins: 1 }), "∂L/∂W is out of range.");
});
