// The strip of a run: a cell for a few steps, as strong as the loss is large, by logarithm; a slider lies on it.

import { numeral } from "../core/numeral.mjs";

const CELLS = 200;
const FAINTEST = 0.06;
const GONE = 0.3;
const SVG = "http://www.w3.org/2000/svg";

export class RunStrip {
  #cells = [];
  #shades;
  #drawn = "";

  constructor(place) {
    [this.svg, this.scrub] = [place.querySelector("svg"), place.querySelector("input")];
    this.ends = place.parentElement.querySelectorAll(".ramp span");
    [this.group, this.ahead, this.marker] = [".cells", ".ahead", ".marker"].map((name) => this.svg.querySelector(name));
  }

  /** Begin with a run of which no step is drawn. */
  begin(run) {
    this.run = run;
    const count = Math.min(CELLS, run.steps);
    this.#cells = Array.from({ length: count }, (_, i) => cell((100 * i) / count, 100 / count));
    this.group.replaceChildren(...this.#cells);
    this.#shades = new Shades(count, run.steps);
    this.#drawn = "";
  }

  /** Draw the steps that are there, of which `stopped` is the one where the run left the finite numbers. */
  draw(here, stopped) {
    const { first, count, steps, losses } = this.run;
    const drawn = `${count},${stopped}`;
    if (drawn !== this.#drawn) this.#shade(this.#shades.take(losses.subarray(0, count)), stopped === null ? steps : stopped - first);
    this.#drawn = drawn;
    [this.scrub.min, this.scrub.max, this.scrub.value] = [first, first + Math.max(0, count - 1), first + here];
    this.scrub.style.width = `${(100 * Math.max(1, count)) / steps}%`;
    const place = (100 * (here + 0.5)) / steps;
    this.marker.setAttribute("x", `${place}%`);
    this.ahead.setAttribute("x", `${place}%`);
    this.ahead.setAttribute("width", `${100 - place}%`);
  }

  #shade(shades, end) {
    const each = this.run.steps / this.#cells.length;
    shades.ends.forEach((loss, i) => (this.ends[i].textContent = numeral(loss, 2)));
    this.#cells.forEach((rect, i) => {
      const gone = i * each >= end;
      const shown = gone ? String(GONE) : String(Number(shades.of(i).toFixed(2)));
      if (rect.getAttribute("fill-opacity") !== shown) rect.setAttribute("fill-opacity", shown);
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

/**
 * The losses of a run gathered in cells, each as strong as its losses are on average, from the smallest to the largest: by
 * logarithm as long as none is below 0, of which exactly 0 has none and is as faint as the smallest. A loss that is no
 * finite number is the strongest. Losses are taken once.
 */
export class Shades {
  constructor(cells, steps) {
    Object.assign(this, { cells, steps, even: false });
    this.#clear();
  }

  #clear() {
    Object.assign(this, { taken: 0, low: Infinity, high: -Infinity });
    for (const name of ["count", "lost", "nothing", "sum"]) this[name] = new Float64Array(this.cells);
  }

  take(losses) {
    for (; this.taken < losses.length; this.taken += 1) {
      const loss = losses[this.taken];
      if (loss < 0 && !this.even) {
        this.even = true;
        this.#clear();
        return this.take(losses);
      }
      this.#put(Math.ceil(((this.taken + 1) * this.cells) / this.steps) - 1, loss);
    }
    return this;
  }

  #put(cell, loss) {
    this.count[cell] += 1;
    if (!Number.isFinite(loss)) return (this.lost[cell] += 1);
    if (!this.even && loss === 0) return (this.nothing[cell] += 1);
    const height = this.even ? loss : Math.log10(loss);
    if (height < this.low) this.low = height;
    if (height > this.high) this.high = height;
    return (this.sum[cell] += height);
  }

  /** The smallest loss and the largest. */
  get ends() {
    const [low, high] = [this.low, this.high].map((height) => (this.even ? height : 10 ** height));
    return [this.nothing.some(Boolean) ? 0 : low, high];
  }

  /** From 0, where there is no loss yet, to 1. */
  of(cell) {
    const [count, lost] = [this.count[cell], this.lost[cell]];
    if (!count) return 0;
    const measured = count - lost - this.nothing[cell];
    const share = this.high > this.low ? (this.sum[cell] - measured * this.low) / (this.high - this.low) : measured / 2;
    return (lost + FAINTEST * (count - lost) + (1 - FAINTEST) * share) / count;
  }
}
