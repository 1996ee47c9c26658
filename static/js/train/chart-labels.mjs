// Where the names of curves stand, beside the places where these end: as near as they can be, and none over another.

const EACH = 7;
const ASIDE = 9;
const [LINE, LEAST] = [14, 10];
const AROUND = 30;

/** About how many pixels a name takes, with the gap before it. */
export const labelWidth = (name) => EACH * [...name].length + ASIDE;

/** How high a chart is to be in which so many names have a line each, in pixels. */
export const heightForLabels = (count) => LINE * (count - 1) + AROUND;

/**
 * The heights of names for curves that end at these heights (null: nowhere), from `low` to `high`: in the same order,
 * a line apart, less where there are many; null for those that find no room.
 */
export function spreadLabels(ends, [low, high]) {
  const room = Math.floor((high - low) / LEAST) + 1;
  const order = ends.map((end, i) => [end, i]).filter(([end]) => end !== null).slice(0, room).sort((a, b) => a[0] - b[0]);
  const line = order.length > 1 ? Math.min(LINE, (high - low) / (order.length - 1)) : LINE;
  const found = Array(ends.length).fill(null);
  let above = low - line;
  for (const [end, i] of order) above = found[i] = Math.max(end, above + line, low);
  let below = high + line;
  for (const [, i] of order.reverse()) below = found[i] = Math.min(found[i], below - line);
  return found;
}
