// Words on a page: numbers stay with theirs, as on pages that the service fills (tests/web/test_templates.py).

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { joined } from "../../static/js/core/words.mjs";

const SENTENCES = JSON.parse(readFileSync(new URL("words.json", import.meta.url), "utf8"));

test("a number stays in a line with the word before it and with what it counts", () => {
  for (const [words, shown] of Object.entries(SENTENCES)) assert.equal(joined(words).replaceAll("\u00a0", "~"), shown);
});
