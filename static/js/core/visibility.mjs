// Wait until an element is in sight, or until the browser is idle, so that the first view comes early.

/** Call `then` once, when an element is about to come into sight. */
export function whenVisible(element, then, margin = "200px") {
  const watcher = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      watcher.disconnect();
      then();
    },
    { rootMargin: margin },
  );
  watcher.observe(element);
}

/** Returns a function that says whether an element is in sight, or on paper; `then` is called whenever it comes there. */
export function watchVisibility(element, then) {
  let seen = false;
  const turn = (now) => {
    seen = now;
    if (seen) then();
  };
  new IntersectionObserver((entries) => turn(entries.at(-1).isIntersecting)).observe(element);
  addEventListener("beforeprint", () => turn(true));
  return () => seen;
}

/** Call `then` when the browser has nothing else to do. */
export function whenIdle(then) {
  const ask = globalThis.requestIdleCallback ?? ((call) => setTimeout(call, 200));
  ask(then, { timeout: 3000 });
}
