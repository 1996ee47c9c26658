// What a run was told to be, step by step, and curves of it that are as long as the run and no wider than the screen.

/** Keeps every step of a run: `shape` says how many points and entries a prediction has. Steps are counted from `first`. */
export function createRun(shape, first, steps) {
  const each = shape.points * Math.max(shape.size, 1);
  const room = (length) => new Float64Array(length).fill(NaN);
  const norms = Object.fromEntries(shape.parameters.map(({ name }) => [name, room(steps)]));
  const run = { shape, first, steps, count: 0, losses: room(steps), norms, said: room(steps * each), target: room(steps * each) };

  /** Take the next step; one that was there already, or comes too early, is left out. */
  run.add = (step) => {
    const k = step.step - first;
    if (k !== run.count || k >= steps) return false;
    run.losses[k] = step.loss ?? NaN;
    for (const name of Object.keys(norms)) norms[name][k] = step.norms[name] ?? NaN;
    put(run.said, k * each, probabilities(shape, flat(step.prediction)));
    put(run.target, k * each, flat(step.target));
    run.count += 1;
    return true;
  };
  /** One entry of a prediction or a target over the window of step k. */
  run.window = (array, k, entry) =>
    Array.from({ length: shape.points }, (_, t) => array[k * each + t * Math.max(shape.size, 1) + entry]);
  return run;
}

const flat = (value) => (value === null || value === undefined ? [] : [value].flat(2));

function put(array, place, values) {
  values.forEach((value, i) => (array[place + i] = value ?? NaN));
}

/** Where classes are told apart, what is said are logits: their softmax at each point. */
export function probabilities({ classes, size }, values) {
  if (!classes) return values;
  const found = [];
  for (let at = 0; at < values.length; at += size) {
    const logits = values.slice(at, at + size);
    const most = Math.max(...logits);
    const shares = logits.map((logit) => Math.exp(logit - most));
    const whole = shares.reduce((a, b) => a + b, 0);
    found.push(...shares.map((share) => share / whole));
  }
  return found;
}

const DENSE = 2;
const COLUMN = 1.5;

/**
 * A line through points that come in the order of x. Where there are more than fit, each column of the screen keeps its
 * lowest and its highest value: what is drawn looks the same and costs the same however long the run is.
 * A y that is no finite number breaks the line.
 */
export class Curve {
  #xs = [];
  #ys = [];
  #columns = null;

  add(x, y) {
    this.#xs.push(x);
    this.#ys.push(y);
  }

  get length() {
    return this.#xs.length;
  }

  /** Whether there are more points than fit: then dashes would not be seen, and cost much. */
  dense(width) {
    return this.length > DENSE * width;
  }

  /** The points to draw, [x, y] in the units of the data, with null where the line breaks. */
  points(width, domain) {
    if (!this.dense(width)) return this.#xs.map((x, i) => (Number.isFinite(this.#ys[i]) ? [x, this.#ys[i]] : null));
    const count = Math.round(width / COLUMN);
    const step = (domain[1] - domain[0]) / count;
    return this.#gathered(count, domain).flatMap((column, at) => {
      if (!column) return [];
      const { least, most, first, last } = column;
      const x = domain[0] + (at + 0.5) * step;
      return first < last ? [[x, least], [x, most]] : [[x, most], [x, least]];
    });
  }

  /** The columns of the screen; those of the same axis go on with the points that came since. */
  #gathered(count, [low, high]) {
    const known = this.#columns;
    if (known?.count !== count || known.low !== low || known.high !== high) {
      this.#columns = { count, low, high, fed: 0, found: Array(count + 1).fill(null) };
    }
    const columns = this.#columns;
    for (; columns.fed < this.length; columns.fed += 1) {
      const y = this.#ys[columns.fed];
      if (Number.isFinite(y)) feed(columns, this.#xs[columns.fed], y);
    }
    return columns.found;
  }
}

function feed({ count, low, high, found }, x, y) {
  const column = (found[Math.floor(((x - low) / (high - low)) * count)] ??= { least: y, most: y, first: y, last: y });
  if (y < column.least) column.least = y;
  if (y > column.most) column.most = y;
  column.last = y;
}
