// The blame on its way back: a bead leaves the loss and fills the steps of both chains, one after another.

const STEP = 95;
const HOLLOW = 0.62;
const SVG = "http://www.w3.org/2000/svg";
const arriving = [{ opacity: 0 }, { opacity: 1 }];
const sweeping = [{ clipPath: "inset(-9px 0 -9px 100%)" }, { clipPath: "inset(-9px 0 -9px 0)" }];

/** Sends the pulse through the chains in `place`; `reached(t)` is called with the step that it is at, at the end with 1. */
export class Pulse {
  #place;
  #reached;
  #running = [];
  #frame = 0;

  constructor(place, reached) {
    this.#place = place;
    this.#reached = reached;
  }

  /** Send it, after so many milliseconds. */
  send(after = 0) {
    this.stop();
    const shown = [...this.#place.querySelectorAll(".chain svg")].filter((svg) => svg.checkVisibility());
    for (const svg of shown) this.#fill(svg, after);
    const steps = Math.max(...shown.map((svg) => nodesOf(svg).length));
    for (const curve of this.#place.querySelectorAll(".kept .curve:not(:first-of-type)")) {
      this.#run(curve, sweeping, { delay: after + STEP, duration: (steps - 1) * STEP });
    }
    this.#count(steps, after, performance.now());
  }

  /** Show everything as it is in the end. */
  stop() {
    cancelAnimationFrame(this.#frame);
    for (const animation of this.#running.splice(0)) animation.cancel();
    for (const bead of this.#place.querySelectorAll(".bead")) bead.remove();
    this.#reached(1);
  }

  #run(element, frames, timing) {
    const animation = element.animate(frames, { fill: "backwards", ...timing });
    this.#running.push(animation);
    return animation;
  }

  #fill(svg, after) {
    const nodes = nodesOf(svg);
    const when = (t, more = 1) => after + (nodes.length - t + more) * STEP;
    for (const [t, part] of arrivals(svg)) this.#run(part, arriving, { delay: when(t, 0.75), duration: STEP });
    this.#run(svg.querySelector(".kind-loss .arrived"), arriving, { delay: after, duration: STEP / 2 });
    const bead = svg.appendChild(document.createElementNS(SVG, "circle"));
    bead.setAttribute("class", "bead");
    bead.setAttribute("r", circle(nodes[0]).getAttribute("r"));
    const moving = this.#run(bead, way(svg, nodes), { delay: after, duration: nodes.length * STEP, fill: "none" });
    moving.finished.then(() => bead.remove(), () => {});
  }

  /** Say which step it is at, frame by frame. */
  #count(steps, after, start) {
    const passed = Math.floor((performance.now() - start - after) / STEP);
    const t = Math.min(steps, Math.max(1, steps - passed + 1));
    this.#reached(t);
    if (t > 1) this.#frame = requestAnimationFrame(() => this.#count(steps, after, start));
  }
}

const circle = (node) => node.querySelector("circle");

/** The steps of a chain, the last one first. */
function nodesOf(svg) {
  return [...svg.querySelectorAll(".node[data-t]")].reverse();
}

/** What arrives at each step: in its circle, and on the arrow to it. */
function arrivals(svg) {
  return [...svg.querySelectorAll("[data-t] > .arrived")].map((part) => [Number(part.parentElement.dataset.t), part]);
}

/** The bead from the loss through every step: its area goes by the logarithm of what is left, and what is weak is hollow. */
function way(svg, nodes) {
  const places = [{ part: svg.querySelector(".kind-loss"), size: 1 }, ...nodes.map((part) => ({ part, size: Number(part.dataset.bead) }))];
  return places.map(({ part, size }) => {
    const [x, y] = ["cx", "cy"].map((side) => circle(part).getAttribute(side));
    return { transform: `translate(${x}px, ${y}px) scale(${size})`, fillOpacity: size < HOLLOW ? 0 : 1 };
  });
}
