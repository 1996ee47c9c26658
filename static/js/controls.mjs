// The controls: each change is another link, and the page for it is asked of the server.

import { changed } from "./link.mjs";

/** `open(fields, how)` opens the page of other fields; `how` is what happens to the address: "push" or "replace". */
export function mount(element, store, trace, open) {
  const { form, equations } = element;
  let dragging = false;

  const systems = () => Object.fromEntries([...form.elements.system.options].map((o) => [o.value, o.dataset.tau]));
  const now = () => ({ ...store.state.fields, ...trace.all[store.state.here - 1] });
  const change = (name, value, how = "push") => open(changed(now(), name, value, systems()), how);
  const free = () => form.querySelectorAll("option[data-own]").forEach((option) => (option.disabled = false));

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", ({ target }) => {
    if (target.id === "tau-range") dragging = false;
    else if (target.name && target.validity.valid) change(target.name, target.value);
    else target.reportValidity?.();
  });
  form.addEventListener("input", ({ target }) => {
    if (target.id !== "tau-range") return;
    form.elements.tau.value = target.value;
    change("tau", target.value, dragging ? "replace" : "push");
    dragging = true;
  });
  form.addEventListener("click", (event) => {
    if (!event.target.closest("#next-seed")) return;
    event.preventDefault();
    change("seed", String(Number(store.state.fields.seed ?? 0) + 1));
  });

  equations.addEventListener("submit", (event) => {
    event.preventDefault();
    change("equations", equations.querySelector("textarea").value);
  });
  equations.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close(equations);
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) equations.querySelector("form").requestSubmit();
  });
  document.addEventListener("pointerdown", (event) => {
    if (equations.open && !equations.contains(event.target) && !edited(equations)) equations.open = false;
  });
  store.subscribe((state, names) => names.has("opened") && free());
  free();

  /** Choose one of a field's values: `of` gets them in order, with the one that is chosen `now`. */
  return (name, of) => {
    const rows = [...form.querySelectorAll(`[name="${name}"]`)];
    const values = Object.assign(rows.map((row) => row.value), { now: form.elements[name].value });
    const wanted = rows.find((row) => row.value === of(values));
    if (wanted && !wanted.checked) wanted.click();
  };
}

function close(equations) {
  equations.open = false;
  equations.querySelector("summary").focus();
}

function edited(equations) {
  const text = equations.querySelector("textarea");
  return text.value !== text.defaultValue || equations.querySelector(".problem") !== null;
}
