// How far back each state reaches: the norms of the Jacobians between steps, and a sentence about the cursor's step.

import { mountTriangleChart } from "../charts/triangle.mjs";
import { reachSentence } from "./sentences.mjs";

const SHARE = 0.01;

export function mountReach(part, measured) {
  const chart = mountTriangleChart(part("chart-reach"), { picked: measured.goIn() });
  const ofChosen = ({ states }) => states.some((state) => state.startsWith(`${measured.chosen.state}[`));
  const chosen = () => measured.found.triangles.find(ofChosen) ?? measured.found.triangles[0];
  const nameOf = ({ states }) => (states.length === 1 ? measured.label(states[0].replace(/\[.*/, "")) : "s");
  const moment = (state) => measured.at(measured.label(state.replace(/\[.*/, "")), /\[(.*)\]/.exec(state)[1]);
  let shown = "";

  /** Write the sentence below, only where it is another: screen readers read what changes. */
  function showSentence(triangle, t) {
    const stacked = triangle.states.map(moment);
    const words = reachSentence(triangle, t, (step) => measured.at(nameOf(triangle), step)) + (stacked.length > 1 ? ` s stacks ${stacked.join(", ")}.` : "");
    if (words !== shown) part("reach-said").textContent = shown = words;
  }

  return {
    update() {
      const triangle = chosen();
      part("reach-title").closest(".card").hidden = !triangle;
      if (!triangle) return;
      const name = `‖∂${measured.at(nameOf(triangle))}/∂${measured.at(nameOf(triangle), "k")}‖`;
      part("reach-title").textContent = name;
      chart.update({ ...triangle, name, share: SHARE });
      shown = "";
    },
    mark(phase, t) {
      chart.mark({ at: t });
      if (chosen()) showSentence(chosen(), t);
    },
  };
}
