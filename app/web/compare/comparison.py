"""Two links under one cursor: what either shows at a step, how their fields differ, and if they are fed alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

import numpy as np
from markupsafe import Markup

from app.arrays import Array
from app.engine import Step
from app.link import Link, Resolved, query, resolve
from app.outputs import InlineFigure, inline
from app.web.compare.compared_chains import ComparedChains
from app.web.compare.pairing import paired_steps
from app.web.compare.set_fields import SetField, set_fields
from app.web.explore import LinkSummary, LinkViews, SteppedLink, described_data, link_summary, shown_title

SIDES = ("a", "b")


@dataclass(frozen=True)
class ComparedSide:
    """One of the two links at its step, as the template reads it; `other` is the other link."""

    name: str
    views: LinkViews
    other: Resolved

    @property
    def title(self) -> str:
        return shown_title(self.views.resolved)

    @cached_property
    def summary(self) -> LinkSummary:
        return link_summary(self.views.resolved)

    @cached_property
    def inline_figure(self) -> InlineFigure:
        return inline(self.views.resolved, f"fig-{self.name}")

    @property
    def figure(self) -> Markup:
        return Markup(self.inline_figure.drawn)

    @property
    def href(self) -> str:
        return self.views.walk.href(self.views.walk.here)

    @property
    def sets(self) -> list[SetField]:
        """The fields that either link sets."""
        return list(set_fields(self.views.resolved, self.other))


@dataclass(frozen=True)
class Comparison:
    """Two links under one cursor; step 0 is before the first one. `asked` is the step that the query names."""

    links: tuple[Link, Link]
    asked: int

    @cached_property
    def walks(self) -> tuple[SteppedLink, SteppedLink]:
        a, b = (SteppedLink(resolve(link)) for link in self.links)
        return a, b

    @cached_property
    def pairs(self) -> tuple[tuple[Step, int, int], ...]:
        a, b = self.walks
        return paired_steps(a.steps, b.steps)

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(step for step, _, _ in self.pairs)

    @property
    def total(self) -> int:
        return len(self.pairs)

    @property
    def here(self) -> int:
        return min(self.asked, self.total)

    @property
    def link(self) -> Link:
        """The longer of the two, whose time steps the bar counts."""
        return max(self.links, key=lambda link: link.tau)

    def step_of(self, link: Link) -> int:
        """The step at which the first link's cursor is, where a comparison begins."""
        here = SteppedLink(resolve(link)).here
        return next((k for k, (_, i, _) in enumerate(self.pairs, 1) if i == here), 0) if here else 0

    @cached_property
    def sides(self) -> tuple[ComparedSide, ...]:
        at = self.pairs[self.here - 1][1:] if self.here else (0, 0)
        views = (LinkViews(resolved) for resolved in map(_at_step, self.walks, at))
        others = (walk.resolved for walk in reversed(self.walks))
        return tuple(ComparedSide(*row) for row in zip(SIDES, views, others, strict=True))

    @cached_property
    def chains(self) -> ComparedChains:
        """The gradients of both on one time axis."""
        return ComparedChains(tuple((side, walk.resolved) for side, walk in zip(SIDES, self.walks, strict=True)))

    @property
    def fed(self) -> str:
        """A sentence about the data of both."""
        a, b = (described_data(walk.resolved) for walk in self.walks)
        if a == b and not fed_the_same(*(walk.resolved for walk in self.walks)):
            return f"Both are fed {a}, but each its own numbers."
        if not fed_the_same(*(walk.resolved for walk in self.walks)):
            return f"Each is fed data of its own: {a} the first, {b} the second."
        if len({link.tau for link in self.links}) < 2:
            return f"Both are fed the same data: {a}."
        return f"Both are fed the same data as long as both run: {a}."

    def href(self, index: int) -> str:
        return comparison_address(*self.links, index)

    def size_at(self, phase: str, t: int) -> float | None:
        """The larger of both, each by its own scale."""
        sizes = [walk.size_at(phase, t) for walk in self.walks]
        return None if None in sizes else max(size for size in sizes if size is not None)

    def caption(self, index: int) -> str:
        """A step in one line, in the words of the link that has it."""
        if not index:
            return "Before the first step"
        step, *at = self.pairs[index - 1]
        return next(_captions(self.walks, at, step))


def _captions(walks: tuple[SteppedLink, SteppedLink], at: list[int], step: Step) -> Iterator[str]:
    for walk, i in zip(walks, at, strict=True):
        if i and walk.steps[i - 1] == step:
            yield walk.caption(i)


def _at_step(walk: SteppedLink, index: int) -> Resolved:
    """A link with its cursor at a step."""
    step = walk.steps[index - 1] if index else None
    place = {"phase": step.phase if step else None, "at": step.at if step else None}
    return resolve(walk.link.model_copy(update=place))


def fed_the_same(a: Resolved, b: Resolved) -> bool:
    """True if the data of two runs agree, number for number, at the steps that both have."""
    mine, theirs = (it.run.bindings.inputs for it in (a, b))
    timed = {n for it in (a, b) for n, v in it.run.recurrence.variables.items() if v.indexed}
    steps = min(a.run.tau, b.run.tau)

    def known(name: str, array: Array) -> Array:
        return array[:steps] if name in timed else array

    names = mine.keys() == theirs.keys() and bool(mine)
    return names and all(np.array_equal(known(n, array), known(n, theirs[n])) for n, array in mine.items())


def comparison_address(a: Link, b: Link, step: int = 0) -> str:
    """The address of two links side by side."""
    pairs = [(side, query(link)) for side, link in zip(SIDES, (a, b), strict=True)]
    return "/compare?" + urlencode([*pairs, *([("step", str(step))] if step else [])])
