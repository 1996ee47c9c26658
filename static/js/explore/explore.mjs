// Wires the page Explore: one store, the open link, and the views that follow both.

import { mountCopyButton } from "../core/copy.mjs";
import { fieldsAfter, latestFields, openedAfter, pageQueryOf, parseQuery } from "../core/link.mjs";
import { morph } from "../core/elements.mjs";
import { ANSWERED } from "../core/equation-editor.mjs";
import { showAway } from "../core/request.mjs";
import { rooted } from "../core/root-path.mjs";
import { createStore } from "../core/store.mjs";
import { whenVisible } from "../core/visibility.mjs";
import { OpenLink } from "../cursor/open-link.mjs";
import { mountShortcuts } from "../cursor/shortcuts.mjs";
import { mountTransport } from "../cursor/transport.mjs";
import { Camera } from "../figure/camera.mjs";
import { explainWith } from "../figure/explanations.mjs";
import { mountFigure } from "../figure/figure.mjs";
import { keepShape, showMoved, shownShape } from "../figure/moved-numbers.mjs";
import { mountFocusKeys } from "../figure/focus-keys.mjs";
import { mountCellOpening, mountGestures, mountZoomButtons } from "../figure/gestures.mjs";
import { mountLinkedHighlight } from "../figure/linked-highlight.mjs";
import { mountWindow } from "../figure/window.mjs";
import { animateFrom, nodePlaces } from "../motion/transition.mjs";
import { mountPanel } from "../panel/panel.mjs";
import { Changes } from "./changes.mjs";
import { mountControls } from "./controls.mjs";
import { mountCopyNumbers } from "./copy-numbers.mjs";
import { mountCutButton } from "./cut-button.mjs";
import { mountHints, mountPopups } from "./dismissal.mjs";
import { mountExportMenu } from "./export-menu.mjs";
import { LinkOpener } from "./link-opener.mjs";
import { mountNodeCard } from "./node-card.mjs";
import { mountNumberEditing } from "./number-editing.mjs";
import { mountNumbersTable } from "./numbers-table.mjs";
import { mountSequenceDrawing } from "./sequence-drawing.mjs";
import { mountTypedEquations } from "./typed-equations.mjs";

const SETTLED = 150;
const part = (id, page = document) => page.getElementById(id);

let data = JSON.parse(part("data").textContent);
/** Every field with what it is where it is left out: of τ that depends on the equations. */
const rows = () => data.fields;
const openLink = new OpenLink();
const store = createStore({ here: 0, playing: false, pace: 0, system: "", fields: {}, asked: null, opened: 0, nth: 0, away: false });
const changes = new Changes(store, { undo: part("undo"), redo: part("redo") });
const opener = new LinkOpener(store, data.wrong, { address, take, shown: () => shownShape(part("figure")), cursor: () => openLink.steps[store.state.here - 1] ?? {} });
const open = (...change) => opener.open(...change);
let settling = 0;
/** Whether the address does not say yet where the cursor is. */
let untold = false;
/** What each part of the page was made of last; one that is operated may be another by now. */
const written = new Map();
const OPERATED = /<(input|select|textarea|details|button)/;

/** Take the page's own words on its link into the state. */
function read() {
  openLink.open(data);
  part("check").hidden = !openLink.steps.length;
  store.set({ here: data.here, system: data.system, fields: parseQuery(data.query), opened: store.state.opened + 1, playing: false });
}

/** The link of a step. */
const href = (here) => address({ ...store.state.fields, ...openLink.steps[here - 1] });

function address(fields, path = "/", usual = rows()) {
  return rooted(`${path}?${pageQueryOf(fields, usual)}`);
}

/**
 * Put the parts of another link's page in the place of these; of a link with a problem there are the forms alone. What
 * has the browser lay the page out comes first: the address, and the panel, from which the focus may go.
 */
function take({ title, data: next, shape, moved, parts: { figure, panel, ...others } }, good, address, how) {
  if (good && how === "push") {
    tellCursor();
    changes.push(address);
  }
  if (good && how === "replace") changes.replace(address);
  if (good) renew(part("panel").querySelector(".panel"), panel);
  const ids = Object.keys(others).filter((id) => others[id] !== written.get(id) || OPERATED.test(others[id]));
  const page = pieces(ids.map((id) => others[id]).join(""));
  keepOpened(page);
  for (const id of ids) morph(part(id), part(id, page));
  for (const id of ids) written.set(id, others[id]);
  part("equations").dispatchEvent(new CustomEvent(ANSWERED, { detail: good }));
  if (!good) return;
  forgetCursor();
  document.title = `${title} · Unfold`;
  document.querySelector("h1").textContent = title;
  const fields = parseQuery(next.query);
  const turned = ["view", "detail", "open"].some((name) => fields[name] !== store.state.fields[name]);
  const before = turned ? nodePlaces(part("figure")) : null;
  if (moved) showMoved(part("figure"), moved);
  else part("figure").innerHTML = figure;
  keepShape(part("figure"), shape);
  data = next;
  read();
  animateFrom(part("figure"), before);
}

/** In the pieces of another page is open what is open here, and no popup beside the one that is used. */
function keepOpened(page) {
  if (document.querySelector("details.popup[open]")) for (const popup of page.querySelectorAll("details.popup")) popup.open = false;
  for (const opened of document.querySelectorAll("details[id][open]")) part(opened.id, page)?.setAttribute("open", "");
}

/** HTML as elements that are not on the page yet. */
function pieces(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/** Replace the content of an element, which is then scrolled to its beginning. */
function renew(element, html) {
  const fresh = element.cloneNode(false);
  fresh.removeAttribute("aria-busy");
  fresh.innerHTML = html;
  element.replaceWith(fresh);
}

/** The browser's back and forward: a step of this link, or another link. */
function revisit({ state }) {
  forgetCursor();
  changes.arrive(state);
  const fields = parseQuery(location.search);
  const { phase, at, ...bare } = fields;
  const here = openLink.steps.findLastIndex((step) => step.phase === phase && (!at || step.at === at)) + 1;
  if (address(bare) === address(store.state.fields)) store.set({ here, playing: false });
  else {
    store.set({ playing: false });
    opener.revisit(fields);
  }
}

/** The address, and the links to other forms of it, follow the cursor once it rests; in a play it does not. */
function follow({ playing }) {
  forgetCursor();
  untold = true;
  if (!playing) settling = setTimeout(tellCursor, SETTLED);
}

/** The address is another, which says all. */
function forgetCursor() {
  clearTimeout(settling);
  untold = false;
}

/** Write where the cursor is into the address, where that does not say it yet: one comes back to it from the next link. */
function tellCursor() {
  if (!untold || opener.returning) return;
  changes.replace(href(store.state.here));
  untold = false;
  for (const twin of part("twins").querySelectorAll("[data-twin]")) twin.search = location.search;
}

/** The fields as they will be once all that is asked for is there, with the cursor. */
const fieldsHere = () => ({ ...latestFields(store.state), ...openLink.steps[store.state.here - 1] });

/** Open the link with another value of a field. */
function change(name, value, how = "push") {
  open(fieldsAfter(fieldsHere(), name, value), how, name);
}

/** Open the link with its single entries as `entries` makes them of those that it has, and with other fields that these need. */
function setEntries(entries, how, others = {}) {
  const fields = { ...fieldsHere(), ...others };
  open(fieldsAfter(fields, "set", entries(fields.set)), how, "set");
}

/** Open the link with the cell of a step opened further, or back; without a step with none opened. Whether there is another link. */
function changeOpened(t, by) {
  const fields = fieldsHere();
  if (t !== null && !(1 <= t && t <= (fields.tau ?? usualOf("tau")))) return false;
  const text = t === null ? "" : openedAfter(fields.open, t, by, data.further);
  if (text === (fields.open ?? "")) return false;
  change("open", text);
  return true;
}

const usualOf = (name) => rows().find(([row]) => row === name)[1];

/** Open the cell of the node that has the focus, else of the cursor's. */
function openCell() {
  const figure = part("figure");
  const node = figure.querySelector(".unfolded .node:focus") ?? figure.querySelector(".unfolded .node.current");
  if (node) openCellOf(node);
}

/** What each shortcut does. */
function keys() {
  const moves = ["start", "back-time", "back", "forward", "forward-time", "end", "play", "pass"];
  const details = [1, 2, 3, 4].map((nth) => [`detail-${nth}`, () => choose("detail", (rows) => rows[nth - 1])]);
  const fold = () => choose("view", (rows) => rows.find((view) => view === (rows.now === "unfolded" ? "folded" : "unfolded")));
  const views = ["in", "out", "fit"].map((name) => [`zoom-${name}`, () => camera[name]()]);
  return { ...Object.fromEntries([...moves.map((name) => [name, () => go(name)]), ...details, ...views]), fold, "open-cell": openCell };
}

store.subscribe((state, changed) => {
  if ((changed.has("here") || changed.has("playing")) && !changed.has("opened")) follow(state);
  if (changed.has("away")) showAway(part("away"), state.away);
});
read();
const camera = new Camera(part("figure"), (...view) => showZoom(...view));
const showZoom = mountZoomButtons(part("controls"), camera);
const ready = mountFigure(part("figure"), camera, store, openLink);
mountPanel(part("panel"), store, openLink, part("said"), (name) => go(name));
mountFocusKeys(part("figure"), camera);
mountGestures(part("figure"), camera);
mountWindow(part("figure"), store, openLink, open);
mountLinkedHighlight({ figure: part("figure"), panel: part("panel"), peek: part("peek") }, store, () => openLink.parameterCards(), () => data.parameters);
const go = mountTransport(part("transport"), store, openLink, href, ready);
const forms = { form: part("controls"), story: part("story"), equations: part("equations") };
const choose = mountControls(forms, store, openLink, open);
mountCutButton(part("controls"), store, openLink, () => Number(fieldsHere().tau ?? usualOf("tau")), (cuts) => change("truncate", cuts));
mountTypedEquations(part("equations"));
mountNodeCard(part("node-card"), part("panel"), part("figure"), store, openLink, () => data.settable);
mountSequenceDrawing(part("sequence"), part("panel"), store, openLink, () => data, setEntries);
mountNumberEditing([part("panel"), part("node-card")], store, () => data.settable, setEntries);
const openCellOf = mountCellOpening(part("figure"), camera, store, changeOpened);
mountPopups();
explainWith(() => data);
mountHints(part("hints"));
mountShortcuts(document, keys());
mountCopyNumbers(part("everything"), store, openLink, () => data, part("said"));
mountNumbersTable(part("everything"), store, openLink);
const addressInFull = () => new URL(href(store.state.here), location.href).href;
mountCopyButton(part("copy"), part("said"), addressInFull);
part("compare-with").addEventListener("formdata", ({ formData }) => formData.set("a", href(store.state.here).slice(2)));
const shown = () => ({ file: data.file, title: part("figure").querySelector("svg > title")?.textContent ?? "" });
mountExportMenu(part("export"), part("transport"), store, part("said"), addressInFull, shown);
whenVisible(part("check"), () => import("./gradient-check.mjs"), (its) => its.mountGradientCheck(part("check"), store, openLink), "0px");
// The charts, and in the panel what a cut has taken.
whenVisible([part("panel"), part("through")], () => import("../through-time/through-time.mjs"), (its) => its.mountThroughTime(part("through"), part("removed"), store, openLink, open));
addEventListener("popstate", revisit);
document.documentElement.dataset.ready = "";
