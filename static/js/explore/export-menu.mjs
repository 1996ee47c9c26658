// The export menu: files of the figure to download, and the link as text to paste elsewhere, of the step that is shown and for the same place.

import { copyText, showCopied } from "../core/copy.mjs";
import { figureAddress } from "../core/link.mjs";

/** `player` has a file of its own beside its buttons; `address()` is the page's own, with the cursor; `about()` gives the figure's title and how a file of it is named. */
export function mountExportMenu(element, player, store, status, address, about) {
  const files = [...element.querySelectorAll("[data-file]")];
  const [box, steps] = [element.querySelector("[data-fit]"), element.querySelector("[data-frames]")];
  const fitted = () => madeFor(address(), { fit: box.value });
  const filmed = () => madeFor(fitted(), { frames: steps.checked ? "1" : "" });

  function lead() {
    const beside = player.querySelectorAll("[data-file]");
    for (const file of element.open ? [...files, ...beside] : beside) {
      file.href = figureAddress("steps" in file.dataset ? filmed() : fitted(), file.dataset.file);
    }
  }

  async function tellOfRoom() {
    const [asked, place] = [figureAddress(fitted(), ".json"), element.querySelector("[data-notice]")];
    const answer = box.value ? await fetch(asked).then((it) => (it.ok ? it.json() : {}), () => ({})) : {};
    if (asked === figureAddress(fitted(), ".json")) place.textContent = answer.graph?.notice ?? "";
  }

  element.addEventListener("toggle", lead);
  box.addEventListener("change", () => (lead(), tellOfRoom()));
  steps.addEventListener("change", lead);
  store.subscribe(lead);
  element.addEventListener("click", async ({ target }) => {
    const button = target.closest("[data-copy]");
    if (!button) return;
    const suffixes = files.map((file) => file.dataset.file);
    const [label, asked] = [button.querySelector("b"), { address: fitted(), suffixes, ...about() }];
    const copied = await import("./link-text.mjs").then(({ LINK_FORMATS }) => copyText(LINK_FORMATS[button.dataset.copy](asked)), () => null);
    showCopied(label, status, copied, label.textContent);
  });
}

/** The address with what is asked of files, field by field: the box that they are to fill, whether they have every step; "" for none. */
export function madeFor(address, asked) {
  const url = new URL(address);
  for (const [name, value] of Object.entries(asked)) {
    if (value === (url.searchParams.get(name) ?? "")) continue;
    const kept = url.search.slice(1).split("&").filter((part) => part && !part.startsWith(`${name}=`));
    url.search = [...kept, ...(value ? [`${name}=${value}`] : [])].join("&");
  }
  return url.href;
}
