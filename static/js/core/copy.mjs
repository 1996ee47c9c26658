// Copy text to the clipboard and show on the button whether that worked.

/** A button that copies the address of the page. */
export function mountCopyButton(button, status, address = () => location.href) {
  button.addEventListener("click", async () => showCopied(button, status, await copyText(address()), "Link"));
}

/** Show on a button, and tell screen readers, whether `what` was copied; `done` is null where there was no answer to copy. */
export function showCopied(button, status, done, what) {
  button.label ??= button.innerHTML;
  button.style.minWidth = `${button.offsetWidth}px`;
  button.textContent = done ? "Copied" : done === null ? "No answer" : "Not allowed";
  const reason = done === null ? "The server does not answer" : "The browser does not let the page copy";
  status.textContent = done ? `${what} copied` : reason;
  clearTimeout(button.timer);
  button.timer = setTimeout(() => (button.innerHTML = button.label), 1600);
}

export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
