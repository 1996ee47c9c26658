// Sentences about the charts through time.

import { numeral, percent } from "../core/numeral.mjs";
import { rowOf } from "../charts/triangle.mjs";

/** How far the state at a step reaches back, in words; at no step, at the last. `at(step)` is how it is written there. */
export function reachSentence(triangle, t, at) {
  const i = t ? rowOf(triangle.steps, t) : triangle.steps.length - 1;
  const [from, row] = [triangle.steps[i], triangle.norms[i]];
  if (t && from !== t) return `Of the steps that are measured the nearest to t = ${t}: ${reachSentence(triangle, from, at)}`;
  if (i === 0) return `${at(from)} is where the recurrence begins: nothing lies before it.`;
  const [distance, first] = [triangle.below[i], triangle.steps[0]];
  if (distance === null) return `${at(from)} still feels ${at(first)}: ${numeral(row[0])}, never below 1 %.`;
  const k = from > first ? from - distance : from + distance;
  return `${at(from)} hardly feels ${at(k)}: after ${distance} step${distance === 1 ? "" : "s"} less than 1 % is left.`;
}

/** What truncation took from the gradients, in words. `measured` knows which state is chosen and how a gradient is written. */
export function truncationSentence({ cuts, parameters, states }, measured) {
  const { found, chosen: { state, parameter } } = measured;
  const gone = Object.entries(parameters).filter(([, { share }]) => share > 0).sort(([, a], [, b]) => b.share - a.share);
  const where = cuts.length > 6 ? `${cuts.slice(0, 5).join(", ")} … ${cuts.at(-1)}` : cuts.join(", ");
  const shares = states[state]?.share ?? [];
  const most = shares.indexOf(Math.max(...shares));
  // A gradient that lost a part may have become longer: of the one whose length is drawn, both lengths are said.
  const length = (name, { norm }) => (name === parameter ? ` (its length is ${numeral(wholeLength(found.together[name], found.begins[name]))} in place of ${numeral(norm)})` : "");
  const lost = gone.slice(0, 4).map(([name, it]) => `${percent(it.share)} of ${measured.gradient(name, "")}${length(name, it)}`);
  const named = lost.length ? lost.join(", ") : "nothing of any parameter's gradient";
  const rest = gone.length > 4 ? ` and something of ${gone.length - 4} more` : "";
  const at = shares[most] > 0 ? `; most at ${measured.gradient(state, most + 1)}, ${percent(shares[most])}` : "";
  const over = Math.max(...gone.map(([, { share }]) => share), ...shares) > 1 ? " Where that is more than all, what is lost had cancelled a part of the rest." : "";
  return `No gradient passes back over the cut after t = ${where}. Lost: ${named}${rest}${at}.${over}`;
}

/** The length of a parameter's gradient, which all its steps come to together. */
function wholeLength(together, begins) {
  return together.at(begins === 1 ? -1 : 0);
}

/** What the steps of a span [from, to], or all steps, have added to a parameter's gradient, in words: of each part, as in the update, what lies along the whole. */
export function contributionSentence({ along, together, begins }, span, name) {
  const tau = along.length;
  const at = (t) => `t\u00a0=\u00a0${t}`;
  const whole = wholeLength(together, begins);
  const of = `‖${name.replace("/", "/\u2060")}‖\u00a0=\u00a0${numeral(whole)}`;
  if (!whole) return whole === 0 ? `${of}: no step adds anything.` : `${name} is out of range.`;
  if (!span) {
    const most = along.indexOf(Math.max(...along)) + 1;
    return tau === 1 ? `One step makes ${of}.` : `${at(most)} adds most: ${numeral(along[most - 1])} of the norm\u00a0${numeral(whole)}.`;
  }
  const [from, to] = span;
  if (from > to) return `No step has added to ${of} yet.`;
  const last = begins === 1 ? to : from;
  const value = along[last - 1];
  const adds = value < 0 ? `${at(last)} takes ${numeral(-value)} away` : `${at(last)} adds ${numeral(value)}`;
  if (from === to) return `${adds} to ${of}.`;
  return `${adds}; so far ${numeral(together[last - 1])} of ${numeral(whole)}.`;
}
