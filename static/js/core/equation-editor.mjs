// The editor of equations: what is pasted is read, buttons write lines into the text, and sizes stand beside it.

import { put } from "./elements.mjs";
import { mountPasting } from "./pasting.mjs";

/** `run(text)` runs equations, `resize(name, size)` gives a dimension another size, without a name all of them. */
export function mountEquationEditor(editor, { run, resize }) {
  const field = () => editor.querySelector("textarea");
  mountPasting(editor);
  editor.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter?.value) write(field(), event.submitter);
    run(field().value);
  });
  editor.addEventListener("input", () => tellWhatRanLast(editor, field()));
  editor.addEventListener("keydown", (event) => {
    if (event.target === field() && event.key === "Enter" && (event.ctrlKey || event.metaKey)) editor.querySelector("form").requestSubmit();
  });
  editor.addEventListener("change", ({ target }) => {
    if (!target.matches("[data-size], [name=sizes]")) return;
    if (!target.validity.valid) return target.reportValidity();
    const [text, written] = [field().value, field().defaultValue];
    resize(target.dataset.size, target.value.trim());
    if (text !== written) run(text);
  });
}

/** Say that the names in the table are not those of the text, as long as it has not run. */
function tellWhatRanLast(editor, field) {
  const said = editor.querySelector(".ran-last");
  if (said) said.hidden = field.value === field.defaultValue;
}

/**
 * Put the lines of a button into the text, in place of what it takes the place of, else before all. The text has the focus
 * then, so that the keys of undo take them back, but where that would bring up a keyboard on the screen.
 */
function write(field, button) {
  const { instead } = button.dataset;
  const at = instead ? field.value.indexOf(instead) : -1;
  if (matchMedia("(hover: hover)").matches) field.focus({ preventScroll: true });
  put(field, Math.max(at, 0), at < 0 ? 0 : instead.length, at < 0 ? `${button.value}\n` : button.value);
}
