// All numbers as text.

import assert from "node:assert/strict";
import { test } from "node:test";

import { csvText, latexText, numpyText } from "../../static/js/explore/numbers-text.mjs";

const VARIABLES = [
  { name: "W", indexed: false, tex: "\\boldsymbol{W}" },
  { name: "h", indexed: true, tex: "\\boldsymbol{h}" },
  { name: "L", indexed: true, tex: "L" },
];
const TRACE = {
  parameters: { W: [[0.1, -2e-7]] },
  initial: { h: [[1, 2], [3, 4]] },
  values: { h: [[0.25, null]], L: [1 / 3] },
  gradients: { W: [[1, 0]], h: [[5, 6]], "h[-1]": [7, 8], "h[0]": [9, 10], L: [1] },
};

test("NumPy has every array by its name, and says what is no number", () => {
  const text = numpyText(TRACE, VARIABLES, "/?tau=1");
  assert.match(text, /^# \/\?tau=1\nimport numpy as np\n/);
  assert.ok(text.includes('"W": np.array([[0.1, -2e-7]]),'));
  assert.ok(text.includes('"h": np.array([[0.25, np.nan]]),'));
  assert.ok(text.includes('"L": np.array([0.3333333333333333]),'));
});

test("CSV has a line a number, with its step, row and column", () => {
  const lines = csvText(TRACE, VARIABLES).trimEnd().split("\n");
  assert.equal(lines.length, 1 + 2 + 4 + 3 + 9);
  assert.ok(["parameter,W,,1,2,-2e-7", "start,h,-1,1,,1", "start,h,0,2,,4", "value,L,1,,,0.3333333333333333", "value,h,1,2,,NaN", "gradient,h,0,1,,9"].every((line) => lines.includes(line)));
});

test("LaTeX follows the notation: steps below, vectors as rows", () => {
  const text = latexText(TRACE, VARIABLES, "", { time: "subscript", across: true });
  assert.ok(text.includes("${L}_{1}$ & $0.3333$ & $1$ \\\\"));
  assert.ok(text.includes("${\\boldsymbol{h}}_{-1}$ & $\\begin{bmatrix} 1 & 2 \\end{bmatrix}$ & $\\begin{bmatrix} 7 & 8 \\end{bmatrix}$"));
  assert.ok(latexText(TRACE, VARIABLES, "", { time: "angle" }).includes("${L}^{\\langle 1\\rangle}$"));
});

test("LaTeX has a line a node, value and gradient side by side", () => {
  const text = latexText(TRACE, VARIABLES);
  assert.ok(text.includes("$\\boldsymbol{W}$ & $\\begin{bmatrix} 0.1 & -2\\cdot 10^{-7} \\end{bmatrix}$ & $\\begin{bmatrix} 1 & 0 \\end{bmatrix}$ \\\\"));
  assert.ok(text.includes("${L}^{(1)}$ & $0.3333$ & $1$ \\\\"));
  assert.ok(text.includes("${\\boldsymbol{h}}^{(-1)}$ & $\\begin{bmatrix} 1 \\\\ 2 \\end{bmatrix}$ & $\\begin{bmatrix} 7 \\\\ 8 \\end{bmatrix}$"));
});
