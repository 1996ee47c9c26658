// What a run is at, in words: the update of all updates, how it ended, and whether it got worse.

import { numeral } from "../core/numeral.mjs";
import { divergenceText, queueText } from "./run.mjs";

const LATE = 0.75;
const FAR = 10;
const number = (value) => (Number.isFinite(value) ? numeral(value, 4) : "∞");

/** How long something took or takes, to two figures; no time that passes is none. */
export function duration(ms) {
  if (ms < 95) return `${Math.max(1, Math.round(ms))} ms`;
  return ms < 9950 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}

/** The line above the plots, as HTML, and whether it says that something is wrong. */
export function runText(run, state) {
  const { worse } = state;
  return { html: [lineOf(run, state), worse].filter(Boolean).join(" · "), wrong: Boolean(state.stopped || worse) };
}

function lineOf(run, { phase, before, stopped, worse, took, here, playing, chosen, left }) {
  const { first, count, losses } = run;
  const all = first + run.steps;
  const loss = count ? `loss&nbsp;<b>${number(losses[here])}</b>` : "";
  const atEnd = here === Math.max(0, count - 1);
  if (phase === "running" && !count) return before === null ? `<b>${first}</b> of ${all} updates` : queueText(before);
  if (phase === "running" && !playing && chosen === null) return `<b>${first + count}</b> of ${all} updates${left} · ${loss}`;
  if (phase === "stopped") return `stopped after <b>${first + count}</b> of ${all} updates · ${loss}`;
  const trained = worse ? "" : `trained in ${duration(took)}, `; // beside what went wrong there is no room for it
  const looked = `update <b>${first + here}</b> of ${first}…\u2060${all - 1} · ${loss}`; // they are counted from 0, as links count them
  if (playing && phase === "done") return `${trained}replayed: ${looked}`;
  if (!atEnd || phase === "running") return looked;
  const words = stopped ? divergenceText(stopped) : `<b>${count}</b> update${count === 1 ? "" : "s"} in ${duration(took)}`;
  return `${words} · ${loss}`;
}

/** In words that a run rose far above its beginning and did not come back; empty where it did not. */
export function worseText(losses) {
  const late = [...losses.subarray(Math.floor(LATE * losses.length))].sort((a, b) => a - b);
  const middle = late[Math.floor(late.length / 2)];
  const most = losses.reduce((a, b) => Math.max(a, b), -Infinity);
  if (!(middle > losses[0] && most > FAR * losses[0])) return "";
  return `the run diverges: from ${number(losses[0])} up to ${number(most)}`;
}
