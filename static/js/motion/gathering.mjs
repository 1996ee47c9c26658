// The update as it moves: the parts of a gradient slide together into their sum, and stand at their places again.

const TIME = 900;
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** Let the parts of the gradient in a drawing slide together, within the time that a step is shown; nothing where none come together, or motion is not wanted. */
export function slideTogether(figure, pace) {
  const sum = figure.querySelector(".act-whole");
  if (!sum || still.matches) return;
  const scale = figure.getScreenCTM()?.a ?? 1;
  const how = { duration: Math.min(TIME, pace || TIME), easing: "ease-in-out" };
  const there = middle(sum);
  for (const part of figure.querySelectorAll(".act-part")) {
    const [x, y] = middle(part).map((at, axis) => (there[axis] - at) / scale);
    part.animate(
      [
        { transform: "none" },
        { transform: `translate(${x}px, ${y}px)`, opacity: 1, offset: 0.65 },
        { transform: "none", opacity: 0, offset: 0.66 },
        { transform: "none", opacity: 1 },
      ],
      how,
    );
  }
  sum.animate([{ opacity: 0 }, { opacity: 0, offset: 0.6 }, { opacity: 1, offset: 0.7 }, { opacity: 1 }], how);
}

function middle(part) {
  const { left, top, width, height } = part.getBoundingClientRect();
  return [left + width / 2, top + height / 2];
}
