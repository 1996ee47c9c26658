// What belongs together lights up together: a part of a formula, its node or arrow in the figure, its row; and a shared
// letter everywhere it is used, with its matrix, its gradient and how often it serves.

const AGAIN = 120;

/** What a part says it is about: an arrow, a node, a parameter. `parameters` are the names of all parameters. */
export function subjectOf(part, parameters) {
  const edge = part.closest("[data-edge]")?.dataset.edge;
  const node = part.closest("[data-node]")?.dataset.node;
  const letter = [part.closest("[data-name]")?.dataset.name, node].find((name) => parameters.has(name));
  const labelled = part.closest(".edge")?.dataset.params?.split(" ") ?? [];
  return { edge, node: letter ? undefined : node, letters: letter ? [letter] : part.matches(".label") ? labelled : [] };
}

/** `letters()` is a promise of each parameter's card as HTML; `names()` are the parameters of the open link. */
export function mountLinkedHighlight({ figure, panel, peek }, store, letters, names) {
  let lit = [];
  let hiding = 0;

  function light(part) {
    dark();
    const it = subjectOf(part, new Set(names()));
    const found = [];
    const add = (root, selector, wanted) => found.push(...[...root.querySelectorAll(selector)].filter(wanted));
    if (it.edge) {
      add(figure, ".edge", (e) => e.dataset.edge === it.edge);
      add(panel, "tr[data-edge], mrow[data-edge]", (e) => e.dataset.edge === it.edge);
    }
    if (it.node) {
      add(panel, "[data-node]", (e) => e.dataset.node === it.node);
      if (!figure.contains(part)) add(figure, ".node", (e) => e.dataset.node === it.node);
    }
    for (const letter of it.letters) {
      add(figure, ".edge", (e) => e.dataset.params?.split(" ").includes(letter));
      add(panel, "[data-name]", (e) => e.dataset.name === letter);
    }
    lit = found;
    for (const one of lit) one.classList.add("tied");
    if (it.letters.length) show(it.letters[0], part);
  }

  function dark() {
    for (const one of lit) one.classList.remove("tied");
    lit = [];
  }

  async function show(name, part) {
    clearTimeout(hiding);
    const cards = await letters().catch(() => ({}));
    if (!cards[name] || !lit.length) return;
    peek.innerHTML = cards[name];
    peek.dataset.letter = name;
    peek.hidden = false;
    peek.classList.remove("above");
    const [mine, theirs] = [peek.getBoundingClientRect(), part.getBoundingClientRect()];
    peek.classList.toggle("above", panel.contains(part) && theirs.bottom > mine.top - 8);
    if (part.matches("button, .label")) part.setAttribute("aria-describedby", peek.id);
  }

  function hide() {
    dark();
    clearTimeout(hiding);
    hiding = setTimeout(() => (peek.hidden = true), AGAIN);
  }

  const PARTS = "[data-edge], [data-node], [data-name]";
  for (const root of [figure, panel]) {
    root.addEventListener("pointerover", ({ target }) => target.closest(PARTS) && !peek.contains(target) && light(target));
    root.addEventListener("pointerout", ({ target }) => target.closest(PARTS) && !peek.contains(target) && hide());
    root.addEventListener("focusin", ({ target }) => target.matches(":focus-visible") && target.closest(PARTS) && light(target));
    root.addEventListener("focusout", ({ target }) => target.closest(PARTS) && hide());
  }
  peek.addEventListener("pointerenter", () => clearTimeout(hiding));
  peek.addEventListener("pointerleave", hide);
  document.addEventListener("keydown", ({ key }) => key === "Escape" && (peek.hidden = true));
  store.subscribe((state, changed) => changed.has("opened") && (peek.hidden = true));
}
