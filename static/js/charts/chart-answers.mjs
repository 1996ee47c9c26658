// A chart that answers: a pointer, a finger and the keys say the numbers at a place of it, and a click leads there.

import { setAttributes } from "../core/elements.mjs";
import { slideByKey } from "../core/slide.mjs";
import { setWords } from "../core/words.mjs";

const listening = new WeakMap();

/**
 * Let a chart of `count()` places answer. `x(i)` is where place i lies on its axis, `index(x)` the place of a point of the
 * axis; `words(i, x, raised)` says what is there, `raised` being the curve nearest to the pointer. `here()` is the place that
 * is looked at and `picked(i)` leads to another one; without them a click keeps a place. `spots(i, x)` are the points that are spoken of, one a curve,
 * or those nearest to x; of more than two curves the raised one alone has a dot. Returns `show()`, which says
 * again what is at the place that is looked at.
 */
export function letAnswer(chart, { count, x, index, words, here, picked, spots = (_, place) => chart.nearest(place) }) {
  const { svg } = chart;
  const [out, listen] = [readout(svg), listener(svg)];
  let [pointed, kept, before] = [null, null, null];
  const looked = here ?? (() => kept);
  const pick = (i) => {
    kept = i;
    pointed = null;
    picked?.(i);
    show();
  };

  function show() {
    const place = pointed ? within(index(pointed.x)) : looked();
    const [along, raised] = [place === null ? null : (pointed?.x ?? x(place)), pointed?.raised ?? null];
    const [said, dots] = place === null || !count() ? ["", []] : [words(place, along, raised), spots(place, along)];
    if (out && said !== before) setWords(out, said);
    before = said;
    chart.point(pointed || !here ? along : null, raised, readable(dots, raised));
    setAttributes(svg, { "aria-valuemax": Math.max(0, count() - 1), "aria-valuenow": place ?? 0, "aria-valuetext": said || "nowhere" });
  }

  const within = (i) => Math.max(0, Math.min(count() - 1, i));
  const point = (event) => {
    if (!count() || event.buttons > 1) return;
    pointed = chart.under(event);
    show();
  };
  listen("pointermove", point);
  listen("pointerleave", () => {
    pointed = null;
    show();
  });
  listen("click", (event) => count() && pick(within(index(chart.under(event).x))));
  listen("keydown", (event) => slideByKey(event, (looked() ?? -1) + 1, count(), (i) => pick(i - 1)));
  setAttributes(svg, { role: "slider", tabindex: 0, "aria-valuemin": 0 });
  show();
  return show;
}

/** Of two points both, of more that of the raised curve alone. */
const readable = (dots, raised) => (dots.length > 2 ? dots.map((dot, i) => (i === raised ? dot : null)) : dots);

/** Listens to a drawing, once: what was heard for a chart before in the same place is not any more. */
function listener(svg) {
  listening.get(svg)?.abort();
  const { signal } = listening.set(svg, new AbortController()).get(svg);
  return (name, heard) => svg.addEventListener(name, heard, { signal });
}

/** Where the numbers are written: in a place that is kept for them, most often at the end of the line above the drawing. */
function readout(svg) {
  const frame = svg.closest("figure, .card");
  const known = frame?.querySelector(".read");
  return known ?? frame?.querySelector("figcaption")?.appendChild(Object.assign(document.createElement("p"), { className: "read" }));
}
