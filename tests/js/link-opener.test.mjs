// Other links are opened in place: what is wrong stays as it was written, and of two links the later one counts.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createStore } from "../../static/js/core/store.mjs";
import { LinkOpener } from "../../static/js/explore/link-opener.mjs";

const OPEN = { system: "rnn", radius: "1" };

/** A page with a link open, and a server that finds fields wrong whose value is `wrong`; `asked` are the queries it got. */
function page(wrong = {}) {
  const [asked, taken] = [[], []];
  const store = createStore({ fields: OPEN, asked: null, away: false });
  const address = (fields) => new URLSearchParams(fields).toString();
  globalThis.fetch = async (query) => {
    asked.push(query);
    const fields = [...new URLSearchParams(query)].filter(([, value]) => value === "wrong").map(([field]) => ({ field }));
    return { ok: !fields.length, status: fields.length ? 422 : 200, json: async () => ({ errors: fields }) };
  };
  return { store, asked, taken, opener: new LinkOpener(store, wrong, { address, take: (answer, good) => taken.push(good) }) };
}

const settled = () => new Promise((then) => setImmediate(then));

test("a link that is right is taken, and nothing is asked for any more", async () => {
  const { store, taken, opener } = page();
  await opener.open({ ...OPEN, radius: "2" }, "push", "radius");
  assert.deepEqual(taken, [true]);
  assert.equal(store.state.asked, null);
});

test("where the cursor has gone on while the server was away, the other link is opened there", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  for (const [waits, ...answers] of [[10_000, (answer) => answer], [2000, () => Promise.reject(new Error("refused")), (answer) => answer]]) {
    const { store, asked, taken, opener } = page();
    const [serve, held] = [globalThis.fetch, []];
    let cursor = { phase: "forward", at: "h[1]" };
    opener.cursor = () => cursor;
    globalThis.fetch = (query) => (answers.length ? new Promise((then) => held.push(() => then(answers.shift()(serve(query))))) : serve(query));
    opener.open({ ...OPEN, ...cursor, radius: "2" }, "push", "radius");
    cursor = { phase: "forward", at: "h[2]" };
    if (answers.length > 1) held[0]();
    await settled();
    context.mock.timers.tick(waits);
    assert.ok(store.state.away);
    held.at(-1)();
    await settled();
    assert.deepEqual([asked.at(-1), taken, store.state.away], ["system=rnn&radius=2&phase=forward&at=h%5B2%5D", [true], false]);
  }
});

test("other changes build on what was right before a field was wrong", async () => {
  const { store, taken, opener } = page();
  await opener.open({ ...OPEN, radius: "wrong" }, "push", "radius");
  assert.deepEqual(taken, [false]);
  assert.deepEqual(store.state.asked, OPEN);
});

test("a field that was wrong is tried again once another has changed", async () => {
  const { asked, opener } = page({ radius: "wrong" });
  await opener.open({ ...OPEN, seed: "1" }, "push", "seed");
  await settled();
  assert.deepEqual(asked, ["system=rnn&radius=1&seed=1", "system=rnn&radius=wrong&seed=1"]);
});

test("a field that was wrong and is right now is not tried again", async () => {
  const { asked, opener } = page({ radius: "wrong" });
  await opener.open({ ...OPEN, radius: "3" }, "push", "radius");
  await settled();
  assert.deepEqual(asked, ["system=rnn&radius=3"]);
});

test("a node that is not drawn in another link is left behind", async () => {
  const { asked, taken, opener } = page();
  await opener.open({ ...OPEN, at: "wrong" }, "push", "detail");
  assert.deepEqual(asked, ["system=rnn&radius=1&at=wrong", "system=rnn&radius=1"]);
  assert.deepEqual(taken, [true]);
});

test("a server that does not answer is asked again, unless another link is wanted", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { store, taken, opener } = page();
  const answers = globalThis.fetch;
  globalThis.fetch = async () => ({ status: 503 });
  await opener.open({ ...OPEN, seed: "1" }, "push", "seed");
  assert.equal(store.state.away, true);
  globalThis.fetch = answers;
  context.mock.timers.tick(2000);
  await settled();
  assert.deepEqual([store.state.away, taken], [false, [true]]);
});

test("back at a link, whose server was away, the address says where the cursor has gone meanwhile", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  for (const [gone, said] of [["h[1]", "stay"], ["h[2]", "replace"]]) {
    const { opener } = page();
    const [serve, how] = [globalThis.fetch, []];
    let cursor = { phase: "forward", at: "h[1]" };
    Object.assign(opener, { cursor: () => cursor, take: (...answer) => how.push(answer.at(-1)) });
    globalThis.fetch = () => Promise.reject(new Error("refused"));
    opener.revisit({ ...OPEN, ...cursor });
    await settled();
    cursor = { phase: "forward", at: gone };
    globalThis.fetch = serve;
    context.mock.timers.tick(2000);
    await settled();
    assert.deepEqual(how, [said]);
  }
});

test("after an edit of the equations the address is the link that the server made of it", async () => {
  const { store, opener } = page();
  const shown = [];
  globalThis.fetch = async (query) => ({ ok: true, status: 200, json: async () => ({ data: { query: "sizes=h:5&seed=2" }, asked: query }) });
  opener.take = (answer, good, address) => shown.push([answer.asked, address]);
  await opener.open({ sizes: "h:5,q:2", seed: "2" }, "push", "equations");
  assert.deepEqual(shown, [["sizes=h%3A5%2Cq%3A2&seed=2&edit=", "sizes=h%3A5&seed=2"]]);
  store.set({ system: "lstm" });
  await opener.open({ equations: "h" }, "push", "equations");
  assert.equal(shown[1][0], "equations=h&edit=&system=lstm");
});

test("all of one drag is one entry of the history, and of what waits the latest is asked for", async () => {
  const { store, asked, opener } = page();
  const [shown, answers] = [[], globalThis.fetch];
  opener.take = (answer, good, address, how) => shown.push([address, how]);
  let release;
  const held = new Promise((then) => (release = then));
  globalThis.fetch = async (...question) => held.then(() => answers(...question));
  for (const [radius, how] of [["1.1", "push"], ["1.2", "replace"], ["1.3", "replace"], ["1.4", "replace"]]) opener.open({ ...OPEN, radius }, how, "radius");
  assert.equal(store.state.asked.radius, "1.4");
  release();
  await settled();
  assert.deepEqual(asked, ["system=rnn&radius=1.1", "system=rnn&radius=1.4"]);
  assert.deepEqual(shown, [["system=rnn&radius=1.1", "push"], ["system=rnn&radius=1.4", "replace"]]);
  assert.equal(store.state.asked, null);
});

test("a drag whose first value was refused is an entry of the history all the same", async () => {
  const { opener } = page();
  const shown = [];
  opener.take = (answer, good, address, how) => good && shown.push(how);
  await opener.open({ ...OPEN, radius: "wrong" }, "push", "radius");
  await opener.open({ ...OPEN, radius: "2" }, "replace", "radius");
  await opener.open({ ...OPEN, radius: "3" }, "replace", "radius");
  assert.deepEqual(shown, ["push", "replace"]);
});
