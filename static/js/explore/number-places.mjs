// Which number of which array a cell of the panel's mathematics is, so that it can be changed where it stands.

const ARRAYS = ".sums.numbers mrow[data-node]:not([data-adjoint])";

/**
 * Every number on the panel that a link can set: {cell, name, entry, value, unit}. `entry` is how the link spells it,
 * W[2,1], `unit` the power of ten that its array is written with. `settable` has the arrays by the name or node: {shape, step}.
 */
export function numberPlaces(panel, settable) {
  return [...panel.querySelectorAll(ARRAYS)].flatMap((array) => {
    const { node } = array.dataset;
    const name = node.replace(/\[.*$/, "");
    const row = settable[node] ?? settable[name];
    if (!row || array.closest("[data-answer]")) return [];
    const step = row.step || /\[(.*)\]$/.exec(node)?.[1];
    const power = powerOf(array);
    return cellsOf(array, row.shape).map(({ cell, index }) => placed(cell, { name, step, index, array, power }));
  });
}

function placed(cell, { name, step, index, array, power }) {
  const place = [...(step === undefined ? [] : [step]), ...index.map((i) => i + 1)];
  const axes = index.length > 1 ? ["row", "column"] : ["entry"];
  const words = [step === undefined ? name : `${name} at step ${step}`, ...index.map((i, axis) => `${axes[axis]} ${i + 1}`)];
  const [value, unit] = numberIn(cell, array, power);
  return { cell, value, unit, name: words.join(", "), entry: place.length ? `${name}[${place}]` : name };
}

/** The cells of an array with their places in it, counted from 0; a symbol, and what is left out, has none. */
function cellsOf(array, shape) {
  const table = array.querySelector("mtable");
  if (!shape.length) return array.querySelector(":scope > mn") ? [{ cell: array, index: [] }] : [];
  if (!table) return [];
  const rows = [...table.children].map((row) => [...row.children]);
  const turned = "turned" in array.dataset;
  const [down, across] = shape.length > 1 ? (turned ? [...shape].reverse() : shape) : rows.length > 1 ? [shape[0], 1] : [1, shape[0]];
  const [places, along] = [placesOf(rows.map(([first]) => first), down), placesOf(rows[0], across)];
  const index = (r, c) => (shape.length < 2 ? [r + c] : turned ? [c, r] : [r, c]);
  const found = rows.flatMap((cells, r) => cells.map((cell, c) => ({ cell, index: index(places[r], along[c]) })));
  return found.filter(({ cell }) => !isDots(cell));
}

/** The places of cells in a line, of which some may be left out at its dots. */
function placesOf(cells, size) {
  const dots = cells.findIndex(isDots);
  return cells.map((_, i) => (dots < 0 || i < dots ? i : size - (cells.length - i)));
}

const isDots = (cell) => cell.classList.contains("dots");

/** The power of ten that the numbers of an array are written with: beside its own, or before its table. */
function powerOf(array) {
  return [...array.querySelectorAll("msup")].find((part) => part.firstElementChild.textContent === "10")?.lastElementChild.textContent ?? "0";
}

/** The number in a cell, and its power of ten. */
function numberIn(cell, array, power) {
  const digits = (cell === array ? array : cell).querySelector("mn:not(.was)");
  const minus = cell === array && digits.previousElementSibling?.textContent === "−" ? "−" : "";
  const plain = `${minus}${digits.textContent}e${power}`.replaceAll("−", "-");
  return [Number(plain), Number(`1${plain.slice(plain.indexOf("e"))}`)];
}
