"""The bar of all steps below a figure, and the addresses of the buttons that step through them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from app.engine import Step
from app.language import parse_node
from app.link import Link

SPEEDS = (0.5, 1, 2, 4)
"""The speeds of the player, as multiples of the usual one."""
TICKS = 200
"""A bar of more steps has no ticks."""
WIDEST, CLOSEST = 0.5, 0.4
"""A tick is at most this many per cent of the bar wide, and at most this share of its step."""


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


@dataclass(frozen=True)
class PhaseLine:
    """Some of a phase's steps as one dashed line, a dash for each step; places are in per cent of the bar."""

    phase: str
    kind: str
    """Empty for all steps of the phase, ` done` for those that the cursor has passed."""
    first: int
    """The number of steps before the phase."""
    count: int
    steps: int
    """The number of steps on this line."""
    begins: float
    ends: float


@dataclass(frozen=True)
class StepBar:
    """The bar and its buttons, as the template reads them; places are in per cent of the bar."""

    total: int
    here: int
    caption: str
    hrefs: dict[str, str]
    tau: int
    turn: float
    """Where the backward pass begins."""
    rest: float
    marker: float
    """Where the cursor is."""
    lines: tuple[PhaseLine, ...]
    dashes: str
    speeds: tuple[float, ...] = SPEEDS


def step_bar(it: HasSteps) -> StepBar:
    """The bar of a page that is stepped through."""
    total = max(it.total, 1)
    forward = sum(s.phase == "forward" for s in it.steps)
    turn = min(_percent(forward + 0.5, total), 100.0)
    phases = ("forward", 0, forward), ("backward", forward, it.total - forward)
    lines = [line for phase in phases for line in _phase_lines(*phase, it.here, total)] if it.total <= TICKS else []
    return StepBar(
        total=it.total,
        here=it.here,
        caption=it.caption(it.here),
        hrefs=_button_hrefs(it),
        tau=it.link.tau,
        turn=turn,
        rest=round(100 - turn, 3),
        marker=_percent(it.here, total),
        lines=tuple(lines),
        dashes=_dash_pattern(total),
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


def _phase_lines(phase: str, first: int, count: int, here: int, total: int) -> Iterator[PhaseLine]:
    """All steps of a phase, and over them those that the cursor has passed; `first` steps come before."""
    for kind, steps in (("", count), (" done", min(max(here - first, 0), count))):
        begins, ends = _percent(first + 0.5, total), _percent(first + steps + 0.5, total)
        yield PhaseLine(phase, kind, first, count, steps, begins, ends)


def _dash_pattern(total: int) -> str:
    """The tick in the middle of each step, whose length is 1: nothing, a gap, the tick, a gap."""
    wide = min(WIDEST * total / 100, CLOSEST)
    gap = f"{(1 - wide) / 2:.3g}"
    return f"0 {gap} {wide:.3g} {gap}"


def _percent(place: float, total: int) -> float:
    return round(100 * place / total, 3)
