// What a chart showed before a change: its ghost.

/** The numbers that were there, where they are others than now and as many; else null. */
export function changedFrom(old, now) {
  const alike = old && shapeOf(old) === shapeOf(now);
  return alike && String(old) !== String(now) ? old : null;
}

const shapeOf = (rows) => `${rows.length} ${rows.map((row) => row?.length ?? "").join()}`;
