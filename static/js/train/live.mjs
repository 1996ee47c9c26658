// A page that changes in place: its form and its links to itself bring the page of other fields, of which the parts
// take the place of what is there.

import { morph } from "../morph.mjs";
import { mountCopy } from "../look.mjs";

/**
 * `parts` are the ids of what is exchanged where the new page is right; where something is wrong with its fields only
 * the controls are. `show` is called at once and after every exchange; `changed` hears of a control before it is sent.
 */
export function mountLive(parts, show, changed = () => {}) {
  const form = document.getElementById("controls");
  let turn = Promise.resolve();

  async function open(to, push) {
    const response = await fetch(to, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!response || response.status >= 500) return void location.assign(to);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const id of response.ok ? ["controls", ...parts] : ["controls"]) {
      morph(document.getElementById(id), page.getElementById(id));
    }
    if (!response.ok) return;
    if (push) history.pushState(null, "", to);
    show();
  }

  /** One after another: a link that is clicked before the last has been followed is read when it says what is wanted. */
  const follow = (to, push = true) => (turn = turn.then(() => open(to(), push)));

  const send = () => {
    const fields = [...new FormData(form)].filter(([, value]) => value !== "");
    follow(() => `${form.getAttribute("action")}?${new URLSearchParams(fields)}`);
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  form.addEventListener("change", ({ target }) => {
    if (!target.reportValidity()) return;
    changed(target, form);
    send();
  });
  document.querySelector(".main").addEventListener("click", (event) => {
    const link = event.target.closest("a");
    const away = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button;
    if (!link || away || link.pathname !== location.pathname) return;
    event.preventDefault();
    follow(() => link.href);
  });
  addEventListener("popstate", () => follow(() => location.href, false));
  mountCopy(document.getElementById("copy"), document.getElementById("said"));
  show();
  document.documentElement.dataset.ready = "";
}
