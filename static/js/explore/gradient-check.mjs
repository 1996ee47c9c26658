// The gradient check: a mark in the foot says whether finite differences agree with the gradients of the open link.

import { numeral } from "../core/numeral.mjs";
import { createAwayReport, createRequest } from "../core/request.mjs";
import { whenIdle } from "../core/visibility.mjs";

const SETTLED = 600;
const SIGNS = { ok: "✓", wrong: "✗", kinked: "∨", refused: "–", waiting: "…" };
const EXAMPLES = 3;

/** Ask for the check of each link that stays open for a moment. */
export function mountGradientCheck(element, store, openLink) {
  const ask = createRequest(createAwayReport(store));
  let settling = 0;

  function opened() {
    clearTimeout(settling);
    show("waiting", "Gradient check", []);
    settling = setTimeout(() => whenIdle(measure), SETTLED);
  }

  async function measure() {
    try {
      const found = await ask(`/api/gradient-check?${openLink.query}`);
      if (found) show(stateOf(found), badgeText(found), detailsOf(found));
    } catch (error) {
      show("refused", "Not checked: too large", [paragraph(`${error.message}.`)]);
    }
  }

  function show(state, words, parts) {
    element.dataset.state = state;
    element.querySelector(".sign").textContent = SIGNS[state];
    element.querySelector("#check-said").textContent = words;
    element.querySelector("#check-more").replaceChildren(...(parts.length ? parts : [paragraph("Not measured yet.")]));
  }

  listenForClosing(element);
  store.subscribe((state, changed) => changed.has("opened") && opened());
  opened();
}

/** The details close with Escape and by a press outside. */
function listenForClosing(element) {
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !element.open) return;
    element.open = false;
    element.querySelector("summary").focus();
  });
  document.addEventListener("pointerdown", ({ target }) => {
    if (element.open && !element.contains(target)) element.open = false;
  });
}

/** Right, wrong, or nothing to compare because no entry has a derivative. */
function stateOf({ ok, checked, not_differentiable: kinks }) {
  if (!ok) return "wrong";
  return kinks.length && kinks.length === checked ? "kinked" : "ok";
}

/** The badge's words: the worst relative error, and how many entries have no derivative. */
function badgeText(found) {
  const { ok, worst, not_differentiable: kinks } = found;
  if (worst === null) return "Gradients not finite";
  if (stateOf(found) === "kinked") return "Not differentiable here";
  const apart = kinks.length ? `, ${kinks.length} not differentiable` : "";
  if (worst === 0) return `Gradients agree exactly${apart}`;
  return `Gradients ${ok ? "agree to" : "differ by"} ${numeral(worst, 2)}${apart}`;
}

/** What opens below the badge: sentences, and the worst relative error of each parameter. */
function detailsOf(found) {
  const said = [verdictOf(found), roundingOf(found), ...kinksOf(found)].filter(Boolean).map(paragraph);
  return Object.keys(found.names).length ? [...said, table(found)] : said;
}

function verdictOf({ ok, worst, checked, entries, tolerance, not_differentiable: kinks }) {
  const compared = checked - kinks.length;
  if (!compared) return "";
  if (worst === null) return "The objective or a gradient is not finite; the note at the figure says where and why.";
  const count = checked < entries ? `${compared} of ${entries} entries, drawn by lot` : kinks.length ? `${compared} entries` : `all ${entries} entries`;
  const verdict = ok ? "agree" : "do not agree";
  return `The gradients and central finite differences ${verdict}: of ${count} the worst relative error is ${numeral(worst)} (allowed ${numeral(tolerance)}).`;
}

function roundingOf({ rounded }) {
  if (!rounded) return "";
  return `${rounded === 1 ? "One is" : `${rounded} are`} so small that rounding hides part of ${rounded === 1 ? "its" : "their"} digits from differences.`;
}

/** How many entries have no derivative, and what has a kink or a jump there. */
function kinksOf({ not_differentiable: kinks }) {
  if (!kinks.length) return [];
  const count = kinks.length === 1 ? "One entry is" : `${kinks.length} entries are`;
  const reasons = new Map(kinks.map((kink) => [reasonOf(kink), kinks.filter((other) => reasonOf(other) === reasonOf(kink))]));
  const said = [...reasons].map(([why, of]) => `${examplesOf(of)}${why && ` (${why})`}`);
  return [`${count} not differentiable here, as the slopes on both sides differ: ${said.join("; ")}.`];
}

function reasonOf({ at, why }) {
  return why ? `${why}, in ${at.replace("[", "(").replace("]", ")")}` : "";
}

function examplesOf(kinks) {
  const names = kinks.slice(0, EXAMPLES).map(({ name, entry }) => (entry.length ? `${name}[${entry}]` : name)).join(", ");
  return kinks.length > EXAMPLES ? `${names} and ${kinks.length - EXAMPLES} more` : names;
}

function table({ names }) {
  const table = document.createElement("table");
  const line = (part, cells, tag) => {
    const row = part.insertRow();
    cells.forEach((text, i) => {
      const cell = row.appendChild(document.createElement(i === 0 || tag === "th" ? "th" : "td"));
      if (cell.tagName === "TH") cell.scope = tag === "th" ? "col" : "row";
      cell.textContent = text;
    });
  };
  line(table.createTHead(), ["moved", "worst relative error"], "th");
  const body = table.createTBody();
  for (const [name, worst] of Object.entries(names)) line(body, [name, worst === null ? "not finite" : numeral(worst)], "td");
  return table;
}

function paragraph(text) {
  return Object.assign(document.createElement("p"), { textContent: text });
}
