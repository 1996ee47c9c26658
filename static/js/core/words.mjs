// Words of a person's language in which symbols stand, written into a page.

/** Write words where symbols keep their subscripts: `W_i` has a small i below the line. */
export function setWords(element, words) {
  const pieces = words.split(/(?<=[\p{L}\p{N}])_([\p{L}\p{N}]+)/u);
  element.replaceChildren(...pieces.map((piece, i) => (i % 2 ? lowered(piece) : piece)));
}

function lowered(text) {
  return Object.assign(document.createElement("sub"), { textContent: text });
}
