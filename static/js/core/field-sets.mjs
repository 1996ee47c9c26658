// Sets of the link's fields, written from their rows in app/link/fields.py by `make snapshots`.

/** The cursor. */
export const CURSOR = ["phase", "at"];

/** Whatever their value, the steps of a pass are much the same. */
export const KEEPS_CURSOR = ["equations", "sizes", "task", "seed", "of", "truncate", "radius", "set", "trained", "optimizer", "lr", "momentum", "clip", "batch", "carry_state", "detail", "open", "view", "rows", "direction", "spacing", "colours", "caption", "mark", "time", "last", "vectors", "orientation", "names"];

/** Without a meaning once the equations are others. */
export const OF_EQUATIONS = ["system", "sizes", "task", "of", "feed", "set", "open", "rows", "mark", "names"];

/** Without a meaning once another system is to be trained. */
export const OF_NETWORK = ["equations", "sizes", "task", "of", "truncate", "feed", "set", "open", "rows", "mark", "names"];

/** Kept when another system is chosen. */
export const OF_ANY_SYSTEM = ["tau", "task", "seed", "signal", "detail", "view", "phase", "at", "direction", "spacing", "colours", "time", "last", "vectors", "orientation"];
