// A stack of contributions: what each step adds, on top of what the steps before it have made.

import { numeral } from "../core/numeral.mjs";
import { drawLevels, linearScale } from "./line.mjs";
import { createMarker, drawCuts, drawStepAxis, Plot } from "./plot.mjs";

/**
 * `update({name, tau, norms, along, together, before, begins, cuts})`: `along` is what each step adds, `together` what has
 * come together by a step, beginning with the step `begins`, and `before` what that was; `norms` stand in the table.
 * `name`: {norms, along, together}.
 */
export function mountStackChart(element, { height = 200, picked } = {}) {
  const prepare = (data) => ({ ...data, summary: summary(data), table: table(data) });
  return new Plot(element, { height, margin: { left: 50, right: 6, top: 18 }, prepare, draw, told, picked, cursor });
}

/**
 * Where each layer lies, {t, low, high, sign}: what is added on what was added before it, what is taken away below 0,
 * so that no layer covers another. The layers that are not finite are left out.
 */
export function layersOf(along, begins) {
  const order = along.map((value, i) => ({ t: i + 1, value }));
  if (begins !== 1) order.reverse();
  let [top, bottom] = [0, 0];
  const found = [];
  for (const { t, value } of order) {
    if (value === null || !Number.isFinite(value)) continue;
    if (value >= 0) found.push({ t, low: top, high: (top += value), sign: 1 });
    else found.push({ t, high: bottom, low: (bottom += value), sign: -1 });
  }
  return found;
}

function draw(svg, { tau, along, together, before, begins, cuts }, box) {
  const layers = layersOf(along, begins);
  const y = scaleOf(layers, before, box);
  drawLevels(svg, box, y, y.ticks(3), numeral);
  const group = svg.append("g").attr("class", "layers");
  const path = (look, shape, some) => group.append("path").attr("class", look).attr("d", some.map(shape).join(""));
  const lying = ({ t, low, high }) => rect(y, ...lies(box, t, begins), low, high);
  const added = ({ t, low, high }) => rect(y, box.edge(t - 1), box.edge(t), low, high);
  for (const even of [0, 1]) path(`lies lies-${even}`, lying, layers.filter((_, i) => i % 2 === even));
  path("lies current", () => "", []);
  path("added", added, layers.filter(({ sign }) => sign > 0));
  path("added taken", added, layers.filter(({ sign }) => sign < 0));
  if (before) svg.append("path").attr("class", "together before").attr("d", steps(before, box, y));
  svg.append("path").attr("class", "together").attr("d", steps(together, box, y));
  drawStepAxis(svg, box, tau);
  drawCuts(svg, box, cuts);
}

function scaleOf(layers, before, { top, bottom }) {
  const old = (before ?? []).filter(Number.isFinite);
  return linearScale([...layers.flatMap(({ low, high }) => [low, high]), ...old]).range([bottom, top]);
}

/** From its own step on a layer lies beneath all that comes after it. */
function lies({ left, right, edge }, t, begins) {
  return begins === 1 ? [edge(t - 1), right] : [left, edge(t)];
}

function rect(y, from, to, low, high) {
  return `M${from},${y(high)}H${to}V${y(low)}H${from}z`;
}

/** A line at its height over the whole width of each step. */
function steps(values, { edge }, y) {
  let before = null;
  return values
    .map((value, i) => {
      const shown = value !== null && Number.isFinite(value);
      const move = shown ? `${before === null ? `M${edge(i)},` : "V"}${y(value)}H${edge(i + 1)}` : "";
      before = shown ? value : null;
      return move;
    })
    .join("");
}

/** The marker of the cursor's step, and the layer that it adds all along. */
function cursor(svg, box, { along, before, begins }) {
  const marker = createMarker(svg, box);
  const layers = layersOf(along, begins);
  const y = scaleOf(layers, before, box);
  return {
    mark(place) {
      const layer = layers.find(({ t }) => t === place.at);
      svg.select(".lies.current").attr("d", layer ? rect(y, ...lies(box, layer.t, begins), layer.low, layer.high) : "");
      marker.mark(place);
    },
  };
}

function told(t, { along, together }) {
  return `t = ${t}: adds ${numeral(along[t - 1])}, so far ${numeral(together[t - 1])}`;
}

function summary({ name, along, together, begins, tau }) {
  const largest = along.indexOf(Math.max(...along));
  return `${name.along}: most at t = ${largest + 1} with ${numeral(along[largest])}, over ${tau} step${tau === 1 ? "" : "s"}; ${name.together} ${numeral(together[begins === 1 ? tau - 1 : 0])}`;
}

function table({ name, norms, along, together }) {
  return {
    caption: name.along,
    head: ["t", name.norms, name.along, name.together],
    rows: () => along.map((value, i) => [i + 1, norms[i], value, together[i]].map((cell, k) => (k ? numeral(cell) : String(cell)))),
  };
}
