// What the keys are called.

import assert from "node:assert/strict";
import { test } from "node:test";

import { SHORTCUTS, actionOf } from "../../static/js/cursor/shortcuts.mjs";

const press = (key, held = {}) => actionOf({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...held });

test("no key has two meanings", () => {
  assert.equal(new Set(SHORTCUTS.map((row) => row.key)).size, SHORTCUTS.length);
});

test("letters count in either case, arrows with and without Shift", () => {
  assert.equal(press("b"), "pass");
  assert.equal(press("B", { shiftKey: true }), "pass");
  assert.equal(press("ArrowRight"), "forward");
  assert.equal(press("ArrowRight", { shiftKey: true }), "forward-time");
  assert.equal(press("?", { shiftKey: true }), "help");
});

test("what the browser does itself is left to it", () => {
  assert.equal(press("ArrowLeft", { altKey: true }), undefined);
  assert.equal(press("b", { ctrlKey: true }), undefined);
});
