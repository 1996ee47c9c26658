// Equations that were typed and not run are there again when one comes back to the page.

import { leftExplore, rememberExplore } from "../core/left-explore.mjs";

/** Keep what stands in the editor as the page is left, and put it back where the page is the same. */
export function mountTypedEquations(editor, page = window) {
  const field = () => editor.querySelector("textarea");
  const left = leftExplore();
  if (left?.typed && left.search === page.location.search) {
    field().value = left.typed;
    editor.open = true;
  }
  page.addEventListener("pagehide", () => {
    const { value, defaultValue } = field();
    rememberExplore(page.location.search, value === defaultValue ? "" : value);
  });
}
