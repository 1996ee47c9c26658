// What each step adds to a parameter's gradient, and what it has come to.

import { mountStackChart } from "../charts/stack.mjs";
import { drawLegend } from "./legend.mjs";
import { contributionSentence } from "./sentences.mjs";

export function mountContributions(part, it) {
  const chart = mountStackChart(part("chart-parts"), { picked: it.go("backward") });
  let said = "";

  /** The sentence below, touched only where it is another. */
  function tell(span) {
    const [name, { found }] = [it.chosen.parameter, it];
    const words = contributionSentence({ along: found.along[name], together: found.together[name], begins: found.begins[name] }, span, it.gradient(name, ""));
    if (words !== said) part("parts-said").textContent = said = words;
  }

  return {
    update() {
      const { found } = it;
      const name = it.chosen.parameter;
      it.card("parts-title", name);
      if (!name) return;
      const whole = it.gradient(name, "");
      part("parts-title").textContent = `${whole}, step by step`;
      const names = { norms: `‖${it.gradient(name)}‖`, along: `${it.gradient(name)} along ${whole}`, together: "together so far" };
      const { along, together, begins, parameters } = found;
      chart.update({ name: names, tau: found.tau, norms: parameters[name], along: along[name], together: together[name], begins: begins[name], cuts: it.cuts() });
      const taken = along[name].some((value) => value < 0) ? [{ label: "takes away", look: "taken" }] : [];
      drawLegend(part("parts-legend"), [{ label: names.along, look: "layer" }, ...taken, { label: names.together, look: "together" }]);
      said = "";
    },
    /** A part is there once all that the parameter enters at its step has its gradient. */
    mark(phase, t, here) {
      const name = it.chosen.parameter;
      if (!name) return;
      const span = it.behind(phase, it.found.enters[name] ?? [], here);
      chart.mark(it.place(t, span));
      tell(phase === "backward" ? span : null);
    },
  };
}
