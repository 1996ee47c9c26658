// A run that is played back, the stretch of it that is in sight, and how much of it is drawn.

import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.ResizeObserver ??= class {
  observe() {}
};
const { lettersOf, spelled } = await import("../../static/js/train/letters.mjs");
const { Replay } = await import("../../static/js/train/replay.mjs");
const { heightsInSight } = await import("../../static/js/train/run-plots.mjs");
const { Shades } = await import("../../static/js/train/run-strip.mjs");
const { duration, runText, worseText } = await import("../../static/js/train/run-text.mjs");
const { stretchLength, stretchWith } = await import("../../static/js/train/stretch.mjs");

/** How long a run of so many steps is played, in milliseconds. */
function lasting(steps, speed = 1) {
  const replay = new Replay();
  replay.begin(steps, true);
  replay.speed = speed;
  let now = 0;
  for (; replay.playing; now += 10) replay.advance(now, steps, true);
  return now;
}

test("a long run takes ten seconds however long it is, a short one less, and speed divides them", () => {
  for (const steps of [60, 400, 20000]) assert.ok(Math.abs(lasting(steps) - 10000) < 250, String(steps));
  assert.ok(Math.abs(lasting(5) - 1600) < 50);
  assert.ok(Math.abs(lasting(400, 4) - 2500) < 50);
});

test("a run waits for its steps and goes on when they come", () => {
  const replay = new Replay();
  replay.begin(100, true);
  for (let now = 0; now < 5000; now += 10) replay.advance(now, 10, false);
  assert.deepEqual([replay.place, replay.playing], [9, true]);
  replay.advance(5010, 10, true);
  assert.equal(replay.playing, false);
});

test("no training took no time", () => {
  assert.deepEqual([0.2, 40, 99, 1234, 12345].map(duration), ["1 ms", "40 ms", "0.1 s", "1.2 s", "12 s"]);
});

test("a run is seen whole while its points can be told apart, else a stretch of it that goes along", () => {
  assert.equal(stretchLength(60, 10, 830), 60);
  const length = stretchLength(400, 10, 830);
  assert.ok(length * 10 * 5 < 830 && length >= 10);
  let from = 0;
  for (let k = 0; k < 400; k += 1) {
    const [begins, ends] = stretchWith(k, length, 400, from);
    assert.ok(begins <= k && k < ends && ends <= 400 && ends - begins === length);
    assert.ok(begins - from <= 1 && (k < length || begins === k - length + 1), "as it is played all of it is drawn");
    from = begins;
  }
  assert.deepEqual(stretchWith(390, length, 400, 385), [385, 385 + length], "what is in sight stays");
  assert.deepEqual(stretchWith(10, length, 400, 50), [10, 10 + length]);
  assert.equal(stretchLength(400, 5000, 830), 1);
});

test("a prediction that goes far leaves the plot, and the target stays readable", () => {
  assert.deepEqual(heightsInSight([-1, 1], [-1.2, 0.5]), [-1.2, 1]);
  assert.deepEqual(heightsInSight([-1, 1], [-400, 900]), [-2.5, 2.5]);
  assert.deepEqual(heightsInSight([Infinity, -Infinity], [0, 3]), [0, 3]);
});

test("the likeliest letter is said, and what was wanted stands beside it", () => {
  const letters = lettersOf([1, 0, 0, 1], [0.9, 0.1, 0.6, 0.4], { size: 2, symbols: ["a", " "] });
  assert.deepEqual(letters.map(({ right, share }) => [right, share]), [[true, 0.9], [false, 0.6]]);
  assert.equal(spelled(letters), "wanted a␣, said aa");
});

test("after the end of a shorter text nothing is wanted and nothing said", () => {
  const said = [0.9, 0.1, 0.6, 0.4, 0.2, 0.8];
  assert.equal(spelled(lettersOf([0, 1, 0, 0, 0, 0], said, { size: 2, symbols: ["a", "b"] })), "wanted b, said a");
  assert.equal(spelled(lettersOf([], said, { size: 2, symbols: ["a", "b"] })), "wanted , said aab");
});

test("a run that rises far and stays there is told from one that is uneven", () => {
  const run = (...losses) => worseText(Float64Array.from(losses));
  assert.match(run(0.5, 100, 1400, 60, 9, 2, 1.2, 1.1), /diverges: from 0.5 up to 1400/);
  assert.equal(run(0.5, 100, 1400, 60, 9, 2, 0.3, 0.1), "");
  assert.equal(run(0.1, 0.3, 0.05, 0.2, 0.12, 0.13, 0.2, 0.15), "");
});

test("a strip is strongest where the loss is largest, by its logarithm", () => {
  const shaded = (cells, ...losses) => {
    const shades = new Shades(cells, losses.length);
    losses.forEach((_, i) => shades.take(losses.slice(0, i + 1)));
    return losses.slice(0, cells).map((_, i) => shades.of(i));
  };
  const [most, middle, least] = shaded(3, 100, 1, 0.01);
  assert.equal(most, 1);
  assert.ok(Math.abs(middle - (most + least) / 2) < 1e-9 && least > 0);
  assert.ok(shaded(3, 1, -1, 3).every((share, i, all) => i === 0 || (share < all[0]) === (i === 1)));
  const [first, second] = shaded(2, 1, 100, 0.01, NaN);
  assert.ok(Math.abs(first - (middle + most) / 2) < 1e-9 && Math.abs(second - (least + 1) / 2) < 1e-9);
  assert.equal(new Shades(2, 4).take([5]).of(1), 0);
  assert.deepEqual(shaded(4, 100, 1, 0.01, 0).slice(0, 3), [most, middle, least], "exactly 0 has no logarithm");
  assert.equal(shaded(4, 100, 1, 0.01, 0)[3], least);
  assert.deepEqual([new Shades(2, 2).take([100, 0]).ends, new Shades(2, 2).take([0, 0]).ends], [[0, 100], [0, 0]]);
});

test("the last update of a run is said to be the last, counted as links count it", () => {
  const run = { first: 20, steps: 3, count: 3, losses: new Float64Array([3, 2, 1]) };
  const state = { phase: "done", before: null, took: 100, here: 2, playing: true, chosen: null, left: "" };
  assert.match(runText(run, state).html, /update <b>22<\/b> of 20…\u206022 /);
  assert.match(runText(run, { ...state, phase: "stopped" }).html, /stopped after <b>23<\/b> of 23 updates/);
});
