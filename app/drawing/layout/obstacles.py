"""What routes and labels keep clear of: nodes, lines and boxes, each repeated along time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from math import floor, hypot
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.drawing.geometry import Box, Cubic, Point, bounds, sampled, shifted
from app.drawing.layout.dimensions import TOUCH
from app.drawing.layout.edge_labels import LabelBlock

NEARLY = 0.01
"""Boxes that come so near to each other meet."""
HEAD_LENGTH, HEAD_ROOM = 10.0, 3.0
"""About the length of an arrow's head before the circle, and the room around it."""

Cell = tuple[float, int]
"""A column and a row, bottom row 0. A column may be a half where a node stands between two."""


class Pitch(NamedTuple):
    """How far apart the centres of neighbours in a row and in a column are, in points."""

    column: float = 106.0
    row: float = 82.0

    def centre(self, cell: Cell) -> Point:
        """Where a cell's node stands, y downwards."""
        return cell[0] * self.column, -cell[1] * self.row

    def spread(self, times: float) -> Pitch:
        """So many times as far."""
        return Pitch(self.column * times, self.row * times)


USUAL_PITCH = Pitch()


@dataclass(frozen=True, slots=True)
class Strand:
    """All edges from one row to another that lie `across` columns apart; `columns` are where they start."""

    source: int
    target: int
    across: float
    columns: tuple[float, ...]
    """In ascending order."""
    labels: tuple[LabelBlock, ...] = ()
    """The ways in which its label can be set, the best first."""
    pitch: Pitch = USUAL_PITCH

    @property
    def end(self) -> Point:
        """The target's centre, seen from the source's."""
        return self.across * self.pitch.column, (self.source - self.target) * self.pitch.row

    @property
    def start(self) -> Point:
        """Where the centre of its first source is."""
        return self.pitch.centre((self.columns[0], self.source))

    @property
    def shifts(self) -> tuple[float, ...]:
        """How far its places lie from the first, in columns."""
        return tuple(c - self.columns[0] for c in self.columns)

    def apart(self, shifts: tuple[float, ...]) -> tuple[float, ...]:
        """How far the places of a line that is repeated at these shifts lie from its own, each distance once."""
        own = self.shifts
        if len(own) == 1:
            return shifts
        if _every_step(own) and _every_step(shifts):
            first, count = shifts[0] - own[-1], len(shifts) + len(own) - 1
            return tuple(first + i for i in range(count))
        return tuple(sorted({shift - here for shift in shifts for here in own}))

    @property
    def near(self) -> bool:
        """True if it joins neighbours, so that nothing can stand between."""
        return abs(self.across) <= 1 and abs(self.source - self.target) <= 1


def _every_step(shifts: tuple[float, ...]) -> bool:
    """True if places follow each other without a gap."""
    return shifts[-1] - shifts[0] == len(shifts) - 1


@dataclass(frozen=True)
class PlacedLine:
    """A placed strand's points from its first source, and the columns that it is repeated at."""

    points: tuple[Point, ...]
    box: Box
    shifts: tuple[float, ...]

    @cached_property
    def places(self) -> NDArray[np.float64]:
        """The same points, as an array."""
        return np.array(self.points)

    @cached_property
    def pieces(self) -> tuple[tuple[Box, Point, Point], ...]:
        """Its straight pieces, each with the box around it."""
        return tuple((bounds(piece), *piece) for piece in pairwise(self.points))

    def near(self, box: Box) -> list[tuple[Point, Point]]:
        """The pieces that a box can meet; most of them are quickly told to be elsewhere."""
        left, top, right, bottom = box
        return [
            (p, q)
            for (its_left, its_top, its_right, its_bottom), p, q in self.pieces
            if its_left <= right and left <= its_right and its_top <= bottom and top <= its_bottom
        ]

    @cached_property
    def head(self) -> tuple[Point, Point]:
        """Where the tip and the base of its arrowhead are, about."""
        return _head(self.points[-2], self.points[-1])

    @cached_property
    def head_box(self) -> Box:
        """What lines keep out of, so that they pass over no head."""
        return bounds(self.head).grown(HEAD_ROOM)

    @cached_property
    def heads(self) -> tuple[tuple[Point, Point], ...]:
        """The same at both ends: in the backward pass it is where the line begins."""
        return self.head, _head(self.points[1], self.points[0])


def _head(before: Point, centre: Point) -> tuple[Point, Point]:
    """The tip and the base of the head of a line that comes from a point to a node's centre."""
    (px, py), (ex, ey) = before, centre
    length = hypot(ex - px, ey - py) or 1.0
    ux, uy = (ex - px) / length, (ey - py) / length
    base = TOUCH + HEAD_LENGTH
    return (ex - ux * TOUCH, ey - uy * TOUCH), (ex - ux * base, ey - uy * base)


@dataclass(frozen=True, slots=True)
class PlacedBox:
    """A placed label's box at the first source, and the columns that it is repeated at."""

    box: Box
    shifts: tuple[float, ...]


@dataclass
class Obstacles:
    """Everything in the way so far: the nodes, and the lines and boxes that were placed."""

    cells: Iterable[Cell]
    pitch: Pitch = USUAL_PITCH
    lines: list[PlacedLine] = field(default_factory=list)
    boxes: list[PlacedBox] = field(default_factory=list)
    closely: bool = False
    """Whether places of labels are looked for, and straight lines that cross looked at, more closely than usual."""
    effort: int = 0
    """How many lines, at each place where they are repeated, a way or a label was held against."""

    def lay(self, strand: Strand, curve: Cubic, count: int) -> None:
        """Remember a strand's line, cut into `count` pieces."""
        self.lay_points(strand, sampled(curve, count))

    def lay_points(self, strand: Strand, way: Sequence[Point]) -> None:
        """The same by the places along it, seen from the source."""
        points = shifted(way, *strand.start)
        self.lines.append(PlacedLine(points, bounds(points), strand.shifts))

    def put(self, strand: Strand, box: Box) -> None:
        """Remember a strand's label by its box, seen from the source."""
        self.boxes.append(PlacedBox(box.moved(*strand.start), strand.shifts))

    @cached_property
    def rows(self) -> Mapping[int, frozenset[float]]:
        """The columns that are taken in each row."""
        rows: dict[int, set[float]] = {}
        for column, row in self.cells:
            rows.setdefault(row, set()).add(column)
        return {row: frozenset(columns) for row, columns in rows.items()}

    @cached_property
    def between(self) -> frozenset[int]:
        """The rows in which a node stands between two columns of the grid."""
        return frozenset(row for row, columns in self.rows.items() if any(c != floor(c) for c in columns))

    @cached_property
    def ordered(self) -> Mapping[int, tuple[float, ...]]:
        """The taken columns of each row, from left to right."""
        return {row: tuple(sorted(columns)) for row, columns in self.rows.items()}

    def within(self, row: int, low: float, high: float) -> tuple[float, ...]:
        """The taken columns of a row between two, both included."""
        columns = self.ordered.get(row, ())
        return columns[bisect_left(columns, low) : bisect_right(columns, high)]

    def meeting(self, box: Box, shifts: tuple[float, ...], other: Box) -> tuple[float, ...]:
        """The shifts, among many, at which a box can meet another."""
        if box.top > other.bottom + NEARLY or other.top > box.bottom + NEARLY:
            return ()
        column = self.pitch.column
        low, high = (other.left - box.right - NEARLY) / column, (other.right - box.left + NEARLY) / column
        return shifts[bisect_left(shifts, low) : bisect_right(shifts, high)]
