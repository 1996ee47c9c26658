// The first page: once, after a second, the pulse leaves the loss; the sliders bring the page of their fields in place.

import { letDrawnPlotsAnswer } from "../charts/drawn-plot.mjs";
import { morph } from "../core/elements.mjs";
import { createRequest, requestPage, showAway } from "../core/request.mjs";
import { Pulse } from "./pulse.mjs";

const FIRST = 1000;
const SETTLED = 40;
const part = (id) => document.getElementById(id);
const shown = part("shown");
const still = matchMedia("(prefers-reduced-motion: reduce)");
const ask = createRequest((away) => showAway(part("away"), away), requestPage);
const pulse = new Pulse(shown, count);
let settling = 0;

/** Say how much is left at a step. */
function count(t) {
  shown.querySelector("[data-step]").textContent = t;
  for (const counter of shown.querySelectorAll("[data-counter]")) {
    counter.textContent = shown.querySelector(`.${counter.dataset.counter} .node[data-t="${t}"]`).dataset.left;
  }
}

/** The plot of what is left answers too: a press leads the counters to its step. */
function letPlotsAnswer() {
  const picked = (i) => {
    pulse.stop();
    count(i + 1);
  };
  letDrawnPlotsAnswer(shown, { picked });
}

const addressOf = (form) => `${form.getAttribute("action")}?${new URLSearchParams(new FormData(form))}`;

/** The page of other fields takes the place of this one, and the address follows, unless a slider has been moved on. */
async function follow(form) {
  const address = addressOf(form);
  const answer = await ask(address);
  if (!answer?.good || address !== addressOf(form)) return;
  pulse.stop();
  for (const id of ["shown", "another", "sentences"]) morph(part(id), answer.page.getElementById(id));
  count(1);
  letPlotsAnswer();
  history.replaceState(null, "", address);
  part("said").textContent = part("sentences").textContent;
}

shown.addEventListener("input", ({ target }) => {
  target.nextElementSibling.textContent = Number(target.value);
  clearTimeout(settling);
  settling = setTimeout(() => follow(target.form), SETTLED);
});
shown.addEventListener("submit", (event) => event.preventDefault());
shown.addEventListener("pointerover", ({ target }) => {
  const node = target.closest?.(".node[data-t]");
  if (node) pulse.stop();
  if (node) count(node.dataset.t);
});
shown.addEventListener("pointerout", ({ target }) => target.closest?.(".node[data-t]") && count(1));
part("again").addEventListener("click", () => pulse.send());
count(1);
letPlotsAnswer();
if (!still.matches) pulse.send(FIRST);
document.documentElement.dataset.ready = "";
