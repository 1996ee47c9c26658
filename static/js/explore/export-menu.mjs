// Take it along: what is copied and downloaded is the link of the step that is shown.

import { copied, told } from "../core/copy.mjs";
import { figure, TEXTS } from "./link-text.mjs";

/** `address()` is the page's own, with the cursor; `about()` gives the figure's title and a name for a file. */
export function mountExportMenu(element, store, said, address, about) {
  const files = [...element.querySelectorAll("[data-file]")];

  function lead() {
    if (element.open) for (const file of files) file.href = figure(address(), file.dataset.file);
  }

  element.addEventListener("toggle", lead);
  store.subscribe(lead);
  element.addEventListener("click", async ({ target }) => {
    const button = target.closest("[data-copy]");
    if (!button) return;
    const suffixes = files.map((file) => file.dataset.file);
    const text = TEXTS[button.dataset.copy]({ address: address(), suffixes, ...about() });
    told(button.querySelector("b"), said, await copied(text), button.querySelector("b").textContent);
  });
}
