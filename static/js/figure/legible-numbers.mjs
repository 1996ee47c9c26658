// Numbers in nodes are drawn larger where a figure is seen so small that they could not be read, as far as their circle has the room;
// where that is not enough the style sheet shows a cell in their place until one comes closer, as a map leaves out what is too small.

/** The em in pixels of a number that is read at ease. */
const READ = 10;
/** No number is drawn so much larger that it would reach the next one or the name above it; and what is left of a circle beside it. */
const [MOST, MARGIN] = [1.6, 1];
/** How far a gradient that is as large as it can be has moved: to the left, where its ∇ leaves a corner empty, and up, but where it is so short that it need not. */
const [ASIDE, LIFT] = [1.5, 1.2];

/**
 * Note at each number of a node how much larger its circle has room for: a value grows from its lower edge, and a gradient
 * from a place beside its end and below its upper edge, so that it leaves the narrow end of the circle as it grows.
 */
export function leaveRoom(node) {
  const disc = node.querySelector(".disc");
  for (const slot of node.querySelectorAll(':scope > [data-cells="0"]')) {
    const [left, top, width, height] = ["x", "y", "width", "height"].map((side) => Number(slot.dataset[side]));
    const number = slot.querySelector(".number");
    if (!number) continue;
    slot.style.setProperty("--em", slot.dataset.em);
    slot.style.setProperty("--room", 1);
    if (!disc?.r) continue;
    const [middle, below] = [left + width / 2, slot.classList.contains("gradient")];
    const [half, edge] = [middle - leftOf(number), below ? top : top + height];
    const [deep, within] = [edge - disc.cy.baseVal.value, disc.r.baseVal.value - MARGIN];
    const lift = below && roomBelow(half - ASIDE, deep, height, within) < MOST ? LIFT : 0;
    const room = Math.min(MOST, below ? roomBelow(half - ASIDE, deep - lift, height, within) : Math.sqrt(within ** 2 - deep ** 2) / half);
    const moved = (by) => (below && room > 1 ? by / (room - 1) : 0);
    slot.style.setProperty("--room", Math.max(1, room));
    slot.style.transformOrigin = `${middle + moved(ASIDE)}px ${edge + moved(lift)}px`;
  }
}

/** Where a number begins: it stands there, or its path begins there. */
function leftOf(number) {
  return number.x?.baseVal.value ?? Number.parseFloat(number.getAttribute("d").slice(1));
}

/** How many times as large a box, half as wide as `half` on either side, fits in a circle whose middle is so far above its upper edge. */
function roomBelow(half, deep, height, within) {
  const [a, b, c] = [half ** 2 + height ** 2, deep * height, deep ** 2 - within ** 2];
  return (Math.sqrt(b ** 2 - a * c) - b) / a;
}

/** Say in a figure how large an em is to be, in its own measure, on a scale of so many pixels. */
export function readAt(figure, scale) {
  const wanted = String(READ / scale);
  if (figure.style.getPropertyValue("--read") !== wanted) figure.style.setProperty("--read", wanted);
}
