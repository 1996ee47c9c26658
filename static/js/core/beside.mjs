// Where a card that belongs to something stands: beside it, never on it, never over the edge of the window.

const GAP = 8;

/**
 * Place it at the first side with room for it, and, where there is one, on none of the boxes that are to be `seen`; whether
 * it lies on none. A node of a figure is as large as its disc.
 */
export function placeBeside(card, of, seen = []) {
  const [box, own] = [(of.querySelector?.(".disc") ?? of).getBoundingClientRect(), card.getBoundingClientRect()];
  const across = within(box.left + box.width / 2 - own.width / 2, own.width, innerWidth);
  const along = within(box.top + box.height / 2 - own.height / 2, own.height, innerHeight);
  const sides = [
    [innerHeight - box.bottom - own.height, across, box.bottom + GAP],
    [box.top - own.height, across, box.top - GAP - own.height],
    [innerWidth - box.right - own.width, box.right + GAP, along],
    [box.left - own.width, box.left - GAP - own.width, along],
  ];
  const free = ([, left, top]) => !seen.some((other) => overlap({ left, top, width: own.width, height: own.height }, other));
  const roomy = sides.filter(([room]) => room >= 2 * GAP);
  const [, left, top] = roomy.find(free) ?? roomy[0] ?? sides.sort(([a], [b]) => b - a)[0];
  const place = { left, top: within(top, own.height, innerHeight) };
  Object.assign(card.style, { left: `${place.left}px`, top: `${place.top}px` });
  return free([0, place.left, place.top]);
}

/** Whether two boxes have a part in common. */
function overlap(a, b) {
  return a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height;
}

/** A place within a window, not nearer to its ends than the gap. */
const within = (from, size, window) => Math.max(GAP, Math.min(from, window - size - GAP));
