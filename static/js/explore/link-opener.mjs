// Opens other links in place: what is drawn stays until the server has answered, and what is wrong stays as it was written.

import { edited, parseQuery, stillWrong, withoutCursor } from "../core/link.mjs";
import { PATIENCE } from "../core/request.mjs";
import { stepsOf } from "../cursor/cursor.mjs";

const AGAIN = 2000;
/** What a query says so that the server keeps what has a meaning with other equations; a program is pasted over all. */
const MADE_OF_ANOTHER = { equations: edited, program: () => "edit=&chosen=", system: () => "chosen=" };

/**
 * `address(fields, path, usual)` is where a link is answered, `usual` what fields are where they are left out; `take(answer, good, address, how)`
 * puts an answer on the page; `shown()` is the shape of the figure that the page shows, of which the server then says the numbers alone,
 * `cursor()` the fields of the cursor.
 */
export class LinkOpener {
  #asked = new AbortController();
  #wrong;
  /** Whether an entry of the history is still to come: of a change that is on its way, was refused or was overtaken. */
  #owed = false;
  /** The question that is being answered, and the latest change that waits for it. */
  #busy = null;
  #waiting = null;

  /** `wrong` are the fields that the server says are wrong, as they were written; the figure is of the others. */
  constructor(store, wrong, { address, take, shown = () => "", cursor = () => ({}) }) {
    Object.assign(this, { store, address, take, shown, cursor, returning: false });
    this.#wrong = wrong;
  }

  /**
   * Open the link of other fields, of which `name` has changed; `how` is what happens to the address: "push", "replace"
   * or "stay". What was wrong before is asked for `again`, once the others are right; without equations that are right
   * nothing can be. A change that replaces the one before it, as those of a drag do, waits until that one is on the
   * page, so that one sees where one is; of those that wait the latest counts. Where the cursor has gone on while the
   * server was away, the other link is opened at the step where it is now, which its address then says.
   */
  async open(fields, how, name, again = "equations" in stillWrong(this.#wrong, name)) {
    this.#wrong = stillWrong(this.#wrong, name);
    this.store.set({ asked: fields });
    this.#waiting = how === "replace" && this.#busy ? [fields, how, name, again] : null;
    if (this.#waiting) return;
    this.#asked.abort();
    this.#asked = this.#busy = new AbortController();
    const { signal } = this.#asked;
    this.#owed = how === "push" || (how === "replace" && this.#owed);
    this.returning = how === "stay";
    const whole = again ? { ...fields, ...this.#wrong } : fields;
    const stays = cursorOf(fields) === cursorOf(this.cursor());
    const now = () => (stays ? { ...withoutCursor(fields), ...this.cursor() } : fields);
    const moved = () => cursorOf(now()) !== cursorOf(fields);
    const openNow = () => this.open(now(), how === "stay" && moved() ? "replace" : how, name, again);
    let waited = false;
    const late = setTimeout(() => signal.aborted || this.store.set({ away: (waited = true) }), PATIENCE);
    try {
      const made = MADE_OF_ANOTHER[name]?.(this.store.state.system, this.store.state.fields?.equations);
      const { answer, good } = await this.#fetch(whole, signal, made);
      this.#busy = null;
      this.store.set({ away: false });
      if (waited && moved()) return openNow();
      if (how !== "stay" && lacksCursor(answer, fields)) return this.open(withoutCursor(fields), how, name);
      this.returning = false;
      if (!good) this.#refuse(answer.errors, fields, whole);
      const kept = good && made ? openedFields(answer.data) : whole;
      this.take(answer, good, this.address(kept, "/", answer.data?.fields), this.#owed ? "push" : how);
      if (good) this.#accept(made ? kept : fields, again);
      this.#goOn();
    } catch (error) {
      if (error.name === "AbortError") return;
      this.#busy = null;
      this.store.set({ away: true });
      setTimeout(() => signal.aborted || this.#goOn() || openNow(), AGAIN);
    } finally {
      clearTimeout(late);
    }
  }

  /** Open what has waited; whether something has. */
  #goOn() {
    const next = this.#waiting;
    if (next) this.open(...next);
    return next !== null;
  }

  /** Open the link of an address that the browser went back or forward to. */
  revisit(fields) {
    this.#wrong = {};
    this.open(fields, "stay");
  }

  /** The server's answer; `made` is what the query says of a link that is made of another one. */
  async #fetch(fields, signal, made) {
    const shape = this.shown();
    const address = [this.address(fields, "/api/page"), made, shape && `shown=${shape}`].filter(Boolean).join("&");
    const response = await fetch(address, { signal, headers: { Accept: "application/json" } });
    if (response.status >= 500) throw new Error(`the server answered ${response.status}`);
    return { answer: await response.json(), good: response.ok };
  }

  /** What is wrong is remembered as it was written; other changes build on what was right in its place before. */
  #refuse(errors, fields, whole) {
    const names = errors.map(({ field }) => field.split(".")[0]).filter((name) => name in whole);
    const its = (values) => Object.fromEntries(names.map((name) => [name, values[name]]));
    this.#wrong = { ...this.#wrong, ...its(whole) };
    this.store.set({ asked: { ...fields, ...its(this.store.state.fields) } });
  }

  /** The link is open; what was wrong before may be right with it. */
  #accept(fields, again) {
    this.#owed = false;
    this.store.set({ asked: this.#waiting?.[0] ?? null });
    if (again) this.#wrong = {};
    if (Object.keys(this.#wrong).length && !this.#waiting) this.open(fields, "replace", undefined, true);
  }
}

/** The fields of the link that an answer has opened, its cursor among them. */
function openedFields(data) {
  return { ...parseQuery(data.query), ...stepsOf(data)[data.here - 1] };
}

/** Where the cursor of some fields is, to be compared. */
const cursorOf = ({ phase, at }) => [phase, at].join();

/** Whether the node that the cursor is at is not drawn there. */
function lacksCursor({ errors }, fields) {
  return fields.at && errors?.some(({ field }) => field === "at");
}
