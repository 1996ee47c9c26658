// Where Explore was left in this window, so that a walk through the other pages leads back there and loses nothing typed.

const KEY = "left-explore";

/** Remember the query of the page, and equations that were typed and not run; an empty text says that there are none. */
export function rememberExplore(search, typed) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ search, typed }));
  } catch {
    // Storage may be forbidden; the way back is then the browser's own.
  }
}

/** What was remembered: {search, typed}; null where nothing was. */
export function leftExplore() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    return null;
  }
}
