// The strip of a run: a cell for a few steps, as strong as the loss is large, by logarithm; a slider lies on it.

const CELLS = 200;
const FAINTEST = 0.06;
const GONE = 0.3;
const SVG = "http://www.w3.org/2000/svg";

export class RunStrip {
  #cells = [];
  #drawn = "";

  constructor(place) {
    [this.svg, this.scrub] = [place.querySelector("svg"), place.querySelector("input")];
    [this.group, this.ahead, this.marker] = [".cells", ".ahead", ".marker"].map((name) => this.svg.querySelector(name));
  }

  /** Begin with a run of which no step is drawn. */
  begin(run) {
    this.run = run;
    const count = Math.min(CELLS, run.steps);
    this.#cells = Array.from({ length: count }, (_, i) => cell((100 * i) / count, 100 / count));
    this.group.replaceChildren(...this.#cells);
    this.#drawn = "";
  }

  /** Draw the steps that are there, of which `stopped` is the one where the run left the finite numbers. */
  draw(here, stopped) {
    const { first, count, steps, losses } = this.run;
    const drawn = `${count},${stopped}`;
    if (drawn !== this.#drawn) this.#shade(heightsOf(losses.subarray(0, count)), stopped === null ? steps : stopped - first);
    this.#drawn = drawn;
    [this.scrub.min, this.scrub.max, this.scrub.value] = [first, first + Math.max(0, count - 1), first + here];
    this.scrub.style.width = `${(100 * Math.max(1, count)) / steps}%`;
    const place = (100 * (here + 0.5)) / steps;
    this.marker.setAttribute("x", `${place}%`);
    this.ahead.setAttribute("x", `${place}%`);
    this.ahead.setAttribute("width", `${100 - place}%`);
  }

  #shade(heights, end) {
    const each = this.run.steps / this.#cells.length;
    this.#cells.forEach((rect, i) => {
      const part = heights.slice(Math.floor(i * each), Math.max(Math.floor(i * each) + 1, Math.floor((i + 1) * each)));
      const gone = i * each >= end;
      rect.setAttribute("fill-opacity", gone ? GONE : part.length ? (part.reduce((a, b) => a + b, 0) / part.length).toFixed(2) : 0);
      rect.classList.toggle("gone", gone);
    });
  }
}

function cell(x, width) {
  const rect = document.createElementNS(SVG, "rect");
  rect.setAttribute("x", `${x}%`);
  rect.setAttribute("width", `${width}%`);
  rect.setAttribute("height", "100%");
  return rect;
}

/** How strong each loss is, from the smallest to the largest: by logarithm as long as none is below 0. */
export function heightsOf(losses) {
  const found = [...losses];
  const finite = found.filter(Number.isFinite);
  const scale = finite.some((loss) => loss < 0) ? (loss) => loss : (loss) => Math.log10(Math.max(loss, Number.MIN_VALUE));
  const scaled = finite.map(scale);
  const [low, high] = [Math.min(...scaled), Math.max(...scaled)];
  return found.map((loss) => (Number.isFinite(loss) ? FAINTEST + (1 - FAINTEST) * (high > low ? (scale(loss) - low) / (high - low) : 0.5) : 1));
}
