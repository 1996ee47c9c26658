"""A way of the cursor in, the bar of its steps and the links of its buttons out."""

from __future__ import annotations

from typing import Any, Protocol

from app.engine import Step, split
from app.link import Link

TICKS = 200
"""More steps than this are a bar without ticks."""


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
    """The bar of all steps, in per cent of its width: where it turns, where each step and the cursor are."""
    total = max(it.total, 1)
    forward = sum(s.phase == "forward" for s in it.places)
    turn = min(round(100 * (forward + 0.5) / total, 3), 100.0)
    tick = min(0.5, round(40 / total, 3))
    ticks = [
        {"index": i, "phase": s.phase, "x": round(_percent(i, total) - tick / 2, 3)}
        for i, s in enumerate(it.places, 1)
        if it.total <= TICKS
    ]
    places = {"turn": turn, "rest": round(100 - turn, 3), "marker": _percent(it.here, total), "tick": tick}
    return places | {"ticks": ticks, "tau": it.link.tau}


def _percent(index: int, total: int) -> float:
    return round(100 * index / total, 3)
