// The charts' arithmetic: shades, numerals, axes, how far a state reaches, where the gradient is cut, what is reached.

import assert from "node:assert/strict";
import { test } from "node:test";

import { decades, logScale } from "../../static/js/charts/line.mjs";
import { numeral, percent, superscript } from "../../static/js/core/numeral.mjs";
import { plotBox, roundSteps } from "../../static/js/charts/plot.mjs";
import { BANDS, band, shade } from "../../static/js/charts/shades.mjs";
import { numbersIn } from "../../static/js/charts/signal-pad.mjs";
import { firstFelt, rowOf } from "../../static/js/charts/triangle.mjs";
import { cutsOf, toggleCut } from "../../static/js/through-time/cuts.mjs";
import { truncationSentence } from "../../static/js/through-time/sentences.mjs";
import { commonSteps, createReachedSteps } from "../../static/js/cursor/reached-steps.mjs";
import { stepsOf } from "../../static/js/cursor/cursor.mjs";

test("a number is written as the server writes it", () => {
  const cases = [[0.3664, "0.366"], [-12.34, "−12.3"], [1.2e-5, "1.2×10⁻⁵"], [0, "0"], [1, "1"], [123456, "1.23×10⁵"], [9.999, "10.0"], [5e-324, "4.94×10⁻³²⁴"], [null, "–"]];
  for (const [value, text] of cases) assert.equal(numeral(value), text);
  assert.equal(superscript(-12), "⁻¹²");
  assert.deepEqual([0, 0.004, 0.364, 1].map(percent), ["0\u00a0%", "less than 1\u00a0%", "36\u00a0%", "100\u00a0%"]);
});

test("the middle of the scale is white, its ends are full, and what is no number is none of them", () => {
  assert.deepEqual([0, 1, -1, 5, null].map((value) => shade(value, 1)), [12, 24, 0, 24, "none"]);
  assert.deepEqual([1, 1e-3, -1e-6, 1e-9, 0, null].map((value) => shade(value, 1, 6)), [24, 19, 10, 14, 12, "none"]);
  assert.equal(shade(3, 0), 12);
});

test("what is left is in the band that it reaches, one that has grown in a band of its own", () => {
  assert.deepEqual(BANDS.flatMap((edge) => [band(edge * 0.99), band(edge)]), BANDS.flatMap((_, i) => [i, i + 1]));
  assert.deepEqual([band(0), band(1), band(1.01), band(null)], [0, 6, 7, "none"]);
});

test("the axis holds whole powers of ten around all that is shown, and few of them are written", () => {
  assert.deepEqual(logScale([0.13, 0.7]).domain().map((x) => Math.log10(x)), [-1, 0]);
  assert.deepEqual(logScale([1e-9, 20]).domain().map((x) => Math.round(Math.log10(x))), [-9, 2]);
  assert.deepEqual(decades([1e-9, 100]).map((x) => Math.round(Math.log10(x))), [2, -1, -4, -7]);
  assert.equal(logScale([]).domain().length, 2);
});

test("each step has its share of the width, and a pointer finds it", () => {
  const box = plotBox(208, 100, { top: 0, right: 4, bottom: 0, left: 4 }, 10);
  assert.deepEqual([box.x(1), box.edge(0), box.edge(10)], [14, 4, 204]);
  const element = { getBoundingClientRect: () => ({ left: 100 }) };
  assert.deepEqual([103, 105, 203.5, 303, 305].map((clientX) => box.stepAt({ clientX }, element)), [0, 1, 5, 10, 0]);
});

test("the first and the last step are written, and what is between them has room", () => {
  assert.deepEqual(roundSteps(4, 200), [1, 2, 3, 4]);
  for (const [tau, width] of [[24, 200], [50, 300], [1000, 250]]) {
    const steps = roundSteps(tau, width);
    assert.deepEqual([steps[0], steps.at(-1)], [1, tau]);
    assert.ok(steps.slice(1).every((t, i) => t > steps[i]));
    assert.ok(steps.length <= width / 24);
  }
});

test("numbers are read as people type them, as the page writes them and as tables are pasted", () => {
  const read = {
    "1, 0, -0.5": [1, 0, -0.5], "1,0": [1, 0], "0.3 -0.2 1": [0.3, -0.2, 1], "−0.43, 1e-3": [-0.43, 0.001], "0,3 -0,2 1": [0.3, -0.2, 1],
    "0,3; 0,5": [0.3, 0.5], "1,0,0 0,1,0": [1, 0, 0, 0, 1, 0], "0.3 1,1": [0.3, 1, 1], "1 x": null, "": null,
  };
  for (const [text, numbers] of Object.entries(read)) assert.deepEqual(numbersIn(text), numbers, text);
});

test("a state is forgotten where less than a share is left for the first time on the way back", () => {
  assert.equal(firstFelt([0.02, 0.001, 0.3, 1], 0.01), 2);
  assert.deepEqual([firstFelt([0.02, 0.3, 1], 0.01), firstFelt([null, 1], 0.01)], [0, 0]);
  assert.deepEqual([1, 3, 4].map((t) => rowOf([1, 2, 3, 4], t)), [0, 2, 3]);
  assert.deepEqual([4, 2].map((t) => rowOf([4, 3, 2, 1], t)), [0, 2]);
  assert.equal(rowOf([1, 11, 21], 15), 1);
});

test("the link says where the gradient is cut, and the scissors change it", () => {
  assert.deepEqual([cutsOf("2", 7), cutsOf("3|5", 9), cutsOf("3|", 9), cutsOf(undefined, 9), cutsOf("4", 4)], [[2, 4, 6], [3, 5], [3], [], []]);
  for (const wrong of ["0", "-1", "0.5", "1e-12", "0|2", "abc", "2|x", "|", ""]) assert.deepEqual(cutsOf(wrong, 7), [], wrong);
  assert.deepEqual([toggleCut("", 3, 9), toggleCut("3|", 5, 9), toggleCut("3|5", 3, 9), toggleCut("3|", 3, 9), toggleCut("2", 4, 7)], ["3|", "3|5", "5|", "", "2|6"]);
});

test("of the gradient that is drawn its length is said with what it lost, and more than all is explained", () => {
  const found = { together: { W: [0.475, 0.2] }, begins: { W: 2 } };
  const measured = { found, chosen: { state: "h", parameter: "W" }, gradient: (name, step) => `∂L/∂${name}(${step})` };
  const said = (share) => truncationSentence({ cuts: [2], parameters: { W: { share, norm: 0.345 }, U: { share: 0.1 } }, states: { h: { share: [0.5] } } }, measured);
  assert.match(said(1.4), /Lost: 140\u00a0% of .* what is lost had cancelled a part of the rest\.$/);
  assert.match(said(0.67), /Lost: 67\u00a0% of ∂L\/∂W\(\) \(its length is 0\.475 in place of 0\.345\), 10\u00a0% of ∂L\/∂U\(\); most/);
  assert.match(said(0.9), /most at ∂L\/∂h\(1\), 50\u00a0%\.$/);
});

test("what the cursor has come by is a span of steps", () => {
  const reach = createReachedSteps(stepsOf({ forward: ["h[1]", "o[1]", "h[2]", "o[2]", "loss"], backward: ["o[2]", "h[2]", "o[1]", "h[1]"] }));
  assert.deepEqual([reach("h", "forward", 0), reach("h", "forward", 1), reach("h", "forward", 3)], [[1, 0], [1, 1], [1, 2]]);
  assert.deepEqual([reach("h", "backward", 6), reach("h", "backward", 7), reach("o", "backward", 8)], [[1, 0], [2, 2], [1, 2]]);
  assert.equal(reach("W", "backward", 9), null);
  const parts = createReachedSteps(stepsOf({ forward: ["h[1].0", "h[1]", "h[2].0", "h[2]", "loss"], backward: ["h[2]", "h[2].0", "h[1]"] }));
  assert.deepEqual([parts("h.0", "backward", 6), parts("h.0", "backward", 7), parts("h", "backward", 8)], [[1, 0], [2, 2], [1, 2]]);
  assert.deepEqual([commonSteps([[2, 4], [3, 4]]), commonSteps([null]), commonSteps([])], [[3, 4], null, null]);
});
