// A page that changes in place: its form and its links to itself bring the page of other fields, of which the parts
// take the place of what is there.

import { mountCopyButton } from "../core/copy.mjs";
import { morph } from "../core/elements.mjs";
import { createNavigation } from "./navigation.mjs";

/**
 * `parts` are the ids of what is exchanged where the new page is right; where something is wrong with its fields only
 * the controls are. `show` is called at once and after every exchange; `changed(control, form)` is called before a control is sent.
 */
export function mountLivePage(parts, show, changed = () => {}) {
  const form = document.getElementById("controls");
  const follow = createNavigation((page, good) => {
    for (const id of good ? ["controls", ...parts] : ["controls"]) morph(document.getElementById(id), page.getElementById(id));
    if (good) show();
  });
  listenToForm(form, changed, () => {
    const address = addressOf(form);
    follow(() => address);
  });
  // Where a link leads is read in its turn: by then it may build on the page before it.
  listenToLinks(document.querySelector(".main"), (link) => follow(() => link.href));
  addEventListener("popstate", () => follow(() => location.href, false));
  mountCopyButton(document.getElementById("copy"), document.getElementById("said"));
  show();
  document.documentElement.dataset.ready = "";
}

/** The address that the form would lead to; empty fields are left out. */
function addressOf(form) {
  const fields = [...new FormData(form)].filter(([, value]) => value !== "");
  return `${form.getAttribute("action")}?${new URLSearchParams(fields)}`;
}

function listenToForm(form, changed, send) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  form.addEventListener("change", ({ target }) => {
    if (!target.reportValidity()) return;
    changed(target, form);
    send();
  });
}

/** Links to the page itself are opened in place, unless a key or another button asks for a new tab. */
function listenToLinks(element, open) {
  element.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    const away = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button;
    if (!link || away || link.pathname !== location.pathname) return;
    event.preventDefault();
    open(link);
  });
}
