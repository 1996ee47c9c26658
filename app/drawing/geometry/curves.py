"""Plane geometry of the figure: boxes, cubic curves, where these leave a circle and what they cross."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from math import hypot
from typing import NamedTuple

NEARLY = 1e-9
"""More than what is lost by computing."""
Point = tuple[float, float]
Cubic = tuple[Point, Point, Point, Point]


class Box(NamedTuple):
    """A rectangle, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def grown(self, by: float) -> Box:
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def moved(self, x: float, y: float) -> Box:
        return Box(self.left + x, self.top + y, self.right + x, self.bottom + y)

    def meets(self, other: Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def gap(self, other: Box) -> float:
        """How far it can grow before it meets another; less than 0 where they lie on each other."""
        beside = max(other.left - self.right, self.left - other.right)
        return max(beside, other.top - self.bottom, self.top - other.bottom)


def around(boxes: Sequence[Box]) -> Box:
    """The smallest box that holds them all."""
    return Box(
        min(b.left for b in boxes),
        min(b.top for b in boxes),
        max(b.right for b in boxes),
        max(b.bottom for b in boxes),
    )


def bounds(points: Sequence[Point]) -> Box:
    """The smallest box that holds all points."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Box(min(xs), min(ys), max(xs), max(ys))


def straight(end: Point) -> Cubic:
    """The line from (0, 0) to `end` as a cubic."""
    x, y = end
    return (0.0, 0.0), (x / 3, y / 3), (2 * x / 3, 2 * y / 3), end


def shifted(curve: Sequence[Point], x: float, y: float) -> tuple[Point, ...]:
    """The points moved by (x, y)."""
    return tuple((px + x, py + y) for px, py in curve)


def point(curve: Cubic, t: float) -> Point:
    """The curve at parameter t between 0 and 1."""
    s = 1 - t
    a, b, c, d = s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t
    return (
        a * curve[0][0] + b * curve[1][0] + c * curve[2][0] + d * curve[3][0],
        a * curve[0][1] + b * curve[1][1] + c * curve[2][1] + d * curve[3][1],
    )


def slope(curve: Cubic, t: float) -> Point:
    """The unit vector along the curve at t."""
    s = 1 - t
    a, b, c = s * s, 2 * s * t, t * t
    x, y = (
        a * (curve[1][i] - curve[0][i]) + b * (curve[2][i] - curve[1][i]) + c * (curve[3][i] - curve[2][i])
        for i in (0, 1)
    )
    length = hypot(x, y) or 1.0
    return x / length, y / length


def places_along(curve: Cubic, count: int) -> Iterator[Point]:
    """`count` + 1 points along the curve, both ends among them, one by one for those who need not see all."""
    return (point(curve, i / count) for i in range(count + 1))


def sampled(curve: Cubic, count: int) -> list[Point]:
    """The same, all."""
    return [*places_along(curve, count)]


def part(curve: Cubic, start: float, end: float) -> Cubic:
    """The piece of the curve between two parameters (de Casteljau, twice)."""
    _, right = _split(curve, start)
    left, _ = _split(right, (end - start) / (1 - start) if start < 1 else 1.0)
    return left


def _split(curve: Cubic, t: float) -> tuple[Cubic, Cubic]:
    def mid(p: Point, q: Point) -> Point:
        return p[0] + (q[0] - p[0]) * t, p[1] + (q[1] - p[1]) * t

    a, b, c = mid(curve[0], curve[1]), mid(curve[1], curve[2]), mid(curve[2], curve[3])
    d, e = mid(a, b), mid(b, c)
    f = mid(d, e)
    return (curve[0], a, d, f), (f, e, c, curve[3])


def crossing(inside: Callable[[float], bool], within: float, without: float) -> float:
    """The parameter between `within` and `without` where `inside` stops holding, by bisection."""
    for _ in range(40):
        middle = (within + without) / 2
        within, without = (middle, without) if inside(middle) else (within, middle)
    return (within + without) / 2


def leaves(curve: Cubic, radius: float) -> float:
    """The parameter at which the curve leaves the circle around its start."""
    x, y = curve[0]
    return crossing(lambda t: _distance(point(curve, t), (x, y)) < radius, 0.0, 0.5)


def enters(curve: Cubic, radius: float) -> float:
    """The parameter at which the curve comes into the circle around its end."""
    x, y = curve[3]
    return crossing(lambda t: _distance(point(curve, t), (x, y)) < radius, 1.0, 0.5)


def before(curve: Cubic, end: float, length: float) -> float:
    """The parameter from which it is `length`, as the crow flies, to the curve's point at `end`."""
    tip = point(curve, end)
    return crossing(lambda t: _distance(point(curve, t), tip) < length, end, end / 2)


def _distance(p: Point, q: Point) -> float:
    return hypot(p[0] - q[0], p[1] - q[1])


def cuts(p: Point, q: Point, box: Box) -> bool:
    """True if the segment from p to q meets the box (Liang and Barsky's clipping)."""
    if passes_by(p, q, box):
        return False
    enter, leave = 0.0, 1.0
    dx, dy = q[0] - p[0], q[1] - p[1]
    sides = ((-dx, p[0] - box.left), (dx, box.right - p[0]), (-dy, p[1] - box.top), (dy, box.bottom - p[1]))
    for towards, room in sides:
        if towards == 0:
            if room < 0:
                return False
        elif towards < 0:
            enter = max(enter, room / towards)
        else:
            leave = min(leave, room / towards)
    return enter <= leave


def passes_by(p: Point, q: Point, box: Box, room: float = 0.0) -> bool:
    """True if the segment from p to q lies, by its ends alone, beyond one side of the box and so far from it."""
    (px, py), (qx, qy) = p, q
    left, top, right, bottom = box
    return (
        (px < left - room and qx < left - room)
        or (px > right + room and qx > right + room)
        or (py < top - room and qy < top - room)
        or (py > bottom + room and qy > bottom + room)
    )


def comes_within(box: Box, p: Point, q: Point, room: float) -> bool:
    """True if the segment from p to q comes nearer to the box than that."""
    return not passes_by(p, q, box, room) and room_between(box, p, q) < room


def room_between(box: Box, p: Point, q: Point) -> float:
    """How far the segment from p to q stays away from the box; 0 where they meet."""
    if cuts(p, q, box):
        return 0.0
    (px, py), (qx, qy), (left, top, right, bottom) = p, q, box
    least = min(
        hypot(max(left - px, px - right, 0.0), max(top - py, py - bottom, 0.0)),
        hypot(max(left - qx, qx - right, 0.0), max(top - qy, qy - bottom, 0.0)),
    )
    dx, dy = qx - px, qy - py
    square = dx * dx + dy * dy or 1.0
    for x, y in ((left, top), (left, bottom), (right, top), (right, bottom)):
        share = min(1.0, max(0.0, ((x - px) * dx + (y - py) * dy) / square))
        least = min(least, hypot(x - px - share * dx, y - py - share * dy))
    return least


def room_beside(box: Box, line: Sequence[Point]) -> float:
    """How far the way along these points stays away from the box: only pieces that may be nearer than the nearest point
    are looked at closely."""
    left, top, right, bottom = box
    nearest = min([hypot(max(left - x, x - right, 0.0), max(top - y, y - bottom, 0.0)) for x, y in line])
    around = box.grown(nearest + NEARLY)
    return min([nearest, *[room_between(box, p, q) for p, q in pairwise(line) if not passes_by(p, q, around)]])


def cross(p: Point, q: Point, r: Point, s: Point) -> bool:
    """True if two segments cross properly."""

    def side(a: Point, b: Point, c: Point) -> float:
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    return side(p, q, r) * side(p, q, s) < 0 and side(r, s, p) * side(r, s, q) < 0
