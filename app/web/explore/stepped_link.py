"""A resolved link as a walk: the steps of its cursor, the step it is at, and the address of every other step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import isfinite

import numpy as np

from app.arrays import Array
from app.drawing.layout import spans, spelled
from app.drawing.scene import node_in_words, norms, symmetric_log
from app.engine import Graph, Step
from app.engine.graph import notated
from app.language import MOVED, AfterUpdate
from app.link import Link, Resolved
from app.web.core import page_address


@dataclass(frozen=True)
class SteppedLink:
    """Steps count from 1; step 0 is before the first one, where the page shows the structure alone."""

    resolved: Resolved

    @property
    def link(self) -> Link:
        return self.resolved.link

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.resolved.run.steps

    @property
    def total(self) -> int:
        return len(self.steps)

    @cached_property
    def here(self) -> int:
        """The cursor's step; the last one of its phase where the link names no place in it."""
        link = self.link
        found = [i for i, s in enumerate(self.steps, 1) if s.phase == link.phase and link.at in (None, s.at)]
        return found[-1] if found else 0

    def href(self, index: int) -> str:
        """The address of the page at a step."""
        step = self.steps[index - 1] if index else None
        at = {"phase": step.phase if step else None, "at": step.at if step else None}
        return page_address(self.link.model_copy(update=at))

    def href_of(self, node: str) -> str | None:
        """The address of the page at a node: in the phase of the link, else forward; None where the cursor never is."""
        found = self._places.get((self.link.phase or "forward", node), self._places.get(("forward", node)))
        return self.href(found) if found else None

    def other_pass(self, index: int) -> str | None:
        """The address of the page at the node of a step in the other pass; None where it is in one pass alone."""
        step = self.steps[index - 1] if index else None
        other = {"forward": "backward", "backward": "forward"}.get(step.phase) if step else None
        found = self._places.get((other, step.at)) if step and other else None
        return self.href(found) if found else None

    @cached_property
    def _places(self) -> Mapping[tuple[str, str], int]:
        return {(step.phase, step.at): i for i, step in enumerate(self.steps, 1)}

    def caption(self, index: int) -> str:
        """A step in one line, which screen readers speak."""
        if not index:
            return "Before the first step: the structure"
        step = self.steps[index - 1]
        if step.phase == "update":
            return f"Update: {self._update_in_words(step.at)}"
        node = node_in_words(self.shown_graph, step.at)
        if step.phase == "backward":
            return f"Backward: gradient at {node}"
        given = self._kinds.get(step.at) in ("input", "target")
        return f"Forward: {node} is {'given' if given else 'computed'}"

    def size_at(self, phase: str, t: int) -> float | None:
        """How large the largest state, or its gradient, is at a time step, by logarithm, from 0 to 1.

        0 where no state is; None where one is not finite.
        """
        sizes = self._sizes.get(phase, np.zeros(0))
        size = float(sizes[t - 1]) if 0 < t <= len(sizes) else 0.0
        return size if isfinite(size) else None

    @cached_property
    def _sizes(self) -> Mapping[str, Array]:
        """Of each phase the sizes by time step; of none where no variable runs through time."""
        graph, trace = self.resolved.run.graph, self.resolved.run.trace
        both = {"forward": norms("value", graph, trace.value), "backward": norms("gradient", graph, trace.gradient)}
        rows = {phase: [*it.rows.values()] for phase, it in both.items()}
        return {phase: _logarithmic(np.max(its, axis=0)) for phase, its in rows.items() if its and its[0].size}

    def _update_in_words(self, at: str) -> str:
        said = self.resolved.notation
        if at == MOVED:
            return "every parameter moves against its gradient"
        if isinstance(at, AfterUpdate):
            return f"{said.node(at.of)} of the next forward pass"
        return f"the gradient of {said.plain(at)} comes together"

    def window_at(self, index: int) -> str:
        """The time steps that the figure shows at a step of the cursor, and that step where a circuit shows it."""
        step = self.steps[index - 1] if index else None
        at = f"{step.phase} {step.at}" if step and self.link.view != "unfolded" else ""
        if self.link.view == "folded":
            return at
        run = self.resolved.run
        shown = spans(self.link.tau, run.detail, self.step_of(index), self.resolved.window, run.graph.opened)
        return f"{spelled(shown)} {at}".strip()

    def step_of(self, index: int) -> int | None:
        """The time step of a step of the cursor, if it is at one."""
        return self._times.get(self.steps[index - 1].at) if index else None

    def update_at(self, index: int) -> str:
        """The place of the update that the figure shows below the graph at a step of the cursor; none before it."""
        step = self.steps[index - 1] if index else None
        return step.at if step and step.phase == "update" else ""

    @cached_property
    def shown_graph(self) -> Graph:
        """The graph in the notation of the link."""
        return notated(self.resolved.run.graph, self.resolved.notation)

    @cached_property
    def _kinds(self) -> Mapping[str, str]:
        return {n.id: n.kind for n in self.resolved.run.graph.nodes}

    @cached_property
    def _times(self) -> Mapping[str, int | None]:
        return {n.id: n.t for n in self.resolved.run.graph.nodes if n.id != n.var}


def _logarithmic(norms: Array) -> Array:
    """Norms from 0 to 1 on a scale of powers of ten that ends at the largest; not a number where one is none."""
    finite = norms[np.isfinite(norms)]
    return symmetric_log([float(norm) for norm in finite]).places(norms)
