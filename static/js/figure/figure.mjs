// The figure: classes and two attributes say what the cursor has reached, and the style sheet shows it.

import { createAwayReport } from "../core/request.mjs";
import { setAttributes } from "../core/attributes.mjs";
import { reachedAt, stepAtNode } from "../cursor/cursor.mjs";
import { describeDelay } from "./tooltips.mjs";
import { makePressable } from "./window.mjs";

const still = matchMedia("(prefers-reduced-motion: reduce)");

const AGAIN = 2000;

/** `openLink` is the way of the cursor. A drawing has the numbers of all steps that it shows, and of a long run not all. */
export function mountFigure(element, store, openLink) {
  const away = createAwayReport(store);
  let drawing = null;
  let renewing = false;

  /** Whether the focus is at a node that the keyboard came to: then it goes with the cursor. */
  function accompanied() {
    return element.contains(document.activeElement?.closest(".node")) && element.dataset.pointed === undefined;
  }

  function show({ here }, focused = accompanied()) {
    if (!drawing) return;
    const current = paint(drawing, reachedAt(drawing.graph, openLink.steps, here));
    if (!current) return;
    if (focused) current.focus({ preventScroll: true });
    requestAnimationFrame(() => bring(element, current, still.matches ? "instant" : "smooth"));
  }

  function open() {
    drawing = read(element);
    const current = element.querySelector(".unfolded .current");
    if (current) bring(element, current, "instant");
  }

  /** Bring the drawing of the steps around the cursor, until it is the one that is there. */
  async function renew() {
    if (renewing) return;
    renewing = true;
    try {
      for (let seen = null; seen !== store.state; ) {
        seen = store.state;
        await redraw(seen);
      }
      away(false);
    } catch {
      away(true);
      setTimeout(renew, AGAIN);
    } finally {
      renewing = false;
    }
  }

  async function redraw({ here, opened }) {
    const { window } = await openLink.panel(here);
    if (!drawing || window === drawing.figure.dataset.window) return;
    const fresh = await openLink.figure(here);
    if (opened !== store.state.opened) return;
    const focused = document.activeElement;
    const [within, strip] = [element.contains(focused), focused.matches(".overview")];
    drawing.figure.outerHTML = fresh;
    open();
    show(store.state, within && !strip);
    if (strip) element.querySelector(".overview")?.focus({ preventScroll: true });
  }

  function go(node) {
    const here = stepAtNode(openLink.steps, node.dataset.node, openLink.steps[store.state.here - 1]?.phase);
    if (here) store.set({ here, playing: false });
  }

  store.subscribe((state, changed) => {
    if (changed.has("blank")) element.querySelectorAll(".unfolded .current").forEach(name);
    if (changed.has("opened")) open();
    else if (changed.has("here")) {
      show(state);
      renew();
    }
  });
  open();
  const nodeAt = (event) => event.target.closest(".unfolded .node");
  element.addEventListener("click", (event) => nodeAt(event) && go(nodeAt(event)));
  element.addEventListener("keydown", (event) => {
    if ((event.key !== "Enter" && event.key !== " ") || !nodeAt(event)) return;
    event.preventDefault();
    go(nodeAt(event));
  });
  for (const [type, on] of [["pointerover", true], ["pointerout", false], ["focusin", true], ["focusout", false]]) {
    element.addEventListener(type, (event) => {
      const node = event.target.closest(".node");
      const keyboard = !type.startsWith("focus") || !on || node?.matches(":focus-visible");
      if (node && keyboard) near(node, on);
    });
  }
}

/** The parts of the drawing that the cursor changes, by id. */
function read(element) {
  const figure = element.querySelector(".figure");
  const unfolded = figure?.querySelector(".unfolded");
  if (!figure) return null;
  const [nodes, edges] = [new Map(), new Map()];
  for (const edge of figure.querySelectorAll(".edge")) spoken(edge);
  for (const delay of figure.querySelectorAll(".delay")) {
    setAttributes(delay, { tabindex: 0, role: "img", "aria-label": describeDelay(delay)[0] });
  }
  makePressable(figure);
  letters(figure);
  for (const node of figure.querySelectorAll(".circuit .node")) name(node);
  for (const node of unfolded?.querySelectorAll(".node") ?? []) {
    node.setAttribute("role", "button");
    name(node);
    nodes.set(node.dataset.node, node);
  }
  for (const edge of unfolded?.querySelectorAll(".edge") ?? []) edges.set(edge.dataset.edge, edge);
  const graph = {
    nodes: [...nodes].map(([id, node]) => ({ id, start: node.classList.contains("start") })),
    edges: [...edges].map(([id, edge]) => ({ id, source: edge.dataset.source, target: edge.dataset.target, cut: "cut" in edge.dataset })),
  };
  return { figure, nodes, edges, graph, marks: marked(nodes, edges) };
}

/** Of each parameter that is written beside arrows one letter can take the focus; what it is about then lights up. */
function letters(figure) {
  const first = new Map([...figure.querySelectorAll(".edge[data-params] > .label")].reverse().map((label) => [label.parentElement.dataset.params, label]));
  for (const [names, label] of first) {
    setAttributes(label, { tabindex: 0, role: "img", "aria-label": `Parameter ${names}` });
  }
}

/** A node's name for who hears it: its sentence, and the numbers that the cursor has reached. */
function name(node) {
  spoken(node);
  const { sentence, value, gradient } = node.dataset;
  const numbers = [["valued", "value", value], ["graded", "gradient", gradient]];
  const hidden = node.classList.contains("current") && document.documentElement.hasAttribute("data-blank");
  const reached = numbers.filter(([mark, , said]) => said && !hidden && node.classList.contains(mark));
  node.setAttribute("aria-label", [sentence, ...reached.map(([, word, said]) => `${word} ${said}`)].join("; "));
}

/** Keep a part's sentence where the browser makes no tooltip of it: the page has its own. */
function spoken(part) {
  const title = part.querySelector(":scope > title");
  if (title) part.dataset.sentence = title.textContent;
  title?.remove();
}

/** What is marked already. */
function marked(nodes, edges) {
  const those = (parts, name) => new Set([...parts].filter(([, part]) => part.classList.contains(name)).map(([id]) => id));
  const of = (parts, names) => names.map((name) => [name, those(parts, name)]);
  return Object.fromEntries([...of(nodes, ["valued", "graded", "current", "origin"]), ...of(edges, ["lit", "flowed"])]);
}

/** Mark what is reached, touching only what differs from before; the current node, if it is drawn. */
function paint({ figure, nodes, edges, marks }, now) {
  Object.assign(figure.dataset, { phase: now.phase, at: now.at });
  const backward = now.phase === "backward" ? now.lit : [];
  mark(nodes, marks, "valued", now.valued);
  mark(nodes, marks, "graded", now.graded);
  mark(nodes, marks, "current", new Set([now.at]));
  mark(nodes, marks, "origin", now.origins);
  mark(edges, marks, "lit", now.lit);
  mark(edges, marks, "flowed", new Set([...now.flowed, ...backward]));
  const current = nodes.get(now.at);
  figure.querySelector('.unfolded .node[tabindex="0"]')?.setAttribute("tabindex", "-1");
  (current ?? nodes.values().next().value)?.setAttribute("tabindex", "0");
  return current;
}

function mark(parts, marks, kind, now) {
  const gone = [...marks[kind]].filter((id) => !now.has(id));
  const come = [...now].filter((id) => !marks[kind].has(id));
  for (const id of [...gone, ...come]) {
    const part = parts.get(id);
    part?.classList.toggle(kind, now.has(id));
    if (part?.dataset.sentence) name(part);
  }
  marks[kind] = now;
}

/** Scroll the card, and only the card, until the node is well inside it. */
function bring(card, node, behavior) {
  const [outer, inner] = [card.getBoundingClientRect(), node.getBoundingClientRect()];
  const room = Math.min(140, outer.width / 4);
  const over = Math.max(0, inner.right + room - outer.right) - Math.max(0, outer.left + room - inner.left);
  if (over) card.scrollBy({ left: over, behavior });
}

/** Emphasise the arrows at a node. */
function near(node, on) {
  const group = node.closest(".unfolded, .circuit");
  for (const edge of group.querySelectorAll(".edge")) {
    const its = edge.dataset.source === node.dataset.node || edge.dataset.target === node.dataset.node;
    if (its || !on) edge.classList.toggle("near", on && its);
  }
}
