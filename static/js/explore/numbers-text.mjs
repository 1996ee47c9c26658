// The numbers of a pass as text: NumPy, CSV, LaTeX. `trace` is what /api/trace answers; `variables` are rows
// {name, indexed, tex} that say which arrays have time as their first axis.

import { texAtStep } from "../core/moments.mjs";

/** Python that makes the same arrays again, to the last digit. */
export function numpyText(trace, variables, link = "") {
  const parts = ["parameters", "initial", "values", "gradients"].map((part) => {
    const rows = Object.entries(trace[part]).map(([name, array]) => `    ${JSON.stringify(name)}: np.array(${python(array)}),\n`);
    return `${part} = {\n${rows.join("")}}\n`;
  });
  return `# ${link}\nimport numpy as np\n\n${parts.join("")}`;
}

const python = (x) => (Array.isArray(x) ? `[${x.map(python).join(", ")}]` : x === null ? "np.nan" : String(x));

/** A line a number: what it is, whose, at which step, in which row and column, counted from 1. */
export function csvText(trace, variables) {
  const lines = nodes(trace, variables).flatMap(({ part, name, t, array }) =>
    entries(array).map(([row, column, x]) => [part, name, t, row, column, x ?? "NaN"].join(",")),
  );
  return `${["kind,name,t,row,column,number", ...lines].join("\n")}\n`;
}

/** A table of nodes with value and gradient, four digits each; a vector is a column, or with `across` a row. */
export function latexText(trace, variables, link = "", { time, across } = {}) {
  const tex = Object.fromEntries(variables.map((row) => [row.name, row.tex]));
  const found = nodes(trace, variables);
  const gradients = new Map(found.filter((n) => n.part === "gradient").map((n) => [`${n.name} ${n.t}`, n.array]));
  const rows = found.filter((n) => n.part !== "gradient").map(({ name, t, array }) => {
    const gradient = gradients.get(`${name} ${t}`);
    const symbol = t === "" ? tex[name] : texAtStep(tex[name], t, time);
    return `  $${symbol}$ & $${matrix(array, across)}$ & ${gradient === undefined ? "" : `$${matrix(gradient, across)}$`} \\\\`;
  });
  const head = ["% needs amsmath", "\\setcounter{MaxMatrixCols}{512}", "\\begin{tabular}{lll}", "  & value & gradient \\\\"];
  return `${[...head, ...rows, "\\end{tabular}"].join("\n")}\n`;
}

/** Every array by its node: parameters, starts, and the variables step by step. */
function nodes(trace, variables) {
  const indexed = new Set(variables.filter((row) => row.indexed).map((row) => row.name));
  const split = (part, of) =>
    Object.entries(of).flatMap(([name, array]) => {
      const [, bare, t] = /^(.+)\[(-?\d+)\]$/.exec(name) ?? [];
      if (bare) return [{ part, name: bare, t, array }];
      return indexed.has(name) ? array.map((at, i) => ({ part, name, t: i + 1, array: at })) : [{ part, name, t: "", array }];
    });
  return [...split("parameter", trace.parameters), ...starts(trace), ...split("value", trace.values), ...split("gradient", trace.gradients)];
}

/** The starts by their steps, which the gradients name: `h[0]`; of several the oldest comes first. */
function starts({ initial, gradients }) {
  return Object.entries(initial).flatMap(([name, array]) => {
    const steps = Object.keys(gradients).filter((key) => key.startsWith(`${name}[`)).map((key) => Number(/\[(-?\d+)\]$/.exec(key)[1]));
    steps.sort((a, b) => a - b);
    return steps.length === 1 ? [{ part: "start", name, t: steps[0], array }] : steps.map((t, i) => ({ part: "start", name, t, array: array[i] }));
  });
}

function entries(array) {
  if (!Array.isArray(array)) return [["", "", array]];
  return array.flatMap((row, i) => (Array.isArray(row) ? row.map((x, j) => [i + 1, j + 1, x]) : [[i + 1, "", row]]));
}

function matrix(array, across) {
  if (!Array.isArray(array)) return digits(array);
  const entry = (one) => (Array.isArray(one) ? one : [one]);
  const rows = across && !Array.isArray(array[0]) ? [array] : array.map(entry);
  return `\\begin{bmatrix} ${rows.map((row) => row.map(digits).join(" & ")).join(" \\\\ ")} \\end{bmatrix}`;
}

/** Four digits; powers of ten as they are written in LaTeX. */
function digits(x) {
  if (x === null) return "\\mathrm{NaN}";
  const [mantissa, power] = String(Number(x.toPrecision(4))).split("e");
  return power ? `${mantissa}\\cdot 10^{${Number(power)}}` : mantissa;
}

export const NUMBER_FORMATS = { numpy: numpyText, csv: csvText, latex: latexText };
