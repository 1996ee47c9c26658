// The contributions of each step to a parameter's gradient, and what they have come to.

import { mountStackChart } from "../charts/stack.mjs";
import { setWords } from "../core/words.mjs";
import { changedFrom } from "./changed-from.mjs";
import { drawLegend } from "./legend.mjs";
import { contributionSentence } from "./sentences.mjs";

export function mountContributions(part, measured) {
  const chart = mountStackChart(part("chart-parts"), { picked: measured.goIn("backward") });
  let shown = "";

  /** Write the sentence below, only where it is another: screen readers read what changes. */
  function showSentence(span) {
    const name = measured.chosen.parameter;
    const words = contributionSentence(stackOf(measured.found, name), span, measured.gradient(name, ""));
    if (words === shown) return;
    setWords(part("parts-said"), words);
    part("parts-said").title = shown = words;
  }

  return {
    update() {
      const name = measured.chosen.parameter;
      part("parts-title").closest(".card").hidden = !name;
      if (!name) return;
      const titles = titlesOf(measured, name);
      const stack = stackOf(measured.found, name);
      setWords(part("parts-title"), `${measured.gradient(name, "")}, step by step`);
      const before = changedFrom(measured.before?.together[name], stack.together);
      chart.update({ name: titles, tau: measured.found.tau, norms: measured.found.parameters[name], ...stack, before, cuts: measured.cuts() });
      drawLegend(part("parts-legend"), legendOf(titles, stack.along, before));
      shown = "";
    },
    /** A step's part is there once all that the parameter enters at that step has its gradient. */
    mark(phase, t, here) {
      const name = measured.chosen.parameter;
      if (!name) return;
      const span = measured.behind(phase, measured.found.enters[name] ?? [], here);
      chart.mark(measured.place(t, span));
      showSentence(phase === "backward" ? span : null);
    },
  };
}

/** What each step adds along the whole gradient, what has come together by it, and with which step the sum begins. */
function stackOf({ along, together, begins }, name) {
  return { along: along[name], together: together[name], begins: begins[name] };
}

function titlesOf(measured, name) {
  const own = measured.gradient(name);
  return { norms: `‖${own}‖`, along: `${own} along ${measured.gradient(name, "")}`, together: "together so far" };
}

function legendOf(titles, along, before) {
  const taken = along.some((value) => value < 0) ? [{ label: "takes away", look: "taken" }] : [];
  return [{ label: titles.along, look: "layer" }, ...taken, { label: titles.together, look: "together" }, ...(before ? [{ label: "before the change", look: "ghost" }] : [])];
}
