"""The strip of all steps: its numbers can be read at every width, whatever runs in a time step."""

from __future__ import annotations

from itertools import pairwise
from typing import get_args

import pytest

from app.engine import Step
from app.engine.graph.graph import Detail
from app.link import Link, resolve
from app.systems import SYSTEMS
from app.web.explore.step_bar import step_bar

STRIPS = 286.0, 330.0, 380.0
"""How wide a strip is on phones of 360 and 390 pixels, and in a window of 1280."""
DIGIT, APART = 6.4, 3.0


class Stepped:
    """A page that is stepped through, without its numbers."""

    here = 0

    def __init__(self, link: Link) -> None:
        self.link = link
        self.steps: tuple[Step, ...] = resolve(link).run.steps
        self.total = len(self.steps)

    def href(self, index: int) -> str:
        return ""

    def caption(self, index: int) -> str:
        return ""

    def size_at(self, phase: str, t: int) -> float:
        return 0.0


@pytest.mark.one_in(4)
@pytest.mark.parametrize("detail", get_args(Detail))
@pytest.mark.parametrize("system", SYSTEMS)
def test_no_two_numbers_below_the_strip_touch(system: str, detail: Detail) -> None:
    """Where two chains run against each other a time step comes twice, with cells of other widths."""
    for tau in (2, 7, 8, 12, 30):
        page = Stepped(Link(system=system, detail=detail, tau=tau))
        cells = [cell for cell in step_bar(page).cells if cell.number]
        assert len(cells) > 1 or not any("[" in step.at for step in page.steps)
        for left, right in pairwise(cells):
            apart = (right.begins + right.wide / 2 - left.begins - left.wide / 2) / 100
            digits = (len(left.number) + len(right.number)) / 2
            touching = [wide for wide in STRIPS if apart * wide < digits * DIGIT + APART]
            assert not touching, f"{left.number} and {right.number} of tau={tau} on strips of {touching} pixels"
