// A run played back at a speed that one can follow: it is computed in a moment, and takes some seconds to be looked at.

const WHOLE = 10_000;
const EACH = 400;

/** Where a replay is, in steps; it plays the whole run in ten seconds, a short one slower step by step. */
export class Replay {
  #before = null;
  place = 0;
  playing = false;
  speed = 1;

  /** Begin at the first step of a run of so many. */
  begin(steps, playing) {
    Object.assign(this, { steps, playing, place: 0 });
    this.#before = null;
  }

  play() {
    this.playing = true;
    this.#before = null;
  }

  /** Stand still at step k. */
  rest(k) {
    [this.playing, this.place] = [false, k];
  }

  /** Go on to the time `now`, no further than the `count` steps that are there; where no more come it rests at the last. */
  advance(now, count, ended) {
    const passed = now - (this.#before ?? now);
    this.#before = now;
    this.place = Math.min(this.place + (passed * this.speed * this.steps) / Math.min(WHOLE, EACH * this.steps), Math.max(0, count - 1));
    if (ended && this.place >= count - 1) this.playing = false;
  }
}
