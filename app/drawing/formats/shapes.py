"""Splits shapes of a scene that formats have no word for into ones that they have."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from app.cache import cached
from app.drawing.geometry import Path, joined, straight_path
from app.drawing.scene import Cells, Curve, Paint, Rect

UNDER = 1.0
"""How far cells reach under those on their right."""
KAPPA = 0.5522847498
"""How far the controls of a quarter circle lie along its tangents, as a share of the radius (4/3 (√2 - 1))."""


class CellBox(NamedTuple):
    """A cell as it is drawn: where, how large, in which colour."""

    x: float
    y: float
    width: float
    height: float
    colour: str

    @property
    def rectangle(self) -> Rect:
        return Rect(self.x, self.y, self.width, self.height, _filled(self.colour))


def cell_boxes(it: Cells) -> Iterator[CellBox]:
    """Neighbours of one colour in a row as one box, which reaches a little under the next, and down under all rows
    below, so that no seam shows between them.

    It reaches no further along its row: where the row begins within a pixel its colour would show as a line there.
    """
    columns = len(it.colours) // it.rows
    width, height = it.width / columns, it.height / it.rows
    right, bottom = it.x + it.width, it.y + it.height
    for row in range(it.rows):
        begin, y = 0, it.y + row * height
        for colour, run in groupby(it.colours[row * columns : (row + 1) * columns]):
            x, begin = it.x + begin * width, begin + len(list(run))
            yield CellBox(x, y, min(right, it.x + begin * width + UNDER) - x, bottom - y, colour)


def round_outline(it: Rect) -> Curve:
    """The outline of a rectangle with round corners, from its top left."""
    wide, high, turn, near = it.width, it.height, it.corner, it.corner * (1 - KAPPA)
    way: Path = ((turn, 0.0),)
    for end, first, last, far in (
        ((wide - turn, 0.0), (wide - near, 0.0), (wide, near), (wide, turn)),
        ((wide, high - turn), (wide, high - near), (wide - near, high), (wide - turn, high)),
        ((turn, high), (near, high), (0.0, high - near), (0.0, high - turn)),
        ((0.0, turn), (0.0, near), (near, 0.0), (turn, 0.0)),
    ):
        way = (*joined(way, straight_path(way[-1], end)), first, last, far)
    return Curve(way, it.x, it.y, it.paint)


@cached(256)
def _filled(colour: str) -> Paint:
    return Paint(fill=colour)
