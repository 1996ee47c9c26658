// The sides of elements: told as they change, asked for all at once where nobody has told them, and one listener that fails takes no other with it.

import assert from "node:assert/strict";
import { test } from "node:test";

let tell;
globalThis.ResizeObserver = class {
  constructor(then) {
    tell = (...targets) => then(targets.map((target) => ({ target })));
  }
  observe() {}
};
globalThis.getComputedStyle = () => ({ paddingLeft: "5px", paddingRight: "5px", paddingTop: "0px", paddingBottom: "0px" });
const failures = [];
globalThis.reportError = (error) => failures.push(error.message);
const { watchSides } = await import("../../static/js/core/sides.mjs");

/** An element of some width, which writes down when it is asked. */
const element = (width, log = [], name = "") => ({ width, clientHeight: 20, get clientWidth() { log.push(`read ${name}`); return this.width; } });
const settled = () => new Promise((then) => setTimeout(then));

test("each is told its sides within its padding, and again only when they are others", () => {
  const [told, place] = [[], element(110)];
  watchSides(place, ({ width, height }) => told.push([width, height]));
  tell(place);
  tell(place);
  place.width = 60;
  tell(place);
  assert.deepEqual(told, [[100, 20], [50, 20]]);
});

test("those that were never told are asked together, once, before any is drawn", async () => {
  const log = [];
  const all = ["a", "b"].map((name) => watchSides(element(110, log, name), () => log.push(`draw ${name}`)));
  for (const sides of [...all, ...all]) sides.tellSoon();
  assert.deepEqual(log, []);
  await settled();
  assert.deepEqual(log, ["read a", "read b", "draw a", "draw b"]);
  assert.deepEqual(all[0].now, { width: 100, height: 20 });
  assert.equal(log.length, 4);
});

test("what one listener throws is reported, and the others are told", () => {
  const [told, places] = [[], [element(110), element(110)]];
  watchSides(places[0], () => { throw new Error("of the first"); });
  watchSides(places[1], () => told.push("second"));
  tell(...places);
  assert.deepEqual([told, failures], [["second"], ["of the first"]]);
});

test("what is hidden keeps the sides that it had, and is asked anew until it has some", () => {
  const [told, place] = [[], element(0)];
  const sides = watchSides(place, () => told.push("told"));
  assert.equal(sides.now.width, 0);
  place.width = 110;
  assert.equal(sides.now.width, 100);
  place.width = 0;
  tell(place);
  assert.equal(sides.now.width, 100);
  assert.deepEqual(told, []);
});
