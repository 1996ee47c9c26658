// Words on a page: numbers stay with theirs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { joined } from "../../static/js/core/words.mjs";

test("a number stays in a line with the word before it and with what it counts", () => {
  const shown = (words) => joined(words).replaceAll("\u00a0", "~");
  assert.equal(shown("never below 1 %."), "never below~1~%.");
  assert.equal(shown("left after 9 steps in h and 14 in c"), "left after~9~steps in h and~14 in c");
  assert.equal(shown("so far −0.5 of 1.2×10⁻⁵."), "so far~−0.5 of~1.2×10⁻⁵.");
  assert.equal(shown("2.9 million times as much, 3 stepping stones"), "2.9~million times as much,~3 stepping stones");
  assert.equal(shown("h_2 and x: no number"), "h_2 and x: no number");
});
