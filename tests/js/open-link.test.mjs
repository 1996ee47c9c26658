// The way of the cursor: panels come many at a time, each once.

import assert from "node:assert/strict";
import { test } from "node:test";

import { OpenLink } from "../../static/js/cursor/open-link.mjs";
import { createStore } from "../../static/js/core/store.mjs";

const DATA = { query: "tau=2", chunk: 4, forward: ["a", "b", "c", "d", "e"], backward: ["e", "d"] };

function server(asked, fails = () => false) {
  return async (address) => {
    asked.push(address);
    if (fails()) throw new Error("away");
    const first = Number(new URLSearchParams(address.split("?")[1]).get("first"));
    return { ok: true, json: async () => ({ panels: [0, 1, 2, 3].map((i) => ({ html: `panel ${first + i}` })) }) };
  };
}

test("the figure of a step is asked for at its place, and is the same while it shows the same steps", async () => {
  const asked = [];
  const panels = [0, 1, 2, 3].map((i) => ({ html: "", window: `${Math.floor(i / 2)}`, update: "" }));
  const link = new OpenLink(async (address) => ({ ok: asked.push(address), json: async () => ({ panels, layers: [] }) }));
  link.open(DATA);
  for (const here of [6, 7, 0, 1]) assert.deepEqual((await link.figure(here)).layers, []);
  const figures = asked.filter((address) => address.startsWith("/api/figure"));
  assert.deepEqual(figures, ["/api/figure?tau=2&phase=backward&at=e", "/api/figure?tau=2"]);
});

test("the panels of one answer are asked for once", async () => {
  const asked = [];
  const link = new OpenLink(server(asked));
  link.open(DATA);
  assert.equal((await link.panel(0)).html, "panel 0");
  assert.equal((await link.panel(1)).html, "panel 1");
  assert.deepEqual(asked, ["/api/steps?tau=2&first=0"]);
});

test("the next ones are fetched before they are needed, by who goes on by hand", async () => {
  const asked = [];
  const link = new OpenLink(server(asked));
  link.open(DATA);
  await link.panel(3);
  assert.deepEqual(asked, ["/api/steps?tau=2&first=0"]);
  for (const here of [1, 2, 3]) await link.lookAhead(here);
  assert.deepEqual(asked, ["/api/steps?tau=2&first=0", "/api/steps?tau=2&first=4"]);
  assert.equal((await link.panel(5)).html, "panel 5");
  assert.equal(asked.length, 2);
});

test("before the first press the panel of the next step alone is fetched", async () => {
  const asked = [];
  const link = new OpenLink(server(asked));
  link.open(DATA);
  await link.prepare(2);
  await link.prepare(3);
  assert.deepEqual(asked, ["/api/steps?tau=2&first=0", "/api/steps?tau=2&first=4"]);
  assert.equal((await link.panel(4)).html, "panel 4");
  assert.equal(asked.length, 2);
});

test("what failed is asked for again", async () => {
  const asked = [];
  let away = true;
  const link = new OpenLink(server(asked, () => away));
  link.open(DATA);
  await assert.rejects(link.panel(0));
  away = false;
  assert.equal((await link.panel(0)).html, "panel 0");
});

test("another link begins anew", async () => {
  const asked = [];
  const link = new OpenLink(server(asked));
  link.open(DATA);
  await link.panel(0);
  link.open({ ...DATA, query: "" });
  await link.panel(0);
  assert.deepEqual(asked, ["/api/steps?tau=2&first=0", "/api/steps?first=0"]);
  assert.equal(link.steps.length, 7);
});

test("a store tells what changed, and nothing where nothing did", () => {
  const told = [];
  const store = createStore({ here: 0, playing: false });
  store.subscribe((state, changed) => told.push([state.here, [...changed]]));
  store.set({ here: 0 });
  store.set({ here: 2, playing: true });
  assert.deepEqual(told, [[2, ["here", "playing"]]]);
});

test("numbers are those of all steps, whatever the figure shows", async () => {
  const asked = [];
  const link = new OpenLink(async (address) => ({ ok: asked.push(address), json: async () => ({}) }));
  link.open({ ...DATA, query: "tau=20&window=3..9&seed=1" });
  await link.numbers();
  assert.deepEqual(asked, ["/api/trace?tau=20&seed=1"]);
  assert.equal(link.whole, "tau=20&seed=1");
});
