// The page on a pattern hidden anywhere: asks for the result, waits while the server trains, and draws it.

import { numeral } from "../core/numeral.mjs";
import { askUntilAnswered } from "../core/request.mjs";
import { letAnswer } from "./chart-answers.mjs";
import { mountLivePage } from "./live-page.mjs";
import { RunChart, seriesClass } from "../charts/run-chart.mjs";
import { divergenceText } from "./run.mjs";

const NAMES = ["recurrent", "fully connected"];
const part = (id) => document.getElementById(id);
let asked = new AbortController();

function showState(text, away = false) {
  part("state").textContent = text;
  part("state").classList.toggle("wrong", away);
}

function begin() {
  asked.abort();
  asked = new AbortController();
  part("result").hidden = true;
  if (part("result").dataset.asked) load(`/api/anywhere?${part("result").dataset.asked}`, asked.signal);
}

async function load(address, signal) {
  const asking = () => showState("Training both…");
  const away = ({ full, wait }) => showState(full ? `All places are taken. Asking again in ${wait / 1000} seconds…` : "The server does not answer. Asking again…");
  const found = await askUntilAnswered(address, signal, { asking, away }).catch(({ message }) => void showState(message, true));
  if (found) show(found);
}

function show({ bits, places, seen, network, dense }) {
  part("result").hidden = false;
  const both = [network, dense];
  const series = NAMES.map((_, i) => seriesClass(i));
  const accuracy = new RunChart(part("accuracy"), { series, dots: true });
  accuracy.reset([1, Math.max(2, places.length)], [0, 1]);
  both.forEach((one, i) => one.accuracy.forEach((share, k) => accuracy.add(i, places[k], share ?? NaN)));
  const losses = new RunChart(part("losses"), { series, names: NAMES, log: true });
  losses.reset([0, Math.max(...both.map((one) => one.losses.length))]);
  both.forEach((one, i) => one.losses.forEach((loss, k) => losses.add(i, k + 0.5, loss ?? NaN)));
  [accuracy, losses].forEach((chart) => chart.draw());
  const say = (chart, text) => (_, x) => NAMES.map((name, i) => `${name} ${text(chart.near(x)[i])}`).join(", ");
  const said = [say(accuracy, share), say(losses, numeral)];
  letAnswer(accuracy, { count: () => places.length, x: (i) => places[i], index: (x) => Math.round(x) - places[0], words: (i, x) => `begins at ${places[i]}: ${said[0](i, x)}` });
  const steps = Math.max(...both.map((one) => one.losses.length));
  letAnswer(losses, { count: () => steps, x: (k) => k + 0.5, index: Math.floor, words: (k, x) => `step ${k}: ${said[1](k, x)}` });
  table(places, seen, both);
  const gone = both.flatMap(({ stopped }, i) => (stopped ? [`The ${NAMES[i]} network: ${divergenceText(stopped)}.`] : []));
  showState([`The pattern ${bits}: ${network.parameters} parameters beside ${dense.parameters}.`, ...gone].join(" "), gone.length > 0);
  part("result").dataset.shown = bits;
}

const share = (value) => (Number.isFinite(value) ? `${Math.round(100 * value)} %` : "–");

function table(places, seen, both) {
  const row = (kind, cells) => {
    const made = document.createElement("tr");
    made.append(...cells.map((text) => Object.assign(document.createElement(kind), { textContent: text })));
    return made;
  };
  const head = document.createElement("thead");
  head.append(row("th", ["begins at", "in the training", ...NAMES]));
  const body = document.createElement("tbody");
  body.append(...places.map((place, k) => row("td", [place, seen[k] ? "yes" : "no", ...both.map((one) => share(one.accuracy[k]))])));
  part("table").replaceChildren(head, body);
}

mountLivePage(["shown"], begin);
