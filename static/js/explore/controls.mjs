// The controls: each change is another link, and the page for it is asked of the server.

import { fieldsAfter, withSize, latestFields } from "../core/link.mjs";

/**
 * `open(fields, how, name)` opens the page of other fields, of which one has changed; `how` is what happens to the
 * address: "push" or "replace".
 * The scissors' field stands beside the charts, in a form of its own.
 */
export function mountControls(element, store, openLink, open) {
  const { form, scissors, equations } = element;
  let dragging = "";

  const systems = () => Object.fromEntries([...form.querySelectorAll("[data-system]")].map((a) => [a.dataset.system, a.dataset.tau]));
  const now = () => ({ ...latestFields(store.state), ...openLink.steps[store.state.here - 1] });
  const change = (name, value, how = "push") => open(fieldsAfter(now(), name, value, systems()), how, name);

  for (const fields of [form, scissors]) {
    fields.addEventListener("submit", (event) => event.preventDefault());
    fields.addEventListener("change", ({ target }) => {
      if (target.dataset.for) dragging = "";
      else if (!target.validity.valid) target.reportValidity();
      else if (target.dataset.size) change("sizes", withSize(now().sizes, target.dataset.size, target.value));
      else if (target.name) change(target.name, target.type === "checkbox" && !target.checked ? "" : target.value.trim());
    });
  }
  form.addEventListener("input", ({ target }) => {
    const name = target.dataset.for;
    if (!name) return;
    form.elements[name].value = target.value;
    change(name, target.value, dragging === name ? "replace" : "push");
    dragging = name;
  });
  form.addEventListener("click", (event) => {
    const system = event.target.closest("[data-system]");
    if (event.ctrlKey || event.metaKey || event.shiftKey || !(system || event.target.closest("#next-seed"))) return;
    event.preventDefault();
    if (!system) return change("seed", String(Number(now().seed ?? 0) + 1));
    system.closest("details").open = false;
    system.closest("details").querySelector("summary").focus();
    return change("system", system.dataset.system);
  });

  equations.addEventListener("submit", (event) => {
    event.preventDefault();
    change("equations", equations.querySelector("textarea").value);
  });
  equations.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) equations.querySelector("form").requestSubmit();
  });

  /** Choose one of a field's values: `of` gets them in order, with the one that is chosen `now`. */
  return (name, of) => {
    const rows = [...form.querySelectorAll(`[name="${name}"]`)];
    const values = Object.assign(rows.map((row) => row.value), { now: form.elements[name].value });
    const chosen = rows.find((row) => row.value === of(values));
    if (chosen && !chosen.checked) chosen.click();
  };
}
