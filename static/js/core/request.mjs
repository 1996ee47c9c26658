// Ask the server, again and again while it does not answer; a newer question takes the place of the one before.

const AGAIN = 2000;

/** The server's reason why it does not answer a question. */
class Refused extends Error {}

/** The answer at an address; Refused with the server's words where it will never answer, else what went wrong. */
export async function requestJson(address, { signal, fetcher = (...args) => fetch(...args) } = {}) {
  const response = await fetcher(address, { signal, headers: { Accept: "application/json" } });
  if (response.ok) return response.json();
  if (response.status >= 500) throw new Error(`the server answered ${response.status}`);
  const problem = await response.json().catch(() => ({}));
  throw new Refused(problem.detail ?? `the server answered ${response.status}`);
}

/** The page at an address, and whether its fields are right. */
export async function requestPage(address, { signal }) {
  const response = await fetch(address, { signal, headers: { Accept: "text/html" } });
  if (response.status >= 500) throw new Error(`the server answered ${response.status}`);
  return { page: new DOMParser().parseFromString(await response.text(), "text/html"), good: response.ok };
}

/** Say in a notice of the page whether the server is away. */
export function showAway(notice, away) {
  notice.hidden = !away;
  notice.textContent = away ? "The server does not answer. What you see stays; asking again…" : "";
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
 * `ask(address)` brings an answer as `read` has it, JSON by itself, asking again while there is none; the question before
 * it is dropped. `away(is)` is called with whether the server is away.
 */
export function createRequest(away, read = requestJson) {
  let controller = new AbortController();
  return async function ask(address) {
    controller.abort();
    controller = new AbortController();
    const { signal } = controller;
    for (;;) {
      try {
        const answer = await read(address, { signal });
        if (signal.aborted) return null;
        away(false);
        return answer;
      } catch (error) {
        if (signal.aborted) return null;
        if (error instanceof Refused) throw error;
        away(true);
        await new Promise((then) => setTimeout(then, AGAIN));
        if (signal.aborted) return null;
      }
    }
  };
}
