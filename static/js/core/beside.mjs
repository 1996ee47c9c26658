// Where a card that belongs to something stands: beside it, never on it, never over the edge of the window.

const GAP = 8;

/**
 * Place it at a side with room for it, on none of the boxes that are to be `seen` where that can be, and on as few as can be
 * of those that are `spared`; whether it lies on none that is to be seen. A node of a figure is as large as its disc. It had
 * rather stand above or below what is `around`, if that is given, and does so of what is `farther` where it lies on less there.
 */
export function placeBeside(card, of, { seen = [], spared = [], around = [], farther = [] } = {}) {
  const [box, own] = [(of.querySelector?.(".disc") ?? of).getBoundingClientRect(), card.getBoundingClientRect()];
  const across = within(box.left + box.width / 2 - own.width / 2, own.width, innerWidth);
  const along = within(box.top + box.height / 2 - own.height / 2, own.height, innerHeight);
  const under = ({ top, bottom }) => [
    [innerHeight - bottom - own.height, across, bottom + GAP],
    [top - own.height, across, top - GAP - own.height],
  ];
  const sides = [
    ...around.flatMap((whole) => under(whole.getBoundingClientRect()).toReversed()),
    ...under(box),
    [innerWidth - box.right - own.width, box.right + GAP, along],
    [box.left - own.width, box.left - GAP - own.width, along],
    ...farther.flatMap((part) => under(part.getBoundingClientRect())),
  ];
  const covered = (boxes, [, left, top]) => boxes.filter((other) => overlap({ left, top, width: own.width, height: own.height }, other)).length;
  const roomy = sides.filter(([room]) => room >= 2 * GAP).map((side) => ({ side, covers: covered(seen, side), lies: covered(spared, side) }));
  roomy.sort((a, b) => a.covers - b.covers || a.lies - b.lies);
  const [room, left, high] = roomy[0]?.side ?? sides.sort(([a], [b]) => b - a)[0];
  const top = within(high, own.height, innerHeight);
  Object.assign(card.style, { left: `${left}px`, top: `${top}px` });
  return !covered(seen, [room, left, top]);
}

/** Whether two boxes have a part in common. */
function overlap(a, b) {
  return a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height;
}

/** A place within a window, not nearer to its ends than the gap. */
const within = (from, size, window) => Math.max(GAP, Math.min(from, window - size - GAP));
