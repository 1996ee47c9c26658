// The strips of a variable and of its gradient over all steps.

import { mountHeatChart } from "../charts/heat.mjs";
import { drawColourScale } from "./legend.mjs";

/** `it` is what all cards share; `update()` draws what is chosen, `mark(phase, place)` follows the cursor. */
export function mountStrips(part, it) {
  const values = mountHeatChart(part("chart-values"), { picked: it.go("forward") });
  const gradients = mountHeatChart(part("chart-gradients"), { picked: it.go("backward") });
  return {
    update() {
      const { found, chosen } = it;
      const strip = found.strips[chosen.state];
      const both = { tau: found.tau, first: strip.first, units: strip.units };
      const [value, slope] = [`${it.label(chosen.state)}(t)`, it.gradient(chosen.state)];
      part("values-name").textContent = value;
      part("gradients-name").textContent = slope;
      drawColourScale(part("values-scale"), found.scales.values);
      drawColourScale(part("gradients-scale"), found.scales.gradients);
      values.update({ ...both, name: value, rows: strip.values, most: found.scales.values });
      gradients.update({ ...both, name: slope, rows: strip.gradients, most: found.scales.gradients, cuts: it.cuts() });
    },
    mark(phase, t, here) {
      values.mark(it.place(t, phase === "forward" ? it.reach(it.chosen.state, phase, here) : null));
      gradients.mark(it.place(t, it.behind(phase, [it.chosen.state], here)));
    },
  };
}
