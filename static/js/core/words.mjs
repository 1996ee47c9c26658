// Words of a person's language in which symbols stand, written into a page.

const BEFORE = /(?<=\S) (?=[−-]?\d)/gu;
const AFTER = /(\d\S*) (?=(?:%|steps?|times|units?|thousand|million|billion)(?!\p{L}))/gu;

/** Words in which a number stays in a line with the word before it and with what it counts. */
export function joined(words) {
  return words.replace(BEFORE, "\u00a0").replace(AFTER, "$1\u00a0");
}

/** Words piece by piece: each second one is a subscript, as the i of `W_i`. */
export const subscripted = (words) => joined(words).split(/(?<=[\p{L}\p{N}])_([\p{L}\p{N}]+)/u);

/** Write words where numbers stay with their words, and symbols keep their subscripts, small and below the line. */
export function setWords(element, words) {
  element.replaceChildren(...subscripted(words).map((piece, i) => (i % 2 ? lowered(piece) : piece)));
}

function lowered(text) {
  return Object.assign(document.createElement("sub"), { textContent: text });
}
