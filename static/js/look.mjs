// Two buttons of the bar: light or dark, remembered; and the link of this very view on the clipboard.

const system = matchMedia("(prefers-color-scheme: dark)");

/** A button that changes the theme; without a choice the page follows the system. */
export function mountTheme(button, root = document.documentElement) {
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

/** A button that copies the address. */
export function mountCopy(button, said, address = () => location.href) {
  const label = button.textContent;
  let timer = 0;
  button.addEventListener("click", async () => {
    const told = (await copied(address())) ? "Copied" : "Not allowed";
    button.style.minWidth = `${button.offsetWidth}px`;
    button.textContent = told;
    said.textContent = told === "Copied" ? "Link copied" : "The browser does not let the page copy";
    clearTimeout(timer);
    timer = setTimeout(() => (button.textContent = label), 1600);
  });
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
