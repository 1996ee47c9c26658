// Open other pages of the same kind in place, one after another, so that a change builds on those before it.

import { createRequest, requestPage } from "../core/request.mjs";
import { createVainReport } from "./patience.mjs";

/**
 * `follow(to, push)` opens the page at `to()`, which is asked once all before it are there, so that a change builds on
 * those before it. `take(page, good)` puts the page in its place, and brings its address where that is another; what is
 * shown stays until the server has answered.
 */
export function createNavigation(take) {
  const ask = createRequest(createVainReport(), requestPage);
  let turn = Promise.resolve();

  async function open(to, push) {
    const { page, good } = await ask(to);
    if (!page.getElementById("controls")) return location.assign(to);
    const shown = take(page, good) ?? to;
    if (good && push) history.pushState(null, "", shown);
  }

  return (to, push = true) => (turn = turn.then(() => open(to(), push)));
}
