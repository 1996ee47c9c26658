// The page on a pattern hidden anywhere: plots and table stand empty while the server trains, and are filled with what it found.

import { numeral } from "../core/numeral.mjs";
import { askUntilAnswered } from "../core/request.mjs";
import { letAnswer } from "../charts/chart-answers.mjs";
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
  const { dataset } = part("result");
  delete dataset.shown;
  if (dataset.asked) load(`/api/anywhere?${dataset.asked}`, createResult(JSON.parse(dataset.frame)), asked.signal);
}

const unanswered = ({ full, wait }) => (full ? `All places are taken. Asking again in ${wait / 1000} seconds…` : "The server does not answer. Asking again…");

async function load(address, show, signal) {
  const asking = () => showState("Training both…");
  const away = (error) => showState(error ? unanswered(error) : "Training both… This takes long, or the server does not answer.");
  const found = await askUntilAnswered(address, signal, { asking, away }).catch(({ message }) => void showState(message, true));
  if (found) show(found);
}

/** The plots and the table as they stand before anything is trained, so that nothing jumps when it is. Returns `show(found)`. */
function createResult({ places, seen, steps }) {
  const series = NAMES.map((_, i) => seriesClass(i));
  const accuracy = new RunChart(part("accuracy"), { series, dots: true, unit: "place" });
  accuracy.reset([1, Math.max(2, places.length)], [0, 1]);
  const losses = new RunChart(part("losses"), { series, log: true, unit: "update" });
  losses.reset([0, steps]);
  const say = (chart, text) => (_, x) => NAMES.map((name, i) => `${name} ${text(chart.near(x)[i])}`).join(", ");
  const said = [say(accuracy, share), say(losses, numeral)];
  let told = 0;
  const answers = [
    letAnswer(accuracy, { count: () => (told ? places.length : 0), x: (i) => places[i], index: (x) => Math.round(x) - places[0], words: (i, x) => `begins at ${places[i]}: ${said[0](i, x)}` }),
    letAnswer(losses, { count: () => told, x: (k) => k + 0.5, index: Math.floor, words: (k, x) => `update ${k}: ${said[1](k, x)}` }),
  ];
  const draw = (shares) => {
    [accuracy, losses].forEach((chart) => chart.draw());
    table(places, seen, shares);
  };
  draw(NAMES.map(() => []));

  return ({ bits, network, dense }) => {
    const both = [network, dense];
    both.forEach((one, i) => one.accuracy.forEach((value, k) => accuracy.add(i, places[k], value ?? NaN)));
    both.forEach((one, i) => one.losses.forEach((loss, k) => losses.add(i, k + 0.5, loss ?? NaN)));
    told = Math.max(...both.map((one) => one.losses.length));
    draw(both.map((one) => one.accuracy));
    answers.forEach((answer) => answer());
    const gone = both.flatMap(({ stopped }, i) => (stopped ? [`The ${NAMES[i]} network: ${divergenceText(stopped)}.`] : []));
    showState([`The pattern ${bits}: ${network.parameters} parameters beside ${dense.parameters}.`, ...gone].join(" "), gone.length > 0);
    part("result").dataset.shown = bits;
  };
}

const share = (value) => (Number.isFinite(value) ? `${Math.round(100 * value)} %` : "–");

function table(places, seen, shares) {
  const row = (kind, cells) => {
    const made = document.createElement("tr");
    made.append(...cells.map((text) => Object.assign(document.createElement(kind), { textContent: text })));
    return made;
  };
  const head = document.createElement("thead");
  head.append(row("th", ["begins at", "in the training", ...NAMES]));
  const body = document.createElement("tbody");
  body.append(...places.map((place, k) => row("td", [place, seen[k] ? "yes" : "no", ...shares.map((one) => share(one[k]))])));
  part("table").replaceChildren(head, body);
}

mountLivePage(["shown"], begin);
