// All of one typing, or of one drag, is one change of the link, made of what that was before.

import assert from "node:assert/strict";
import { test } from "node:test";

import { OneChange } from "../../static/js/explore/one-change.mjs";

/** A page whose link is `link.now`; `opened` are the changes of it. */
function page({ mock }) {
  mock.timers.enable({ apis: ["setTimeout"] });
  const [link, opened] = [{ now: "before" }, []];
  const change = new OneChange(() => link.now, (from, how, field, value) => opened.push([from, how, value].join(" ")));
  return { link, opened, change, pause: () => mock.timers.tick(1000) };
}

const field = { defaultValue: "3" };

test("a number that is typed is taken after a pause, and all of one typing follows on what was before", (its) => {
  const { link, opened, change, pause } = page(its);
  change.type(field, "1");
  pause();
  link.now = "with 1";
  for (const value of ["12", "120", "12"]) change.type(field, value);
  pause();
  change.end(field, "12");
  assert.deepEqual(opened, ["before push 1", "before replace 12"]);
  change.end(field, "7");
  assert.equal(opened.at(-1), "with 1 push 7");
});

test("what the link has already, or is typed no further, opens nothing", (its) => {
  const { opened, change, pause } = page(its);
  change.type(field, "4");
  change.type(field, "3");
  pause();
  change.type(field, "4");
  change.pause();
  pause();
  assert.deepEqual(opened, []);
});

test("who leaves a field that holds what it held has its first value again, and the next typing is another change", (its) => {
  const { link, opened, change, pause } = page(its);
  change.type(field, "5");
  pause();
  change.type(field, "3");
  change.leave(field, "3");
  link.now = "after";
  pause();
  change.type(field, "8");
  pause();
  assert.deepEqual(opened, ["before push 5", "before replace 3", "after push 8"]);
});

test("a drag is taken as it goes", (its) => {
  const { opened, change } = page(its);
  for (const value of ["4", "2", "2"]) change.drag(field, value);
  change.end(field, "9");
  assert.deepEqual(opened, ["before push 4", "before replace 2", "before replace 9"]);
});
