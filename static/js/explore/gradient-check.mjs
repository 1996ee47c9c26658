// The gradient check: a badge beside the figure says whether finite differences agree with the gradients of the open link.

import { numeral } from "../core/numeral.mjs";
import { createAwayReport, createRequest } from "../core/request.mjs";
import { whenIdle } from "../core/visibility.mjs";

const SETTLED = 600;
const SIGNS = { ok: "✓", wrong: "✗", refused: "–", waiting: "…" };

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
      if (found) show(found.ok ? "ok" : "wrong", badgeText(found), detailsOf(found));
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

/** The badge's words: the worst relative error. */
function badgeText({ ok, worst }) {
  if (worst === null) return "Gradients not finite";
  return ok ? `Gradients agree to ${numeral(worst, 2)}` : `Gradients differ by ${numeral(worst, 2)}`;
}

/** What opens below the badge: a sentence, and the worst relative error of each parameter. */
function detailsOf({ ok, worst, names, checked, entries, tolerance }) {
  const count = checked < entries ? `${checked} of ${entries} entries, drawn by lot` : `all ${entries} entries`;
  const verdict = ok ? "agree" : "do not agree";
  const words = `The gradients and central finite differences ${verdict}: of ${count} the worst relative error is ${numeral(worst)} (allowed ${numeral(tolerance)}).`;
  return [paragraph(words), table(names)];
}

function table(names) {
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
