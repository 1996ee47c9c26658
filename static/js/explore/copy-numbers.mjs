// Buttons that copy all numbers of the link; the trace is asked for once a link.

import { createAway } from "../core/request.mjs";
import { copied, told } from "../core/copy.mjs";
import { FORMS } from "./numbers-text.mjs";

/** `trace.numbers()` is a promise of the trace as JSON; `about` gives what the page says of its variables. */
export function mountCopyNumbers(element, store, trace, about, said) {
  const away = createAway(store);
  element.addEventListener("click", async ({ target }) => {
    const form = FORMS[target.dataset.copy];
    if (!form) return;
    try {
      const text = form(await trace.numbers(), about().variables, location.href);
      told(target, said, await copied(text), "All numbers");
      away(false);
    } catch {
      away(true);
      told(target, said, null, "All numbers");
    }
  });
}
