// The strips of a variable and of its gradient over all steps.

import { mountHeatChart } from "../charts/heat.mjs";
import { setWords } from "../core/words.mjs";
import { changedFrom } from "./changed-from.mjs";
import { drawColourScale } from "./legend.mjs";

/** `update()` draws what is chosen, `mark(phase, t, here)` follows the cursor; so in all cards. */
export function mountStrips(part, measured) {
  const values = mountHeatChart(part("chart-values"), { picked: measured.goIn("forward") });
  const gradients = mountHeatChart(part("chart-gradients"), { picked: measured.goIn("backward") });
  return {
    update() {
      const { found, chosen } = measured;
      const strip = found.strips[chosen.state];
      const old = measured.before?.strips[chosen.state];
      const both = { tau: found.tau, first: strip.first, units: strip.units };
      const [value, slope] = [measured.at(measured.label(chosen.state)), measured.gradient(chosen.state)];
      setWords(part("values-name"), value);
      setWords(part("gradients-name"), slope);
      drawColourScale(part("values-scale"), found.scales.values);
      drawColourScale(part("gradients-scale"), found.scales.gradients, found.decades);
      values.update({ ...both, name: value, rows: strip.values, before: changedFrom(old?.values, strip.values), most: found.scales.values });
      gradients.update({ ...both, name: slope, rows: strip.gradients, before: changedFrom(old?.gradients, strip.gradients), most: found.scales.gradients, decades: found.decades, cuts: measured.cuts() });
    },
    mark(phase, t, here) {
      values.mark(measured.place(t, phase === "forward" ? measured.reached(measured.chosen.state, phase, here) : null));
      gradients.mark(measured.place(t, measured.behind(phase, [measured.chosen.state], here)));
    },
  };
}
