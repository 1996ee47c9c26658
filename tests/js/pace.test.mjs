// How play goes: by time steps or by nodes, a whole run in twenty seconds at most.

import assert from "node:assert/strict";
import { test } from "node:test";

import { stopsOf } from "../../static/js/cursor/pace.mjs";

/** The steps of a run of so many time steps, two nodes each, with an update of two. */
function run(tau) {
  const times = Array.from({ length: tau }, (_, i) => i + 1);
  const pass = (phase, order) => order.flatMap((t) => ["h", "L"].map((name) => ({ phase, at: `${name}[${t}]` })));
  return [...pass("forward", times), ...pass("backward", [...times].reverse()), { phase: "update", at: "W" }, { phase: "update", at: "loss'" }];
}

test("by time steps the play stops where one is complete, and at every step of the update", () => {
  const stops = stopsOf(run(3), "time");
  assert.deepEqual(stops.map(({ here }) => here), [2, 4, 6, 8, 10, 12, 13, 14]);
  assert.deepEqual([stops[0].lasts, stops.at(-1).lasts], [400, 1000]);
});

test("by nodes it stops at each; faster, each is shown for less", () => {
  const [slow, fast] = [stopsOf(run(2), "nodes"), stopsOf(run(2), "nodes", 4)];
  assert.deepEqual(slow.map(({ here }) => here), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assert.deepEqual(fast.map(({ lasts }) => 4 * lasts), slow.map(({ lasts }) => lasts));
});

test("a run however long is over in twenty seconds, no stop too short to be seen, the end and the update among them", () => {
  for (const by of ["time", "nodes"]) {
    for (const tau of [1, 20, 50, 200, 5000]) {
      const [steps, stops] = [run(tau), stopsOf(run(tau), by)];
      assert.ok(stops.reduce((sum, { lasts }) => sum + lasts, 0) <= 20_001, `${by} ${tau}`);
      assert.ok(Math.min(...stops.map(({ lasts }) => lasts)) > 95, `${by} ${tau}`);
      assert.deepEqual(stops.slice(-2).map(({ here }) => here), [steps.length - 1, steps.length]);
    }
  }
});
