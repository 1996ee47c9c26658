// Buttons that copy all numbers of the open link.

import { copyText, showCopied } from "../core/copy.mjs";
import { createAwayReport } from "../core/request.mjs";

/** `about()` gives the variables of the open link, which say which arrays go through time, and its notation. */
export function mountCopyNumbers(element, store, openLink, about, status) {
  const away = createAwayReport(store);
  element.addEventListener("click", async ({ target }) => {
    if (!target.dataset.copy) return;
    try {
      const { NUMBER_FORMATS } = await import("./numbers-text.mjs");
      const form = NUMBER_FORMATS[target.dataset.copy];
      const text = form(await openLink.numbers(), about().variables, location.href, about().notation);
      showCopied(target, status, await copyText(text), "All numbers");
      away(false);
    } catch {
      away(true);
      showCopied(target, status, null, "All numbers");
    }
  });
}
