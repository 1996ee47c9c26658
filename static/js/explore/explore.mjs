// Wires the page: one store, one way of the cursor, and the views; asks the server for the page of another link.

import { mountCopyButton } from "../core/copy.mjs";
import { parseQuery, queryOf, stillWrong, withoutCursor } from "../core/link.mjs";
import { morph } from "../core/morph.mjs";
import { showAway } from "../core/request.mjs";
import { createStore } from "../core/store.mjs";
import { whenVisible } from "../core/visibility.mjs";
import { OpenLink } from "../cursor/open-link.mjs";
import { mountShortcuts } from "../cursor/shortcuts.mjs";
import { mountTransport } from "../cursor/transport.mjs";
import { mountFigure } from "../figure/figure.mjs";
import { mountFocusKeys } from "../figure/focus-keys.mjs";
import { mountLinkedHighlight } from "../figure/linked-highlight.mjs";
import { mountTooltips } from "../figure/tooltips.mjs";
import { animateFrom, nodePlaces } from "../figure/transition.mjs";
import { mountWindow } from "../figure/window.mjs";
import { mountPanel } from "../panel/panel.mjs";
import { mountControls } from "./controls.mjs";
import { mountCopyNumbers } from "./copy-numbers.mjs";
import { mountHints, mountPopups } from "./dismissal.mjs";
import { mountExportMenu } from "./export-menu.mjs";
import { mountNumbersTable } from "./numbers-table.mjs";

const AGAIN = 2000;
const SETTLED = 150;
const part = (id, page = document) => page.getElementById(id);

let data = JSON.parse(part("data").textContent);
const rows = data.fields;
const openLink = new OpenLink();
const store = createStore({ here: 0, playing: false, fields: {}, asked: null, opened: 0, away: false });
let asked = new AbortController();
let settling = 0;
let returning = false;
/** The fields that the server says are wrong, as they were written; the figure is of the others. */
let wrong = data.wrong;

/** What the page says of its link becomes the state. */
function read() {
  openLink.open(data);
  part("check").hidden = !openLink.steps.length;
  store.set({ here: data.here, fields: parseQuery(data.query), opened: store.state.opened + 1, playing: false });
}

/** The link of a step. */
const href = (here) => address({ ...store.state.fields, ...openLink.steps[here - 1] });

function address(fields, path = "/") {
  const asked = queryOf(fields, rows);
  return asked ? `${path}?${asked}` : path;
}

/**
 * Open the link of other fields, of which one has changed: what is drawn stays until the server has answered, and if it
 * does not answer. What was wrong before is asked for `again`, once the others are right; without equations that are
 * right nothing can be.
 */
async function open(fields, how, name, again = "equations" in stillWrong(wrong, name)) {
  asked.abort();
  asked = new AbortController();
  const { signal } = asked;
  wrong = stillWrong(wrong, name);
  returning = how === "stay";
  store.set({ asked: fields });
  const whole = again ? { ...fields, ...wrong } : fields;
  try {
    const response = await fetch(address(whole, "/api/page"), { signal, headers: { Accept: "application/json" } });
    if (response.status >= 500) throw new Error(`the server answered ${response.status}`);
    const answer = await response.json();
    store.set({ away: false });
    // The node that the cursor is at may not be drawn there.
    if (how !== "stay" && fields.at && answer.errors?.some(({ field }) => field === "at")) return open(withoutCursor(fields), how, name);
    returning = false;
    if (!response.ok) refused(answer.errors, fields, whole);
    take(answer, response.ok, address(whole), how);
    if (!response.ok) return;
    store.set({ asked: null });
    if (again) wrong = {};
    if (Object.keys(wrong).length) open(fields, "replace", undefined, true);
  } catch (error) {
    if (error.name === "AbortError") return;
    store.set({ away: true });
    setTimeout(() => signal.aborted || open(fields, how, name, again), AGAIN);
  }
}

/** What is wrong is remembered as it was written; what other changes build on has in its place what was right before. */
function refused(errors, fields, whole) {
  const names = errors.map(({ field }) => field.split(".")[0]).filter((name) => name in whole);
  wrong = { ...wrong, ...Object.fromEntries(names.map((name) => [name, whole[name]])) };
  store.set({ asked: { ...fields, ...Object.fromEntries(names.map((name) => [name, store.state.fields[name]])) } });
}

/** Put the parts of another link's page in the place of these; of a link with a problem there are the forms alone. */
function take({ title, data: said, parts: { figure, panel, ...others } }, good, address, how) {
  const page = pieces(Object.values(others).join(""));
  for (const opened of document.querySelectorAll("details[id][open]")) part(opened.id, page)?.setAttribute("open", "");
  for (const id of Object.keys(others)) morph(part(id), part(id, page));
  if (!good) return;
  clearTimeout(settling);
  if (how === "push") history.pushState(null, "", address);
  if (how === "replace") history.replaceState(null, "", address);
  document.title = `${title} · Unfold`;
  document.querySelector("h1").textContent = title;
  const turned = parseQuery(said.query).view !== store.state.fields.view;
  const before = turned ? nodePlaces(part("figure")) : null;
  part("figure").innerHTML = figure;
  renew(part("panel").firstElementChild, panel);
  data = said;
  read();
  animateFrom(part("figure"), before);
}

/** HTML as elements that are not on the page yet. */
function pieces(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/** Another content, read from its beginning. */
function renew(element, html) {
  const fresh = element.cloneNode(false);
  fresh.removeAttribute("aria-busy");
  fresh.innerHTML = html;
  element.replaceWith(fresh);
}

/** The browser's back and forward: a step of this link, or another link. */
function revisit() {
  clearTimeout(settling);
  const fields = parseQuery(location.search);
  const { phase, at, ...bare } = fields;
  const here = openLink.steps.findLastIndex((step) => step.phase === phase && (!at || step.at === at)) + 1;
  if (address(bare) === address(store.state.fields)) store.set({ here, playing: false });
  else {
    wrong = {};
    store.set({ playing: false });
    open(fields, "stay");
  }
}

/** The address, and the links to other forms of it, follow the cursor once it rests. */
function follow(here) {
  clearTimeout(settling);
  settling = setTimeout(() => {
    if (returning) return;
    history.replaceState(null, "", href(here));
    for (const twin of part("twins").querySelectorAll("[data-twin]")) twin.search = location.search;
  }, SETTLED);
}

/** What the keys do. */
function keys() {
  const moves = ["start", "back-time", "back", "forward", "forward-time", "end", "play", "pass"];
  const details = [1, 2, 3].map((nth) => [`detail-${nth}`, () => choose("detail", (rows) => rows[nth - 1])]);
  const fold = () => choose("view", (rows) => rows.find((view) => view === (rows.now === "unfolded" ? "folded" : "unfolded")));
  return { ...Object.fromEntries([...moves.map((name) => [name, () => go(name)]), ...details]), fold };
}

store.subscribe((state, changed) => {
  if (changed.has("here") && !changed.has("opened")) follow(state.here);
  if (changed.has("away")) showAway(part("away"), state.away);
});
read();
mountFigure(part("figure"), store, openLink);
mountPanel(part("panel"), store, openLink, part("said"));
mountFocusKeys(part("figure"));
mountWindow(part("figure"), store, openLink, open);
mountLinkedHighlight({ figure: part("figure"), panel: part("panel"), peek: part("peek") }, store, () => openLink.parameterCards(), () => data.parameters);
const go = mountTransport(part("transport"), store, openLink, href);
const forms = { form: part("controls"), scissors: part("scissors"), equations: part("equations") };
const choose = mountControls(forms, store, openLink, open);
mountPopups();
mountTooltips(document, () => data.parameters);
mountHints(part("hints"));
mountShortcuts(document, keys());
mountCopyNumbers(part("everything"), store, openLink, () => data, part("said"));
mountNumbersTable(part("everything"), store, openLink);
const whole = () => new URL(href(store.state.here), location.href).href;
mountCopyButton(part("copy"), part("said"), whole);
part("compare-with").addEventListener("formdata", ({ formData }) => formData.set("a", href(store.state.here).slice(2)));
const shown = () => ({ name: data.name, title: part("figure").querySelector("svg > title")?.textContent ?? "" });
mountExportMenu(part("export"), store, part("said"), whole, shown);
whenVisible(part("check"), async () => (await import("./gradient-check.mjs")).mountGradientCheck(part("check"), store, openLink));
whenVisible(part("through"), async () => (await import("../through-time/through-time.mjs")).mountThroughTime(part("through"), store, openLink, open));
addEventListener("popstate", revisit);
document.documentElement.dataset.ready = "";
