"""Contours as numbers: straight lines, parabolas and cubics, from which every format writes its paths.

Coordinates are whole hundredths of a point, y downwards. No format writes finer ones, so all formats draw the same
shape, and steps from one point to the next add up without drift.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, sin, tan
from typing import NamedTuple

from app.cache import cached
from app.drawing.geometry.curves import Point

GridPoint = tuple[int, int]
"""A point in whole hundredths of a point of length."""
Segment = tuple[GridPoint, ...]
"""A line is its end; a parabola its control point and its end; a cubic its two control points and its end."""
CubicSegment = tuple[Point, Point, Point]


class Contour(NamedTuple):
    """A line of segments, each beginning where the one before it ends; a closed one leads back to its start."""

    start: GridPoint
    segments: tuple[Segment, ...]
    closed: bool = True

    @property
    def end(self) -> GridPoint:
        """Where the pen is left."""
        return self.start if self.closed or not self.segments else self.segments[-1][-1]


def hundredths(point: Point) -> GridPoint:
    """The grid point next to a point."""
    return round(100 * point[0]), round(100 * point[1])


def cubic(here: GridPoint, segment: Segment) -> CubicSegment:
    """A parabola or a cubic that begins `here`, as a cubic."""
    if len(segment) == 3:
        return segment
    (ax, ay), (cx, cy), (x, y) = here, segment[0], segment[1]
    first = ax + (cx - ax) * 2 / 3, ay + (cy - ay) * 2 / 3
    return first, (x + (cx - x) * 2 / 3, y + (cy - y) * 2 / 3), (x, y)


@cached(4096)
def of_cubics(points: tuple[Point, ...]) -> Contour:
    """An open contour of cubic pieces (a first point, then three a piece); those that are straight become lines."""
    start, *rest = map(hundredths, points)
    here, segments = start, list[Segment]()
    for i in range(0, len(rest), 3):
        first, second, end = rest[i : i + 3]
        level = _beside(here, first, end) and _beside(here, second, end)
        segments.append((end,) if level else (first, second, end))
        here = end
    return Contour(start, tuple(segments), closed=False)


def _beside(start: GridPoint, control: GridPoint, end: GridPoint) -> bool:
    """True if a control point lies on the line from start to end, as near as the grid tells."""
    (ax, ay), (dx, dy) = (control[0] - start[0], control[1] - start[1]), (end[0] - start[0], end[1] - start[1])
    return abs(ax * dy - ay * dx) <= abs(dx) + abs(dy)


@cached(4096)
def of_corners(points: tuple[Point, ...], closed: bool = True) -> Contour:
    """Straight lines from corner to corner."""
    start, *rest = map(hundredths, points)
    return Contour(start, tuple((corner,) for corner in rest), closed)


@cached(64)
def dashes_around(radius: float, dash: Sequence[float]) -> tuple[Contour, ...]:
    """A circle around (0, 0) as a whole number of arcs, the first one centred on the right.

    Renderers disagree on where dashes along a circle fall, so each dash is a contour of its own.
    """
    count = round(2 * pi * radius / sum(dash))
    half = pi / count * dash[0] / sum(dash)
    return tuple(_arc(radius, 2 * pi * i / count - half, 2 * pi * i / count + half) for i in range(count))


def _arc(radius: float, first: float, last: float) -> Contour:
    """A short arc between two angles as one cubic."""
    reach = radius * 4 / 3 * tan((last - first) / 4)
    (ax, ay), (dx, dy) = ((radius * cos(angle), radius * sin(angle)) for angle in (first, last))
    controls = (ax - reach * sin(first), ay + reach * cos(first)), (dx + reach * sin(last), dy - reach * cos(last))
    start, *segment = map(hundredths, ((ax, ay), *controls, (dx, dy)))
    return Contour(start, (tuple(segment),), closed=False)
