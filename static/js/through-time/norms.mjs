// How large the gradient is at every step, beside what the same data give in other systems.

import { mountLineChart } from "../charts/line.mjs";
import { drawScissors } from "../charts/scissors.mjs";
import { drawLegend } from "./legend.mjs";
import { OtherSystems } from "./other-systems.mjs";

const LOOKS = 5;

/** `open(query)` finds out what can stand beside another link. */
export function mountNorms(part, measured) {
  const others = new OtherSystems(part("beside"), update);
  const extra = (svg, data, box) => drawScissors(svg, box, data, (t) => measured.cut(t));
  const chart = mountLineChart(part("chart-norms"), { picked: measured.goIn("backward"), extra });

  function update() {
    if (!measured.found) return;
    const { state } = measured.chosen;
    const series = [...ownCurves(measured.found, state, others.own), ...otherCurves(others.measured(), state)];
    const name = `‖${measured.gradient(state)}‖`;
    part("norms-title").textContent = name;
    chart.update({ name, tau: measured.found.tau, series, cuts: measured.cuts() });
    drawLegend(part("norms-legend"), series.length > 1 ? series : []);
  }

  return {
    update,
    open: (query) => others.open(query),
    mark: (phase, t, here) => chart.mark(measured.place(t, measured.behind(phase, [measured.chosen.state], here))),
  };
}

/** The open link's curve, and behind it the one without the cut, where there is a cut. */
function ownCurves({ norms, truncation }, state, label) {
  const whole = truncation?.states[state]?.norm;
  const own = { label, values: norms[state] ?? [], look: 0 };
  return whole ? [own, { label: "without the cut", values: whole, look: "ghost" }] : [own];
}

/** A curve for each other system, of the state of the same name where it has one. */
function otherCurves(systems, state) {
  return systems.map(({ name, answer }, i) => {
    const its = answer.states.includes(state) ? state : answer.states[0];
    const label = its === state ? name : `${name} (${answer.labels[its]})`;
    return { label, values: answer.norms[its] ?? [], look: 1 + (i % (LOOKS - 1)) };
  });
}
