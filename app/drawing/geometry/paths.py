"""Paths of several cubic pieces: with rounded corners, joined, moved, and shortened at their end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import hypot

from app.cache import cached
from app.drawing.geometry.curves import Cubic, Point, before, crossing, part, point, straight

Path = tuple[Point, ...]
"""A first point, then three a piece."""
CORNER = 8.0
"""The radius of a corner."""
NEAR, SHARPEST = 1e-6, 0.2
"""Points nearer than the first are one; a corner sharper than the second is not followed to its tip."""
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


def until(path: Path, inside: Callable[[Point], bool]) -> Path:
    """The path up to where it comes inside of something in which it ends; all of it where it ends outside."""
    if not inside(path[-1]):
        return path
    for i in range(0, len(path) - 1, 3):
        piece: Cubic = path[i : i + 4]  # type: ignore[assignment]
        if inside(piece[3]):
            return joined(path[: i + 1], part(piece, 0.0, _coming(piece, inside)))
    return path


def _coming(piece: Cubic, inside: Callable[[Point], bool]) -> float:
    """Where on a piece that ends inside of something it comes into it."""
    return crossing(lambda t: not inside(point(piece, t)), 0.0, 1.0)


@cached(1024)
def parallel(path: Path, by: float) -> Path:
    """The path that runs beside this one, so far to its right as one goes along it, y downwards.

    Every corner of the polygon of control points moves along its bisector (Tiller and Hanson 1984).
    """
    ways = [direction(p, q) if _far(p, q) > NEAR else None for p, q in pairwise(path)]
    ahead = list(ways)
    for i in range(len(ways) - 2, -1, -1):
        ahead[i] = ahead[i] or ahead[i + 1]
    behind = list(ways)
    for i in range(1, len(ways)):
        behind[i] = behind[i] or behind[i - 1]
    ends = zip(path, [None, *behind], [*ahead, None], strict=True)
    return tuple(_moved_aside(p, here or there, there or here, by) for p, here, there in ends)


def _moved_aside(p: Point, before: Point | None, after: Point | None, by: float) -> Point:
    """A corner between two directions, moved so that both lines lie this far beside what they were."""
    if before is None or after is None:
        return p
    stretch = by / max(1 + before[0] * after[0] + before[1] * after[1], SHARPEST)
    return p[0] - (before[1] + after[1]) * stretch, p[1] + (before[0] + after[0]) * stretch


def _far(p: Point, q: Point) -> float:
    return hypot(p[0] - q[0], p[1] - q[1])


def direction(p: Point, q: Point) -> Point:
    """The unit vector from p to q."""
    length = _far(p, q) or 1.0
    return (q[0] - p[0]) / length, (q[1] - p[1]) / length


def _towards(p: Point, q: Point, by: float) -> Point:
    x, y = direction(p, q)
    return p[0] + x * by, p[1] + y * by
