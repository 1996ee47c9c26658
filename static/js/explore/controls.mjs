// The controls: each change leads to another link, whose page comes from the server.

import { mountEquationEditor } from "../core/equation-editor.mjs";
import { fieldsAfter, latestFields, parseQuery, sizesAfter } from "../core/link.mjs";

/**
 * `open(fields, how, name)` opens the page of other fields, of which one has changed; `how` is what happens to the
 * address: "push" or "replace".
 * Returns `choose(name, of)`, which sets one of a field's values, for the shortcuts.
 */
export function mountControls({ form, story, equations }, store, openLink, open) {
  const controls = {
    now: () => ({ ...latestFields(store.state), ...openLink.steps[store.state.here - 1] }),
    change: (name, value, how = "push") => open(fieldsAfter(controls.now(), name, value), how, name),
    /** Open the fields of a link on the page. */
    follow: (link) => open(parseQuery(link.search), "push"),
    /** The slider that is being dragged: all of one drag is one entry in the browser's history. */
    dragged: "",
  };
  listenToFields(form, controls);
  listenToSliders(form, controls);
  listenToLinks(form, controls);
  listenToLinks(story, controls);
  mountEquationEditor(equations, {
    run: (text, another) => open(fieldsAfter(controls.now(), "equations", text), "push", another ? "program" : "equations"),
    resize: (name, size) => controls.change("sizes", sizesAfter(controls.now().sizes, name, size)),
  });
  return (name, of) => choose(form, name, of);
}

function listenToFields(form, controls) {
  const { change, now } = controls;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", ({ target }) => {
    if (target.dataset.for) controls.dragged = "";
    else if (!target.validity.valid) target.reportValidity();
    else if (target.dataset.units) change("sizes", sizesAfter(now().sizes, target.dataset.units, target.value.trim()));
    else if (target.name) change(target.name, target.type === "checkbox" && !target.checked ? "" : target.value.trim());
  });
}

/** A slider stands beside the field whose number it changes while it is dragged. */
function listenToSliders(form, controls) {
  form.addEventListener("input", ({ target }) => {
    const name = target.dataset.for;
    if (!name) return;
    form.elements[name].value = target.value;
    controls.change(name, target.value, controls.dragged === name ? "replace" : "push");
    controls.dragged = name;
  });
}

/** Systems, what to try with one and the next seed are links, which work without scripts too. */
function listenToLinks(root, { now, change, follow }) {
  root.addEventListener("click", (event) => {
    const link = event.target.closest("[data-system], [data-open], #next-seed");
    if (event.ctrlKey || event.metaKey || event.shiftKey || !link) return;
    event.preventDefault();
    if (link.id === "next-seed") change("seed", String(Number(now().seed ?? 0) + 1));
    else if ("open" in link.dataset) follow(link);
    else openSystem(link, change);
  });
}

/** Open the page of a system, out of the list of all where it is chosen there. */
function openSystem(link, change) {
  const list = link.closest("details");
  if (list) {
    list.open = false;
    list.querySelector("summary").focus();
  }
  change("system", link.dataset.system);
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
