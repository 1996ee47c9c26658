// A chart's numbers as a table below it, made when it is opened: for screen readers, and for exact values.

import { setWords } from "../core/words.mjs";

/** A table that can be opened below `element`; `update({caption, head, rows})`, `rows` a function that makes them. */
export function mountAsTable(element) {
  const details = element.appendChild(document.createElement("details"));
  details.className = "as-table";
  const summary = details.appendChild(document.createElement("summary"));
  summary.append(Object.assign(document.createElement("span"), { className: "away" }), "in numbers");
  const place = details.appendChild(document.createElement("div"));
  place.className = "scrolled";
  let data = null;

  function show() {
    place.replaceChildren();
    if (!data || !details.open) return;
    place.tabIndex = 0;
    place.setAttribute("role", "region");
    place.setAttribute("aria-label", data.caption);
    place.append(made(data));
  }

  details.addEventListener("toggle", show);
  return {
    update(next) {
      data = next;
      details.hidden = !next;
      if (next) summary.firstChild.textContent = `${next.of ?? next.caption} `;
      show();
    },
  };
}

function made({ caption, head, rows }) {
  const table = document.createElement("table");
  setWords(table.createCaption(), caption);
  row(table.createTHead(), head, "col", head.length);
  const body = table.createTBody();
  for (const cells of rows()) row(body, cells, "row", 1);
  return table;
}

/** A row whose first cells are headers. */
function row(part, cells, scope, headers) {
  const line = part.insertRow();
  cells.forEach((text, i) => {
    const cell = line.appendChild(document.createElement(i < headers ? "th" : "td"));
    if (i < headers) cell.scope = scope;
    setWords(cell, text);
  });
}
