// What a visitor puts away: popups over the page, and the hints of a first visit.

/** What opens over the page: menus and the numbers of a chart. */
const POPUP = "details:is(.popup, .as-table)";

/**
 * One popup is open at a time: they stand in one place, and a button says of what is closed that it holds something wrong,
 * or a text that is not run. It closes with Escape, and, unless it holds such a thing, by a press outside and when the
 * focus goes on.
 */
export function mountPopups(page = document) {
  const open = () => [...page.querySelectorAll(`${POPUP}[open]`)];
  const leave = (left) => {
    for (const popup of open()) if (left(popup) && !needed(popup)) popup.open = false;
  };

  page.addEventListener("keydown", (event) => {
    const alone = event.key === "Escape" && !event.target.closest("dialog[open]");
    const popup = alone && (event.target.closest(`${POPUP}[open]`) ?? open().at(-1));
    if (!popup) return;
    popup.open = false;
    popup.querySelector("summary").focus();
  });
  page.addEventListener("pointerdown", ({ target }) => leave((popup) => !popup.contains(target)));
  // A press between the fields of a popup gives the focus to what is around it all: that is no other place.
  page.addEventListener("focusin", ({ target }) => leave((popup) => !popup.contains(target) && !target.contains(popup)));
  page.addEventListener("toggle", ({ target }) => {
    if (!target.matches?.(`${POPUP}[open]`)) return;
    for (const popup of open()) if (popup !== target) popup.open = false;
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
