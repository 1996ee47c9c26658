"""A way of the cursor in, the bar of its steps and the links of its buttons out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from app.engine import Step, split
from app.link import Link

TICKS = 200
"""More steps than this are a bar without ticks."""
WIDEST, CLOSEST = 0.5, 0.4
"""A tick is at most so many per cent of the bar, and such a share of its step."""


class Walked(Protocol):
    """A way of the cursor: its steps, the one it is at, and their links."""

    @property
    def link(self) -> Link: ...
    @property
    def places(self) -> tuple[Step, ...]: ...
    @property
    def total(self) -> int: ...
    @property
    def here(self) -> int: ...
    def href(self, index: int) -> str: ...


def hrefs(it: Walked) -> dict[str, str]:
    """Where the buttons lead; none where the cursor is there already."""
    ends = _time_steps(it)
    before = max((i for i in ends if i < it.here), default=0)
    after = min((i for i in ends if i > it.here), default=it.total)
    places = {"start": 0, "back-time": before, "back": it.here - 1}
    places |= {"forward": it.here + 1, "forward-time": after, "end": it.total}
    return {name: it.href(i) for name, i in places.items() if 0 <= i <= it.total and i != it.here}


def _time_steps(it: Walked) -> list[int]:
    """The places at which a time step is complete: after them comes another t, or the other pass."""
    keys = [(s.phase, split(s.at)[1]) for s in it.places]
    return [i for i, key in enumerate(keys, 1) if keys[i : i + 1] != [key]]


def track(it: Walked) -> dict[str, Any]:
    """The bar of all steps, in per cent of its width: where it turns, where the steps and the cursor are."""
    total = max(it.total, 1)
    forward = sum(s.phase == "forward" for s in it.places)
    turn = min(_percent(forward + 0.5, total), 100.0)
    phases = ("forward", 0, forward), ("backward", forward, it.total - forward)
    ticks = [row for phase in phases for row in _ticks(*phase, it.here, total)] if it.total <= TICKS else []
    places = {"turn": turn, "rest": round(100 - turn, 3), "marker": _percent(it.here, total)}
    return places | {"ticks": ticks, "dashes": _dashes(total), "tau": it.link.tau}


def _ticks(phase: str, first: int, count: int, here: int, total: int) -> Iterator[dict[str, Any]]:
    """A phase's steps as one dashed line, over it those that are done: `first` steps come before."""
    row = {"phase": phase, "first": first, "count": count, "from": _percent(first + 0.5, total)}
    for kind, steps in (("", count), (" done", min(max(here - first, 0), count))):
        yield row | {"kind": kind, "steps": steps, "to": _percent(first + steps + 0.5, total)}


def _dashes(total: int) -> str:
    """The tick in the middle of each step's length, which is 1: nothing, a gap, the tick, a gap."""
    wide = min(WIDEST * total / 100, CLOSEST)
    gap = f"{(1 - wide) / 2:.3g}"
    return f"0 {gap} {wide:.3g} {gap}"


def _percent(place: float, total: int) -> float:
    return round(100 * place / total, 3)
