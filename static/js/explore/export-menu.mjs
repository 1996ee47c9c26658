// Take it along: what is copied and downloaded is the link of the step that is shown.

import { copyText, showCopied } from "../core/copy.mjs";
import { figureAddress, LINK_FORMATS } from "./link-text.mjs";

/** `address()` is the page's own, with the cursor; `about()` gives the figure's title and a name for a file. */
export function mountExportMenu(element, store, said, address, about) {
  const files = [...element.querySelectorAll("[data-file]")];

  function lead() {
    if (element.open) for (const file of files) file.href = figureAddress(address(), file.dataset.file);
  }

  element.addEventListener("toggle", lead);
  store.subscribe(lead);
  element.addEventListener("click", async ({ target }) => {
    const button = target.closest("[data-copy]");
    if (!button) return;
    const suffixes = files.map((file) => file.dataset.file);
    const text = LINK_FORMATS[button.dataset.copy]({ address: address(), suffixes, ...about() });
    showCopied(button.querySelector("b"), said, await copyText(text), button.querySelector("b").textContent);
  });
}
