// Which steps of a run stand in its plot: all that the width can show, else a stretch of them at a time.

const NARROWEST = 1.3;
const CLEAR = 6;

/** How many windows of so many points stand side by side in a width: all of a run while its points can be told apart. */
export function stretchLength(steps, points, width) {
  if (steps * points * NARROWEST <= width) return steps;
  const found = Math.max(1, Math.floor(width / CLEAR / points));
  return Math.min(steps, found > 3 ? found - (found % 2) : found);
}

/** The stretch that step k is in, from its first step to the one after its last: they follow each other as pages do. */
export function stretchAround(k, length) {
  const from = Math.floor(k / length) * length;
  return [from, from + length];
}
