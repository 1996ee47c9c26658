// Where the step stands at a symbol, as the link's field `time` has it; the server writes symbols the same way.

/** A symbol at a step in a line of text: h(2), h_2, h⟨2⟩; W_hh,2 where it has something below it already. */
export function atStep(symbol, step, time = "superscript") {
  if (time === "subscript") return `${symbol}${symbol.includes("_") ? "," : "_"}${step}`;
  return time === "angle" ? `${symbol}⟨${step}⟩` : `${symbol}(${step})`;
}

/** The same in LaTeX. */
export function texAtStep(symbol, step, time = "superscript") {
  if (time === "subscript") return `{${symbol}}_{${step}}`;
  return time === "angle" ? `{${symbol}}^{\\langle ${step}\\rangle}` : `{${symbol}}^{(${step})}`;
}
