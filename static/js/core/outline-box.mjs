// Where a shape of a drawing is, read from its attributes where they say it: the browser would lay the page out to answer.

/** The box {x, y, width, height} of a circle, a rectangle or another shape, in the drawing's own measure. */
export function boxOf(shape) {
  const of = (...names) => names.map((name) => Number(shape.getAttribute(name)));
  if (shape.matches("circle")) {
    const [x, y, r] = of("cx", "cy", "r");
    return { x: x - r, y: y - r, width: 2 * r, height: 2 * r };
  }
  if (!shape.matches("rect")) return shape.getBBox();
  const [x, y, width, height] = of("x", "y", "width", "height");
  return { x, y, width, height };
}
