// The editor of equations: what is pasted is read, buttons write lines into the text, and sizes stand beside it.

import { put } from "./elements.mjs";
import { mountPasting } from "./pasting.mjs";

/**
 * `run(text, another)` runs equations, `another` if they were pasted in place of all that stood there; `open()` tells the
 * equations of the open link apart from others; `resize(name, size)` gives a dimension another size, without a name all of them.
 */
export function mountEquationEditor(editor, { run: runText, open, resize }) {
  const field = () => editor.querySelector("textarea");
  let before = null;
  mountPasting(editor, (text) => (before = { text, open: open() }));
  const run = (text) => runText(text, before?.open === open());
  editor.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter?.value) write(field(), event.submitter);
    run(field().value);
  });
  editor.addEventListener("input", () => {
    if (field().value === before?.text) before = null;
    tellOfTheTextThatIsThere(editor, field());
  });
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

/**
 * Put away what is said of a line, or without one of the whole text, that does not stand there any more; and say that the
 * names in the table are not those of the text, as long as it has not run.
 */
function tellOfTheTextThatIsThere(editor, field) {
  const ran = field.value === field.defaultValue;
  const [lines, said] = [new Set(field.value.split("\n")), field.defaultValue.split("\n")];
  const stands = (line) => (line ? lines.has(said[line - 1]) : ran);
  for (const part of editor.querySelectorAll("[data-about-line]")) part.hidden = !stands(part.dataset.aboutLine);
  const wrong = [...editor.querySelectorAll("[id^=problem-equations]")];
  if (wrong.length) field.ariaInvalid = String(wrong.some((problem) => !problem.hidden));
  const names = editor.querySelector(".ran-last");
  if (names) names.hidden = ran;
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
