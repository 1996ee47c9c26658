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

  const read = ReadableStreamDefaultReader.prototype.read;
  ReadableStreamDefaultReader.prototype.read = async function () {
    const piece = await read.call(this);
    await new Promise((go) => later(go, messages));
    return piece;
  };
}
