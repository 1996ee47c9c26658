// What a finger means in a figure: it is wider than a letter, so on the paper beside one it means the nearest.

const SMALL = ".edge[data-params] > .label, .delay";
/** How far from the middle of a finger what it means may be, in pixels. */
const REACH = 12;

/** The part that a pointer is at, of a finger on nothing the small one that is nearest to it. */
export function meant({ target, pointerType, clientX, clientY }) {
  const figure = target.closest?.(".figure-frame");
  if (pointerType !== "touch" || !figure || target.closest(".node, .edge")) return target;
  return nearest(figure.querySelectorAll(SMALL), { clientX, clientY }) ?? target;
}

/** Whether something is dragged while a pointer comes to another part; a finger comes to what it taps. */
export const isDragging = ({ buttons, pointerType }) => Boolean(buttons) && pointerType !== "touch";

/** The part that is nearest to a pointer, and near enough to be meant; undefined where none is. */
export function nearest(parts, { clientX, clientY }) {
  const away = (part) => {
    const { left, top, right, bottom } = part.getBoundingClientRect();
    return Math.hypot(Math.max(left - clientX, 0, clientX - right), Math.max(top - clientY, 0, clientY - bottom));
  };
  const near = [...parts].map((part) => ({ part, far: away(part) })).filter(({ far }) => far <= REACH);
  return near.toSorted((a, b) => a.far - b.far)[0]?.part;
}
