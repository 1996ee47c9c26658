// How play goes: by time steps or by nodes, and how long each is shown, so that a run however long is over in time.

import { toTimeStep } from "./cursor.mjs";

/** The milliseconds that a time step is shown, a node, and a step of the update, whose parts come together meanwhile. */
const SHOWN = { time: 400, nodes: 800, update: 1000 };
/** A whole run takes at most so long, and what is shown is shown at least so long: of a very long run not all is. */
const [LONGEST, SHORTEST] = [20_000, 100];

/** Where the play of a whole pass stops and for how long: rows {here, lasts}, by "time" steps or by "nodes", so many times as fast. */
export function stopsOf(steps, by, speed = 1) {
  const all = [];
  for (let here = 0; here < steps.length; ) {
    const update = steps[here].phase === "update";
    here = by === "time" && !update ? toTimeStep(steps, here, 1) : here + 1;
    all.push({ here, update, lasts: update ? SHOWN.update : SHOWN[by] });
  }
  const whole = ofAll(all);
  const together = Math.ceil((SHORTEST * all.length) / Math.min(whole, LONGEST));
  const kept = all.filter(({ update }, i) => update || (i + 1) % together === 0 || i === all.length - 1);
  const faster = Math.max(1, ofAll(kept) / LONGEST) * speed;
  return kept.map(({ here, lasts }) => ({ here, lasts: lasts / faster }));
}

const ofAll = (stops) => stops.reduce((sum, { lasts }) => sum + lasts, 0);
