// What each step adds to a parameter's gradient, and what it has come to.

import { mount as mountBars } from "../charts/bars.mjs";
import { legend } from "./keys.mjs";

export function mount(part, it) {
  const chart = mountBars(part("chart-parts"), { picked: it.go("backward") });
  return {
    update() {
      const { found } = it;
      const name = it.chosen.parameter;
      it.card("parts-title", name);
      if (!name) return;
      part("parts-title").textContent = `${it.gradient(name, "")}, step by step`;
      const names = { bars: `‖${it.gradient(name)}‖`, sums: "together so far" };
      chart.update({ name: names, tau: found.tau, bars: found.parameters[name], sums: found.sums[name], cuts: it.cuts() });
      legend(part("parts-legend"), [{ label: names.bars, look: "bar" }, { label: names.sums, look: "sum" }]);
    },
    /** A part is there once all that the parameter enters at its step has its gradient. */
    mark: (phase, t, here) => chart.mark(it.place(t, it.behind(phase, it.found.enters[it.chosen.parameter] ?? [], here))),
  };
}
