// Text pasted into an editor of equations is read, whatever it is written in: what was read stands in the editor, beside it
// what stood there, and one button brings that back.

import { setAttributes } from "./elements.mjs";

/** `editor` holds a textarea and the place of the notice; `ask(text)` brings what was read, null where nobody answers. */
export function mountPasting(editor, ask = askServer) {
  const last = { field: null, at: 0, pasted: "", read: "" };
  editor.addEventListener("paste", async (event) => {
    const pasted = event.clipboardData?.getData("text/plain").replaceAll(/\r\n?/g, "\n") ?? "";
    const field = event.target;
    if (!field.matches("textarea") || !pasted.trim()) return;
    const at = field.selectionStart;
    const reading = await ask(pasted);
    if (field.value.slice(at, at + pasted.length) !== pasted) return;
    noticeOf(editor).hidden = true;
    if (!reading || reading.kind === "Unfold") return;
    Object.assign(last, { field, at, pasted, read: saysSomething(reading) ? reading.text : pasted });
    put(field, at, pasted.length, last.read);
    show(noticeOf(editor), reading, last.read !== pasted);
  });
  editor.addEventListener("click", ({ target }) => {
    if (target.closest(".reading button")) undo(noticeOf(editor), last);
  });
  editor.addEventListener("input", ({ target }) => {
    const button = noticeOf(editor)?.querySelector("button");
    if (button && target === last.field) button.hidden = !target.value.includes(last.read);
  });
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

/** Replace a part of what a field holds, so that the browser's own undo knows of it where it can. */
export function put(field, at, length, text) {
  if (document.activeElement === field) {
    field.setSelectionRange(at, at + length);
    if (document.execCommand("insertText", false, text)) return;
  }
  field.setRangeText(text, at, at + length, "end");
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
