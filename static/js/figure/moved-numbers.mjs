// Puts other numbers into a figure that stays as it is: where nothing else of it has changed the server says these alone.

import { setAttributes } from "../core/elements.mjs";

/** What the server calls the figure that an element holds, without its numbers; by that figure. */
const shapes = new WeakMap();
/** What each group of numbers was made of. */
const texts = new WeakMap();

/** Keep what the server calls the figure that an element holds now. */
export function keepShape(element, shape) {
  const figure = element.querySelector(".figure");
  if (figure) shapes.set(figure, { shape, part: partOf(figure) });
}

/** What the server calls the figure that an element holds; nothing where that shows another part of its run by now. */
export function shownShape(element) {
  const figure = element.querySelector(".figure");
  const { shape, part } = shapes.get(figure) ?? {};
  return part === undefined || part !== partOf(figure) ? "" : shape;
}

const partOf = ({ dataset: { window, update } }) => `${window} ${update}`;

/** Show other numbers, [facts, inside] for each element that has some, in their order; only a group is all numbers. */
export function showMoved(element, moved) {
  const parts = element.querySelectorAll("[data-numbers]");
  const stays = (part, inside) => inside === null || texts.get(part) === inside;
  const fresh = moved.map(([, inside], i) => [parts[i], inside]).filter(([part, inside]) => !stays(part, inside));
  const created = create(element.querySelector(".figure"), fresh.map(([, inside]) => inside));
  fresh.forEach(([part, inside], i) => {
    part.replaceChildren(...created[i].childNodes);
    texts.set(part, inside);
  });
  moved.forEach(([facts], i) => setAttributes(parts[i], facts));
}

/** Groups with these insides, read in one go. */
function create(figure, insides) {
  const range = document.createRange();
  range.selectNodeContents(figure);
  return [...range.createContextualFragment(insides.map((inside) => `<g>${inside}</g>`).join("")).children];
}
