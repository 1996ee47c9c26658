// A sentence on what a cut has taken from the gradient.

import { setWords } from "../core/words.mjs";
import { truncationSentence } from "./sentences.mjs";

/** Returns what writes it, where there is a cut. */
export function mountTruncation(removed, measured) {
  return () => {
    const { truncation } = measured.found;
    const answers = truncation && removed.hidden && document.activeElement?.matches("#cut, #truncate");
    removed.hidden = !truncation;
    if (truncation) setWords(removed, truncationSentence(truncation, measured));
    if (answers) removed.scrollIntoView({ block: "nearest" });
  };
}
