// Which steps of a run stand in its plot: all that the width can show, else a stretch of them, which goes along.

const NARROWEST = 1.3;
const CLEAR = 6;

/** How many windows of so many points stand side by side in a width: all of a run while its points can be told apart. */
export function stretchLength(steps, points, width) {
  if (steps * points * NARROWEST <= width) return steps;
  const found = Math.max(1, Math.floor(width / CLEAR / points));
  return Math.min(steps, found > 3 ? found - (found % 2) : found);
}

/** The stretch of a run that has step k, moved no more than it must be from where it began: as a run goes on it is never empty. */
export function stretchWith(k, length, steps, from = 0) {
  const begins = Math.min(Math.max(from, k - length + 1), k, Math.max(0, steps - length));
  return [begins, begins + length];
}
