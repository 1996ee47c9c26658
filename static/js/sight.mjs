// What is not in sight waits.

/** Call `then` once, when an element is about to come into sight. */
export function onSight(element, then, margin = "200px") {
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

/** Call `then` when the browser has nothing else to do. */
export function onIdle(then) {
  const ask = globalThis.requestIdleCallback ?? ((call) => setTimeout(call, 200));
  ask(then, { timeout: 3000 });
}
