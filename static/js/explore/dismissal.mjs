// What a visitor puts away: popups over the page, and the hints of a first visit.

/** A popup closes with Escape, by a press outside and when another opens, unless something is being written in it or is wrong there. */
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
    for (const popup of open()) if (!popup.contains(event.target) && !needed(popup)) popup.open = false;
  });
  page.addEventListener("toggle", ({ target }) => {
    if (!target.matches?.("details.popup[open]")) return;
    for (const popup of open()) if (popup !== target && !needed(popup)) popup.open = false;
  }, true);
}

/** Closing would hide what is wrong, or a text that is not run yet. */
function needed(popup) {
  const text = popup.querySelector("textarea");
  return popup.querySelector(".problem") !== null || (text !== null && text.value !== text.defaultValue);
}

/** Three hints for a first visit. Once they are put away `before-paint.js` keeps them from being painted. */
export function mountHints(element) {
  element.querySelector("button").addEventListener("click", () => {
    document.documentElement.dataset.hints = "away";
    document.getElementById("main").focus({ preventScroll: true });
    try {
      localStorage.setItem("hints", "away");
    } catch {
      // Storage may be forbidden; the hints then come again with the next visit.
    }
  });
}
