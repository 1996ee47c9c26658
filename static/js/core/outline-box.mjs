// Where a shape of a drawing is, read from its attributes where they say it: the browser would lay the page out to answer.

/** The box {x, y, width, height} of a circle, a rectangle or another shape, in the drawing's own measure. */
export function boxOf(shape) {
  const [x, y] = cornerOf(shape);
  const box = ownBox(shape);
  return { ...box, x: x + box.x, y: y + box.y };
}

/** Where in the drawing the piece stands that a shape is in: what the shape says of places is said as seen from there. */
export function cornerOf(shape) {
  const moved = shape.closest("[data-piece]")?.getAttribute("transform");
  return moved ? moved.match(/-?[\d.]+/g).map(Number) : [0, 0];
}

function ownBox(shape) {
  const of = (...names) => names.map((name) => Number(shape.getAttribute(name)));
  if (shape.matches("circle")) {
    const [x, y, r] = of("cx", "cy", "r");
    return { x: x - r, y: y - r, width: 2 * r, height: 2 * r };
  }
  if (shape.matches("rect")) {
    const [x, y, width, height] = of("x", "y", "width", "height");
    return { x, y, width, height };
  }
  const { x, y, width, height } = shape.getBBox();
  return { x, y, width, height };
}
