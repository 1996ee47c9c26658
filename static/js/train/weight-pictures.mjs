// The parameters of one step and their gradients as pictures: a cell for each entry, the sign as colour, the size as depth.

import { tickText } from "../charts/run-chart.mjs";
import { setWords } from "../core/words.mjs";

const SIDE = 96;
const CELL = [2, 12];
const [RESTED, LATE] = [120, 200];

/** `pass(fields, signal)` brings the numbers of a step, null once that is aborted; `rested(step)` is called when they are fetched. */
export class WeightPictures {
  #resting = 0;
  #asked = new AbortController();

  constructor(place, { pass, rested }) {
    Object.assign(this, { place, pass, rested });
  }

  /** Show `parameters` at a step of the run, once the slider rests. */
  showSoon(step, parameters, after = RESTED) {
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => this.#bring(step, parameters), after);
  }

  /** Forget what was to be shown. */
  forget() {
    clearTimeout(this.#resting);
    this.#asked.abort();
    this.#busy(false);
  }

  async #bring(step, parameters) {
    this.#asked.abort();
    this.#asked = new AbortController();
    const { signal } = this.#asked;
    this.rested(step);
    const late = setTimeout(() => signal.aborted || this.#busy(true), LATE);
    const found = await this.pass({ trained: step }, signal);
    clearTimeout(late);
    if (signal.aborted) return;
    this.#busy(false);
    if (found.problems) return;
    this.#show(parameters, found.parameters, found.gradients);
    this.place.dataset.step = step;
  }

  #busy(late) {
    this.place.toggleAttribute("aria-busy", late);
    if (late) this.place.setAttribute("aria-busy", "true");
  }

  #show(parameters, values, gradients) {
    this.place.replaceChildren(...parameters.map((one) => figureOf(one, { weights: values, gradients })));
    const colours = getComputedStyle(this.place);
    const [more, less] = ["--more", "--less"].map((name) => rgb(this.place, colours.getPropertyValue(name)));
    this.place.querySelectorAll("canvas").forEach((canvas) => paint(canvas, more, less));
  }
}

/** A figure for each parameter, with its values and below them its gradient; they stand in as many lines as there is room for. */
function figureOf({ name, plain }, rows) {
  const figure = document.createElement("figure");
  const caption = figure.appendChild(document.createElement("figcaption"));
  setWords(caption, plain);
  for (const [title, of] of Object.entries(rows)) figure.append(...picture(`${title} ${plain}`, of[name]));
  return figure;
}

/** The canvas of an array of rank 0 to 2, and the greatest size in it. */
function picture(name, array) {
  const rows = Array.isArray(array) ? array.map((row) => [row].flat()) : [[array]];
  const canvas = document.createElement("canvas");
  [canvas.height, canvas.width] = [rows.length, rows[0]?.length || 1];
  const across = Math.min(CELL[1], Math.max(CELL[0], Math.floor(SIDE / Math.max(canvas.height, canvas.width))));
  canvas.style.width = `${Math.max(12, across * canvas.width)}px`;
  canvas.style.height = `${Math.max(12, across * canvas.height)}px`;
  canvas.values = rows.flat();
  const most = Math.max(...canvas.values.map((value) => Math.abs(value ?? 0)), 0);
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `${name}, ${rows.length} by ${canvas.width}, at most ${most.toPrecision(3)}`);
  const scale = document.createElement("span");
  scale.textContent = `± ${(most >= 1e-3 && most < 1e5) || !most ? Number(most.toPrecision(2)) : tickText(Number(most.toPrecision(1)))}`;
  canvas.most = most || 1;
  return [canvas, scale];
}

function paint(canvas, more, less) {
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  canvas.values.forEach((value, i) => {
    const share = Math.sqrt(Math.abs(value ?? 0) / canvas.most);
    image.data.set([...(value > 0 ? more : less), Math.round(255 * share)], 4 * i);
  });
  context.putImageData(image, 0, 0);
}

/** A colour of the style sheet in the theme that shows, as three numbers. */
function rgb(place, colour) {
  const probe = place.appendChild(document.createElement("i"));
  probe.style.color = colour;
  const found = getComputedStyle(probe).color.match(/[\d.]+/g).slice(0, 3).map(Number);
  probe.remove();
  return found;
}
