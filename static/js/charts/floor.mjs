// The floor of a logarithmic chart: what is exactly 0 has no place among powers of ten, so it stands below them, where that is said.

/** How high the floor is, and how far above its lower edge what is on it stands. */
export const [FLOOR, ON_FLOOR] = [24, 5];
const RISE = 12;

/** Write what the floor is for, beside the first place where something is on it. */
export function drawFloor(group, { left, right, bottom }, from) {
  const write = (text, x, y, anchor) => group.append("text").attr("x", Math.round(x)).attr("y", y).attr("text-anchor", anchor).text(text);
  write("0", left - 6, bottom - ON_FLOOR + 4, "end");
  if (from > (left + right) / 2) write("exactly 0", Math.min(right, from + 4), bottom - RISE, "end");
  else write("exactly 0", Math.max(left, from - 4), bottom - RISE, "start");
}
