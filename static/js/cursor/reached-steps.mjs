// Which steps of a variable each pass has come by, at a step of the cursor.

import { timeOf } from "./cursor.mjs";

/** `steps` is the way of the cursor. `reached(name, phase, here)` is [from, to], empty (from > to), or null where it is never walked. */
export function createReachedSteps(steps) {
  const places = new Map();
  steps.forEach(({ phase, at }, i) => {
    const key = `${phase} ${at.replace(/\[-?\d+\]/, "")}`;
    if (!places.has(key)) places.set(key, []);
    places.get(key).push([timeOf(at) ?? 0, i + 1]);
  });
  return (name, phase, here) => {
    const its = places.get(`${phase} ${name}`);
    if (!its) return null;
    const done = its.filter(([, place]) => place <= here).map(([t]) => t);
    return done.length ? [Math.min(...done), Math.max(...done)] : [1, 0];
  };
}

/** The steps that are reached by all of several spans; null where there is nothing to wait for. */
export function commonSteps(spans) {
  const found = spans.filter(Boolean);
  return found.length ? [Math.max(...found.map(([from]) => from)), Math.min(...found.map(([, to]) => to))] : null;
}
