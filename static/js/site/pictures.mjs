// A picture that did not come is asked for again, since the server may have been away: a few times, each after a longer while.

const [AGAIN, TIMES] = [1000, 6];
const asked = new WeakMap();

function askAgain(picture) {
  const times = asked.get(picture) ?? 0;
  if (times >= TIMES) return;
  asked.set(picture, times + 1);
  setTimeout(() => picture.setAttribute("src", picture.getAttribute("src")), AGAIN * 2 ** times);
}

document.addEventListener("error", ({ target }) => target.matches?.("img[src]") && askAgain(target), { capture: true });
