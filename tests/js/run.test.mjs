// What a run keeps of what the server tells.

import assert from "node:assert/strict";
import { test } from "node:test";

import { listenToRun, probabilities, Run } from "../../static/js/train/run.mjs";

const shape = { points: 2, size: 1, classes: false, parameters: [{ name: "W" }] };
const step = (k, loss = 1) => ({ step: k, loss, prediction: [k, -k], target: [1, 2], norms: { W: 3 } });

test("a run takes each step once and in order", () => {
  const run = new Run(shape, 5, 3);
  assert.deepEqual([5, 5, 7, 6, 7, 8].map((k) => run.add(step(k))), [true, false, false, true, true, false]);
  assert.equal(run.count, 3);
  assert.deepEqual(run.window(run.predictions, 1, 0), [6, -6]);
  assert.deepEqual(run.window(run.targets, 2, 0), [1, 2]);
});

test("what was not told is no number", () => {
  const run = new Run(shape, 0, 1);
  run.add({ step: 0, loss: null, prediction: null, target: null, norms: {} });
  assert.ok([run.losses[0], run.norms.W[0], run.predictions[1], run.targets[0]].every(Number.isNaN));
});

test("logits become shares of one, however large", () => {
  const found = probabilities({ classes: true, size: 2 }, [1000, 1000, 0, Math.log(3)]);
  assert.deepEqual(found.map((share) => Math.round(100 * share)), [50, 50, 25, 75]);
});

test("of a connection that is silent it is said that the server is away, until there is a word again or it is over", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const [said, settled] = [[], () => new Promise((then) => setImmediate(then))];
  let body;
  const stream = new ReadableStream({ start: (controller) => (body = controller) });
  const word = (text) => body.enqueue(new TextEncoder().encode(text));
  globalThis.fetch = async () => ({ ok: true, body: stream });
  const heard = { step: () => {}, waiting: () => {}, done: () => {}, away: (away) => said.push(away) };
  listenToRun(() => "/api/train", () => 0, heard);
  await settled();
  context.mock.timers.tick(15_000);
  word(": keepalive\n\n");
  await settled();
  assert.ok(!said.includes(true));
  context.mock.timers.tick(20_000);
  assert.equal(said.at(-1), true);
  word('data: {"step":0}\n\n');
  await settled();
  assert.equal(said.at(-1), false);
  word('event: done\ndata: {"stopped":null}\n\n');
  await settled();
  context.mock.timers.tick(60_000);
  assert.equal(said.at(-1), false);
});
