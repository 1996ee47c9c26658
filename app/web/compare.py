"""Two links in, one page out: both figures and panels under one cursor, matched step by step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlencode

import numpy as np
from fastapi import APIRouter
from markupsafe import Markup
from numpy.typing import NDArray
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.engine import Step
from app.language import Problem, Problems
from app.link import Link, Resolved, mended, options, parse, query, resolve
from app.outputs import table as answers
from app.systems import SYSTEMS
from app.web.core.http import answer, prefers
from app.web.core.templates import render
from app.web.explore import page as pages
from app.web.explore.other_systems import through
from app.web.explore.page import Explored
from app.web.explore.step_bar import hrefs, track

router = APIRouter(include_in_schema=False)

SIDES = ("a", "b")
PHASES = ("forward", "backward")


def paired(a: Sequence[Step], b: Sequence[Step]) -> tuple[tuple[Step, int, int], ...]:
    """Both walks as one: each step with the place, from 1, that either walk is at then.

    What both have is one step; what one has alone comes where it has it, and the other waits at the step before.
    """
    found, i, j = [], 0, 0
    mine, theirs = ({step: i for i, step in enumerate(steps, 1)} for steps in (a, b))
    for step in _merged(a, b):
        i, j = mine.get(step, i), theirs.get(step, j)
        found.append((step, i, j))
    return tuple(found)


def _merged(a: Sequence[Step], b: Sequence[Step]) -> Iterator[Step]:
    for phase in PHASES:
        mine, theirs = ([step for step in steps if step.phase == phase] for steps in (a, b))
        shared, done = set(mine) & set(theirs), 0
        for step in mine:
            if step in shared and (place := theirs.index(step)) >= done:
                yield from (other for other in theirs[done:place] if other not in shared)
                done = place + 1
            yield step
        yield from (other for other in theirs[done:] if other not in shared)


@dataclass(frozen=True)
class Side:
    """One of the two links: what the page says and draws of it."""

    name: str
    resolved: Resolved
    other: Explored

    @cached_property
    def explored(self) -> Explored:
        return Explored(self.resolved)

    @property
    def figure(self) -> Markup:
        return Markup(answers.inline(self.resolved, f"fig-{self.name}"))

    @property
    def href(self) -> str:
        return self.explored.href(self.explored.here)

    @property
    def sets(self) -> list[tuple[str, str, bool]]:
        """What its link sets, and whether the other sets it otherwise; the cursor left out."""
        link = self.resolved.link.bare
        links = link, self.other.link
        names = [name for name in Link.model_fields if any(name in dict(parse_qsl(query(it))) for it in links)]
        return [(name, *self._set(name, link)) for name in names]

    def _set(self, name: str, link: Link) -> tuple[str, bool]:
        """A field's value, and whether the other's is another; of sizes and task what they come to, set or not."""
        mine, theirs = (it.resolved.run for it in (self.explored, self.other))
        if name == "sizes":
            a, b = mine.recurrence.sizes, theirs.recurrence.sizes
            return ",".join(f"{n}:{size}" for n, size in a.items()), any(a[n] != b[n] for n in a.keys() & b.keys())
        if name == "task":
            a_task, b_task = mine.loaded.task_name or "random", theirs.loaded.task_name or "random"
            return a_task, a_task != b_task
        return _written(link, name), getattr(link, name) != getattr(self.other.link, name)


def _written(link: Link, name: str) -> str:
    """A field's value as the link writes it; its default where the link leaves it out."""
    default = Link.model_fields[name].get_default()
    return dict(parse_qsl(query(link))).get(name, "not set" if default in (None, ()) else str(default))


@dataclass(frozen=True)
class Comparison:
    """Two links under one cursor; step 0 is before the first one."""

    links: tuple[Link, Link]
    asked: int

    @cached_property
    def runs(self) -> tuple[Explored, Explored]:
        a, b = (Explored(resolve(link)) for link in self.links)
        return a, b

    @cached_property
    def pairs(self) -> tuple[tuple[Step, int, int], ...]:
        a, b = self.runs
        return paired(a.places, b.places)

    @property
    def places(self) -> tuple[Step, ...]:
        return tuple(step for step, _, _ in self.pairs)

    @property
    def total(self) -> int:
        return len(self.pairs)

    @property
    def here(self) -> int:
        return min(self.asked, self.total)

    @property
    def link(self) -> Link:
        """The longer of the two, which gives the bar of steps its words."""
        return max(self.links, key=lambda link: link.tau)

    def at(self, link: Link) -> int:
        """Where the first link's cursor is, which the comparison begins at."""
        here = Explored(resolve(link)).here
        return next((k for k, (_, i, _) in enumerate(self.pairs, 1) if i == here), 0) if here else 0

    @cached_property
    def sides(self) -> tuple[Side, ...]:
        at = self.pairs[self.here - 1][1:] if self.here else (0, 0)
        placed = map(self._placed, self.links, self.runs, at)
        return tuple(Side(*row) for row in zip(SIDES, placed, reversed(self.runs), strict=True))

    def _placed(self, link: Link, run: Explored, index: int) -> Resolved:
        step = run.places[index - 1] if index else None
        place = {"phase": step.phase if step else None, "at": step.at if step else None}
        return resolve(link.model_copy(update=place))

    @property
    def fed(self) -> str:
        """What data either is fed, and whether it is the same."""
        a, b = (run.task for run in self.runs)
        if not fed_the_same(*(run.resolved for run in self.runs)):
            return f"Each is fed data of its own: {a} the first, {b} the second."
        steps = {link.tau for link in self.links}
        return (
            f"Both are fed the same data: {a}."
            if len(steps) < 2
            else f"Both are fed the same data as long as both run: {a}."
        )

    def href(self, index: int) -> str:
        return address(*self.links, index)

    def said(self) -> str:
        if not self.here:
            return "Before the first step"
        step, *at = self.pairs[self.here - 1]
        side = next(run for run, i in zip(self.runs, at, strict=True) if i and run.places[i - 1] == step)
        return side.said(side.places.index(step) + 1)


def fed_the_same(a: Resolved, b: Resolved) -> bool:
    """Whether the data of two runs agree, number for number, at the steps that both have."""
    mine, theirs = (it.run.bindings.inputs for it in (a, b))
    timed = {n for it in (a, b) for n, v in it.run.recurrence.variables.items() if v.indexed}
    steps = min(a.run.tau, b.run.tau)

    def known(name: str, array: NDArray[Any]) -> NDArray[Any]:
        return array[:steps] if name in timed else array

    names = mine.keys() == theirs.keys() and bool(mine)
    return names and all(np.array_equal(known(n, array), known(n, theirs[n])) for n, array in mine.items())


def address(a: Link, b: Link, step: int = 0) -> str:
    """Where two links stand side by side."""
    pairs = [(side, query(link)) for side, link in zip(SIDES, (a, b), strict=True)]
    return "/compare?" + urlencode([*pairs, *([("step", str(step))] if step else [])])


@router.get("/compare")
def page(request: Request) -> Response:
    """Two links side by side; without scripts too, its steps are links. What is wrong is said, and the rest is kept."""
    fields = dict(request.query_params.multi_items())
    try:
        html = render("compare.html", **context(asked(fields)))
    except Problems as found:
        if not prefers(request.headers.get("accept", "")):
            raise
        html = render("compare.html", **context(kept(fields), found.problems))
        return HTMLResponse(html, 422, {"Cache-Control": "no-store"})
    return answer(request, html.encode(), "text/html")


def kept(fields: Mapping[str, str]) -> Comparison:
    """The comparison without its wrong fields."""
    a, b = fields.get("a", ""), fields.get("b", "")
    first = _right(a)
    second = through(first, b) if b in SYSTEMS else _right(b)
    return Comparison((first.bare, second.bare), 0)


def _right(text: str) -> Link:
    """What is right of a link."""
    return mended(parse_qsl(text.lstrip("/?")))[0].link


def asked(fields: Mapping[str, str]) -> Comparison:
    """What a query asks for: a and b, each a link's query, b also a system's name, and a step.

    Raises Problems on what is wrong with them.
    """
    unknown = [name for name in fields if name not in (*SIDES, "step")]
    problems = [Problem(f"there is no field {name}", name, [*SIDES, "step"]) for name in unknown]
    step = fields.get("step", "0")
    if not (step.isascii() and step.isdigit() and len(step) < 10):
        problems.append(Problem("step is to be a whole number", "step", {"minimum": 0}))
    a = _link("a", fields.get("a", ""), problems)
    b = _link("b", fields.get("b", ""), problems, a)
    if problems or a is None or b is None:
        raise Problems(*problems)
    found = Comparison((a.bare, b.bare), int(step))
    return found if "step" in fields else replace(found, asked=found.at(a))


def _link(side: str, text: str, problems: list[Problem], beside: Link | None = None) -> Link | None:
    """The link of a side, checked as far as its page would check it.

    The name of a system alone stands for that system beside the other link.
    """
    try:
        if beside and text in SYSTEMS:
            return through(beside, text)
        link = parse(text.removeprefix("/").removeprefix("?"))
        resolve(link)
    except Problems as found:
        problems += [replace(p, field=f"{side}.{p.field}", message=f"{side}: {p.message}") for p in found.problems]
        return None
    return link


def context(it: Comparison, problems: Sequence[Problem] = ()) -> dict[str, Any]:
    """All that the page's template reads."""
    sides = [pages.data(link, run, options()) for link, run in zip(it.links, it.runs, strict=True)]
    pairs = [[a, b] for _, a, b in it.pairs]
    steps = {phase: [s.at for s in it.places if s.phase == phase] for phase in PHASES}
    return {
        "it": it,
        "problems": problems,
        "speeds": pages.SPEEDS,
        "explored": it,
        "here": it.here,
        "total": it.total,
        "said": it.said(),
        "track": track(it),
        "hrefs": hrefs(it),
        "data": {"a": sides[0], "b": sides[1], "pairs": pairs, "here": it.here, "address": it.href(0), **steps},
    }
