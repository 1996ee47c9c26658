// What a page waits for comes late, each by its own chance, up to as many milliseconds as LATE says of its kind.
{
  const { answers = 0, frames = 0, messages = 0, sights = 0, timers = 0 } = LATE;
  const timer = setTimeout.bind(window);
  const frame = requestAnimationFrame.bind(window);
  const idle = requestIdleCallback.bind(window);
  const answer = fetch.bind(window);
  const later = (then, most) => timer(then, Math.random() * most);
  const late = (Watcher) =>
    class extends Watcher {
      constructor(then, options) {
        super((entries, watcher) => later(() => then(entries, watcher), sights), options);
      }
    };

  window.IntersectionObserver = late(IntersectionObserver);
  window.ResizeObserver = late(ResizeObserver);
  window.requestAnimationFrame = (then) => frame(() => later(() => frame(then), frames));
  window.requestIdleCallback = (then, options) => idle(() => later(then, timers), options);
  window.setTimeout = (then, after = 0, ...rest) => timer(then, after + Math.random() * timers, ...rest);
  window.fetch = async (address, options) => {
    const answered = await answer(address, options);
    await new Promise((go) => later(go, answers));
    options?.signal?.throwIfAborted();
    return answered;
  };

  window.EventSource = class extends EventSource {
    #last = Promise.resolve();

    constructor(address) {
      super(address);
      for (const name of ["onopen", "onmessage", "onerror"]) {
        Object.defineProperty(this, name, { set: (then) => this.addEventListener(name.slice(2), then) });
      }
    }
    /** Events come in their order. */
    addEventListener(name, then) {
      super.addEventListener(name, (event) => {
        this.#last = this.#last.then(() => new Promise((go) => later(go, messages))).then(() => this.closed || then(event));
      });
    }
    close() {
      this.closed = true;
      super.close();
    }
  };
}
