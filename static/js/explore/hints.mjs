// Three hints for a first visit. Put away, they do not come again; theme.js keeps them from being painted then.

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
