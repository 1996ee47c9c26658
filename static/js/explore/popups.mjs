// What opens over the page: it closes with Escape and by a press outside, unless something is being written in it.

export function mountPopups(page = document) {
  const open = () => [...page.querySelectorAll("details.popup[open]")];

  page.addEventListener("keydown", (event) => {
    const alone = event.key === "Escape" && !event.target.closest("dialog[open]");
    const popup = alone && (event.target.closest("details.popup[open]") ?? open().at(-1));
    if (!popup) return;
    popup.open = false;
    popup.querySelector("summary").focus();
  });
  page.addEventListener("pointerdown", (event) => {
    for (const popup of open()) if (!popup.contains(event.target) && !written(popup)) popup.open = false;
  });
  page.addEventListener("toggle", ({ target }) => {
    if (!target.matches?.("details.popup[open]")) return;
    for (const popup of open()) if (popup !== target && !written(popup)) popup.open = false;
  }, true);
}

/** Whether closing would hide a text that is not run yet, or a problem with it. */
function written(popup) {
  const text = popup.querySelector("textarea");
  return text !== null && (text.value !== text.defaultValue || popup.querySelector(".problem") !== null);
}
