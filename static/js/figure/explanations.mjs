// What a sentence on the page says of a part of it: of what carries its own, of nodes, arrows and signs of a figure, and of all that stands in a formula.

import { calledIn, idInFigure, waitingAt } from "./waiting.mjs";

/** The parts of a figure that are explained beside those that carry their sentence (`data-tip`): the first row that fits counts. */
const OF_FIGURE = [
  [".delay", (delay) => `The square, black on paper, is ${lower(describeDelay(delay).join(": "))}.`],
  [".node[data-node].start", (node) => `${sentence(node)}. Dashed: the recurrence starts here; no step computes it. ${waitingAt(node)}`],
  [".node.cut, .edge.cut", () => "Dashed: the gradient is cut here and does not come back."],
  [".stub[data-stub]", () => "Dashed: hidden steps. Press it to bring the nearest of them."],
  [".overview", () => "All steps of the run, coloured by norm; the frame is around those above. Press a place to go there."],
  [".edge.flowed:has(> .backward[data-bead='0.00'])", (edge) => `${sentence(edge)}. Dashed up to a bar: exactly nothing flows back along it.`],
  [".edge[data-source]", (edge) => `${sentence(edge)}.`],
  [".node[data-node]", (node) => `${sentence(node)}. ${waitingAt(node)}`],
];
const OF_PANEL = [
  ["[data-edge] .term", (row, its) => way(row.closest("[data-edge]").dataset.edge, its)],
  ["[data-node], [data-edge], [data-name]", term],
];
const within = (place, rows) => rows.map(([parts, text]) => [`${place} :is(${parts})`, text]);
const TIPS = [...within(".figure", OF_FIGURE), ...within(".panel", OF_PANEL)];

const lower = (text) => text[0].toLowerCase() + text.slice(1);

/** A delay by name, and what it does; of a negative lag a step ahead. */
export function describeDelay(delay) {
  const lag = Number(delay.closest(".edge")?.dataset.lag ?? 1);
  const steps = Math.abs(lag) === 1 ? "one step" : `${Math.abs(lag)} steps`;
  if (lag < 0) return [`A look ahead by ${steps}`, `what leaves it now comes in ${steps} later`];
  return [`A delay of ${steps}`, `what leaves it now came in ${steps} ago`];
}

const sentence = (node) => node.dataset.sentence ?? "";

/** A part of a formula: a value is what its node in the figure is, or what its name is at every step. */
function term(part, its) {
  const { node, edge, adjoint, name, time } = part.dataset;
  if (!name && !node) return way(edge, its);
  const said = (part.closest("[data-rule]") ? its.rule : its.names)[name];
  if (adjoint) return `The gradient at ${placeOf(node, name, said, time, its)}: how what is differentiated changes with it.`;
  return sentenceOf(node, its) || (said ? `${said} ${when(time)}`.trim() : "");
}

/** Where a gradient is: at a node, or at what has a name. */
function placeOf(node, name, said, time, { figure }) {
  const id = idInFigure(node ?? (time?.startsWith("=") ? `${name}[${time.slice(1)}]` : name));
  return node || id.includes("].") ? calledIn(figure, id) : (said ?? name).split(":")[0] + moment(time);
}

function sentenceOf(node, { figure }) {
  const drawn = node && figure.querySelector(`.node[data-node="${CSS.escape(idInFigure(node))}"]`);
  return drawn ? `${sentence(drawn)}.` : "";
}

/** A moment as it stands at a symbol; `time` is how far it is from t, or says a step, as `=2`. */
function moment(time) {
  if (!time) return "";
  return time.startsWith("=") ? `(${time.slice(1)})` : `(t${time === "0" ? "" : Number(time) < 0 ? ` − ${-time}` : ` + ${time}`})`;
}

/** Which step is meant, where it is another than t. */
function when(time) {
  if (!time || time === "0") return "";
  if (time === "=tau") return "Here at the last step.";
  if (time.startsWith("=")) return `Here at step ${time.slice(1)}.`;
  const steps = Math.abs(time);
  return `Here ${steps === 1 ? "one step" : `${steps} steps`} ${time < 0 ? "before" : "after"} t.`;
}

function way(id, { figure }) {
  const [source, target] = id.split("->").map((end) => calledIn(figure, end));
  const along = `What comes back along the arrow from ${source} to ${target}: the part of the gradient that is due to ${target}.`;
  return target ? along : `What comes from ${source} itself, where the backward pass begins.`;
}

/** The sentence that a part carries; a title, which a finger and the keyboard never see, is one too, and each that it is given later. */
function tipOf(part) {
  if (part.title) {
    part.dataset.tip = part.title;
    part.removeAttribute("title");
  }
  return part.dataset.tip ?? "";
}

/** The label or the slider that a part is of, and the field beside it, which carries the sentence of both. */
function fieldOf(target) {
  const beside = target.closest?.("label[for], input[data-for]");
  return [beside, beside && (beside.control ?? beside.form?.elements[beside.dataset.for])];
}

/** What says the sentence for a part, and what it is of: of a term that of its own, of a parameter none where it has a card. */
export function explanationOf(target) {
  const its = { ...UNKNOWN, ...known(target) };
  const sign = target.closest?.("[data-term], .edge[data-function] > .label");
  const word = sign && its.terms[sign.dataset.term ?? sign.parentElement.dataset.function];
  if (word) return { of: sign, text: () => word };
  if (its.parameters.includes(target.closest?.(".panel :not([data-rule] *)[data-name]")?.dataset.name)) return null;
  const own = target.closest?.("[data-tip], [title]");
  if (own) return { of: own, text: () => tipOf(own) };
  const [beside, field] = fieldOf(target);
  if (field?.dataset.tip) return { of: beside, text: () => field.dataset.tip };
  for (const [selector, text] of TIPS) {
    const of = target.closest?.(selector);
    if (of) return { of, text: () => text(of, its) };
  }
  return null;
}

/**
 * What a page knows of what stands in its formulas: the sentence of each sign and function (`terms`), that of each name
 * (`names`), in the `rule` of the update that of its letters, the `parameters` whose letters show a card instead, and the
 * `figure` that the formula is beside.
 */
const UNKNOWN = { terms: {}, names: {}, rule: {}, parameters: [], figure: document };
let known = () => UNKNOWN;

/** `its(part)` is what a page knows of what stands at a part of it. */
export function explainWith(its) {
  known = its;
}
