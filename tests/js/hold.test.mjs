// What becomes of the cursor where the server does not answer: a step that was given up and comes late is gone to after all.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createStore } from "../../static/js/core/store.mjs";
import { Hold } from "../../static/js/cursor/hold.mjs";

test("a step that comes late is where the cursor goes, unless one is elsewhere by then", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  for (const [meanwhile, end] of [[null, 5], [3, 3]]) {
    const store = createStore({ here: 1, held: null, playing: false, opened: 0, away: false });
    const view = new Hold(store, () => new Promise(() => {}), () => {});
    view.begin(1);
    store.set({ here: 5 });
    view.lose(5);
    view.shows(1);
    assert.deepEqual([store.state.here, store.state.away], [1, true], "it went back, and waits");
    if (meanwhile) {
      store.set({ here: meanwhile });
      view.shows(meanwhile);
    }
    view.shows(5);
    assert.equal(store.state.here, end);
  }
});
