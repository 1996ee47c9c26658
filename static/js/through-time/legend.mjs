// What stands beside a chart: a legend of its curves, a scale of its colours, a list to choose from.

import { select } from "../../vendor/d3/d3.mjs";
import { numeral } from "../core/numeral.mjs";
import { setWords } from "../core/words.mjs";
import { drawSwatch } from "../charts/line.mjs";

/** Fill a select with names; the answer is the chosen one: the one that was, if it is still there, else the first. */
export function fillSelect(element, names, labels, wanted) {
  const chosen = names.includes(wanted) ? wanted : (names[0] ?? "");
  element.replaceChildren(...names.map((name) => new Option(labels[name] ?? name, name, name === chosen, name === chosen)));
  element.disabled = names.length < 2;
  showChosen(element);
  return chosen;
}

/** Write what is chosen with its subscripts, where there is a place for it over the list, which has plain text alone. */
function showChosen(element) {
  const place = element.parentElement.querySelector(".chosen");
  if (place) setWords(place, element.selectedOptions[0]?.text ?? "");
}

/** Draw a scale of colour from −most to most; a logarithmic one says so. */
export function drawColourScale(element, most, decades = 0) {
  const svg = select(element).text("").append("svg").attr("width", 52).attr("height", 8).attr("aria-hidden", "true");
  for (let i = 0; i < 13; i += 1) svg.append("rect").attr("class", `shade-${2 * i}`).attr("x", i * 4).attr("width", 4.5).attr("height", 8);
  element.prepend(`−${numeral(most)}`);
  element.append(`${numeral(most)}${decades ? ", log" : ""}`);
}

/** Draw a legend: each curve's name with its colour, dash and marker. */
export function drawLegend(element, rows) {
  const list = select(element);
  list.selectAll("*").remove();
  for (const { label, look } of rows) {
    const item = list.append("li");
    drawSwatch(item.append("svg").attr("width", 26).attr("height", 12).attr("aria-hidden", "true"), look);
    setWords(item.append("span").node(), label);
  }
}
