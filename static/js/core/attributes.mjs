// Several attributes of an element at once.

export function setAttributes(part, attributes) {
  for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, value);
}
