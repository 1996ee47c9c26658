// Buttons that copy all numbers of the link; the openLink is asked for once a link.

import { copyText, showCopied } from "../core/copy.mjs";
import { createAwayReport } from "../core/request.mjs";
import { NUMBER_FORMATS } from "./numbers-text.mjs";

/** `openLink.numbers()` is a promise of the openLink as JSON; `about` gives what the page says of its variables. */
export function mountCopyNumbers(element, store, openLink, about, said) {
  const away = createAwayReport(store);
  element.addEventListener("click", async ({ target }) => {
    const form = NUMBER_FORMATS[target.dataset.copy];
    if (!form) return;
    try {
      const text = form(await openLink.numbers(), about().variables, location.href);
      showCopied(target, said, await copyText(text), "All numbers");
      away(false);
    } catch {
      away(true);
      showCopied(target, said, null, "All numbers");
    }
  });
}
