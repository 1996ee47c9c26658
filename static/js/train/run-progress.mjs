// A run as the server tells it: its events over one connection, which goes on where it was as often as it breaks, and
// the words for its state.

const AGAIN = 2000;

/**
 * Ask for the steps of `address(from)`, where `from` is how many are there already. `heard` has `step`, `waiting`,
 * `done` and `away`. Returns what ends it.
 */
export function listenToRun(address, from, heard, Source = EventSource) {
  let source = null;
  let timer = 0;

  function open() {
    source = new Source(address(from()));
    source.onopen = () => heard.away(false);
    source.onmessage = (event) => heard.step(event.data);
    source.addEventListener("waiting", (event) => heard.waiting(JSON.parse(event.data).before));
    source.addEventListener("done", (event) => {
      close();
      heard.done(JSON.parse(event.data));
    });
    source.onerror = () => {
      heard.away(true);
      if (source.readyState !== Source.CLOSED) return;
      clearTimeout(timer);
      timer = setTimeout(open, AGAIN);
    };
  }

  function close() {
    clearTimeout(timer);
    source.close();
  }

  open();
  return close;
}

/** Where a run left the finite numbers. */
export function divergenceText({ step: at, t, variable }) {
  const what = t === null ? variable : `${variable}(${t})`;
  return `the run diverges at step ${at}: ${what || "a parameter"} is no longer finite`;
}

/** How many wait before a run. */
export function queueText(before) {
  return before ? `waiting for a place, ${before} before you` : "waiting for a place, you are next";
}
