// A pasted text is read, whatever it is written in: what was read stands in the editor, beside it what stood there, and one
// button brings that back.

import { put, setAttributes } from "./elements.mjs";

/** Read the texts that are pasted into an editor's fields. */
export class PastedText {
  #last = { field: null, at: 0, pasted: "", read: "" };

  constructor(editor) {
    this.editor = editor;
    editor.addEventListener("click", ({ target }) => target.closest(".reading button") && undo(noticeOf(editor), this.#last));
    editor.addEventListener("input", ({ target }) => {
      const button = noticeOf(editor)?.querySelector("button");
      if (button && target === this.#last.field) button.hidden = !target.value.includes(this.#last.read);
    });
  }

  /** Put what a text that was pasted at a place says there. */
  async read(field, at, pasted) {
    const reading = await askServer(pasted);
    if (field.value.slice(at, at + pasted.length) !== pasted) return;
    noticeOf(this.editor).hidden = true;
    if (!reading || reading.kind === "Unfold") return;
    this.#last = { field, at, pasted, read: saysSomething(reading) ? reading.text : pasted };
    put(field, at, pasted.length, this.#last.read);
    show(noticeOf(this.editor), reading, this.#last.read !== pasted);
  }
}

function noticeOf(editor) {
  return editor.querySelector(".reading");
}

async function askServer(text) {
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  try {
    const response = await fetch("/api/read", { method: "POST", headers, body: JSON.stringify({ text }) });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

/** Whether anything was read: a text of nothing but remarks leaves the editor as it was. */
function saysSomething({ text }) {
  return text.split("\n").some((line) => line.trim() && !line.startsWith("#"));
}

function undo(notice, { field, at, pasted, read }) {
  const place = field.value.slice(at, at + read.length) === read ? at : field.value.indexOf(read);
  field.focus();
  if (place >= 0) put(field, place, read.length, pasted);
  notice.hidden = true;
}

/** What was read, statement by statement beside what stood there, and what was not. */
function show(notice, { kind, lines, problems }, changed) {
  const head = made("p", "", made("b", changed ? `Read as ${kind}.` : `This looks like ${kind}, but nothing of it was read.`));
  if (changed) head.append(" ", Object.assign(made("button", "Undo"), { type: "button", className: "button" }));
  const rows = lines.filter(({ text, note }) => text || note).map(row);
  const wrong = problems.map((problem) => Object.assign(made("p", sentence(problem)), { className: "problem" }));
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

function sentence({ line, message, hint }) {
  return `${line ? `Line ${line}: ` : ""}${message}${hint ? `; ${hint}` : ""}`;
}

function made(name, text, ...children) {
  const element = document.createElement(name);
  element.append(text, ...children);
  return element;
}
