// How large the gradient is at every step, beside what the same data give in other systems.

import { mountLineChart } from "../charts/line.mjs";
import { drawScissors } from "../charts/scissors.mjs";
import { drawLegend } from "./legend.mjs";
import { createOtherSystems } from "./other-systems.mjs";

const LOOKS = 5;

/** `open(query)` asks what can stand beside another link. */
export function mountNorms(part, it) {
  const others = createOtherSystems(part, update);
  const extra = (svg, data, box) => drawScissors(svg, box, data, it.cut);
  const chart = mountLineChart(part("chart-norms"), { picked: it.go("backward"), extra });

  function update() {
    if (!it.found) return;
    const { found, chosen } = it;
    const whole = found.truncation?.states[chosen.state]?.norm;
    const own = { label: others.own(), values: found.norms[chosen.state] ?? [], look: 0 };
    const beside = others.all().map(({ name, answer }, i) => curve(name, answer, chosen.state, 1 + (i % (LOOKS - 1))));
    const series = [own, ...(whole ? [{ label: "without the cut", values: whole, look: "ghost" }] : []), ...beside];
    const name = `‖${it.gradient(chosen.state)}‖`;
    part("norms-title").textContent = name;
    chart.update({ name, tau: found.tau, series, cuts: it.cuts() });
    drawLegend(part("norms-legend"), series.length > 1 ? series : []);
  }

  return {
    update,
    open: others.open,
    mark: (phase, t, here) => chart.mark(it.place(t, it.behind(phase, [it.chosen.state], here))),
  };
}

function curve(name, answer, state, look) {
  const its = answer.states.includes(state) ? state : answer.states[0];
  return { label: its === state ? name : `${name} (${answer.labels[its]})`, values: answer.norms[its] ?? [], look };
}
