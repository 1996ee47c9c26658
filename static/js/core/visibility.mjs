// Wait until an element is in sight, or until the browser is idle, so that the first view comes early.

const AGAIN = 2000;

/** Call `then` with a module once one of some elements is about to come into sight; `bring` imports it, again while the server is away. */
export function whenVisible(elements, bring, then, margin = "200px") {
  const watcher = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      watcher.disconnect();
      brought(bring).then(then);
    },
    { rootMargin: margin },
  );
  for (const element of [elements].flat()) watcher.observe(element);
}

/** Also nothing to complain of: a page that is left while it imports. */
async function brought(bring) {
  for (;;) {
    const module = await bring().catch(() => null);
    if (module) return module;
    await new Promise((then) => setTimeout(then, AGAIN));
  }
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
