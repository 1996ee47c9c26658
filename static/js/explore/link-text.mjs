// The link as text to paste elsewhere: `address` is the page's, with its origin.

import { figureAddress } from "../core/link.mjs";

/** The name that a downloaded file of the figure has, without its suffix: `words` are the fields that it tells. */
function fileStem(address, { lead, words }) {
  const fields = new URL(address).searchParams;
  const said = words.filter((name) => fields.has(name)).map((name) => (fields.get(name) === "true" ? name : fields.get(name)));
  return [lead, ...said.map((word) => word.replace(/[^A-Za-z0-9-]/g, ""))].filter(Boolean).join("-");
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
function latex({ address, title, suffixes, file }) {
  const suffix = suffixes.includes(".pdf") ? ".pdf" : ".png";
  const name = `${fileStem(address, file)}${suffix}`;
  const lines = [`% curl -o ${name} '${figureAddress(address, suffix)}'`, "\\begin{figure}", "  \\centering"];
  return [...lines, `  \\includegraphics[width=\\linewidth]{${name}}`, `  \\caption{${tex(title)}}`, "\\end{figure}"].join("\n");
}

export const LINK_FORMATS = { image, markdown, latex };
