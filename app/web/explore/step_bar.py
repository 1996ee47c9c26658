"""The strip of all steps below a figure, and the addresses of the buttons that step through them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from math import ceil
from typing import Protocol

from app.engine import Step
from app.language import parse_node
from app.link import Link

SPEEDS = (0.5, 1, 2, 4)
"""The speeds of the player, as multiples of the usual one."""
MOST_CELLS = 240
"""A strip of more cells has one for several time steps."""
NUMBER_WIDTH, DIGIT_WIDTH = 2.0, 1.8
"""The per cent of a strip, on a phone, that the number of a time step needs, and each of its digits besides."""


class HasSteps(Protocol):
    """A page that is stepped through: its steps, the one that the cursor is at, and an address for each."""

    @property
    def link(self) -> Link: ...
    @property
    def steps(self) -> tuple[Step, ...]: ...
    @property
    def total(self) -> int: ...
    @property
    def here(self) -> int: ...
    def href(self, index: int) -> str: ...
    def caption(self, index: int) -> str: ...
    def size_at(self, phase: str, t: int) -> float | None:
        """How large states or gradients are at a time step, by logarithm, from 0 to 1; None where one is not finite."""


@dataclass(frozen=True)
class StripCell:
    """The steps of a phase that are of one time step, or of some; places are in per cent of the strip."""

    phase: str
    begins: float
    wide: float
    size: float | None
    """How strong its colour is, from 0 to 1; None where a norm is no finite number."""
    number: str
    """The time step to write below it, if one."""
    href: str


@dataclass(frozen=True)
class StepBar:
    """The strip and its buttons, as the template reads them; places are in per cent of the strip."""

    total: int
    here: int
    caption: str
    hrefs: dict[str, str]
    tau: int
    turn: float
    """Where the backward pass begins."""
    marker: float
    """Where the cursor is."""
    ahead: float
    """How much lies ahead of it."""
    cells: tuple[StripCell, ...]
    file: str = ""
    """The address of the figure at the cursor, as a file; empty where there are several figures."""
    speeds: tuple[float, ...] = SPEEDS


def step_bar(it: HasSteps, file: str = "") -> StepBar:
    """The strip of a page that is stepped through; of a page of one figure with the address of its file."""
    total = max(it.total, 1)
    forward = sum(s.phase == "forward" for s in it.steps)
    marker = _percent(it.here, total)
    return StepBar(
        total=it.total,
        here=it.here,
        caption=it.caption(it.here),
        hrefs=_button_hrefs(it),
        tau=it.link.tau,
        turn=_percent(forward, total),
        marker=marker,
        ahead=round(100 - marker, 3),
        cells=tuple(_readable(list(_strip_cells(it)), _number_width(it))),
        file=file,
    )


def _button_hrefs(it: HasSteps) -> dict[str, str]:
    """The address of each button; a button that would lead to the present step has none."""
    ends = _ends_of_time_steps(it)
    before = max((i for i in ends if i < it.here), default=0)
    after = min((i for i in ends if i > it.here), default=it.total)
    targets = {"start": 0, "back-time": before, "back": it.here - 1}
    targets |= {"forward": it.here + 1, "forward-time": after, "end": it.total}
    return {name: it.href(i) for name, i in targets.items() if 0 <= i <= it.total and i != it.here}


def _ends_of_time_steps(it: HasSteps) -> list[int]:
    """The steps that complete a time step: after them comes another t, or the other phase."""
    keys = [(s.phase, parse_node(s.at).t) for s in it.steps]
    return [i for i, key in enumerate(keys, 1) if keys[i : i + 1] != [key]]


def _strip_cells(it: HasSteps) -> Iterator[StripCell]:
    """A cell for each time step that a phase comes by; of very many some share one."""
    ends = _ends_of_time_steps(it)
    together = -(-len(ends) // MOST_CELLS)
    first = 0
    for phase, its in groupby(ends, lambda i: it.steps[i - 1].phase):
        row = list(its)
        cells = [row[k : k + together] for k in range(0, len(row), together)]
        numbered = ceil(_number_width(it) * len(cells) / _percent(row[-1] - first, it.total))
        for nth, some in enumerate(cells):
            times = [parse_node(it.steps[i - 1].at).t for i in some]
            number = "" if nth % numbered or times[0] is None else str(times[0])
            place = _percent(first, it.total), _percent(some[-1] - first, it.total)
            yield StripCell(phase, *place, _largest(it, phase, times), number, it.href(some[-1]))
            first = some[-1]


def _number_width(it: HasSteps) -> float:
    """The per cent of a strip that the longest number below it needs."""
    return NUMBER_WIDTH + DIGIT_WIDTH * len(str(it.link.tau))


def _readable(cells: list[StripCell], width: float) -> Iterator[StripCell]:
    """The cells without the numbers that would run into another: the one before, or the first of the next phase."""
    kept = list[StripCell]()
    for cell in (it for it in cells if it.number):
        first = not kept or kept[-1].phase != cell.phase
        while first and kept and _middle(cell) - _middle(kept[-1]) < width:
            kept.pop()
        if first or _middle(cell) - _middle(kept[-1]) >= width:
            kept.append(cell)
    for cell in cells:
        yield cell if cell in kept else replace(cell, number="")


def _middle(cell: StripCell) -> float:
    return cell.begins + cell.wide / 2


def _largest(it: HasSteps, phase: str, times: list[int | None]) -> float | None:
    """The size of a cell; 0 where nothing there has a time step."""
    sizes = [it.size_at(phase, t) for t in times if t is not None]
    return None if None in sizes else max((size for size in sizes if size is not None), default=0.0)


def _percent(place: float, total: int) -> float:
    return round(100 * place / total, 3)
