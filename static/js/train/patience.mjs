// What a training page asks for is asked until it is answered. As long as anything waits in vain the page's notice says so.

import { askUntilAnswered, AWAY } from "../core/request.mjs";

/** What waits in vain, with what is said of it. */
const vain = new Map();

/** `away(is)` for one question, which waits in vain at most until the signal is aborted. */
export function createVainReport(signal, words = AWAY) {
  const question = Symbol("question");
  const away = (is) => {
    if (is && !signal?.aborted) vain.set(question, words);
    else if (!vain.delete(question)) return;
    const notice = document.getElementById("away");
    notice.hidden = !vain.size;
    notice.textContent = [...vain.values()].at(-1) ?? "";
  };
  signal?.addEventListener("abort", () => away(false));
  return away;
}

/** The answer at an address; null once the signal is aborted. Throws what is refused. */
export async function askPatiently(address, signal) {
  const away = createVainReport(signal);
  return askUntilAnswered(address, signal, { away: () => away(true) }).finally(() => away(false));
}
