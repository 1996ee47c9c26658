// All of one typing into a field, or of one drag of a slider, is one change: each of its values follows on what the link
// was before the first, so that on the way through τ = 1 nothing is lost, and all are one entry in the browser's history.

/** So long nothing is typed before a number is taken to be whole. */
const PAUSE = 400;

export class OneChange {
  #field = null;
  #from;
  #told;
  #waiting;

  /** `now()` are the fields of the link; `open(fields, how, field, value)` opens the link in which a field holds a value. */
  constructor(now, open) {
    Object.assign(this, { now, open });
  }

  /** A slider is dragged over a value. */
  drag(field, value) {
    this.#begin(field);
    this.#tell(value);
  }

  /** A number stands in a field as it is typed: after a pause it is taken, unless the link has it. */
  type(field, value) {
    this.#begin(field);
    clearTimeout(this.#waiting);
    const known = this.#told ?? field.defaultValue;
    if (value !== known) this.#waiting = setTimeout(() => this.#tell(value), PAUSE);
  }

  /** The last value of a field: the next one is another change. */
  end(field, value) {
    this.#begin(field);
    clearTimeout(this.#waiting);
    this.#tell(value);
    this.#field = null;
  }

  /** What is typed is no number yet. */
  pause() {
    clearTimeout(this.#waiting);
  }

  /** One is elsewhere; without an end the field holds what it held before. */
  leave(field, value) {
    clearTimeout(this.#waiting);
    if (this.#field !== field) return;
    if (this.#told !== null) this.#tell(value);
    this.#field = null;
  }

  #begin(field) {
    if (this.#field === field) return;
    this.#field = field;
    this.#from = this.now();
    this.#told = null;
  }

  #tell(value) {
    if (this.#told === value) return;
    this.open(this.#from, this.#told === null ? "push" : "replace", this.#field, value);
    this.#told = value;
  }
}
