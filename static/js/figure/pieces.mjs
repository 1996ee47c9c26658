// Puts another part of a run into a figure that is shown: pieces that stay in sight stay as they are, and are moved.

import { setAttributes } from "../core/elements.mjs";

/** What each piece was made of. Those that came with the page are not in here: they are put in anew once. */
const texts = new WeakMap();

/**
 * Have a figure show what the server answers of another place of its cursor: {attributes, title, description, layers}.
 * Returns what is new, and the pieces that are taken out, of those that others replace what these have not: {fresh, gone}.
 */
export function showAnswer(figure, { attributes, title, description, layers }) {
  setAttributes(figure, attributes);
  for (const [name, words] of [["title", title], ["desc", description]]) write(figure.querySelector(`:scope > ${name}`), words);
  const shown = new Map([...figure.querySelectorAll(":scope > g")].map((layer) => [layer.getAttribute("class"), layer]));
  const wanted = layers.map(({ role }) => shown.get(role) ?? createLayer(role));
  const changes = { fresh: wanted.filter((layer) => !layer.parentNode), gone: [] };
  arrange(figure, [...shown.values()], wanted);
  layers.forEach((layer, i) => showLayer(wanted[i], layer, changes));
  return changes;
}

function write(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

function createLayer(role) {
  const layer = document.createElementNS("http://www.w3.org/2000/svg", "g");
  layer.setAttribute("class", role);
  return layer;
}

function showLayer(layer, { attributes, pieces }, changes) {
  setAttributes(layer, attributes);
  const shown = [...layer.querySelectorAll(":scope > [data-piece]")];
  const known = new Map(shown.map((piece) => [piece.dataset.piece, piece]));
  const stays = ([key, , text]) => known.has(key) && texts.get(known.get(key)) === text;
  const fresh = createPieces(layer, pieces.filter((piece) => !stays(piece)));
  const wanted = pieces.map(([key]) => fresh.get(key) ?? known.get(key));
  pieces.forEach(([, place], i) => move(wanted[i], place));
  arrange(layer, shown, wanted);
  changes.fresh.push(...fresh.values());
  const out = shown.filter((piece) => !piece.parentNode);
  changes.gone.push(...out.map((piece) => without(piece, fresh.get(piece.dataset.piece))).filter(({ children }) => children.length));
}

/** A piece without the parts that another one has too. */
function without(piece, other) {
  const names = new Set([...(other?.children ?? [])].map(nameOf));
  for (const part of [...piece.children]) if (names.has(nameOf(part))) part.remove();
  return piece;
}

const nameOf = ({ dataset: { node, edge, joint, beside } }) => node ?? edge ?? joint ?? beside;

/** New pieces by their keys, read in one go. */
function createPieces(layer, pieces) {
  const range = document.createRange();
  range.selectNodeContents(layer);
  const written = pieces.map(([key, , text]) => `<g data-piece="${key}">${text}</g>`).join("");
  const created = [...range.createContextualFragment(written).children];
  created.forEach((piece, i) => texts.set(piece, pieces[i][2]));
  return new Map(created.map((piece) => [piece.dataset.piece, piece]));
}

function move(piece, place) {
  if ((piece.getAttribute("transform") ?? "") !== place) piece.setAttribute("transform", place);
}

/** Have an element hold the parts that are wanted, in their order, in the place of those that it has; what else is in it stays. */
function arrange(element, shown, wanted) {
  let next = shown.at(-1)?.nextElementSibling ?? null;
  const kept = new Set(wanted);
  for (const part of shown) if (!kept.has(part)) part.remove();
  for (const part of wanted.toReversed()) {
    if (part.nextElementSibling !== next || part.parentNode !== element) element.insertBefore(part, next);
    next = part;
  }
}
