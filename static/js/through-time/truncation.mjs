// The scissors: a button that cuts where the cursor is, and a sentence on what a cut has taken from the gradient.

import { setWords } from "../core/words.mjs";
import { truncationSentence } from "./sentences.mjs";

export function mountTruncation(element, part, measured) {
  element.addEventListener("click", (event) => event.target.closest("#cut") && measured.cut(Number(part("cut").value)));
  return {
    update() {
      const { truncation } = measured.found;
      const removed = part("removed");
      const answers = truncation && removed.hidden && document.activeElement?.matches("#cut, #truncate");
      removed.hidden = !truncation;
      if (truncation) setWords(removed, truncationSentence(truncation, measured));
      if (answers) removed.scrollIntoView({ block: "nearest" });
    },
    /** The scissors are held at the cursor's step. */
    mark(phase, t) {
      const button = part("cut");
      const possible = t >= 1 && t < measured.found.tau;
      button.disabled = !possible;
      button.value = t;
      part("cut-label").textContent = possible ? `${measured.cuts().includes(t) ? "Mend" : "Cut"} after t = ${t}` : "Cut at the cursor";
    },
  };
}
