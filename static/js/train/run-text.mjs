// What is said of a run in words.

/** Where a run left the finite numbers. */
export function divergenceText({ step: at, t, variable }) {
  const what = t === null ? variable : `${variable}(${t})`;
  return `the run diverges at step ${at}: ${what || "a parameter"} is no longer finite`;
}

/** How many wait before a run. */
export function queueText(before) {
  return before ? `waiting for a place, ${before} before you` : "waiting for a place, you are next";
}
