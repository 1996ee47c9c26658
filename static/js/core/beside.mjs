// Where a card that belongs to something stands: beside it, never on it, never over the edge of the window.

const GAP = 8;

/** Place it at the first side with room for it. A node of a figure is as large as its disc. */
export function placeBeside(card, of) {
  const [box, own] = [(of.querySelector?.(".disc") ?? of).getBoundingClientRect(), card.getBoundingClientRect()];
  const across = within(box.left + box.width / 2 - own.width / 2, own.width, innerWidth);
  const along = within(box.top + box.height / 2 - own.height / 2, own.height, innerHeight);
  const sides = [
    [innerHeight - box.bottom - own.height, across, box.bottom + GAP],
    [box.top - own.height, across, box.top - GAP - own.height],
    [innerWidth - box.right - own.width, box.right + GAP, along],
    [box.left - own.width, box.left - GAP - own.width, along],
  ];
  const [, left, top] = sides.find(([room]) => room >= 2 * GAP) ?? sides.sort(([a], [b]) => b - a)[0];
  Object.assign(card.style, { left: `${left}px`, top: `${within(top, own.height, innerHeight)}px` });
}

/** A place within a window, not nearer to its ends than the gap. */
const within = (from, size, window) => Math.max(GAP, Math.min(from, window - size - GAP));
