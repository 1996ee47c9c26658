// Where the gradient is cut, as the link's field `truncate` has it: every k-th step, or the steps themselves.

/** The steps, up to τ, after which a link cuts: `2` is 2, 4, …; `3|5` is 3 and 5; `3|` is 3 alone; none where what is written is not of these. */
export function cutsOf(truncate, tau) {
  const text = truncate ?? "";
  const steps = text.split("|").filter(Boolean).map(Number);
  if (!steps.every((t) => Number.isInteger(t) && t >= 1)) return [];
  const [period] = steps;
  const all = period && !text.includes("|") ? Array.from({ length: Math.floor(tau / period) }, (_, i) => (i + 1) * period) : steps;
  return all.filter((t) => t < tau);
}

/** The field after the scissors have been at a step: cut there, or mended where it was cut; empty where nothing is. */
export function toggleCut(truncate, t, tau) {
  const cuts = new Set(cutsOf(truncate, tau));
  if (!cuts.delete(t)) cuts.add(t);
  const steps = [...cuts].sort((a, b) => a - b);
  return steps.join("|") + (steps.length === 1 ? "|" : "");
}
