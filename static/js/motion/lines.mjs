// The line of an arrow as points along it, read from how figures write their paths, so that no layout is asked for.

const TAKES = { M: 2, l: 2, h: 1, v: 1, c: 6, q: 4 };
const PIECES = 8;

/** The points of a path, curves in pieces; what follows a gap goes straight on. */
export function pointsOf(path) {
  const points = [];
  let [command, numbers] = ["", []];
  for (const token of path.match(/[a-z]|-?\d*\.?\d+/gi) ?? []) {
    if (token in TAKES) command = token;
    else numbers.push(Number(token));
    if (!numbers.length || numbers.length < TAKES[command]) continue;
    points.push(...drawn(command, points.at(-1), numbers));
    numbers = [];
  }
  return points;
}

function drawn(command, [x, y] = [0, 0], numbers) {
  if (command === "M") return [numbers];
  if (command === "h") return [[x + numbers[0], y]];
  if (command === "v") return [[x, y + numbers[0]]];
  const corners = [[x, y]];
  for (let i = 0; i < numbers.length; i += 2) corners.push([x + numbers[i], y + numbers[i + 1]]);
  if (command === "l") return [corners[1]];
  return Array.from({ length: PIECES }, (_, i) => between(corners, (i + 1) / PIECES));
}

/** The point of a curve at a share of its way. */
function between(corners, share) {
  if (corners.length === 1) return corners[0];
  return between(corners.slice(1).map((to, i) => mix(corners[i], to, share)), share);
}

const mix = ([ax, ay], [bx, by], share) => [ax + (bx - ax) * share, ay + (by - ay) * share];

const apart = ([ax, ay], [bx, by]) => Math.hypot(bx - ax, by - ay);

/** The line with its end drawn out by so much. */
export function drawnOut(points, by) {
  const [before, end] = points.slice(-2);
  const length = apart(before, end);
  return length ? [...points, mix(before, end, 1 + by / length)] : points;
}

export function lengthOf(points) {
  return points.slice(1).reduce((sum, point, i) => sum + apart(points[i], point), 0);
}

/** How far along the line each of its points is, from 0 to 1. */
export function sharesOf(points) {
  const whole = lengthOf(points) || 1;
  let far = 0;
  return points.map((point, i) => Math.min(1, (far += i ? apart(points[i - 1], point) : 0) / whole));
}

/** The first part of a line. */
export function upTo(points, share) {
  const shares = sharesOf(points);
  const next = shares.findIndex((far) => far >= share);
  const [from, to] = [shares[next - 1] ?? 0, shares[next]];
  return [...points.slice(0, next), mix(points[Math.max(0, next - 1)], points[next], to > from ? (share - from) / (to - from) : 1)];
}

/** The part of a line after a share of it. */
export function beyond(points, share) {
  return upTo([...points].reverse(), 1 - share).reverse();
}
