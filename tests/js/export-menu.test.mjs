// A link as text to paste elsewhere.

import assert from "node:assert/strict";
import { test } from "node:test";

import { figureAddress } from "../../static/js/core/link.mjs";
import { madeFor } from "../../static/js/explore/export-menu.mjs";
import { LINK_FORMATS } from "../../static/js/explore/link-text.mjs";

const ADDRESS = "https://unfold.example/?tau=2&set=W%5B1%2C1%5D:2&of=L(1)";
const ASKED = { address: ADDRESS, title: "A recurrence & 100 % [more]", suffixes: [".svg", ".png"], file: { lead: "rnn-tau2", words: ["phase", "at", "values"] } };

test("the figure of a page is asked for with the same fields", () => {
  assert.equal(figureAddress(ADDRESS, ".png"), "https://unfold.example/figure.png?tau=2&set=W%5B1%2C1%5D:2&of=L(1)");
  assert.equal(figureAddress("https://unfold.example/", ".svg"), "https://unfold.example/figure.svg");
});

test("a file is made for what is chosen, the rest of the link as it is", () => {
  assert.equal(madeFor(ADDRESS, { fit: "", frames: "" }), ADDRESS);
  assert.equal(madeFor(ADDRESS, { fit: "column" }), `${ADDRESS}&fit=column`);
  assert.equal(madeFor(`${ADDRESS}&fit=column&spacing=wide`, { fit: "16:9" }), `${ADDRESS}&spacing=wide&fit=16:9`);
  assert.equal(madeFor(`${ADDRESS}&fit=4:3`, { frames: "1" }), `${ADDRESS}&fit=4:3&frames=1`);
  assert.equal(madeFor("https://unfold.example/?fit=4:3", { fit: "" }), "https://unfold.example/");
});

test("an image is escaped as HTML asks", () => {
  assert.equal(LINK_FORMATS.image(ASKED), '<img src="https://unfold.example/figure.svg?tau=2&amp;set=W%5B1%2C1%5D:2&amp;of=L(1)" alt="A recurrence &amp; 100 % [more]">');
});

test("Markdown leads to the page; brackets do not end its address early", () => {
  const text = LINK_FORMATS.markdown(ASKED);
  assert.match(text, /^\[!\[A recurrence & 100 % \\\[more\\\]\]\(https:[^()]*\.svg\?[^()]*\)\]\(https:[^()]*\)$/);
});

test("LaTeX includes the PDF where there is one, and says where it comes from", () => {
  assert.match(LINK_FORMATS.latex(ASKED), /^% curl -o rnn-tau2\.png 'https:[^']*\.png\?tau=2/);
  const text = LINK_FORMATS.latex({ ...ASKED, suffixes: [".svg", ".pdf"] });
  assert.match(text, /\\includegraphics\[width=\\linewidth\]\{rnn-tau2\.pdf\}/);
  const stepped = LINK_FORMATS.latex({ ...ASKED, address: `${ADDRESS}&phase=backward&at=h%5B2%5D&values=true` });
  assert.match(stepped, /\\includegraphics\[width=\\linewidth\]\{rnn-tau2-backward-h2-values\.png\}/);
  assert.match(text, /\\caption\{A recurrence \\& 100 \\% \[more\]\}/);
});
