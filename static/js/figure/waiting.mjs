// Why a node has no number yet: what it is computed from, or what its gradient is the sum of, and how far the pass is.

const GIVEN = ["input", "target", "parameter"];

/** `h[2]` as people write it: h(2). */
export const called = (id) => id.replace("[", "(").replace("]", ")");

const NOW = { value: "No value yet", gradient: "Nothing yet", at: "is", begun: "has" };
/** A tap has the pass go to the node, so that all that it waited for is there; what one asked is answered all the same. */
const BEFORE = { value: "No value before this tap", gradient: "Nothing before this tap", at: "was", begun: "had" };

/**
 * The sentence for a node {name, kind, valued, graded}, from `into`, the names of the nodes that it reads, and `through`,
 * those that its gradient comes through; the cursor is {phase, at, of}. Empty where the number is there, or none is to come.
 * It says what is, or what was `before`.
 */
export function waitingSentence({ name, kind, valued, graded, into, through }, { phase, at, of }, before = false) {
  const words = before ? BEFORE : NOW;
  const pass = at ? `; the pass ${words.at} at ${at}` : phase ? "" : `; the pass ${words.begun} not begun`;
  if (GIVEN.includes(kind)) return "";
  if ((phase === "forward" || !phase) && !valued && into.length) return `${words.value}: ${name} is computed from ${list(into)}${pass}.`;
  if (phase !== "backward" || graded) return "";
  const gradient = kind === "operation" ? `the gradient at ${name}` : `∂${of}/∂${name}`;
  if (!through.length) return `${words.gradient}: ${gradient} comes from ${of} itself${pass}.`;
  return `${words.gradient}: ${gradient} is ${through.length > 1 ? "the sum of " : ""}what comes through ${list(through)}${pass}.`;
}

/** The same for a node as it is drawn. */
export function waitingAt(node, before = false) {
  const { phase, at, of } = node.closest(".figure").dataset;
  const edges = [...(node.closest(".unfolded")?.querySelectorAll(".edge[data-source]") ?? [])].map((edge) => edge.dataset);
  const { node: id, kind } = node.dataset;
  const named = (other) => calledIn(node.ownerSVGElement, other);
  const ends = (wanted, end) => [...new Set(edges.filter(wanted).map((edge) => edge[end]))].map(named);
  const into = ends((edge) => edge.target === id, "source");
  const through = ends((edge) => edge.source === id && !("cut" in edge), "target");
  const reached = { valued: node.classList.contains("valued"), graded: node.classList.contains("graded") };
  return waitingSentence({ name: named(id), kind, ...reached, into, through }, { phase, at: at && named(at), of }, before);
}

/** The id of a node as a figure has it; in formulas an operation has its number before its step, as `c.1[2]`. */
export const idInFigure = (id) => id.replace(/^([^.[]+)\.(\d+)(\[.*\])$/, "$1$3.$2");

/** A node of a drawing by its id, as people write it; an operation by what it does, which its sentence begins with. */
export function calledIn(drawing, id) {
  const [, within] = /^(.*\])\.\d+$/.exec(id) ?? [];
  if (!within) return called(id);
  const drawn = drawing.querySelector(`.node[data-node="${CSS.escape(id)}"]`);
  const [, what, t] = (drawn && /^(.*?) at t = (-?\d+)/.exec(drawn.dataset.sentence)) || [];
  return what ? `${what}(${t})` : `an operation within ${called(within)}`;
}

const list = (names) => (names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names[0]);
