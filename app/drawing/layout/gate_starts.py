"""Where wires come in at starts that are computed, at the detail `gates`: down a lane and in from the side.

All is in the plane of the grid, as far wires are.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt

from app.drawing.geometry import Point
from app.drawing.layout.dimensions import RADIUS
from app.engine.graph import Edge
from app.language import NodeId

LANE, GAP = 16.0, 5.0
"""From the circles of a step to the first lane, and between lanes; beside what is written."""
DOOR = 12.0
"""Between wires that come in at one circle."""


def are_neighbours(e: Edge) -> bool:
    """Whether what a start is made of stands at its own step or at the one beside it, so that nothing is between."""
    s, t = e.source.t, e.target.t
    return s is not None and t is not None and abs(s - t) <= 1


class StartLanes:
    """A lane for each wire to a start, those of the circles above nearest to these."""

    def __init__(
        self,
        edges: list[Edge],
        at: Mapping[NodeId, Point],
        words: Mapping[str, float],
    ) -> None:
        """`at`: where all starts stand; `words`: how far along time reaches what is written, by edge."""
        self.at = at
        self.lanes: dict[str, float] = {}
        self.doors: dict[str, Point] = {}
        reach: dict[tuple[int, int], float] = {}
        for e in sorted(edges, key=lambda e: at[e.target][1]):
            t = e.target.t or 0
            side = -1 if t < 1 else 1
            room = LANE + (words[e.id] + 2 * GAP if e.id in words else 0.0)
            reach[t, side] = reach.get((t, side), RADIUS) + room
            outermost = max(side * x for id, (x, _) in at.items() if id.t == e.target.t)
            self.lanes[e.id] = side * (outermost + reach[t, side])
            same = [other.id for other in edges if other.target == e.target]
            by = DOOR * (same.index(e.id) - (len(same) - 1) / 2)
            self.doors[e.id] = at[e.target][0] + side * sqrt(RADIUS**2 - by**2), at[e.target][1] + by

    def down(self, e: Edge, height: float) -> list[Point]:
        """From a height along the lane into the circle."""
        lane, door = self.lanes[e.id], self.doors[e.id]
        return [(lane, height), (lane, door[1]), door]

    def across(self, e: Edge) -> list[Point]:
        """From a start that is its neighbour into the circle: straight, or around by the lane."""
        (x, y), (tx, ty) = self.at[e.source], self.at[e.target]
        if abs(x - tx) < 1.0 and abs(y - ty) < 4 * RADIUS:
            side = 1 if ty > y else -1
            return [(x, y + side * RADIUS), (tx, ty - side * RADIUS)]
        lane = self.lanes[e.id]
        side = 1 if lane > x else -1
        return [(x + side * RADIUS, y), *self.down(e, y)]

    def words(self, e: Edge, length: float, height: float) -> Point:
        """The middle of what is written over the last piece of a wire."""
        lane, (x, y) = self.lanes[e.id], self.doors[e.id]
        return lane + (GAP + length / 2) * (1 if x > lane else -1), y - GAP - height / 2
