// Scissors along the axis of steps, at its left where they rest: a click cuts the gradient between two of them, or mends it. Signs above the chart mark the cuts.

import { SCISSORS } from "../core/scissors-sign.mjs";

/** How far the middle of a sign is below the axis, and before its beginning where the scissors rest. */
const [BELOW, BEFORE] = [10, 14];

/** Draw scissors below the axis of a chart; `cut(t)` is called by a click between t and t + 1. */
export function drawScissors(svg, { left, right, top, bottom, edge }, { tau, cuts = [] }, cut) {
  if (tau < 2) return;
  const group = svg.append("g").attr("class", "scissors");
  for (const t of cuts) group.append("path").attr("class", "sign").attr("d", SCISSORS).attr("transform", `translate(${edge(t)},${top - 9})`);
  group.append("path").attr("class", "sign rest").attr("d", SCISSORS).attr("transform", `translate(${left - BEFORE},${bottom + BELOW})`);
  const hint = group.append("g").attr("visibility", "hidden");
  const line = hint.append("path");
  const sign = hint.append("path").attr("class", "sign").attr("d", SCISSORS);
  const band = group.append("rect").attr("x", left - 2 * BEFORE).attr("y", bottom).attr("width", right - left + 2 * BEFORE).attr("height", 20);
  const at = (event) => {
    const x = event.clientX - svg.node().getBoundingClientRect().left;
    return Math.max(1, Math.min(tau - 1, Math.round(((x - left) / (right - left)) * tau)));
  };
  band.on("pointermove", (event) => {
    const x = edge(at(event));
    hint.attr("visibility", "visible");
    line.attr("d", `M${x},${top}V${bottom}`);
    sign.attr("transform", `translate(${x},${bottom + BELOW})`);
  });
  band.on("pointerleave", () => hint.attr("visibility", "hidden"));
  band.on("click", (event) => {
    event.stopPropagation();
    cut(at(event));
  });
  band.append("title").text("Cut the gradient between two steps, or mend it");
}
