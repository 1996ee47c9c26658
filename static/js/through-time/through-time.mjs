// The row of charts through time: what there is at every step, measured by the engine, following the cursor.

import { createAwayReport, createRequest } from "../core/request.mjs";
import { watchVisibility } from "../core/visibility.mjs";
import { mountContributions } from "./contributions.mjs";
import { fillSelect } from "./legend.mjs";
import { Measured } from "./measured.mjs";
import { mountNorms } from "./norms.mjs";
import { mountReach } from "./reach.mjs";
import { mountStrips } from "./strips.mjs";
import { mountTruncation } from "./truncation.mjs";

const SETTLED = 120;
/** What is picked in each list, by its id. */
const LISTS = { "through-state": "state", "through-parameter": "parameter", "reach-of": "reach" };

/**
 * `removed` is to say what a cut has taken. `open(fields, how, name)` opens the page of other fields, of which one has changed;
 * the charts ask for their numbers once a link.
 */
export function mountThroughTime(element, removed, store, openLink, open) {
  const row = new ThroughTime(element, removed, store, openLink, open);
  element.addEventListener("change", ({ target }) => row.choose(target));
  store.subscribe((state, changed) => {
    if (changed.has("opened")) row.opened();
    else if (changed.has("here")) row.mark();
  });
  row.opened();
}

class ThroughTime {
  #settling = 0;

  constructor(element, removed, store, openLink, open) {
    const part = (id) => element.querySelector(`#${id}`);
    const measured = new Measured(store, openLink, open);
    Object.assign(this, { element, removed, store, openLink, part, measured, ask: createRequest(createAwayReport(store)) });
    this.showRemoved = mountTruncation(removed, measured);
    this.norms = mountNorms(part, measured);
    this.seen = watchVisibility(element, () => this.mark());
    this.cards = [mountStrips(part, measured), this.norms, mountContributions(part, measured), mountReach(part, measured)];
  }

  /** Another link is open: measure it once it rests. */
  opened() {
    clearTimeout(this.#settling);
    if (!this.openLink.steps.length) return this.#refuse("There is nothing to measure yet.");
    this.#settling = setTimeout(() => this.#measure(), this.measured.found ? SETTLED : 0);
  }

  async #measure() {
    const { query, whole } = this.openLink;
    this.element.setAttribute("aria-busy", "true");
    try {
      const answer = await this.ask(`/api/instruments?${whole}`);
      if (answer) this.#show(answer, query);
    } catch (error) {
      this.measured.found = null;
      this.#refuse(`Not measured: ${error.message}.`);
    } finally {
      if (query === this.openLink.query) this.element.removeAttribute("aria-busy");
    }
  }

  #show(answer, query) {
    this.measured.take(answer);
    const { found } = this.measured;
    this.#refuse(found ? "" : "Nothing here runs through time.");
    if (!found) return;
    this.#tell(Object.values(found.left_out));
    this.#offerChoices();
    this.norms.open(query);
    this.#draw();
  }

  #refuse(words) {
    this.part("charts").hidden = Boolean(words);
    this.part("through-refused").hidden = !words;
    this.part("through-refused").textContent = words;
    if (words) this.removed.hidden = true;
  }

  /** Some charts are not there, which would have been too dear: say why. */
  #tell(missing) {
    this.part("through-refused").hidden = !missing.length;
    this.part("through-refused").textContent = missing.length ? `Not measured: ${missing.join("; ")}.` : "";
  }

  #offerChoices() {
    const { found, chosen, picked } = this.measured;
    chosen.state = fillSelect(this.part("through-state"), Object.keys(found.strips), found.labels, picked.state);
    chosen.parameter = fillSelect(this.part("through-parameter"), Object.keys(found.parameters), found.labels, this.#parameter());
  }

  /** The parameter to be shown: in the update that whose gradient comes together. */
  #parameter() {
    const { found, picked, step } = this.measured;
    if (step?.phase === "update" && step.at in found.parameters) return step.at;
    return picked.parameter ?? Object.keys(found.radii)[0] ?? Object.keys(found.parameters)[0];
  }

  choose({ id, value }) {
    const name = LISTS[id];
    if (!name) return;
    this.measured.picked[name] = value;
    this.#offerChoices();
    this.#draw();
  }

  #draw() {
    this.#update();
    this.showRemoved();
    this.mark();
  }

  #update() {
    for (const card of this.cards) card.update();
    this.part("charts").dataset.cards = this.element.querySelectorAll(".chart:not([hidden])").length;
  }

  /** Show what the cursor changes: markers and veils, a sentence. Out of sight it waits. */
  mark() {
    const { found, step, time } = this.measured;
    if (!found || !this.seen()) return;
    if (this.measured.chosen.parameter !== (this.#parameter() ?? "")) {
      this.#offerChoices();
      this.#update();
    }
    for (const card of this.cards) card.mark(step?.phase, time, this.store.state.here);
    this.part("charts").dataset.measured = "";
  }
}
