// Keyboard shortcuts: what each key does, and the dialog that lists them.

/** A key as it is pressed, what it does, and in words. A name may stand in several rows; those after them are of what has the focus. */
export const SHORTCUTS = [
  { key: "ArrowLeft", name: "back", shown: ["←"], words: "a node back" },
  { key: "ArrowRight", name: "forward", shown: ["→"], words: "a node forward" },
  { key: "Shift+ArrowLeft", name: "back-time", shown: ["Shift", "←"], words: "a time step back" },
  { key: "Shift+ArrowRight", name: "forward-time", shown: ["Shift", "→"], words: "a time step forward" },
  { key: "Home", name: "start", shown: ["Home"], words: "to the start: the structure alone" },
  { key: "End", name: "end", shown: ["End"], words: "to the end" },
  { key: " ", name: "play", shown: ["Space"], words: "play and pause" },
  { key: "b", name: "pass", shown: ["B"], words: "the same node in the other pass" },
  { key: "u", name: "fold", shown: ["U"], words: "fold and unfold" },
  { key: "1", name: "detail-1", shown: ["1"], words: "states alone" },
  { key: "2", name: "detail-2", shown: ["2"], words: "all of a cell" },
  { key: "3", name: "detail-3", shown: ["3"], words: "layers and gates" },
  { key: "4", name: "detail-4", shown: ["4"], words: "every operation" },
  { key: "o", name: "open-cell", shown: ["O"], words: "open the cell at the focus, else at the cursor, one detail further; after the last, close it" },
  { key: "+", name: "zoom-in", shown: ["+"], words: "closer to the figure" },
  { key: "-", name: "zoom-out", shown: ["−"], words: "further from it" },
  { key: "0", name: "zoom-fit", shown: ["0"], words: "all of it" },
  { key: "?", name: "help", shown: ["?"], words: "these keys" },
];
const FOCUSED = [
  { shown: ["Ctrl", "Z"], words: "undo the last change; with Shift, redo it" },
  { shown: ["↑", "↓"], words: "at a number in the panel or on a card: change it; digits and Enter write it" },
  { shown: ["←", "→", "↑", "↓"], words: "at a node: to its neighbour there" },
  { shown: ["Enter"], words: "at a node, or at what stands for hidden steps: bring the cursor to it; again, to its numbers" },
  { shown: ["double press"], words: "on a cell: open it one detail further while the others stay, after the last close it; with Shift, back; beside all cells, close them" },
  { shown: ["←", "→", "Home", "End"], words: "on a chart or the strip of all steps: along its steps" },
];
const FIELDS = "input:not([type=radio], [type=checkbox], [type=range]), textarea, [contenteditable]";
/** The keys that a field with the focus needs itself. */
const OWN = [
  ["select", /^(?![a-z?]$)/],
  ["[type=range]", /^(Arrow|Home|End)/],
  ["[type=radio], [type=checkbox]", /^( |(Shift\+)?Arrow.*)$/],
];
const PRESSED = "button, summary, a, [role=button]";

/** A key as the table has it: letters small, arrows with Shift where it is held, the key of + without Shift too. */
function spelled(key, shiftKey) {
  if (key === "=") return "+";
  return key.startsWith("Arrow") && shiftKey ? `Shift+${key}` : key.length === 1 ? key.toLowerCase() : key;
}

/** The name of what a key does; none where it is pressed with others, or where the field that has the focus needs it. */
export function actionOf({ key, shiftKey, ctrlKey, metaKey, altKey, target }) {
  if (ctrlKey || metaKey || altKey) return undefined;
  const pressed = spelled(key, shiftKey);
  if (target?.matches(FIELDS) || OWN.some(([field, its]) => target?.matches(field) && its.test(pressed))) return undefined;
  return SHORTCUTS.find((row) => row.key === pressed)?.name;
}

/** `does` is a table: what each name does; a name it lacks is no key here. */
export function mountShortcuts(page, does) {
  const actions = { ...does, help: () => dialog(page).showModal() };
  page.addEventListener("keydown", (event) => {
    const name = actionOf(event);
    if (!actions[name] || event.defaultPrevented || page.querySelector("dialog[open]")) return;
    if (name === "play" && event.target.closest(PRESSED)) return;
    event.preventDefault();
    actions[name]();
  });
  page.addEventListener("click", ({ target }) => target.closest("#help") && actions.help());
}

/** The dialog, made when it is first asked for. */
function dialog(page) {
  const found = page.getElementById("keys");
  if (found) return found;
  const made = page.createElement("dialog");
  made.id = "keys";
  made.className = "card keys";
  made.setAttribute("aria-labelledby", "keys-title");
  made.innerHTML = `<form method="dialog"><header><h2 id="keys-title">Keys</h2><button class="button" autofocus>Close</button></header><dl>${[...SHORTCUTS, ...FOCUSED].map(row).join("")}</dl></form>`;
  made.addEventListener("click", (event) => event.target === made && made.close());
  return page.body.appendChild(made);
}

const row = ({ shown, words }) => `<div><dt>${shown.map((key) => `<kbd>${key}</kbd>`).join(" ")}</dt><dd>${words}</dd></div>`;
