// Numbers → the figure's diverging colours, as the names of classes in /figure.css.

const STEPS = 12;
const STRETCH = 0.6;
const FAINTEST = 0.15;
/** The share of a cell beside its ghost, and how many pixels make room for it. */
const [ASIDE, ROOM] = [0.3, 6];

/** The shade of a value on a scale that ends at ±most: 0 … 24, white in the middle; "none" where it is no number. With `decades` it is logarithmic, down to so many powers of ten. */
export function shade(value, most, decades = 0) {
  if (value === null || !Number.isFinite(value)) return "none";
  const share = most ? Math.min(1, Math.abs(value) / most) : 0;
  return STEPS + Math.round(Math.sign(value) * (decades ? logHeight(share, decades) : share ** STRETCH) * STEPS);
}

const logHeight = (share, decades) => share && FAINTEST + (1 - FAINTEST) * Math.max(0, 1 + Math.log10(share) / decades);

/** Where the bands of what is left of a whole begin, the first of them at nothing; in those from `GROWN` on it is more. */
export const GROWN = 1.005;
export const BANDS = [0.001, 0.01, 0.1, 0.25, 0.5, 0.75, GROWN, 3, 10];

/** The band of what is left of a whole: 0 … 9; "none" where it is no number. */
export function band(share) {
  return share === null || !Number.isFinite(share) ? "none" : BANDS.filter((edge) => share >= edge).length;
}

/** One path for all cells of a shade: `cells` yields [shade, x, y, width, height]. */
export function paintCells(svg, cells, prefix) {
  const paths = new Map();
  for (const [name, x, y, width, height] of cells) {
    if (!paths.has(name)) paths.set(name, []);
    paths.get(name).push(`M${n(x)},${n(y)}h${n(width)}v${n(height)}h${n(-width)}z`);
  }
  const group = svg.append("g").attr("class", "cells");
  for (const [name, parts] of paths) group.append("path").attr("class", `${prefix}-${name}`).attr("d", parts.join(""));
  return group;
}

/**
 * What cells were before they changed, in the middle of each that is large enough for it. `old` and `now` are the same
 * cells as `paintCells` takes them, in the shades that they had and have.
 */
export function paintGhosts(svg, old, now, prefix) {
  paintCells(svg, withinChanged([...old], [...now]), prefix).classed("ghosts-of-cells", true);
}

function* withinChanged(old, now) {
  for (const [i, [name, x, y, width, height]] of old.entries()) {
    const [wide, high] = [width >= ROOM, height >= ROOM];
    if (name !== now[i][0] && (wide || high)) yield [name, x + (wide ? ASIDE * width : 0), y + (high ? ASIDE * height : 0), (wide ? 1 - 2 * ASIDE : 1) * width, (high ? 1 - 2 * ASIDE : 1) * height];
  }
}

const n = (value) => Math.round(value * 100) / 100;
