// A link as text to paste elsewhere. `address` is the page's, with its origin; `figure` gives the address of a file.

/** The address of the figure of a page in a format: `.svg`, `.png`. */
export function figureAddress(address, suffix) {
  const { origin, search } = new URL(address);
  return `${origin}/figure${suffix}${search}`;
}

const html = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
const tex = (text) => text.replace(/[%&#_$]/g, "\\$&");

function image({ address, title }) {
  return `<img src="${html(figureAddress(address, ".svg"))}" alt="${html(title)}">`;
}

function markdown({ address, title }) {
  const closed = (url) => url.replaceAll("(", "%28").replaceAll(")", "%29");
  return `[![${title.replace(/[[\]]/g, "\\$&")}](${closed(figureAddress(address, ".svg"))})](${closed(address)})`;
}

/** What LaTeX can include: the PDF, and where there is none the PNG; it comes from the address in the comment. */
function latex({ address, title, suffixes, name }) {
  const suffix = suffixes.includes(".pdf") ? ".pdf" : ".png";
  const lines = [`% curl -o ${name}${suffix} '${figureAddress(address, suffix)}'`, "\\begin{figure}", "  \\centering"];
  return [...lines, `  \\includegraphics[width=\\linewidth]{${name}${suffix}}`, `  \\caption{${tex(title)}}`, "\\end{figure}"].join("\n");
}

export const LINK_FORMATS = { image, markdown, latex };
