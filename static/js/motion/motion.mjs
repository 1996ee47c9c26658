// The motion of a figure as the cursor goes on. What moves it is brought when it is first wanted; where no motion is wanted nothing moves.

import { movedSteps } from "./waves.mjs";

/** How long the beads of a step run that is made by hand, and of several. */
const [ONE, SOME] = [450, 800];
/** The share of the time between two steps of a play in which the beads arrive. */
const ARRIVED = 0.9;
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** Moves one drawing {figure, layer, nodes, edges, graph} after another before a camera; `steps()` are those of the open link. */
export class Motion {
  #camera;
  #steps;
  #parts = null;
  #beads = null;
  #here = 0;

  constructor(camera, steps) {
    this.#camera = camera;
    this.#steps = steps;
  }

  /** Another link is open, with the cursor at a step: nothing runs. */
  open(here) {
    this.#here = here;
    this.#beads?.stop();
  }

  /** A promise of what moves a drawing. */
  async ready() {
    if (still.matches || this.#parts) return;
    try {
      const [{ Beads }, ...parts] = await Promise.all([import("./beads.mjs"), import("./slide.mjs"), import("./gathering.mjs"), import("./circuit.mjs")]);
      this.#parts = Object.assign({}, ...parts);
      this.#beads = new Beads();
    } catch {
      // The server is away: until it is back a drawing is another one at once.
    }
  }

  get #moves() {
    return this.#parts !== null && !still.matches;
  }

  /** What is seen of a drawing before another one takes its place. */
  seen(drawing) {
    return this.#moves ? this.#parts.seenOf(drawing, this.#camera) : null;
  }

  /** Another part of the run is drawn: it comes from where it was `seen`, and the beads with it, as what is `gone` goes. */
  come(drawing, before, gone, state) {
    this.#beads?.stop();
    drawing.figure.querySelector(".ghosts")?.parentElement.remove();
    const pace = state.playing ? state.pace : 0;
    if (!this.#moves) return;
    this.#parts.slideTogether(drawing.figure, pace);
    this.follow(drawing, state, before && this.#parts.slideAlong(drawing, { ...before, gone }, this.#camera, pace));
  }

  /** The drawing is at another step: its beads run. */
  follow(drawing, { here, playing, pace }, slide = null) {
    if (here === this.#here && !slide) return;
    const moved = movedSteps(this.#steps(), this.#here, here);
    this.#here = here;
    this.#beads?.stop();
    if (!this.#moves || !moved.length) return;
    const time = playing ? ARRIVED * pace : moved.length > 1 ? SOME : ONE;
    const circuit = this.#parts.circuitOf(drawing.figure);
    if (circuit) this.#beads.run(circuit, this.#parts.stepsOnCircuit(moved), time, slide);
    else this.#beads.run(drawing, moved, time, slide);
  }
}
