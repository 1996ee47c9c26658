// The link as a query, as the server writes it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { entriesAfter, fieldsAfter, encode, networkQueryOf, openedAfter, parseQuery, sizesAfter, withoutCursor, queryOf } from "../../static/js/core/link.mjs";

const ROWS = [["system", "rnn"], ["equations", ""], ["sizes", ""], ["tau", "3"], ["seed", "0"], ["of", ""], ["phase", ""], ["at", ""]];

test("defaults and empty fields are left out, the others stand in the order of the fields", () => {
  assert.equal(queryOf({ at: "h[2]", phase: "forward", tau: 4, seed: "0", system: "rnn", of: "" }, ROWS), "tau=4&phase=forward&at=h%5B2%5D");
});

test("the page of a training names its network even where that is the usual one", () => {
  const asked = [{}, { tau: 4 }, { system: "rnn", tau: 4 }, { system: "lstm" }, { equations: "s[t] = s[t-1]" }].map((fields) => networkQueryOf(fields, ROWS));
  assert.deepEqual(asked, ["system=rnn", "system=rnn&tau=4", "system=rnn&tau=4", "system=lstm", "equations=s%5Bt%5D%20%3D%20s%5Bt-1%5D"]);
});

test("a query is read back as it was written", () => {
  const fields = { equations: "h[t] = tanh(W @ h[t-1])\nL[t] = h[t] * h[t] + 1", sizes: "x:4,h:5", tau: "7" };
  assert.deepEqual(parseQuery(queryOf(fields, ROWS)), fields);
});

test("an empty value of a form says nothing", () => {
  assert.deepEqual(parseQuery("?system=rnn&task=&tau=4"), { system: "rnn", tau: "4" });
});

test("signs are escaped as Python escapes them", () => {
  assert.equal(encode("a b~(c)*'!'[t-1]+x:4,h:5/√"), "a%20b~%28c%29%2A%27%21%27%5Bt-1%5D%2Bx:4,h:5%2F%E2%88%9A");
});

test("another system keeps steps, data and cursor, and forgets what was said about the old one", () => {
  const fields = { system: "rnn", tau: "5", seed: "4", view: "both", sizes: "h:9", phase: "forward", at: "h[2]" };
  const { sizes, ...kept } = fields;
  assert.equal(queryOf(fieldsAfter(fields, "system", "lstm"), [...ROWS, ["view", "unfolded"]]), queryOf({ ...kept, system: "lstm" }, [...ROWS, ["view", "unfolded"]]));
  assert.equal(fieldsAfter(fields, "system", "lstm").at, "h[2]");
});

test("one's own equations take the place of a system", () => {
  assert.deepEqual(fieldsAfter({ system: "x", tau: "5" }, "equations", "s[t] = s[t-1]"), { tau: "5", equations: "s[t] = s[t-1]" });
});

test("what was set stays when the equations are edited, until the server says that it has no meaning", () => {
  const set = { sizes: "h:5", task: "y", of: "L[2]", set: "W[1,1]:2" };
  const cursor = { phase: "forward", at: "h[2]" };
  assert.deepEqual(fieldsAfter({ ...set, ...cursor }, "equations", "s[t] = s[t-1]"), { ...set, ...cursor, equations: "s[t] = s[t-1]" });
});

test("one entry is set, set anew behind the others, or left out, and the rest stays as it is written", () => {
  assert.equal(entriesAfter(undefined, "W[2,1]", 0.5), "W[2,1]:0.5");
  assert.equal(entriesAfter("W[2, 1]:0.7,b:0.1", "W[2,1]", -3), "b:0.1,W[2,1]:-3");
  assert.equal(entriesAfter("W[2,1]:0.7,x[2,1]:1", "x[2,1]", ""), "W[2,1]:0.7");
  assert.equal(entriesAfter("b:0.1", "b[1]", 0), "b:0.1,b[1]:0");
});

test("one size is set, changed and left open among the others", () => {
  assert.equal(sizesAfter("x:4,h:5", "a", "2"), "a:2,h:5,x:4");
  assert.equal(sizesAfter("x:4,h:5", "h", "6"), "h:6,x:4");
  assert.equal(sizesAfter("x:4,h:5", "h", ""), "x:4");
  assert.equal(sizesAfter(undefined, "h", "3"), "h:3");
});

test("the cursor stays while its step is still there", () => {
  const here = { tau: "5", phase: "forward", at: "h[4]" };
  assert.equal(fieldsAfter(here, "seed", "7").at, "h[4]");
  assert.equal(fieldsAfter(here, "tau", "4").at, "h[4]");
  assert.equal(fieldsAfter(here, "tau", "3").at, undefined);
  assert.deepEqual(fieldsAfter(here, "detail", "states"), { ...here, detail: "states" });
  assert.equal(fieldsAfter(here, "feed", "x:o").phase, undefined);
  assert.deepEqual(withoutCursor(here), { tau: "5" });
});

test("a window stays while its steps are still there", () => {
  const here = { tau: "20", window: "5..8" };
  assert.equal(fieldsAfter(here, "tau", "8").window, "5..8");
  assert.equal(fieldsAfter(here, "tau", "7").window, undefined);
  assert.equal(fieldsAfter({ ...here, window: "1..tau" }, "tau", "7").window, "1..tau");
});

test("opened steps stay while they are in the run", () => {
  const here = { tau: "5", open: "2:gates,5:operations" };
  assert.equal(fieldsAfter(here, "tau", "5").open, "2:gates,5:operations");
  assert.equal(fieldsAfter(here, "tau", "4").open, "2:gates");
  assert.equal(fieldsAfter(here, "tau", "1").open, "");
  assert.deepEqual(fieldsAfter({ tau: "5" }, "tau", "4"), { tau: "4" });
});

test("a step opens to the next detail, after the last it closes, and it goes back as it came", () => {
  const further = ["gates", "operations"];
  assert.equal(openedAfter(undefined, 3, 1, further), "3:gates");
  assert.equal(openedAfter("3:gates", 3, 1, further), "3:operations");
  assert.equal(openedAfter("3:operations", 3, 1, further), "");
  assert.equal(openedAfter("3:operations", 3, -1, further), "3:gates");
  assert.equal(openedAfter("3:gates", 3, -1, further), "");
  assert.equal(openedAfter("", 3, -1, further), "");
  assert.equal(openedAfter("12:gates,3:gates", 5, 1, further), "3:gates,5:gates,12:gates");
  assert.equal(openedAfter("3:cells", 3, 1, further), "3:gates");
  assert.equal(openedAfter("2:cells,3:gates", 3, 1, further), "3:operations");
});
