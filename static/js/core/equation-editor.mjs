// The editor of equations: what is pasted is read, buttons write lines into the text, and sizes stand beside it.

import { put } from "./elements.mjs";
import { mountPasting } from "./pasting.mjs";

/** What an editor hears of once the server's answer stands on the page: `detail` is whether its link is right. */
export const ANSWERED = "answered";

/**
 * `run(text, another)` runs equations, `another` if they were pasted in place of all that stood there; `resize(name, size)`
 * gives a dimension another size, without a name all of them. What is pasted while an answer is on its way stays as it is.
 */
export function mountEquationEditor(editor, { run: runText, resize }) {
  const field = () => editor.querySelector("textarea");
  let before = null;
  mountPasting(editor, (text) => (before = { text }));
  const run = (text) => runText(text, before !== null);
  editor.addEventListener(ANSWERED, ({ detail: good }) => {
    const stands = field().value === field().defaultValue;
    if (stands && good) before = null;
    for (const notice of editor.querySelectorAll(".reading[data-own]")) notice.hidden ||= stands;
    tellOfTheTextThatIsThere(editor, field());
  });
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
 * Put away what is said of a line, or without one of the whole text, that does not stand there any more; and say that
 * sizes and names are not those of the text, as long as it has not run.
 */
function tellOfTheTextThatIsThere(editor, field) {
  const ran = field.value === field.defaultValue;
  const [lines, said] = [new Set(field.value.split("\n")), field.defaultValue.split("\n")];
  const stands = (line) => (line ? lines.has(said[line - 1]) : ran);
  for (const part of editor.querySelectorAll("[data-about-line]")) part.hidden = !stands(part.dataset.aboutLine);
  const wrong = [...editor.querySelectorAll("[id^=problem-equations]")];
  if (wrong.length) field.ariaInvalid = String(wrong.some((problem) => !problem.hidden));
  editor.toggleAttribute("data-unrun", !ran);
  const shapes = editor.querySelector(".ran-last");
  if (shapes) shapes.hidden = ran;
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
