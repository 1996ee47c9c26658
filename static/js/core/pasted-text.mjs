// A pasted text is read, whatever it is written in: what was read stands in the editor, beside it what stood there, and one
// button brings that back. What was not read has buttons that write what is meant into the text, which is then read anew.

import { put, setAttributes } from "./elements.mjs";
import { rooted } from "./root-path.mjs";

/** Read the texts that are pasted into an editor's fields. */
export class PastedText {
  #last = { field: null, at: 0, pasted: "", read: "", source: "" };

  constructor(editor) {
    this.editor = editor;
    editor.addEventListener("click", ({ target }) => {
      const button = target.closest(".reading button");
      if (button?.dataset.line) this.#mend(Number(button.dataset.line), button.value);
      else if (button) undo(noticeOf(editor), this.#last);
    });
    editor.addEventListener("input", ({ target }) => target === this.#last.field && this.#edited(target.value));
  }

  /** Put what a text that was pasted at a place says there; `source` is the text that is read in its place. */
  async read(field, at, pasted, source = pasted, replaced = pasted) {
    const reading = await askServer(source);
    if (field.value.slice(at, at + replaced.length) !== replaced) return;
    noticeOf(this.editor).hidden = true;
    if (!reading || (reading.kind === "Unfold" && source === pasted)) return;
    this.#last = { field, at, pasted, read: saysSomething(reading) ? reading.text : source, source };
    put(field, at, replaced.length, this.#last.read);
    show(noticeOf(this.editor), reading, source, this.#last.read !== pasted);
  }

  /** Put away what is said of lines that do not stand in the text any more, and what would change them. */
  #edited(text) {
    const notice = noticeOf(this.editor);
    for (const button of notice.querySelectorAll("button")) button.hidden = !text.includes(this.#last.read);
    for (const problem of notice.querySelectorAll("[data-source]")) problem.hidden = !text.includes(problem.dataset.source);
    const lines = new Set(text.split("\n"));
    notice.hidden = !this.#last.read.split("\n").some((line) => line.trim() && lines.has(line));
  }

  /** Read the text with another line in place of one. */
  #mend(number, line) {
    const { field, pasted, read, source } = this.#last;
    const place = placeOf(this.#last);
    if (place < 0) return;
    const lines = source.split("\n").with(number - 1, line);
    if (matchMedia("(hover: hover)").matches) field.focus({ preventScroll: true });
    this.read(field, place, pasted, lines.join("\n"), read);
  }
}

function noticeOf(editor) {
  return editor.querySelector(".reading");
}

async function askServer(text) {
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  try {
    const response = await fetch(rooted("/api/read"), { method: "POST", headers, body: JSON.stringify({ text }) });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

/** Whether anything was read: a text of nothing but remarks leaves the editor as it was. */
function saysSomething({ text }) {
  return text.split("\n").some((line) => line.trim() && !line.startsWith("#"));
}

/** Where what was read stands in the field, -1 where it was changed. */
function placeOf({ field, at, read }) {
  return field.value.slice(at, at + read.length) === read ? at : field.value.indexOf(read);
}

function undo(notice, last) {
  const { field, pasted, read } = last;
  const place = placeOf(last);
  field.focus();
  if (place >= 0) put(field, place, read.length, pasted);
  notice.hidden = true;
}

/** What was read, statement by statement beside what stood there, and what was not. */
function show(notice, { kind, lines, problems }, source, changed) {
  const head = made("p", "", made("b", changed ? `Read as ${kind}.` : `This looks like ${kind}, but nothing of it was read.`));
  if (changed) head.append(" ", Object.assign(made("button", "Undo"), { type: "button", className: "button" }));
  const rows = lines.filter(({ text, note }) => text || note).map(row);
  const wrong = problems.map((problem) => problemSaid(problem, source.split("\n")));
  const list = made("dl", "", ...rows);
  setAttributes(list, { tabindex: 0, "aria-label": "Line by line" });
  notice.replaceChildren(head, ...(rows.length ? [list] : []), ...wrong);
  notice.hidden = false;
}

function row({ source, text, note }) {
  const said = text.startsWith("#") ? "" : text;
  const pieces = [said && made("code", said), note && made("span", note)].filter(Boolean);
  return made("div", "", made("dt", "", made("code", source)), made("dd", "", ...(pieces.length ? pieces : [made("span", "not read")])));
}

/** A problem, with a button for each line that would mend it. */
function problemSaid(problem, lines) {
  const said = Object.assign(made("p", sentence(problem)), { className: "problem" });
  if (problem.line) said.dataset.source = lines[problem.line - 1].trim();
  for (const line of problem.mendings ?? []) {
    const button = made("button", "Write ", made("code", line.trim()));
    Object.assign(button, { type: "button", className: "button", value: line });
    button.dataset.line = problem.line;
    said.append(" ", button);
  }
  return said;
}

function sentence({ line, message, hint }) {
  return `${line ? `Line ${line}: ` : ""}${message}${hint ? `; ${hint}` : ""}`;
}

function made(name, text, ...children) {
  const element = document.createElement(name);
  element.append(text, ...children);
  return element;
}
