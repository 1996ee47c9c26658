// What becomes of the cursor where the server does not answer: it goes back to the last step that was there, so that no two
// parts of the page are at different steps, and on to the one that was wanted once that can be had.

import { createAwayReport, PATIENCE } from "../core/request.mjs";

/** The milliseconds until it is asked again, and for which a step is waited for while the server is said to be away. */
const AGAIN = 2000;

/** Of one view: `bring(here)` is a promise of what it shows at a step, `show(here)` shows it. */
export class Hold {
  /** The step that the view shows, and the one that it could not show. */
  shown = 0;
  #wanted = null;
  /** Runs while the view is behind, however far the cursor goes on meanwhile. */
  #late = 0;

  constructor(store, bring, show) {
    Object.assign(this, { store, bring, show, away: createAwayReport(store) });
  }

  /** The view is behind the cursor; where that lasts, the server has taken the question and does not answer. */
  awaits() {
    const giveUp = () => {
      this.has();
      const { here } = this.store.state;
      if (here !== this.shown) this.lose(here);
    };
    this.#late ||= setTimeout(giveUp, this.store.state.away ? AGAIN : PATIENCE);
  }

  /** A promise that what the view shows at the next step of a play has come; where it does not come the play ends, and the cursor goes there later. */
  async ready(here) {
    const late = new Promise((_, fail) => setTimeout(fail, this.store.state.away ? AGAIN : PATIENCE));
    try {
      await Promise.race([this.bring(here), late]);
    } catch {
      if (!this.store.state.playing) return;
      this.lose(here);
      this.store.set({ playing: false });
    }
  }

  /** What the view is to show has come. */
  has() {
    clearTimeout(this.#late);
    this.#late = 0;
  }

  /**
   * The view shows a step; where that is the one that it was sent back to, it goes on to wait for the other, and where it
   * is the other, which has come late, the cursor goes there.
   */
  shows(here) {
    const [wanted, back] = [this.#wanted, this.shown];
    if (wanted !== null && here === back) return;
    this.begin(here);
    if (here === wanted && this.store.state.here === back) this.store.set({ here });
  }

  /** The view shows a step, whatever was wanted. */
  begin(here) {
    this.has();
    this.shown = here;
    this.#wanted = null;
    this.away(false);
  }

  /** What the view shows at a step cannot be had now. To a step that it was sent back to the cursor comes all the same. */
  lose(here) {
    this.has();
    this.#wanted = here;
    this.away(true);
    const { here: now, held, opened } = this.store.state;
    if (here === now && here !== held) this.store.set({ here: this.shown, held: this.shown, playing: false });
    setTimeout(() => this.#again(here, opened), AGAIN);
  }

  async #again(here, opened) {
    const waits = () => this.#wanted === here && this.store.state.opened === opened && [here, this.shown].includes(this.store.state.here);
    if (!waits()) return;
    try {
      await this.bring(here);
      if (!waits()) return;
      if (here === this.store.state.here) this.show(here);
      else this.store.set({ here });
    } catch {
      if (waits()) this.lose(here);
    }
  }
}
