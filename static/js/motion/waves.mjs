// What a move of the cursor shows in motion: the steps that it goes on by, and which of their arrows run after which.

import { toTimeStep } from "../cursor/cursor.mjs";

/** The steps that are shown in motion as the cursor goes on to `to`: those of its time step, no more than it goes on by; none on the way back and in the update. */
export function movedSteps(steps, from, to) {
  if (to <= from || steps[to - 1]?.phase === "update") return [];
  return steps.slice(Math.max(from, toTimeStep(steps, to, -1)), to);
}

/**
 * Where the beads of some steps run: for each step {at, phase, wave, runs}, with runs {edge, from, to, cut} from node to
 * node, back in the backward pass. `wave` is how many of these steps have to come before it.
 */
export function wavesOf(graph, steps) {
  const waves = new Map();
  return steps.map(({ phase, at }) => {
    const back = phase === "backward";
    const its = graph.edges.filter((edge) => (back ? edge.source : edge.target) === at);
    const runs = its.map(({ id, source, target, cut }) => ({ edge: id, from: back ? target : source, to: at, cut: back && cut }));
    const wave = Math.max(-1, ...runs.map(({ from }) => waves.get(from) ?? -1)) + 1;
    waves.set(at, wave);
    return { at, phase, wave, runs };
  });
}
