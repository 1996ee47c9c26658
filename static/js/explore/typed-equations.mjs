// Equations that were typed and not run are offered when one comes back to the page; what the link says is what is shown.

import { ANSWERED } from "../core/equation-editor.mjs";
import { leftExplore, rememberExplore } from "../core/left-explore.mjs";

/** Offer what stood in the editor as the page was left, where the page is the same, and keep it until it is taken or dropped. */
export function mountTypedEquations(editor, page = window) {
  const field = () => editor.querySelector("textarea");
  const left = leftExplore();
  let typed = left?.search === page.location.search && left.typed !== field().defaultValue ? left.typed : "";
  /** The text of the link: the one that a refused answer brings back into the field is typed still. */
  let own = field().defaultValue;
  editor.addEventListener(ANSWERED, ({ detail: good }) => {
    if (good) own = field().defaultValue;
  });
  const show = () => editor.toggleAttribute("data-draft", typed !== "");
  show();
  editor.addEventListener("click", ({ target }) => {
    const choice = target.closest("[data-draft-is]")?.dataset.draftIs;
    if (!choice) return;
    if (choice === "taken") {
      field().value = typed;
      field().dispatchEvent(new Event("input", { bubbles: true }));
    }
    typed = "";
    show();
    field().focus({ preventScroll: true });
  });
  page.addEventListener("pagehide", () => {
    const { value } = field();
    rememberExplore(page.location.search, value === own ? typed : value);
  });
}
