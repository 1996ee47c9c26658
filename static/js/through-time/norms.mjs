// How large the gradient is at every step; beside other systems, what is left of the same gradient in each.

import { mountLineChart } from "../charts/line.mjs";
import { drawScissors } from "../charts/scissors.mjs";
import { setWords } from "../core/words.mjs";
import { changedFrom } from "./changed-from.mjs";
import { drawLegend } from "./legend.mjs";
import { OtherSystems } from "./other-systems.mjs";

/** `open(query)` finds out what can stand beside another link. */
export function mountNorms(part, measured) {
  const others = new OtherSystems(part("beside"), update);
  const extra = (svg, data, box) => drawScissors(svg, box, data, (t) => measured.cut(t));
  const chart = mountLineChart(part("chart-norms"), { picked: measured.goIn("backward"), extra });
  let marked = [];

  function mark(phase, t, here) {
    marked = [phase, t, here];
    const compares = others.compared()?.curves.length;
    chart.mark(measured.place(t, compares ? null : measured.behind(phase, [measured.chosen.state], here)));
  }

  function update() {
    const compared = others.compared();
    if (!measured.found || !compared) return;
    const { curves, of, said } = compared;
    const { state } = measured.chosen;
    const series = curves.length ? curves : ownCurves(measured, state);
    const name = curves.length ? `What is left of ∂${of}` : `‖${measured.gradient(state)}‖`;
    setWords(part("norms-title"), name);
    chart.update({ name, tau: measured.found.tau, series, cuts: measured.cuts() });
    drawLegend(part("norms-legend"), series.length > 1 ? series : []);
    if (part("norms-said").title !== said) showSaid(said);
    if (marked.length) mark(...marked);
  }

  function showSaid(said) {
    setWords(part("norms-said"), said);
    part("charts").toggleAttribute("data-compared", said !== "");
    part("norms-said").title = said;
  }

  return { update, mark, open: (query) => others.open(query) };
}

/** The open link's curve, and behind it the one without the cut, where there is a cut, else the one before the last change. */
function ownCurves({ found, before }, state) {
  const whole = found.truncation?.states[state]?.norm;
  const values = found.norms[state] ?? [];
  if (whole) return [{ label: "with the cut", values, look: 0 }, { label: "without the cut", values: whole, look: "ghost" }];
  const old = changedFrom(before?.norms[state], values);
  const own = { label: old ? "now" : "", values, look: 0 };
  return old ? [own, { label: "before the change", values: old, look: "ghost" }] : [own];
}
