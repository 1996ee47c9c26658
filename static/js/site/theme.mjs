// The theme button of the bar: light or dark, remembered. Every page loads it.

const system = matchMedia("(prefers-color-scheme: dark)");

/** A button that changes the theme; without a choice the page follows the system. */
function mountTheme(button, root = document.documentElement) {
  const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const show = () => button.setAttribute("aria-pressed", String(dark()));
  button.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    remember(root.dataset.theme);
    show();
  });
  system.addEventListener("change", show);
  show();
}

function remember(theme) {
  try {
    localStorage.setItem("theme", theme);
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
}

mountTheme(document.getElementById("theme"));
