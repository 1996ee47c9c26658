"""Paths of several cubic pieces: with rounded corners, joined, moved, and shortened at their end."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot

from app.drawing.geometry.curves import Cubic, Point, before, part, straight

Path = tuple[Point, ...]
"""A first point, then three a piece."""
CORNER = 8.0
"""The radius of a corner."""
ROUND = 0.55
"""Where a quarter circle's control points are, as a share of its radius."""


def line(start: Point, end: Point) -> Path:
    """The straight path between two points."""
    curve = straight((end[0] - start[0], end[1] - start[1]))
    return tuple((x + start[0], y + start[1]) for x, y in curve)


def rounded(corners: Sequence[Point], radius: float = CORNER) -> Path:
    """The way along these corners, each turned on an arc, a smaller one where there is no room."""
    points = [p for i, p in enumerate(corners) if i == 0 or _far(p, corners[i - 1]) > 0.01]
    path: Path = (points[0],)
    for i in range(1, len(points)):
        here, there = path[-1], points[i]
        if i == len(points) - 1:
            return joined(path, line(here, there))
        after = points[i + 1]
        reach = min(radius, _far(points[i - 1], there) / 2, _far(there, after) / 2)
        start, end = _towards(there, points[i - 1], reach), _towards(there, after, reach)
        arc = start, _towards(start, there, ROUND * reach), _towards(end, there, ROUND * reach), end
        path = joined(joined(path, line(here, start)), arc)
    return path


def joined(first: Path, then: Path) -> Path:
    """One path after another that begins where it ends."""
    return first + then[1:]


def moved(path: Path, x: float, y: float) -> Path:
    """The path moved by (x, y)."""
    return tuple((px + x, py + y) for px, py in path)


def shortened(path: Path, by: float) -> Path:
    """The path without its end, so that the rest is this far from it as the crow flies; its whole last pieces go too.

    Of a path that is nowhere so far from its end all is left.
    """
    pieces: list[Cubic] = [path[i : i + 4] for i in range(0, len(path) - 1, 3)]  # type: ignore[misc]
    tip = path[-1]
    while len(pieces) > 1 and _far(pieces[-1][0], tip) < by:
        pieces.pop()
    last = pieces[-1]
    if last[3] == tip and _far(last[0], tip) > by:
        pieces[-1] = part(last, 0.0, before(last, 1.0, by))
    shown: Path = pieces[0]
    for piece in pieces[1:]:
        shown = joined(shown, piece)
    return shown


def _far(p: Point, q: Point) -> float:
    return hypot(p[0] - q[0], p[1] - q[1])


def direction(p: Point, q: Point) -> Point:
    """The unit vector from p to q."""
    length = _far(p, q) or 1.0
    return (q[0] - p[0]) / length, (q[1] - p[1]) / length


def _towards(p: Point, q: Point, by: float) -> Point:
    x, y = direction(p, q)
    return p[0] + x * by, p[1] + y * by
