// The export menu: files of the figure to download, and the link as text to paste elsewhere, both of the step that is shown.

import { copyText, showCopied } from "../core/copy.mjs";

/** `address()` is the page's own, with the cursor; `about()` gives the figure's title and how a file of it is named. */
export function mountExportMenu(element, store, status, address, about) {
  const files = [...element.querySelectorAll("[data-file]")];
  const box = element.querySelector("[data-fit]");
  const fitted = () => madeFor(address(), box.value);

  function lead() {
    if (element.open) for (const file of files) file.href = figureAddress(fitted(), file.dataset.file);
  }

  element.addEventListener("toggle", lead);
  box.addEventListener("change", lead);
  store.subscribe(lead);
  element.addEventListener("click", async ({ target }) => {
    const button = target.closest("[data-copy]");
    if (!button) return;
    const suffixes = files.map((file) => file.dataset.file);
    const text = LINK_FORMATS[button.dataset.copy]({ address: fitted(), suffixes, ...about() });
    showCopied(button.querySelector("b"), status, await copyText(text), button.querySelector("b").textContent);
  });
}

// The link as text: `address` is the page's, with its origin

/** The address with the box that files are to fill, "" for none. */
export function madeFor(address, box) {
  const url = new URL(address);
  if (box === (url.searchParams.get("fit") ?? "")) return address;
  const kept = url.search.slice(1).split("&").filter((part) => part && !part.startsWith("fit="));
  url.search = [...kept, ...(box ? [`fit=${box}`] : [])].join("&");
  return url.href;
}

/** The address of the figure of a page in a format: `.svg`, `.png`. */
export function figureAddress(address, suffix) {
  const { origin, search } = new URL(address);
  return `${origin}/figure${suffix}${search}`;
}

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
