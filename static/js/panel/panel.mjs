// The panel: what the server says of the current step, and the same in a line for who hears the page.

import { createAwayReport } from "../core/request.mjs";

/** `openLink.panel(here)` brings the HTML, rendered from the template the page itself is made of. */
export function mountPanel(element, store, openLink, said) {
  const away = createAwayReport(store);
  let idle = 0;
  const opened = new Set();

  /** Fetch what the first step will need, once the link rests. */
  function warm() {
    clearTimeout(idle);
    idle = setTimeout(() => openLink.panel(store.state.here).catch(() => {}), 250);
  }

  async function show(here) {
    const body = element.querySelector(".panel");
    const late = setTimeout(() => body.setAttribute("aria-busy", "true"), 150);
    try {
      const panel = await openLink.panel(here);
      if (here !== store.state.here) return;
      body.innerHTML = panel.html;
      reachable(body);
      for (const kept of body.querySelectorAll("[data-kept]")) kept.open = opened.has(kept.dataset.kept);
      requestAnimationFrame(() => (body.scrollTop = 0));
      said.textContent = `Step ${here} of ${openLink.steps.length}. ${panel.said}`;
      body.removeAttribute("aria-busy");
      away(false);
    } catch {
      away(true);
      setTimeout(() => here === store.state.here && show(here), 2000);
    } finally {
      clearTimeout(late);
    }
  }

  /** What was opened at one step is open at the next; a matrix is asked for when it is first looked at. */
  async function turned({ open, isConnected, dataset: { kept, matrix }, lastElementChild: place }) {
    if (!isConnected) return;
    if (open) opened.add(kept);
    else opened.delete(kept);
    if (!open || !matrix || place.querySelector("pre")) return;
    place.replaceChildren(document.createElement("pre"));
    try {
      place.firstChild.textContent = await openLink.array(matrix);
      away(false);
    } catch {
      place.replaceChildren();
      away(true);
      setTimeout(() => turned(place.parentElement), 2000);
    }
  }

  store.subscribe((state, changed) => {
    if (changed.has("opened")) {
      name(element);
      reachable(element);
      warm();
    } else if (changed.has("here")) show(state.here);
  });
  element.addEventListener("toggle", ({ target }) => target.matches("[data-kept]") && turned(target), true);
  element.addEventListener("click", ({ target }) => {
    if (target.id !== "blank") return;
    const blank = document.documentElement.toggleAttribute("data-blank");
    name(element);
    store.set({ blank });
  });
  reachable(element);
  warm();
}

/** The keyboard comes to what a formula is made of; in the backward pass it has the rows of what arrived. */
function reachable(element) {
  if (element.querySelector(".badge.backward")) return;
  for (const part of element.querySelectorAll(".sums:not(.numbers, .nested) mrow[data-time][data-node]")) part.setAttribute("tabindex", 0);
}

/** What the button does next. */
function name(element) {
  const hidden = document.documentElement.hasAttribute("data-blank");
  const button = element.querySelector("#blank");
  button.textContent = hidden ? "Answers" : "Blank";
  button.title = `${hidden ? "Show" : "Hide"} the numbers that are worked out here`;
}
