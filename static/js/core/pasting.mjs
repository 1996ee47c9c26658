// Text may be pasted into an editor of equations, whatever it is written in; what reads it is fetched with the first one.

/** `editor` holds a textarea and the place of the notice; `over(text)` hears of a text in whose place all of it is pasted. */
export function mountPasting(editor, over) {
  let reader = null;
  editor.addEventListener("paste", async (event) => {
    const pasted = event.clipboardData?.getData("text/plain").replaceAll(/\r\n?/g, "\n") ?? "";
    const field = event.target;
    if (!field.matches("textarea") || !pasted.trim()) return;
    const at = field.selectionStart;
    if (!(field.value.slice(0, at) + field.value.slice(field.selectionEnd)).trim()) over(field.value);
    reader ??= import("./pasted-text.mjs").then(({ PastedText }) => new PastedText(editor));
    reader.then((found) => found.read(field, at, pasted), () => (reader = null));
  });
}
