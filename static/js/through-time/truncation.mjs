// The scissors: a button that cuts at the cursor, and what a cut has taken.

import { cutsOf, toggleCut } from "./cuts.mjs";
import { truncationSentence } from "./sentences.mjs";

/** `set(value)` opens the page with another value of the field. */
export function mountTruncation(element, part, it, { truncate, set }) {
  const cuts = () => cutsOf(truncate(), it.found.tau);
  const cut = (t) => set(toggleCut(truncate(), t, it.found.tau));

  element.addEventListener("click", (event) => event.target.closest("#cut") && cut(Number(part("cut").value)));
  return {
    cuts,
    cut,
    /** What was lost, in words. */
    update() {
      const { truncation } = it.found;
      part("removed").hidden = !truncation;
      if (truncation) part("removed").textContent = truncationSentence(truncation, it.chosen.state, it.gradient);
    },
    /** What the button is held at: the cursor's step. */
    mark(phase, t) {
      const button = part("cut");
      const possible = t >= 1 && t < it.found.tau;
      button.disabled = !possible;
      button.value = t;
      part("cut-label").textContent = possible ? `${cuts().includes(t) ? "Mend" : "Cut"} after t = ${t}` : "Cut at the cursor";
    },
  };
}
