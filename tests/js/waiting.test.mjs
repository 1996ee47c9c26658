// Why a node has no number yet, in words that follow from the graph and the cursor.

import assert from "node:assert/strict";
import { test } from "node:test";

import { waitingSentence } from "../../static/js/figure/waiting.mjs";

const H = { name: "h(1)", kind: "state", valued: true, graded: false, into: ["h(0)", "x(1)"], through: ["h(2)", "o(1)"] };
const BACK = { phase: "backward", at: "h(3)", of: "L" };

test("on the way back a gradient waits for all that comes through the nodes that read it", () => {
  assert.equal(waitingSentence(H, BACK), "Nothing yet: ∂L/∂h(1) is the sum of what comes through h(2) and o(1); the pass is at h(3).");
  assert.equal(waitingSentence({ ...H, through: ["h(2)"] }, BACK), "Nothing yet: ∂L/∂h(1) is what comes through h(2); the pass is at h(3).");
  assert.equal(waitingSentence({ ...H, name: "L(1)", through: [] }, BACK), "Nothing yet: ∂L/∂L(1) comes from L itself; the pass is at h(3).");
});

test("on the way forward, and before it, a value waits for what it is computed from", () => {
  const words = "No value yet: h(1) is computed from h(0) and x(1); the pass";
  assert.equal(waitingSentence({ ...H, valued: false }, { phase: "forward", at: "x(1)", of: "L" }), `${words} is at x(1).`);
  assert.equal(waitingSentence({ ...H, valued: false }, { phase: "", at: "", of: "L" }), `${words} has not begun.`);
});

test("what a tap has brought was waited for before it", () => {
  assert.equal(waitingSentence(H, BACK, true), "Nothing before this tap: ∂L/∂h(1) is the sum of what comes through h(2) and o(1); the pass was at h(3).");
  const begun = waitingSentence({ ...H, valued: false }, { phase: "", at: "", of: "L" }, true);
  assert.equal(begun, "No value before this tap: h(1) is computed from h(0) and x(1); the pass had not begun.");
  assert.equal(waitingSentence({ ...H, graded: true }, BACK, true), "");
});

test("what has its number, is given or is out of reach of the phase waits for nothing", () => {
  assert.equal(waitingSentence({ ...H, graded: true }, BACK), "");
  assert.equal(waitingSentence({ ...H, kind: "input" }, BACK), "");
  assert.equal(waitingSentence(H, { phase: "update", at: "W", of: "L" }), "");
});
