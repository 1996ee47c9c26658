// The table of all numbers: the page brings the table of its link; those of other links are fetched when they come into sight.

import { createAwayReport } from "../core/request.mjs";

const AGAIN = 2000;

/** `openLink.numbersTable()` is a promise of the page that the table stands on. */
export function mountNumbersTable(element, store, openLink) {
  const away = createAwayReport(store);
  let stale = false;
  const place = () => element.querySelector("details[open] [data-own]");

  async function bring() {
    if (!stale || !place()) return;
    const { opened } = store.state;
    place().setAttribute("aria-busy", "true");
    try {
      const page = new DOMParser().parseFromString(await openLink.numbersTable(), "text/html");
      if (opened !== store.state.opened) return;
      place()?.replaceChildren(page.querySelector(".every"));
      place()?.removeAttribute("aria-busy");
      stale = false;
      away(false);
    } catch {
      away(true);
      setTimeout(bring, AGAIN);
    }
  }

  store.subscribe((state, changed) => {
    if (!changed.has("opened")) return;
    stale = true;
    if (place()) bring();
    else element.querySelector("[data-own]")?.replaceChildren();
  });
  element.addEventListener("toggle", bring, true);
}
