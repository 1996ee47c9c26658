// Scissors along the axis of steps: a click cuts the gradient between two of them, or mends it. Signs above the chart mark the cuts.

import { SCISSORS } from "../core/scissors-sign.mjs";

/** Draw scissors below the axis of a chart; `cut(t)` is called by a click between t and t + 1. */
export function drawScissors(svg, { left, right, top, bottom, edge }, { tau, cuts = [] }, cut) {
  if (tau < 2) return;
  const group = svg.append("g").attr("class", "scissors");
  for (const t of cuts) group.append("path").attr("class", "sign").attr("d", SCISSORS).attr("transform", `translate(${edge(t)},${top - 9})`);
  const hint = group.append("g").attr("visibility", "hidden");
  const line = hint.append("path");
  const sign = hint.append("path").attr("class", "sign").attr("d", SCISSORS);
  const band = group.append("rect").attr("x", left).attr("y", bottom).attr("width", right - left).attr("height", 20);
  const at = (event) => {
    const x = event.clientX - svg.node().getBoundingClientRect().left;
    return Math.max(1, Math.min(tau - 1, Math.round(((x - left) / (right - left)) * tau)));
  };
  band.on("pointermove", (event) => {
    const x = edge(at(event));
    hint.attr("visibility", "visible");
    line.attr("d", `M${x},${top}V${bottom}`);
    sign.attr("transform", `translate(${x},${bottom + 9})`);
  });
  band.on("pointerleave", () => hint.attr("visibility", "hidden"));
  band.on("click", (event) => {
    event.stopPropagation();
    cut(at(event));
  });
  band.append("title").text("Cut the gradient between two steps, or mend it");
}
