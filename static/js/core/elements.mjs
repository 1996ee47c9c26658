// Change elements that stand on the page: some attributes at once, or one piece into another without losing the focus.

import { isTypedInto } from "./typing.mjs";

const FIELDS = "input, textarea, select";

/** Set several attributes, those alone that are others: a browser may lay out a drawing anew for one that is set to what it was. */
export function setAttributes(part, attributes) {
  for (const [name, value] of Object.entries(attributes)) if (part.getAttribute(name) !== String(value)) part.setAttribute(name, value);
}

/**
 * Make `old` like `wanted`, keeping the elements that stay, their focus and what is being typed. What has `data-own`
 * keeps its children, what it holds, and whether it is hidden: a view fills it.
 */
export function morph(old, wanted) {
  if (old.isEqualNode(wanted)) {
    if (old.nodeType === Node.ELEMENT_NODE) same(old, wanted);
  } else if (old.nodeType !== wanted.nodeType || old.nodeName !== wanted.nodeName) {
    old.replaceWith(wanted.cloneNode(true));
  } else if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== wanted.nodeValue) old.nodeValue = wanted.nodeValue;
  } else {
    const own = "own" in old.dataset;
    takeAttributes(old, wanted, own ? ["hidden"] : []);
    if (!own || !("own" in wanted.dataset)) children(old, wanted);
    values(old, wanted);
  }
}

/** Of two pieces that are written alike, what their fields hold. */
function same(old, wanted) {
  const theirs = wanted.querySelectorAll(FIELDS);
  values(old, wanted);
  old.querySelectorAll(FIELDS).forEach((field, i) => values(field, theirs[i]));
}

function takeAttributes(old, wanted, without) {
  for (const name of old.getAttributeNames()) {
    if (!wanted.hasAttribute(name) && !without.includes(name)) old.removeAttribute(name);
  }
  for (const name of wanted.getAttributeNames()) {
    if (!without.includes(name) && old.getAttribute(name) !== wanted.getAttribute(name)) old.setAttribute(name, wanted.getAttribute(name));
  }
}

/** Each child becomes the one in its place; one that can be told becomes the one that is told alike, whatever has come or gone before it. */
function children(old, wanted) {
  const theirs = [...wanted.childNodes];
  const told = new Set(theirs.map(nameOf).filter(Boolean));
  const stays = (child) => !nameOf(child) || told.has(nameOf(child));
  for (const child of [...old.childNodes]) if (!stays(child)) child.remove();
  const mine = [...old.childNodes];
  for (const child of theirs) {
    const own = nameOf(child) ? mine.findIndex((one) => nameOf(one) === nameOf(child)) : told.has(nameOf(mine[0])) ? -1 : 0;
    mine.splice(0, Math.max(own, 0)).forEach((gone) => gone.remove());
    if (own >= 0 && mine.length) morph(mine.shift(), child);
    else old.insertBefore(child.cloneNode(true), mine[0] ?? null);
  }
  mine.forEach((gone) => gone.remove());
}

/** What an element is told by: its id, or its name where it is a field that nobody sees. */
const nameOf = (node) => node?.id || (node?.type === "hidden" ? node.name : "");

/** Set what a field holds, which its attributes do not; the field that is being typed into is left alone. */
function values(old, wanted) {
  if ("own" in old.dataset) return;
  if (isTypedInto(old)) return;
  if (old.matches(FIELDS) && old.value !== wanted.value) old.value = wanted.value;
  if (old.matches("input[type=radio], input[type=checkbox]")) old.checked = wanted.checked;
}

/** Replace a part of what a field holds, so that the browser's own undo knows of it where it can. */
export function put(field, at, length, text) {
  if (document.activeElement === field) {
    field.setSelectionRange(at, at + length);
    if (document.execCommand("insertText", false, text)) return;
  }
  field.setRangeText(text, at, at + length, "end");
}
