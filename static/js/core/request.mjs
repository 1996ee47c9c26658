// Ask the server, again and again while it does not answer; a newer question takes the place of the one before.

import { rooted } from "./root-path.mjs";

const AGAIN = 2000;
/** So many milliseconds an answer may take that is made at once; then the server is said to be away, though it may still come. */
export const PATIENCE = 10_000;

/** The server's reason why it does not answer a question, and what is wrong with which field. */
class Refused extends Error {
  constructor(reason, errors = []) {
    super(reason);
    this.errors = errors;
  }
}

/** A server that does not answer now; `wait` is in how many milliseconds it wants to be asked again. */
class Unanswered extends Error {
  constructor({ status, headers }) {
    super(`the server answered ${status}`);
    this.full = status === 503;
    this.wait = 1000 * Number(headers.get("Retry-After") ?? AGAIN / 1000);
  }
}

/** The answer at an address; Refused with the server's words where it will never answer, else what went wrong. */
export async function requestJson(address, { signal, fetcher = (...args) => fetch(...args) } = {}) {
  const response = await fetcher(rooted(address), { signal, headers: { Accept: "application/json" } });
  if (response.ok) return response.json();
  if (response.status >= 500) throw new Unanswered(response);
  const problem = await response.json().catch(() => ({}));
  throw new Refused(problem.detail ?? `the server answered ${response.status}`, problem.errors);
}

/** The page at an address, and whether its fields are right. */
export async function requestPage(address, { signal }) {
  const response = await fetch(rooted(address), { signal, headers: { Accept: "text/html" } });
  if (response.status >= 500) throw new Unanswered(response);
  return { page: new DOMParser().parseFromString(await response.text(), "text/html"), good: response.ok };
}

/** What is said while the server is away. */
export const AWAY = "The server does not answer. What you see stays; asking again…";

/** Say in a notice of the page whether the server is away. */
export function showAway(notice, away) {
  notice.hidden = !away;
  notice.textContent = away ? AWAY : "";
}

/** `away(is)` for one kind of question: only the one that reported the server away reports it back, not one that was answered before. */
export function createAwayReport(store) {
  let reported = false;
  return (away) => {
    if (away || reported) store.set({ away });
    reported = away;
  };
}

/**
 * The answer at an address, asked for again while there is none; null once the signal is aborted. `asking()` is called
 * each time, `away(error)` with why there is no answer, or with nothing where it is late. Throws Refused where there will never be one.
 */
export async function askUntilAnswered(address, signal, { read = requestJson, asking = () => {}, away = () => {} } = {}) {
  while (!signal.aborted) {
    const late = setTimeout(() => signal.aborted || away(), PATIENCE);
    try {
      asking();
      const answer = await read(address, { signal });
      return signal.aborted ? null : answer;
    } catch (error) {
      if (signal.aborted) return null;
      if (error instanceof Refused) throw error;
      clearTimeout(late);
      away(error);
      await new Promise((then) => setTimeout(then, error.wait ?? AGAIN));
    } finally {
      clearTimeout(late);
    }
  }
  return null;
}

/**
 * `ask(address)` brings an answer as `read` has it, JSON by itself, asking again while there is none; the question before
 * it is dropped. `away(is)` is called with whether the server is away.
 */
export function createRequest(away, read = requestJson) {
  let controller = new AbortController();
  return async function ask(address) {
    controller.abort();
    controller = new AbortController();
    const { signal } = controller;
    const answer = await askUntilAnswered(address, signal, { read, away: () => away(true) });
    if (!signal.aborted) away(false);
    return answer;
  };
}
