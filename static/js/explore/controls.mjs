// The controls: each change leads to another link, whose page comes from the server.

import { mountEquationEditor } from "../core/equation-editor.mjs";
import { fieldsAfter, latestFields, parseQuery, sizesAfter } from "../core/link.mjs";
import { timeOf } from "../cursor/cursor.mjs";
import { OneChange } from "./one-change.mjs";

/**
 * `open(fields, how, name)` opens the page of other fields, of which one has changed; `how` is what happens to the
 * address: "push" or "replace".
 * Returns `choose(name, of)`, which sets one of a field's values, for the shortcuts.
 */
export function mountControls({ form, story, equations }, store, openLink, open) {
  const timed = lastTimed(store, openLink);
  const controls = {
    now: () => ({ ...latestFields(store.state), ...openLink.steps[store.state.here - 1] }),
    /** The page of another system, at the step of time that one is at, or was at before a layer that has none. */
    changeSystem: (name) => open(fieldsAfter({ ...controls.now(), ...timed() }, "system", name), "push", "system"),
    change: (name, value, how = "push") => open(fieldsAfter(controls.now(), name, value), how, name),
    /** Open the fields of a link on the page. */
    follow: (link) => open(parseQuery(link.search), "push"),
  };
  listenToFields(form, new OneChange(controls.now, (from, how, field, value) => openWith(open, from, how, field, value)));
  listenToLinks(form, controls);
  listenToLinks(story, controls);
  mountEquationEditor(equations, {
    run: (text, another) => open(fieldsAfter(controls.now(), "equations", text), "push", another ? "program" : "equations"),
    resize: (name, size) => controls.change("sizes", sizesAfter(controls.now().sizes, name, size)),
  });
  return (name, of) => choose(form, name, of);
}

/** Where the cursor was last at a step of time, for where it is in a pass that has none: a layer without a loop. */
function lastTimed(store, openLink) {
  let last = "";
  const timed = ({ at }) => timeOf(at) !== null;
  store.subscribe(() => {
    const here = openLink.steps[store.state.here - 1];
    if (!here || openLink.steps.some(timed)) last = here && timed(here) ? here.at : "";
  });
  return () => (last && !openLink.steps.some(timed) ? { at: last } : {});
}

/** A slider stands beside the field whose number it changes while it is dragged; a number counts as soon as it stands there. */
function listenToFields(form, change) {
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", ({ target }) => {
    if (target.dataset.for) form.elements[target.dataset.for].value = target.value;
    if (target.dataset.for) change.drag(target, target.value);
    else if (holdsNumber(target)) change.type(target, target.value.trim());
    else change.pause();
  });
  const leave = ({ target }) => "value" in target && target.validity?.valid && change.leave(target, target.value.trim());
  for (const left of ["focusout", "pointerdown"]) form.addEventListener(left, leave);
  form.addEventListener("change", ({ target }) => {
    if (!target.validity.valid) target.reportValidity();
    else change.end(target, target.type === "checkbox" && !target.checked ? "" : target.value.trim());
  });
}

/** Whether a number stands in a field that takes one. */
function holdsNumber({ type, value, validity, dataset }) {
  const takes = type === "number" || "number" in dataset;
  return takes && validity.valid && /^-?\d+(\.\d+)?$/.test(value.trim());
}

/** Open the link of fields in which a control has another value. */
function openWith(open, from, how, { name, dataset }, value) {
  const [field, said] = dataset.units ? ["sizes", sizesAfter(from.sizes, dataset.units, value)] : [dataset.for ?? name, value];
  if (field) open(fieldsAfter(from, field, said), how, field);
}

/** Systems, what to try with one and the next seed are links, which work without scripts too. */
function listenToLinks(root, { now, change, changeSystem, follow }) {
  root.addEventListener("click", (event) => {
    const link = event.target.closest("[data-system], [data-open], #next-seed");
    if (event.ctrlKey || event.metaKey || event.shiftKey || !link) return;
    event.preventDefault();
    if (link.id === "next-seed") change("seed", String(Number(now().seed ?? 0) + 1));
    else if ("open" in link.dataset) follow(link);
    else openSystem(link, changeSystem);
  });
}

/** Open the page of a system, out of the list of all where it is chosen there. */
function openSystem(link, changeSystem) {
  const list = link.closest("details");
  if (list) {
    list.open = false;
    list.querySelector("summary").focus();
  }
  changeSystem(link.dataset.system);
}

/** Choose one of a field's values: `of` gets them in order, with the one that is chosen `now`. Whether there is another one. */
function choose(form, name, of) {
  const rows = [...form.querySelectorAll(`[name="${name}"]`)];
  const values = Object.assign(rows.map((row) => row.value), { now: form.elements[name].value });
  const wanted = rows.find((row) => row.value === of(values));
  if (!wanted || wanted.checked) return false;
  wanted.click();
  return true;
}
