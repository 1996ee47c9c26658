// The export menu: files of the figure to download, and the link as text to paste elsewhere, of the step that is shown and for the same place.

import { copyText, showCopied } from "../core/copy.mjs";
import { figureAddress } from "../core/link.mjs";

/** `player` has a file of its own beside its buttons; `address()` is the page's own, with the cursor; `about()` gives the figure's title and how a file of it is named. */
export function mountExportMenu(element, player, store, status, address, about) {
  const files = [...element.querySelectorAll("[data-file]")];
  const box = element.querySelector("[data-fit]");
  const fitted = () => madeFor(address(), box.value);

  function lead() {
    const beside = player.querySelectorAll("[data-file]");
    for (const file of element.open ? [...files, ...beside] : beside) file.href = figureAddress(fitted(), file.dataset.file);
  }

  async function tellOfRoom() {
    const [asked, place] = [figureAddress(fitted(), ".json"), element.querySelector("[data-notice]")];
    const answer = box.value ? await fetch(asked).then((it) => (it.ok ? it.json() : {}), () => ({})) : {};
    if (asked === figureAddress(fitted(), ".json")) place.textContent = answer.graph?.notice ?? "";
  }

  element.addEventListener("toggle", lead);
  box.addEventListener("change", () => (lead(), tellOfRoom()));
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

/** The address with the box that files are to fill, "" for none. */
export function madeFor(address, box) {
  const url = new URL(address);
  if (box === (url.searchParams.get("fit") ?? "")) return address;
  const kept = url.search.slice(1).split("&").filter((part) => part && !part.startsWith("fit="));
  url.search = [...kept, ...(box ? [`fit=${box}`] : [])].join("&");
  return url.href;
}
