// What a thing is, in a sentence, while it is pointed at or has the focus. Escape puts the sentence away.

const GAP = 8;
const [LATER, SOON] = [500, 150];

/** What is explained beside what says it itself (`data-tip`): the first row that fits counts. */
const TIPS = [
  [".delay", (delay) => `The square, black on paper, is ${lower(describeDelay(delay).join(": "))}.`],
  [".node.start", (node) => `${sentence(node)}. Dashed: the recurrence starts here; no step computes it.`],
  [".node.cut, .edge.cut", () => "Dashed: the gradient is cut here and does not come back."],
  [".stub[data-stub]", () => "Dashed: hidden steps. Press it to bring the nearest of them."],
  [".overview", () => "All steps of the run, coloured by norm; the frame is around those above. Press a place to go there."],
  [".edge[data-source]", (edge) => `${sentence(edge)}.`],
  [".node", (node) => `${sentence(node)}.`],
  [".panel :is([data-node], [data-edge])", term],
];

const lower = (text) => text[0].toLowerCase() + text.slice(1);

/** A delay by name, and what it does; of a negative lag a step ahead. */
export function describeDelay(delay) {
  const lag = Number(delay.closest(".edge")?.dataset.lag ?? 1);
  const steps = Math.abs(lag) === 1 ? "one step" : `${Math.abs(lag)} steps`;
  if (lag < 0) return [`A look ahead by ${steps}`, `what leaves it now comes in ${steps} later`];
  return [`A delay of ${steps}`, `what leaves it now came in ${steps} ago`];
}

const sentence = (node) => node.dataset.sentence ?? "";
const called = (id) => id.replace("[", "(").replace("]", ")");

/** A part of a formula: a value is what its node in the figure is. */
function term({ dataset: { node, edge, adjoint } }) {
  if (!node) return way(edge);
  if (adjoint) return `The gradient at ${called(node)}: how what is differentiated changes with it.`;
  const drawn = document.querySelector(`.figure .node[data-node="${CSS.escape(node)}"]`);
  return drawn ? `${sentence(drawn)}.` : "";
}

function way(id) {
  const [source, target] = id.split("->").map(called);
  const along = `What comes back along the arrow from ${source} to ${target}: the part of the gradient that is due to ${target}.`;
  return target ? along : `What comes from ${source} itself, where the backward pass begins.`;
}

/** The sentence for a part, and what it is of; `shown` are the parameters that have a card of their own. */
function told(target, shown) {
  if (shown().includes(target.closest?.(".panel [data-name]")?.dataset.name)) return null;
  const own = target.closest?.("[data-tip]");
  if (own) return { of: own, text: own.dataset.tip };
  for (const [selector, text] of TIPS) {
    const of = target.closest?.(selector);
    if (of) return { of, text: text(of) };
  }
  return null;
}

/** `parameters()` are those whose letters in a formula show more than a sentence. */
export function mountTooltips(page = document, parameters = () => []) {
  const tip = page.createElement("div");
  let [shown, described, held] = [null, null, false];
  let [coming, going] = [0, 0];
  Object.assign(tip, { id: "tip", className: "tip", role: "tooltip", hidden: true });
  (page.querySelector("main") ?? page.body).append(tip);

  /** What is pointed at is told after a while, what has the focus at once. */
  function point({ target }) {
    if (target === tip) return void clearTimeout(going);
    clearTimeout(coming);
    const found = told(target, parameters);
    if (found?.of === shown) clearTimeout(going);
    else if (found) coming = setTimeout(show, LATER, found);
  }

  function show({ of, text }) {
    close();
    if (!text.trim()) return;
    shown = of;
    tip.textContent = text;
    Object.assign(tip.style, { left: 0, top: 0 });
    tip.hidden = false;
    place(tip, shown);
    described = shown.contains(page.activeElement) && !page.activeElement.hasAttribute("aria-describedby") ? page.activeElement : null;
    described?.setAttribute("aria-describedby", tip.id);
  }

  /** What the focus tells stays while the page scrolls to it, below a pointer that rests. */
  function focus({ target }) {
    const found = target.matches(":focus-visible") && told(target, parameters);
    if (!found) return;
    clearTimeout(coming);
    show(found);
    held = true;
  }

  /** Put the sentence away; one that is about to be said is said all the same. */
  function close() {
    clearTimeout(going);
    if (described?.getAttribute("aria-describedby") === tip.id) described.removeAttribute("aria-describedby");
    [shown, held] = [null, false];
    tip.hidden = true;
  }

  function hide() {
    clearTimeout(coming);
    close();
  }

  function leave(stays = false) {
    clearTimeout(coming);
    clearTimeout(going);
    if (!stays) going = setTimeout(close, SOON);
  }

  page.addEventListener("pointerover", point);
  page.addEventListener("pointerout", ({ target }) => (target === tip || told(target, parameters)) && leave(held));
  page.addEventListener("focusin", focus);
  page.addEventListener("focusout", () => leave());
  page.addEventListener("keydown", ({ key }) => key === "Escape" && hide());
  page.addEventListener("pointerdown", hide);
}

/** Below what it is of, or above where there is no room; never over the edge of the window. */
function place(tip, of) {
  const [box, own] = [(of.querySelector?.(".disc") ?? of).getBoundingClientRect(), tip.getBoundingClientRect()];
  const below = box.bottom + GAP + own.height < innerHeight;
  const left = Math.min(Math.max(GAP, box.left + box.width / 2 - own.width / 2), innerWidth - own.width - GAP);
  tip.style.left = `${left}px`;
  tip.style.top = `${below ? box.bottom + GAP : Math.max(GAP, box.top - GAP - own.height)}px`;
}
