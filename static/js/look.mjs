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
  button.addEventListener("click", async () => told(button, said, await copied(address()), "Link"));
}

/** Say on a button, and to who hears the page, whether `what` was copied; null: there was no answer to copy. */
export function told(button, said, done, what) {
  button.dataset.label ??= button.textContent;
  button.style.minWidth = `${button.offsetWidth}px`;
  button.textContent = done ? "Copied" : done === null ? "No answer" : "Not allowed";
  const reason = done === null ? "The server does not answer" : "The browser does not let the page copy";
  said.textContent = done ? `${what} copied` : reason;
  clearTimeout(button.timer);
  button.timer = setTimeout(() => (button.textContent = button.dataset.label), 1600);
}

export async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
