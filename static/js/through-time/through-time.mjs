// The row of charts: what there is at every step, measured by the engine, following the cursor.

import { createAwayReport, createRequest } from "../core/request.mjs";
import { stepAtNode, timeOf } from "../cursor/cursor.mjs";
import { fieldsAfter, latestFields } from "../core/link.mjs";
import { commonSteps, createReachedSteps } from "../cursor/reached-steps.mjs";
import { watchVisibility } from "../core/visibility.mjs";
import { mountReach } from "./reach.mjs";
import { mountTruncation } from "./truncation.mjs";
import { fillSelect } from "./legend.mjs";
import { mountNorms } from "./norms.mjs";
import { mountContributions } from "./contributions.mjs";
import { mountStrips } from "./strips.mjs";

const SETTLED = 120;

/** `open(fields, how, name)` opens the page of other fields, of which one has changed; the charts ask for their numbers once a link. */
export function mountThroughTime(element, store, openLink, open) {
  const part = (id) => element.querySelector(`#${id}`);
  const ask = createRequest(createAwayReport(store));
  const here = () => openLink.steps[store.state.here - 1];
  /** The cursor's step of time; 0 where it is at none. */
  const time = () => Math.max(0, timeOf(here()?.at ?? "") ?? 0);
  let settling = 0;

  /** What the cards share: what was measured, what is chosen of it, and how to speak of it. */
  const it = {
    found: null,
    reach: createReachedSteps([]),
    chosen: { state: "", parameter: "" },
    label: (name) => it.found.labels[name] ?? name,
    gradient: (name, at = "(t)") => `∂${it.label(it.found.of)}/∂${it.label(name)}${at}`,
    cuts: () => cutting.cuts(),
    cut: (t) => cutting.cut(t),
    /** A card is there where it has something to show. */
    card: (title, shown) => (part(title).closest(".card").hidden = !shown),
    place: (t, span) => ({ at: t, ...(span ? { from: span[0], to: span[1] } : {}) }),
    /** The steps at which the backward pass has come by all of these; none of them in the forward pass. */
    behind: (phase, names, step) => (phase === "backward" ? commonSteps(names.map((name) => it.reach(name, phase, step))) : phase ? [1, 0] : null),
    go: (phase) => (t) => {
      const step = stepAtNode(openLink.steps, `${it.chosen.state}[${t}]`, phase ?? here()?.phase);
      if (step) store.set({ here: step, playing: false });
    },
  };
  const set = (value) => open(fieldsAfter({ ...latestFields(store.state), ...here() }, "truncate", value), "push", "truncate");
  const cutting = mountTruncation(element, part, it, { truncate: () => store.state.fields.truncate, set });
  const norms = mountNorms(part, it);
  const seen = watchVisibility(element, mark);
  const cards = [mountStrips(part, it), norms, mountContributions(part, it), mountReach(part, it), cutting];

  function opened() {
    clearTimeout(settling);
    if (!openLink.steps.length) return refuse("There is nothing to measure yet.");
    settling = setTimeout(measure, it.found ? SETTLED : 0);
    if (it.found) cutting.mark(here()?.phase, time());
  }

  async function measure() {
    const query = openLink.query;
    element.setAttribute("aria-busy", "true");
    try {
      const answer = await ask(`/api/instruments?${query}`);
      if (answer) show(answer, query);
    } catch (error) {
      it.found = null;
      refuse(`Not measured: ${error.message}.`);
    } finally {
      if (query === openLink.query) element.removeAttribute("aria-busy");
    }
  }

  function show(answer, query) {
    it.found = Object.keys(answer.strips).length ? answer : null;
    it.reach = createReachedSteps(openLink.steps);
    refuse(it.found ? "" : "Nothing here runs through time.");
    if (!it.found) return;
    choices();
    draw();
    norms.open(query);
  }

  function refuse(words) {
    part("charts").hidden = Boolean(words);
    part("through-refused").hidden = !words;
    part("through-refused").textContent = words;
    if (words) part("removed").hidden = true;
  }

  function choices() {
    const { found, chosen } = it;
    chosen.state = fillSelect(part("through-state"), Object.keys(found.strips), found.labels, chosen.state);
    const used = Object.keys(found.parameters);
    chosen.parameter = fillSelect(part("through-parameter"), used, found.labels, chosen.parameter || Object.keys(found.radii)[0]);
  }

  function draw() {
    for (const card of cards) card.update();
    mark();
  }

  /** What the cursor changes: markers and veils, a sentence, the scissors. Out of sight it waits. */
  function mark() {
    if (!it.found || !seen()) return;
    for (const card of cards) card.mark(here()?.phase, time(), store.state.here);
  }

  element.addEventListener("change", ({ target }) => {
    if (target.id === "through-state") it.chosen.state = target.value;
    else if (target.id === "through-parameter") it.chosen.parameter = target.value;
    else return;
    draw();
  });
  store.subscribe((state, names) => {
    if (names.has("opened")) opened();
    else if (names.has("here")) mark();
  });
  opened();
}
