// Texts as letters: the wanted letter above the one that the network says, and how likely it takes each letter to be.

const TABLE = 600;

/** The points of a window at which something is wanted, up to the last: after the end of a shorter text there is nothing. */
function pointsOf(targets, predictions, size) {
  const last = targets.findLastIndex((value) => value !== 0);
  return targets.length ? Math.floor(last / size) + 1 : predictions.length / size;
}

/** What is wanted and said at each point of a window: the symbols, and the probability of the one that is said. */
export function lettersOf(targets, predictions, { size, symbols }) {
  return Array.from({ length: pointsOf(targets, predictions, size) }, (_, t) => {
    const part = (values) => values.slice(t * size, (t + 1) * size);
    const [wanted, said] = [likeliest(part(targets)), likeliest(part(predictions))];
    return { wanted: symbols[wanted] ?? "", said: symbols[said] ?? "–", share: part(predictions)[said] ?? 0, right: wanted === said };
  });
}

function likeliest(values) {
  let found = -1;
  values.forEach((value, i) => {
    if (Number.isFinite(value) && (found < 0 || value > values[found])) found = i;
  });
  return found;
}

/** The letters of a window in words. */
export function spelled(letters) {
  const word = (name) => letters.map((one) => visible(one[name])).join("");
  return `wanted ${word("wanted")}, said ${word("said")}`;
}

/** A column for each letter, the wanted one above the said one, which is crossed where it is wrong. */
export function drawLetters(letters) {
  const line = Object.assign(document.createElement("span"), { className: "spelled" });
  line.append(
    ...letters.map(({ wanted, said, share, right }) => {
      const column = Object.assign(document.createElement("span"), { className: right ? "right" : "wrong-letter" });
      column.style.setProperty("--share", `${Math.round(100 * share)}%`);
      column.append(letter("i", visible(wanted)), letter("b", visible(said)));
      return column;
    }),
  );
  return line;
}

const letter = (kind, text) => Object.assign(document.createElement(kind), { textContent: text });
const visible = (symbol) => ({ " ": "␣", "\n": "↵" })[symbol] ?? symbol;

/** A row for each letter, a column for each point: the likelier the stronger, the wanted one framed. Null where that is too much. */
export function drawLikelihoods(targets, predictions, { size, symbols }) {
  const points = pointsOf(targets, predictions, size);
  if (points * size > TABLE) return null;
  const grid = Object.assign(document.createElement("div"), { className: "likelihoods" });
  grid.style.gridTemplateColumns = `auto repeat(${points}, minmax(0, 2rem))`;
  for (let i = 0; i < size; i += 1) {
    grid.append(letter("b", visible(symbols[i] ?? String(i + 1))));
    for (let t = 0; t < points; t += 1) {
      const [share, wanted] = [predictions[t * size + i], targets[t * size + i] > 0.5];
      const cell = Object.assign(document.createElement("span"), { className: wanted ? "wanted" : "", title: `t = ${t + 1}: ${Math.round(100 * share)} % ${visible(symbols[i] ?? i + 1)}` });
      cell.style.setProperty("--share", `${Math.round(100 * share)}%`);
      grid.append(cell);
    }
  }
  return grid;
}
