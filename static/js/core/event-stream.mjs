// Server-sent events read from an answer's body. A browser's EventSource makes an event of each, which takes longer than
// to read it where there are thousands.

/**
 * What reads a stream's text piece by piece, wherever it is cut: `tell(name, data)` gets each event, `note(field, value)`
 * each `id` and `retry`.
 */
export function createEventReader(tell, note = () => {}) {
  let rest = "";
  return (piece) => {
    const text = rest + piece;
    const whole = text.lastIndexOf("\n\n") + 2;
    rest = whole > 1 ? text.slice(whole) : text;
    if (whole > 1) for (const event of text.slice(0, whole - 2).split("\n\n")) readEvent(event, tell, note);
  };
}

function readEvent(text, tell, note) {
  let name = "message";
  let data = null;
  for (const line of text.split("\n")) {
    const colon = line.indexOf(":");
    const [field, value] = [line.slice(0, colon), line.slice(colon + (line[colon + 1] === " " ? 2 : 1))];
    if (field === "data") data = data === null ? value : `${data}\n${value}`;
    else if (field === "event") name = value;
    else if (field) note(field, value);
  }
  if (data !== null) tell(name, data);
}

/** Hand the text of an answer's body to `read` as it comes. */
export async function readBody(body, read) {
  const [reader, decoder] = [body.getReader(), new TextDecoder()];
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) read(decoder.decode(piece.value, { stream: true }));
}
