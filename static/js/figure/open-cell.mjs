// A double press opens a cell: the next detail, seen from close by; beside the nodes it goes back.

import { timeOf } from "../cursor/cursor.mjs";

/** `change(by)` opens the next detail (1) or the one before (−1) and says whether there is one. */
export function mountCellOpening(element, camera, store, change) {
  let opening = null;
  const approach = (t) => camera.approach([...element.querySelectorAll(".unfolded .node")].filter((node) => timeOf(node.dataset.node) === t));

  element.addEventListener("dblclick", ({ target }) => {
    const node = target.closest(".unfolded .node");
    if (node) open(timeOf(node.dataset.node));
    else if (camera.view.zoom > 1) camera.fit();
    else change(-1);
  });
  store.subscribe((state, changed) => {
    if (!changed.has("opened") || opening === null) return;
    approach(opening);
    opening = null;
  });

  function open(t) {
    if (change(1)) opening = t;
    else approach(t);
  }
}
