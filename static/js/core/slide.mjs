// Keys on something that stands at one of many steps: they move it as they move a slider.

const PAGE = 10;
const KEYS = {
  ArrowLeft: (t) => t - 1,
  ArrowDown: (t) => t - 1,
  ArrowRight: (t) => t + 1,
  ArrowUp: (t) => t + 1,
  PageDown: (t, tau) => t - Math.max(1, Math.round(tau / PAGE)),
  PageUp: (t, tau) => t + Math.max(1, Math.round(tau / PAGE)),
  Home: () => 1,
  End: (t, tau) => tau,
};

/** Hand the step that a key leads to, of 1 … tau, to `then`; other keys, and keys with others held down, do nothing here. */
export function slideByKey(event, t, tau, then) {
  const lead = KEYS[event.key];
  if (!lead || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const wanted = Math.min(tau, Math.max(1, lead(t, tau)));
  if (wanted !== t) then(wanted);
}
