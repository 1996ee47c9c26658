// The link as a query, read and written as the server does it: fields in a fixed order, defaults left out.

import { CURSOR, KEEPS_CURSOR, OF_ANY_SYSTEM, OF_EQUATIONS } from "./field-sets.mjs";
import { rooted } from "./root-path.mjs";

/** The fields of a query by name; empty ones say nothing. */
export function parseQuery(search) {
  return Object.fromEntries([...new URLSearchParams(search)].filter(([, value]) => value !== ""));
}

/** Fields as a query. `rows` lists every field as [name, default]; what it does not list is left out. */
export function queryOf(fields, rows) {
  const kept = rows.filter(([name, usual]) => {
    const value = fields[name] ?? "";
    return value !== "" && String(value) !== String(usual ?? "");
  });
  return kept.map(([name]) => `${name}=${encode(String(fields[name]))}`).join("&");
}

/** The query of a page of these fields; where all are usual it names the system, since `/` without a field is the first page. */
export function pageQueryOf(fields, rows) {
  return queryOf(fields, rows) || `system=${rows.find(([name]) => name === "system")[1]}`;
}

/** The query of a training's page of these fields: it always names its network, since a query that names none is about the page's own. */
export function networkQueryOf(fields, rows) {
  const usual = rows.find(([name]) => name === "system")[1];
  const named = fields.equations || (fields.system ?? usual) !== usual ? "" : `system=${usual}`;
  return [named, queryOf(fields, rows)].filter(Boolean).join("&");
}

/** Percent-encoding as Python's `quote(text, safe=":,")` does it. */
export function encode(text) {
  const marks = encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
  return marks.replaceAll("%3A", ":").replaceAll("%2C", ",");
}

/**
 * The fields after a control has changed. Another system drops what concerns the old one alone; of the rest, and of what
 * was said about equations that are edited, the server keeps what has a meaning with the new ones;
 * the cursor stays where it is while the steps are much the same, and as long as its step is still there; so does a window.
 */
export function fieldsAfter(fields, name, value) {
  if (name === "system") return { ...Object.fromEntries(OF_ANY_SYSTEM.map((field) => [field, fields[field]])), system: value };
  const next = { ...fields, [name]: value };
  if (name === "equations") delete next.system;
  const step = Number(/\[(-?\d+)\]$/.exec(fields.at ?? "")?.[1] ?? 0);
  const stays = KEEPS_CURSOR.includes(name) || (name === "tau" && step <= Number(value));
  if (name === "tau" && fields.open) next.open = openedWithin(fields.open, Number(value));
  if (name === "tau" && Number(/\.\.(\d+)$/.exec(fields.window ?? "")?.[1] ?? 0) > Number(value)) delete next.window;
  return stays ? next : withoutCursor(next);
}

/** What the query of edited equations says of those that they were, which are a system's or, without a name, one's own text. */
export function edited(system, before = "") {
  if (system) return `edit=&system=${encode(system)}`;
  return before ? `edit=&before=${encode(before)}` : "edit=";
}

/** Of fields that are wrong as they are written, those that are so still once one of them, or what they are about, has changed. */
export function stillWrong(wrong, name) {
  if (name === "system" || name === "program") return {};
  const gone = name === "equations" ? [...OF_EQUATIONS, name] : [name];
  return Object.fromEntries(Object.entries(wrong).filter(([field]) => !gone.includes(field)));
}

/** The fields that another change builds on: of the link that is on its way, else of the open one. */
export function latestFields({ asked, fields }) {
  return asked ?? fields;
}

/** Opened steps as text, `3:gates,5:operations`, as pairs of step and detail. */
export function openedSteps(text) {
  return (text ?? "").split(",").filter(Boolean).map((part) => part.split(":")).map(([step, detail]) => [Number(step), detail]);
}

function openedText(pairs) {
  return pairs.sort(([a], [b]) => a - b).map(([step, detail]) => `${step}:${detail}`).join(",");
}

/** Opened steps as text, those of a run of so many steps. */
function openedWithin(text, tau) {
  return openedText(openedSteps(text).filter(([step]) => step <= tau));
}

/**
 * Opened steps as text, after one is opened to the next detail, or back (by -1); after the last it is closed. `further`
 * are the details that show more than the others have.
 */
export function openedAfter(text, step, by, further) {
  const kept = openedSteps(text).filter(([other, detail]) => other !== step && further.includes(detail));
  const now = openedSteps(text).find(([other]) => other === step)?.[1];
  const next = further[further.indexOf(now) + by];
  return openedText(next ? [...kept, [step, next]] : kept);
}

/** The fields without the cursor's. */
export function withoutCursor(fields) {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !CURSOR.includes(name)));
}

/** Entries as text, `W[2,1]:0.7,b:0.1`, with one of them set to another number, or left out where that is empty. */
export function entriesAfter(text, entry, number) {
  const kept = (text ?? "").split(/,(?![^[]*\])/).filter((part) => part.trim() && part.slice(0, part.indexOf(":")).replace(/\s/g, "") !== entry);
  return [...kept, ...(number === "" ? [] : [`${entry}:${number}`])].join(",");
}

/** Sizes as text, `x:4,h:5`, with one of them changed, or left open where it is empty; without a name all of them. */
export function sizesAfter(text, name, size) {
  if (!name) return size;
  const pairs = (text ?? "").split(",").filter(Boolean).map((pair) => pair.split(":"));
  const sizes = { ...Object.fromEntries(pairs), [name]: size };
  return Object.keys(sizes).filter((key) => sizes[key]).sort().map((key) => `${key}:${sizes[key]}`).join(",");
}

/** The address of the figure of a page in a format: `.svg`, `.png`. */
export function figureAddress(address, suffix) {
  const { origin, search } = new URL(address);
  return `${origin}${rooted(`/figure${suffix}`)}${search}`;
}
