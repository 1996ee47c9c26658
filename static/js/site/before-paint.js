// Before the page is painted: the theme that was chosen here earlier, and whether the hints were put away. Without a choice the page follows the system.
try {
  const chosen = localStorage.getItem("theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  if (localStorage.getItem("hints")) document.documentElement.dataset.hints = "away";
} catch {
  // Storage may be forbidden; then the system decides.
}
