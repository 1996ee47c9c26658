// How large elements are within their padding: told by the browser as that changes, so that nothing that is drawn has the page laid out to ask.
// Whoever needs it sooner asks, and where many do they are asked together.

const watched = new WeakMap();
const waiting = new Set();
let watcher = null;

/** Watch an element: `changed({width, height})` is called with its sides whenever they are others. Who watches it already is told no longer. */
export function watchSides(element, changed) {
  const sides = watched.get(element) ?? new Sides(element);
  sides.changed = changed;
  watched.set(element, sides);
  watcher ??= new ResizeObserver((entries) => measure(entries.map(({ target }) => watched.get(target))));
  watcher.observe(element);
  return sides;
}

class Sides {
  /** As they were told or asked for last, null before that. What is hidden keeps those that it had. */
  known = null;
  #told = null;
  #awaited = false;

  constructor(element) {
    this.element = element;
  }

  get now() {
    return this.known ?? this.ask();
  }

  /** Have them read now, by whoever has changed what they depend on. */
  ask() {
    return this.#keep(insideOf(this.element));
  }

  /** Have `changed` called with them soon where nobody has told them yet. */
  tellSoon() {
    if (this.known || this.#awaited) return;
    this.#awaited = true;
    if (!waiting.size) queueMicrotask(askAll);
    waiting.add(this);
  }

  tell(sides) {
    this.#keep(sides);
    if (!sides.width || (this.#told?.width === sides.width && this.#told.height === sides.height)) return;
    this.#told = sides;
    this.changed(sides);
  }

  #keep(sides) {
    if (sides.width) this.known = sides;
    return this.known ?? sides;
  }
}

function askAll() {
  const asked = [...waiting];
  waiting.clear();
  measure(asked);
}

/** All are read before any is told, so that the page is laid out once; and each is told, whatever becomes of the others. */
function measure(all) {
  const found = all.map((sides) => [sides, insideOf(sides.element)]);
  for (const [sides, now] of found) {
    try {
      sides.tell(now);
    } catch (error) {
      reportError(error);
    }
  }
}

function insideOf(element) {
  const style = getComputedStyle(element);
  const within = (length, ...ends) => Math.max(0, length - ends.reduce((sum, end) => sum + parseFloat(style[`padding${end}`]), 0));
  return { width: within(element.clientWidth, "Left", "Right"), height: within(element.clientHeight, "Top", "Bottom") };
}
