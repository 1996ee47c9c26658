// A store: one state that all views share, and listeners that are called with what changed.

/** A store of one flat object. Listeners get the new state and the names of what changed; they are called in order. */
export function createStore(initial) {
  let state = Object.freeze({ ...initial });
  const listeners = new Set();
  return {
    get state() {
      return state;
    },
    set(changes) {
      const changed = new Set(Object.keys(changes).filter((name) => !Object.is(changes[name], state[name])));
      if (!changed.size) return;
      state = Object.freeze({ ...state, ...changes });
      for (const listener of [...listeners]) listener(state, changed);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
