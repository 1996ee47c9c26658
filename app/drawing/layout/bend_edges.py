"""Which way an arrow runs: straight where nothing stands between, else the cheapest curve around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import floor, hypot

from app.drawing.geometry import Cubic, Point, bounds, cross, cuts, sampled
from app.drawing.layout.dimensions import RADIUS
from app.drawing.layout.obstacles import Obstacles, Strand

CLEAR = 3.6
"""The least room between a line and a node it passes."""
BULGES = (38.0, 44.0, 52.0, 62.0, 76.0, 96.0)
"""How far arcs reach from the straight line."""
CROSSING_COST, BOX_COST, ALONG_COST = 60.0, 400.0, 15.0
"""The cost, in points of bulge, of crossing a line or a box, and of running along a line for a 24th of the way."""
HEAD_COST, HEAD_ROOM = 30.0, 3.0
"""The cost of running over an arrow's head, and the room around one."""
ALONG = 6.0
"""Lines nearer than this run along each other."""


def clear(curve: Cubic, strand: Strand, obstacles: Obstacles) -> bool:
    """True if the curve stays clear of every node but the two it joins, at every place where it is drawn."""
    count = max(24, int((abs(strand.end[0]) + abs(strand.end[1])) / 6))
    return free(sampled(curve, count), strand, obstacles)


def free(points: Iterable[Point], strand: Strand, obstacles: Obstacles) -> bool:
    """True if all these places along a way, seen from the source, stay clear of every node but the two it joins."""
    blocked: dict[tuple[int, int], bool] = {}
    return not any(_blocked(p, strand, obstacles, blocked) for p in points)


def _blocked(p: Point, strand: Strand, obstacles: Obstacles, known: dict[tuple[int, int], bool]) -> bool:
    """True if a point, seen from the source, comes too close to a node in any of the strand's places."""
    pitch = strand.pitch
    row = strand.source - round(p[1] / pitch.row)
    drop = p[1] - (strand.source - row) * pitch.row
    if abs(drop) >= RADIUS + CLEAR:
        return False
    grid = all(c == floor(c) for c in (strand.columns[0], strand.across)) and row not in obstacles.between
    if not grid:
        return any(_hits(p[0], drop, row, column, strand, obstacles) for column in strand.columns)
    step = round(p[0] / pitch.column)
    if hypot(p[0] - step * pitch.column, drop) >= RADIUS + CLEAR or _own(step, row, strand):
        return False
    if (step, row) not in known:
        taken = obstacles.rows.get(row, frozenset())
        known[step, row] = any(c + step in taken for c in strand.columns)
    return known[step, row]


def _hits(x: float, drop: float, row: int, column: float, strand: Strand, obstacles: Obstacles) -> bool:
    """The same for one place of a strand that lies off the grid."""
    width = strand.pitch.column
    at = column + x / width
    return any(
        hypot(x - (taken - column) * width, drop) < RADIUS + CLEAR
        for taken in obstacles.within(row, at - 0.5, at + 0.5)
        if not _own(taken - column, row, strand)
    )


def _own(step: float, row: int, strand: Strand) -> bool:
    """True if the node so many columns from the source is the source or the target."""
    return (step == 0 and row == strand.source) or (step == strand.across and row == strand.target)


def bend(strand: Strand, obstacles: Obstacles) -> Cubic | None:
    """The cheapest of the candidate curves that is clear; None where none is."""
    best, least = None, float("inf")
    for cost, curve in _candidates(strand):
        if cost < least and clear(curve, strand, obstacles):
            cost += clashes(sampled(curve, 24), strand, obstacles)
            if cost < least:
                best, least = curve, cost
    return best


def widest(strand: Strand) -> Cubic:
    """The last candidate, unchecked."""
    return [curve for _, curve in _candidates(strand)][-1]


def simplest(strand: Strand) -> Cubic:
    """The first candidate, unchecked."""
    return next(curve for _, curve in _candidates(strand))


def _candidates(strand: Strand) -> Iterator[tuple[float, Cubic]]:
    """Curves to its end with their costs: quarter turns between rows far apart, then arcs to both sides."""
    x, y = end = strand.end
    length = hypot(x, y)
    if abs(x) > 1.5 * strand.pitch.column and y:
        yield 10.0, ((0, 0), (0.55 * x, 0), (x, 0.45 * y), end)
        yield 12.0, ((0, 0), (0, 0.5 * y), (x, 0.5 * y), end)
        yield 14.0, ((0, 0), (0, 0.55 * y), (0.45 * x, y), end)
    for bulge in BULGES:
        for side in (-1, 1):
            nx, ny = side * -y / length * bulge / 0.75, side * x / length * bulge / 0.75
            for at in (0.12, 0.25):
                first, second = (at * x + nx, at * y + ny), ((1 - at) * x + nx, (1 - at) * y + ny)
                yield bulge + 12 * (0.25 - at) + (side > 0), ((0, 0), first, second, end)


def clashes(way: Iterable[Point], strand: Strand, obstacles: Obstacles) -> float:
    """The cost of a way at its first place for the lines it crosses or runs along, and the boxes it meets."""
    x, y = strand.start
    points = [(px + x, py + y) for px, py in way]
    box = bounds(points)
    cost = 0.0
    for line in obstacles.lines:
        for shift in obstacles.meeting(line.box.grown(ALONG), line.shifts, box):
            moved = [(px + shift * strand.pitch.column, py) for px, py in line.points]
            cost += CROSSING_COST * _cross(points, moved) + ALONG_COST * _along(points, moved)
            head = bounds(line.head).grown(HEAD_ROOM).moved(shift * strand.pitch.column, 0)
            cost += HEAD_COST * any(cuts(p, q, head) for p, q in pairwise(points))
    for placed in obstacles.boxes:
        if any(cuts(p, q, placed.box.grown(CLEAR)) for p, q in pairwise(points)):
            cost += BOX_COST
    return cost


def _cross(points: Sequence[Point], others: Sequence[Point]) -> bool:
    """True if two lines cross, other than where they end at a node."""
    return any(cross(p, q, r, s) for p, q in pairwise(points) for r, s in pairwise(others))


def _along(points: Sequence[Point], others: Sequence[Point]) -> int:
    """How many of a line's points, away from its ends, another line of many points runs close to."""
    inner = points[6:-6]
    return sum(any(hypot(x - u, y - v) < ALONG for u, v in others) for x, y in inner) if len(others) > 2 else 0
