// The same data through other systems: which can be shown beside this one, which are, and what was measured of them.

import { requestJson } from "../core/request.mjs";

const MOST = 40;

/** `part(id)` finds what is on the page; `then()` hears when there is something else to show. */
export function createOtherSystems(part, then) {
  const answers = new Map();
  let [systems, wanted, query, own] = [[], null, null, "this system"];
  let controller = new AbortController();
  const chosen = () => systems.filter(({ name, chosen }) => (wanted ? wanted.has(name) : chosen));

  async function open(asking) {
    if (asking === query) return then();
    controller.abort();
    controller = new AbortController();
    const { signal } = controller;
    query = asking;
    systems = [];
    try {
      ({ own, systems } = await requestJson(`/api/beside?${asking}`, { signal }));
    } catch {
      if (signal.aborted) return;
      query = null;
    }
    list();
    await measure(signal);
  }

  async function measure(signal) {
    await Promise.all(
      chosen().map(async ({ query }) => {
        if (answers.has(query)) return;
        const answer = await requestJson(`/api/norms?${query}`, { signal }).catch(() => null);
        if (answers.size > MOST) answers.clear();
        if (answer) answers.set(query, answer);
      }),
    );
    if (!signal.aborted) then();
  }

  function list() {
    part("beside").hidden = !systems.length;
    const on = new Set(chosen().map(({ name }) => name));
    const rows = systems.map(({ name, title }) => {
      const row = document.createElement("label");
      const box = Object.assign(document.createElement("input"), { type: "checkbox", name, checked: on.has(name) });
      row.append(box, ` ${title}`);
      return row;
    });
    const field = part("beside").querySelector("fieldset");
    field.replaceChildren(field.querySelector("legend"), ...rows);
  }

  part("beside").addEventListener("change", ({ target }) => {
    wanted = new Set(chosen().map(({ name }) => name));
    if (target.checked) wanted.add(target.name);
    else wanted.delete(target.name);
    measure(controller.signal);
  });
  part("beside").addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    part("beside").open = false;
    part("beside").querySelector("summary").focus();
  });
  return {
    open,
    own: () => own,
    all: () => chosen().flatMap(({ name, query }) => (answers.has(query) ? [{ name, answer: answers.get(query) }] : [])),
  };
}
