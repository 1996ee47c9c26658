// The scissors beside the field that says where the gradient is cut: they cut at the cursor's step, or mend there.

import { latestFields } from "../core/link.mjs";
import { timeOf } from "../cursor/cursor.mjs";
import { cutsOf, toggleCut } from "../through-time/cuts.mjs";

/** `tau()` is how many steps the open link has; `change(truncate)` opens the link with other cuts. */
export function mountCutButton(form, store, openLink, tau, change) {
  const now = () => {
    const { truncate } = latestFields(store.state);
    const t = Math.max(0, timeOf(openLink.steps[store.state.here - 1]?.at ?? "") || 0);
    return { t, truncate, possible: t >= 1 && t < tau() };
  };

  function show() {
    const [button, { t, truncate, possible }] = [form.querySelector("#cut"), now()];
    const words = `${cutsOf(truncate, tau()).includes(t) ? "Mend" : "Cut"} the gradient after t = ${t}`;
    button.setAttribute("aria-disabled", String(!possible));
    button.title = possible ? words : "Cut the gradient at the cursor";
    button.setAttribute("aria-label", button.title);
  }

  form.addEventListener("click", ({ target }) => {
    const { t, truncate, possible } = now();
    if (target.closest("#cut") && possible) change(toggleCut(truncate, t, tau()));
  });
  store.subscribe((_, changed) => (changed.has("opened") || changed.has("here")) && show());
  show();
}
