// What the camera over a figure shows: all of it, and closer to it never paper alone.

import assert from "node:assert/strict";
import { test } from "node:test";

import { allowed, closer, fitOf, following, readable, revealing, roomFor, uncut } from "../../static/js/figure/camera.mjs";
import { spreadOf } from "../../static/js/figure/gestures.mjs";

const FRAME = { width: 800, height: 400 };
const WIDE = { width: 3200, height: 800 };
const SMALL = { width: 200, height: 100 };
const WHOLE = { zoom: 1, x: 0, y: 0 };

test("a drawing is fitted into its frame, and is never larger than it is", () => {
  assert.equal(fitOf(WIDE, FRAME), 0.25);
  assert.equal(fitOf(SMALL, FRAME), 1);
});

test("the whole drawing stays in the middle", () => {
  assert.deepEqual(allowed({ zoom: 0.3, x: 50, y: -20 }, WIDE, FRAME), WHOLE);
  assert.deepEqual(allowed({ zoom: 1, x: 50, y: -20 }, SMALL, FRAME), WHOLE);
});

test("closer to it an edge of the drawing comes no further than the edge of the frame", () => {
  const { x, y } = allowed({ zoom: 4, x: 1e6, y: -1e6 }, WIDE, FRAME);
  assert.equal(x, (WIDE.width - FRAME.width) / 2);
  assert.equal(y, -(WIDE.height - FRAME.height) / 2);
});

test("what lies at the place that one comes closer to stays there", () => {
  const [view, place] = [{ zoom: 2, x: 30, y: -40 }, [120, -60]];
  const of = ({ zoom, x, y }) => place.map((at, axis) => (at - [x, y][axis]) / zoom);
  const after = closer(view, 1.5, place);
  assert.equal(after.zoom, 3);
  of(after).forEach((at, axis) => assert.ok(Math.abs(at - of(view)[axis]) < 1e-9));
});

test("a box is brought into sight by as little as it takes, and from farther where it is larger than the frame", () => {
  const view = { zoom: 2, x: 0, y: 0 };
  assert.deepEqual(revealing(view, { left: -50, top: -50, right: 50, bottom: 50 }, FRAME), view);
  const moved = revealing(view, { left: 150, top: -20, right: 230, bottom: 20 }, FRAME);
  assert.deepEqual([moved.zoom, moved.y], [2, 0]);
  assert.ok(2 * 230 + moved.x <= 400 && 2 * 230 + moved.x > 380);
  const box = { left: -30, top: 0, right: 60, bottom: 190 };
  const { zoom, x, y } = revealing({ zoom: 3, x: 40, y: 5 }, box, FRAME);
  assert.ok(zoom < 3 && zoom > 1.9);
  assert.ok(box.left * zoom + x >= -400 && box.right * zoom + x <= 400 && box.top * zoom + y >= -200 && box.bottom * zoom + y <= 200);
  assert.deepEqual(revealing(view, { left: -398, top: -20, right: 398, bottom: 20 }, FRAME), { zoom: 1, x: 0, y: 0 });
});

test("the frame's edges cut no node of a step in two where it can stand otherwise, by as little as it takes", () => {
  const row = (middle) => ({ top: middle - 20, bottom: middle + 20 });
  const drawing = { width: 800, height: 800 };
  const within = (y) => ({ zoom: 2, x: 7, y });
  const rows = [row(-90), row(0), row(90)];
  assert.deepEqual(uncut(within(30), rows, rows[1], drawing, FRAME), within(68));
  assert.deepEqual(uncut(within(-30), rows, rows[1], drawing, FRAME), within(-68));
  assert.deepEqual(uncut(within(-80), rows, rows[1], drawing, FRAME), within(-80));
  assert.deepEqual(uncut(within(30), rows, rows[1], drawing, FRAME, 30), null, "no further than it may");
  assert.deepEqual(uncut(within(-10), rows.slice(1), rows[1], drawing, FRAME), within(-20));
  assert.deepEqual(uncut(within(30), rows, rows[2], drawing, FRAME), within(-68), "the cursor stays in sight");
  assert.deepEqual(uncut(within(30), rows, rows[1], { ...drawing, height: 201 }, FRAME), null, "no paper that need not be");
});

test("a node near an edge is brought well inside on both axes, and one that is inside moves nothing", () => {
  const view = { zoom: 2, x: 0, y: 0 };
  const { x, y } = following(view, [300, -150], FRAME);
  assert.ok(Math.abs(600 + x) < FRAME.width / 4 && Math.abs(-300 + y) < FRAME.height / 4);
  assert.deepEqual(following(view, [10, 10], FRAME), view);
});

test("what is read is as large as it has room for and as is at ease; what would be too small is read in part", () => {
  const room = (width, height) => roomFor({ width, height }, { width: 410, height: 210 });
  assert.equal(room(800, 100), 0.5);
  assert.equal(readable(room(800, 100)), 0.5);
  assert.equal(readable(room(20, 20)), readable(5));
  assert.ok(readable(room(20, 20)) < 1);
  assert.ok(readable(room(4000, 20)) > 2 * room(4000, 20));
});

test("two fingers have a middle and a distance, one has none", () => {
  assert.deepEqual(spreadOf([{ x: 0, y: 0 }, { x: 6, y: 8 }]), { x: 3, y: 4, wide: 10 });
  assert.deepEqual(spreadOf([{ x: 5, y: 7 }]), { x: 5, y: 7, wide: 0 });
});
