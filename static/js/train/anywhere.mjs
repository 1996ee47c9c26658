// The page of a pattern hidden anywhere: asks for the result, waits where it has to, and draws it.

import { mountCopy } from "../look.mjs";
import { createChart } from "./run-chart.mjs";

const part = (id) => document.getElementById(id);
const data = JSON.parse(part("data")?.textContent ?? "null");

function tell(text, away = false) {
  part("state").textContent = text;
  part("state").classList.toggle("wrong", away);
}

async function load() {
  tell("Training both…");
  const response = await fetch(data.json, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!response || response.status >= 500) {
    const wait = Number(response?.headers.get("Retry-After") ?? 3);
    tell(response?.status === 503 ? `All places are taken. Asking again in ${wait} seconds…` : "The server does not answer. Asking again…");
    setTimeout(load, 1000 * wait);
    return;
  }
  const found = await response.json();
  if (!response.ok) return tell(found.detail, true);
  show(found);
}

function show({ bits, places, seen, network, dense }) {
  part("result").hidden = false;
  const both = [network, dense];
  const accuracy = createChart(part("accuracy"), { series: ["series c0", "series c1"], dots: true });
  accuracy.reset([0.5, places.length + 0.5], [0, 1]);
  both.forEach((one, i) => one.accuracy.forEach((share, k) => accuracy.add(i, places[k], share)));
  const losses = createChart(part("losses"), { series: ["series c0", "series c1"], log: true });
  losses.reset([0, network.losses.length]);
  both.forEach((one, i) => one.losses.forEach((loss, k) => losses.add(i, k + 0.5, loss)));
  const draw = () => [accuracy, losses].forEach((chart) => chart.draw());
  draw();
  new ResizeObserver(draw).observe(part("accuracy"));
  table(places, seen, both);
  tell(`The pattern ${bits}: ${network.parameters} parameters beside ${dense.parameters}.`);
  part("result").dataset.shown = bits;
}

function table(places, seen, both) {
  const row = (kind, cells) => {
    const made = document.createElement("tr");
    made.append(...cells.map((text) => Object.assign(document.createElement(kind), { textContent: text })));
    return made;
  };
  const head = document.createElement("thead");
  head.append(row("th", ["begins at", "in the training", "recurrent", "fully connected"]));
  const body = document.createElement("tbody");
  const share = (value) => `${Math.round(100 * value)} %`;
  body.append(...places.map((place, k) => row("td", [place, seen[k] ? "yes" : "no", ...both.map((one) => share(one.accuracy[k]))])));
  part("table").replaceChildren(head, body);
}

part("controls").addEventListener("change", ({ currentTarget }) => currentTarget.reportValidity() && currentTarget.requestSubmit());
mountCopy(part("copy"), part("said"));
if (data) load();
document.documentElement.dataset.ready = "";
