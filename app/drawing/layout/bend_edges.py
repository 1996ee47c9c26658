"""Which way an arrow runs: straight where nothing stands between, else the cheapest curve around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from math import floor, hypot

from app.drawing.geometry import Cubic, Point, places_along, sampled
from app.drawing.layout.clashes import CLEAR, ON_COST, PIECES, clashes
from app.drawing.layout.dimensions import RADIUS
from app.drawing.layout.obstacles import USUAL_PITCH, Obstacles, Strand

BULGES = (38.0, 44.0, 52.0, 62.0, 76.0, 96.0)
"""How far arcs reach from the straight line, in rows of the usual height."""
STARTS = (0.12, 0.25), (0.02, 0.36)
"""How far along an arc its first control point is, which says how steeply it begins: the usual, and what is tried where
each of those runs on a line."""


NODES = 4
"""The effort of holding a way against the nodes, beside that of holding it against one line."""


def clear(curve: Cubic, strand: Strand, obstacles: Obstacles) -> bool:
    """True if the curve stays clear of every node but the two it joins, at every place where it is drawn."""
    count = max(24, int((abs(strand.end[0]) + abs(strand.end[1])) / 6))
    return free(places_along(curve, count), strand, obstacles)


def free(points: Iterable[Point], strand: Strand, obstacles: Obstacles) -> bool:
    """True if all these places along a way, seen from the source, stay clear of every node but the two it joins."""
    obstacles.effort += NODES
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


def bend(strand: Strand, obstacles: Obstacles) -> tuple[Cubic | None, float]:
    """The cheapest of the candidate curves that is clear, and its cost; None where none is."""
    best, least = None, float("inf")
    for candidates in (_candidates(strand), _arcs(strand, STARTS[1])):
        for cost, curve in candidates:
            if cost < least and clear(curve, strand, obstacles):
                cost += clashes(sampled(curve, PIECES), strand, obstacles, least - cost)
                if cost < least:
                    best, least = curve, cost
        if least < ON_COST:
            break
    return best, least


def has_curve(strand: Strand, obstacles: Obstacles) -> bool:
    """True if a candidate is clear of the nodes."""
    candidates = chain(_candidates(strand), _arcs(strand, STARTS[1]))
    return any(clear(curve, strand, obstacles) for _, curve in candidates)


def widest(strand: Strand) -> Cubic:
    """The last candidate, unchecked."""
    return [curve for _, curve in _candidates(strand)][-1]


def simplest(strand: Strand) -> Cubic:
    """The first candidate, unchecked."""
    return next(curve for _, curve in _candidates(strand))


def _candidates(strand: Strand) -> Iterator[tuple[float, Cubic]]:
    """Curves to its end with their costs: quarter turns between rows far apart, then arcs to both sides."""
    x, y = end = strand.end
    if abs(x) > 1.5 * strand.pitch.column and y:
        yield 10.0, ((0, 0), (0.55 * x, 0), (x, 0.45 * y), end)
        yield 12.0, ((0, 0), (0, 0.5 * y), (x, 0.5 * y), end)
        yield 14.0, ((0, 0), (0, 0.55 * y), (0.45 * x, y), end)
    yield from _arcs(strand, STARTS[0])


def _arcs(strand: Strand, starts: Iterable[float]) -> Iterator[tuple[float, Cubic]]:
    """Arcs to both sides with their costs, those that reach out less first."""
    x, y = end = strand.end
    length = hypot(x, y)
    for bulge in (max(1.0, strand.pitch.row / USUAL_PITCH.row) * usual for usual in BULGES):
        for side in (-1, 1):
            nx, ny = side * -y / length * bulge / 0.75, side * x / length * bulge / 0.75
            for at in starts:
                first, second = (at * x + nx, at * y + ny), ((1 - at) * x + nx, (1 - at) * y + ny)
                yield bulge + 12 * (0.25 - at) + (side > 0), ((0, 0), first, second, end)
