// What a part of the page is about, read from its marks; and the sentence that explains it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { subjectOf } from "../../static/js/figure/linked-highlight.mjs";

/** An element as far as it is asked: its own marks and those of what it stands in. */
function part(marks, inside = null, label = false) {
  const has = (selector) => [...selector.matchAll(/data-(\w+)/g)].some(([, key]) => key in marks) || (selector === ".edge" && marks.arrow);
  const it = { dataset: marks, matches: () => label, closest: (selector) => (has(selector) ? it : (inside?.closest(selector) ?? null)) };
  return it;
}

const PARAMETERS = new Set(["W", "b"]);

test("a state within a term is about its node and the term's arrow", () => {
  const term = part({ edge: "h[2]->h[3]" });
  const state = part({ node: "h[3]", name: "h" }, term);
  assert.deepEqual(subjectOf(state, PARAMETERS), { edge: "h[2]->h[3]", node: "h[3]", letters: [] });
});

test("a parameter is a letter and no node", () => {
  assert.deepEqual(subjectOf(part({ node: "W", name: "W" }), PARAMETERS), { edge: undefined, node: undefined, letters: ["W"] });
});

test("the label of an arrow stands for all that multiplies along it", () => {
  const arrow = part({ edge: "h[1]->h[2]", params: "W", arrow: true });
  assert.deepEqual(subjectOf(part({}, arrow, true), PARAMETERS).letters, ["W"]);
  assert.deepEqual(subjectOf(part({}, arrow), PARAMETERS).letters, []);
});
