// Which field is being typed into: from the first letter until what it says is taken, no answer and no undo changes it.

let typed = null;

// Tests of scripts have no window.
globalThis.addEventListener?.("input", ({ target }) => (typed = target), { capture: true });
globalThis.addEventListener?.("change", ({ target }) => target.validity?.valid === false || (typed = null), { capture: true });

export const isTypedInto = (field) => field === typed && field === field.ownerDocument.activeElement;
