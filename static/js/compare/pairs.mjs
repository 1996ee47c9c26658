// Two ways of the cursor as one: the pairs say at which step of either way each common step is.

/** The common step at which side `i` first comes to a step of its own; 0 before the first one. */
export function placeOf(pairs, i, here) {
  return here ? pairs.findIndex((pair) => pair[i] === here) + 1 : 0;
}
