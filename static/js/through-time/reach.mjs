// How far back each state reaches.

import { mountTriangleChart } from "../charts/triangle.mjs";
import { reachSentence } from "./sentences.mjs";

const SHARE = 0.01;

export function mountReach(part, it) {
  const chart = mountTriangleChart(part("chart-reach"), { picked: it.go() });
  const its = ({ states }) => states.some((state) => state.startsWith(`${it.chosen.state}[`));
  const chosen = () => it.found.triangles.find(its) ?? it.found.triangles[0];
  const nameOf = ({ states }) => (states.length === 1 ? it.label(states[0].replace(/\[.*/, "")) : "s");
  let said = "";

  /** The sentence below, touched only where it is another. */
  function tell(triangle, t) {
    const stacked = triangle.states.map((s) => s.replace(/^[^[]+/, it.label).replace("[", "(").replace("]", ")"));
    const words = reachSentence(triangle, t, nameOf(triangle)) + (stacked.length > 1 ? ` s stacks ${stacked.join(", ")}.` : "");
    if (words !== said) part("reach-said").textContent = said = words;
  }

  return {
    update() {
      const triangle = chosen();
      it.card("reach-title", triangle);
      if (!triangle) return;
      const name = `‖∂${nameOf(triangle)}(t)/∂${nameOf(triangle)}(k)‖`;
      part("reach-title").textContent = name;
      chart.update({ ...triangle, name, share: SHARE });
      said = "";
    },
    mark(phase, t) {
      chart.mark({ at: t });
      if (chosen()) tell(chosen(), t);
    },
  };
}
