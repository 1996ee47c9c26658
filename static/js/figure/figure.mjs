// The figure: classes and two attributes say what the cursor has reached, and the style sheet shows it.

import { setAttributes } from "../core/elements.mjs";
import { reachedAt, stepAtNode } from "../cursor/cursor.mjs";
import { Hold } from "../cursor/hold.mjs";
import { Motion } from "../motion/motion.mjs";
import { leaveRoom } from "./legible-numbers.mjs";
import { showAnswer } from "./pieces.mjs";
import { describeDelay } from "./explanations.mjs";
import { makePressable } from "./window.mjs";

const REST = 400;
/** The kinds of node that nothing computes. */
const GIVEN = ["input", "target", "parameter"];

/**
 * The drawing in `element`, before a camera, follows the store's cursor, and a click on a node moves the cursor to it. Returns
 * `ready(here)`, a promise that what it and the panel show at the next step of a play has come, or that the play has ended.
 */
export function mountFigure(element, camera, store, openLink) {
  const view = new FigureView(element, camera, store, openLink);
  store.subscribe((state, changed) => {
    if (changed.has("blank")) element.querySelectorAll(".unfolded .current").forEach(name);
    if (changed.has("opened")) view.open(state);
    else if (changed.has("here")) {
      view.show();
      view.renew();
    }
  });
  view.open(store.state);
  listenForChoice(element, (node) => view.choose(node));
  listenForNearness(element);
  return (here) => Promise.all([view.hold.ready(here), view.motion.ready()]);
}

/** A drawing has the numbers of all steps that it shows; of a long run it shows some, so what others have is fetched as the cursor goes on. */
class FigureView {
  #drawing = null;
  #renewing = false;
  #resting = 0;
  #here = 0;

  constructor(element, camera, store, openLink) {
    Object.assign(this, { element, camera, store, openLink });
    this.hold = new Hold(store, (here) => this.bring(here), () => this.renew());
    this.motion = new Motion(camera, () => openLink.steps);
  }

  /** Another link is open; where its numbers alone are others the figure stays. */
  open({ here }) {
    this.#here = here;
    this.hold.begin(here);
    this.motion.open(here);
    const figure = this.element.querySelector(".figure");
    const stays = figure !== null && figure === this.#drawing?.figure;
    this.#drawing = read(figure, stays ? [] : [figure]);
    if (this.#drawing) this.#paint(this.#drawing);
    if (stays) this.#drawing.nodes.forEach((node) => (name(node), leaveRoom(node)));
    this.camera.take(this.#drawing?.figure ?? null);
    this.#follow(this.element.querySelector(".unfolded .current"));
    clearTimeout(this.#resting);
    if (this.#drawing && this.#slides) this.#resting = setTimeout(() => this.#becomePieces(this.store.state).catch(() => {}), REST);
  }

  /**
   * What came with the page is put in anew as pieces once it rests, so that the first step that moves the chain makes no
   * more than the next ones do; where one points at it, or has moved the cursor, that step does it.
   */
  async #becomePieces(seen) {
    const answer = await this.openLink.figure(seen.here);
    if (seen === this.store.state && !this.#renewing && !this.element.matches(":hover, :focus-within")) this.#put(answer);
  }

  /** The camera follows the cursor: the current node, in the update what comes of the pass, or what is drawn nearest to it so far. */
  #follow(current) {
    const act = this.#drawing?.figure.dataset.phase === "update" ? this.#drawing.figure.querySelector(".last-act") : null;
    const seen = current ?? act ?? this.#nearest();
    if (seen) this.camera.follow(seen, act ?? seen);
  }

  /** A node of the step nearest to the cursor's, where that is not drawn yet, as the run goes on faster than answers come. */
  #nearest() {
    const t = timeOf(this.openLink.steps[this.store.state.here - 1]?.at);
    if (Number.isNaN(t) || !this.#drawing) return null;
    const away = ([id]) => Math.abs(timeOf(id) - t);
    const [nearest] = [...this.#drawing.nodes].filter((it) => away(it) >= 0).toSorted((a, b) => away(a) - away(b));
    return nearest && away(nearest) > 0 ? nearest[1] : null;
  }

  #paint(drawing) {
    return paint(drawing, reachedAt(drawing.graph, this.openLink.steps, this.store.state.here));
  }

  show() {
    if (!this.#drawing) return;
    const current = this.#paint(this.#drawing);
    this.#showLegend();
    if (this.#accompanied()) current?.focus({ preventScroll: true });
    if (!this.#slides) this.#follow(current);
  }

  /** Whether the figure shows parts of a run, so that the chain may slide under the cursor, for which the camera waits. */
  get #slides() {
    return this.#drawing.figure.dataset.window.includes(",");
  }

  /** Beside a figure stands the legend of each phase; that of the cursor's is seen. */
  #showLegend() {
    const legend = this.element.parentElement.querySelector(":scope > .figure-legend");
    if (legend) legend.dataset.phase = this.openLink.steps[this.store.state.here - 1]?.phase ?? "";
  }

  /** Whether the keyboard brought the focus to a node: then the focus goes with the cursor. */
  #accompanied() {
    return this.element.contains(document.activeElement?.closest(".node")) && this.element.dataset.pointed === undefined;
  }

  /** Fetch what is drawn of the steps around the cursor, until it is what is shown. */
  async renew() {
    if (this.#renewing) return;
    this.#renewing = true;
    let [seen, lost] = [null, null];
    try {
      while (seen !== this.store.state) {
        seen = this.store.state;
        await this.#redraw(seen);
        this.hold.shows(seen.here);
      }
      this.#lookAhead(this.store.state).catch(() => {});
    } catch {
      lost = seen.here;
    } finally {
      this.#renewing = false;
    }
    if (lost === this.store.state.here) this.hold.lose(lost);
    else if (lost !== null) this.renew();
  }

  async #redraw({ here, opened }) {
    if (!this.#drawing) return;
    const moves = this.motion.ready();
    this.hold.awaits();
    const answer = await this.bring(here);
    this.hold.has();
    await moves;
    if (opened !== this.store.state.opened) return;
    if (!answer) {
      if (this.#slides && here === this.store.state.here) this.#follow(this.element.querySelector(".unfolded .current"));
      return this.motion.follow(this.#drawing, this.store.state);
    }
    const before = this.motion.seen(this.#drawing);
    const gone = this.#put(answer);
    this.motion.come(this.#drawing, before, gone, this.store.state);
  }

  /** A promise of what the figure shows at a step; null where it shows that. */
  async bring(here) {
    const { window, update } = await this.openLink.panel(here);
    const { dataset } = this.#drawing?.figure ?? {};
    return !dataset || (window === dataset.window && update === dataset.update) ? null : this.openLink.figure(here);
  }

  /** Show another part of the run; the focus goes with the cursor, on the strip it stays. Returns what is no more in sight. */
  #put(answer) {
    const focused = document.activeElement;
    const within = this.element.contains(focused) && !focused.matches(".overview");
    const { figure } = this.#drawing;
    const { kept } = this.camera;
    const { fresh, gone } = showAnswer(figure, answer);
    this.#drawing = read(figure, fresh);
    const current = this.#paint(this.#drawing);
    this.camera.take(figure, current, kept);
    this.#follow(current);
    if (within) current?.focus({ preventScroll: true });
    return gone;
  }

  /** Have what the figure shows at the next step, on the way that the cursor goes; a play asks for its own next one. */
  async #lookAhead({ here, playing }) {
    const next = here + Math.sign(here - this.#here);
    this.#here = here;
    if (!playing && this.#drawing && next >= 0 && next <= this.openLink.steps.length) await this.bring(next);
  }

  choose(node) {
    const { steps } = this.openLink;
    const here = stepAtNode(steps, node.dataset.node, steps[this.store.state.here - 1]?.phase);
    if (here) this.store.set({ here, playing: false });
  }
}

/** The step that an id names, as 2 in h[2]; NaN where it names none. */
function timeOf(id) {
  return Number(/\[(-?\d+)\]/.exec(id)?.[1] ?? NaN);
}

/** A node of the unfolded graph is chosen by a click, Enter or the space bar. */
function listenForChoice(element, choose) {
  const nodeAt = (event) => event.target.closest(".unfolded .node");
  element.addEventListener("click", (event) => nodeAt(event) && choose(nodeAt(event)));
  element.addEventListener("keydown", (event) => {
    if ((event.key !== "Enter" && event.key !== " ") || !nodeAt(event)) return;
    event.preventDefault();
    choose(nodeAt(event));
  });
}

/** The arrows at a node stand out while it is pointed at, or has the focus by the keyboard. */
function listenForNearness(element) {
  for (const [type, on] of [["pointerover", true], ["pointerout", false], ["focusin", true], ["focusout", false]]) {
    element.addEventListener(type, (event) => {
      const node = event.target.closest(".node");
      const keyboard = !type.startsWith("focus") || !on || node?.matches(":focus-visible");
      if (node && keyboard) emphasise(node, on);
    });
  }
}

/** Prepare what is new of a drawing for the keyboard and for screen readers, and keep by id what the cursor changes; null without a drawing. */
function read(figure, fresh = [figure]) {
  if (!figure) return null;
  makePressable(figure);
  letters(figure);
  fresh.forEach(prepare);
  const [nodes, edges] = [new Map(), new Map()];
  for (const node of figure.querySelectorAll(".unfolded .node")) nodes.set(node.dataset.node, node);
  for (const edge of figure.querySelectorAll(".unfolded .edge")) edges.set(edge.dataset.edge, edge);
  (figure.querySelector(".unfolded .current") ?? nodes.values().next().value)?.setAttribute("tabindex", "0");
  return { figure, layer: figure.querySelector(".unfolded"), nodes, edges, graph: graphOf(nodes, edges), marks: marked(nodes, edges) };
}

function prepare(part) {
  describeEdges(part);
  for (const node of part.querySelectorAll(".node")) {
    keepSentence(node);
    name(node);
    leaveRoom(node);
    if (!node.closest(".unfolded")) continue;
    node.removeAttribute("href");
    setAttributes(node, { role: "button", tabindex: -1 });
  }
}

/** The drawn graph as the cursor reads it. */
function graphOf(nodes, edges) {
  return {
    nodes: [...nodes].map(([id, node]) => ({ id, start: node.classList.contains("start"), given: GIVEN.includes(node.dataset.kind), uses: named(node.dataset.uses) })),
    edges: [...edges].map(([id, { dataset }]) => ({ id, source: dataset.source, target: dataset.target, cut: "cut" in dataset, params: named(dataset.params) })),
  };
}

const named = (names) => names?.split(" ") ?? [];

function describeEdges(figure) {
  for (const edge of figure.querySelectorAll(".edge")) keepSentence(edge);
  for (const delay of figure.querySelectorAll(".delay")) {
    setAttributes(delay, { tabindex: 0, role: "img", "aria-label": describeDelay(delay)[0] });
  }
}

/** Of each parameter that is written beside arrows one letter can take the focus; what it is about then lights up. */
function letters(figure) {
  const labels = [...figure.querySelectorAll(".edge[data-params] > .label")];
  const first = new Map(labels.toReversed().map((label) => [label.parentElement.dataset.params, label]));
  for (const label of labels) {
    const { params, function: named } = label.parentElement.dataset;
    const reached = { tabindex: 0, role: "img", "aria-label": `${named ? "Function of" : "Parameter"} ${params}` };
    if (label.hasAttribute("tabindex") === (label === first.get(params))) continue;
    if (label === first.get(params)) setAttributes(label, reached);
    else for (const attribute of Object.keys(reached)) label.removeAttribute(attribute);
  }
}

/** Name a node for screen readers: its sentence, and the numbers that the cursor has reached. */
function name(node) {
  const { sentence, value, gradient } = node.dataset;
  const numbers = [["valued", "value", value], ["graded", "gradient", gradient]];
  const hidden = node.classList.contains("current") && document.documentElement.hasAttribute("data-blank");
  const reached = numbers.filter(([mark, , number]) => number && !hidden && node.classList.contains(mark));
  node.setAttribute("aria-label", [sentence, ...reached.map(([, word, number]) => `${word} ${number}`)].join("; "));
}

/** Keep a part's sentence where the browser makes no tooltip of it: the page has its own, and says what waits itself. */
function keepSentence(part) {
  const title = part.firstElementChild?.tagName === "title" ? part.firstElementChild : null;
  const said = part.dataset.sentence ?? "";
  const [sentence] = (title?.textContent ?? said).split("\n");
  if (sentence && sentence !== said) part.dataset.sentence = sentence;
  title?.remove();
}

/** The ids that the server has marked already, by the kind of mark. */
function marked(nodes, edges) {
  const those = (parts, name) => new Set([...parts].filter(([, part]) => part.classList.contains(name)).map(([id]) => id));
  const of = (parts, names) => names.map((name) => [name, those(parts, name)]);
  return Object.fromEntries([...of(nodes, ["valued", "graded", "current", "origin"]), ...of(edges, ["lit", "flowed"])]);
}

/** Mark what is reached, touching only what differs from before; the current node, if it is drawn. */
function paint({ figure, nodes, edges, marks }, now) {
  Object.assign(figure.dataset, { phase: now.phase, at: now.at });
  const backward = now.phase === "forward" ? [] : now.lit;
  followInCircuit(figure, now.at);
  mark(nodes, marks, "valued", now.valued);
  mark(nodes, marks, "graded", now.graded);
  mark(nodes, marks, "current", new Set([now.at]));
  mark(nodes, marks, "origin", now.origins);
  mark(edges, marks, "lit", now.lit);
  mark(edges, marks, "flowed", new Set([...now.flowed, ...backward]));
  const current = nodes.get(now.at);
  if (current) name(current);
  figure.querySelector('.unfolded .node[tabindex="0"]')?.setAttribute("tabindex", "-1");
  (current ?? nodes.values().next().value)?.setAttribute("tabindex", "0");
  return current;
}

/** In the circuit the cursor is at the node that stands for the same variable at every step. */
function followInCircuit(figure, at) {
  const name = at?.replace(/\[-?\d+\]/, "");
  for (const node of figure.querySelectorAll(".circuit .node")) node.classList.toggle("current", node.dataset.node === name);
}

function mark(parts, marks, kind, now) {
  const gone = [...marks[kind]].filter((id) => !now.has(id));
  const come = [...now].filter((id) => !marks[kind].has(id));
  for (const id of [...gone, ...come]) {
    const part = parts.get(id);
    part?.classList.toggle(kind, now.has(id));
    if (part?.dataset.node) name(part);
  }
  marks[kind] = now;
}

/** Emphasise the arrows at a node, or no longer. */
function emphasise(node, on) {
  const group = node.closest(".unfolded, .circuit");
  for (const edge of group.querySelectorAll(".edge, .joint")) {
    const its = edge.dataset.source === node.dataset.node || edge.dataset.target === node.dataset.node;
    if (its || !on) edge.classList.toggle("near", on && its);
  }
}
