"""Which way an arrow runs: straight where nothing stands between, else the cheapest curve around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise
from math import dist, floor, hypot, inf

from app.drawing.geometry import Box, Cubic, Point, bounds, cross, cuts, passes_by, sampled
from app.drawing.layout.dimensions import RADIUS
from app.drawing.layout.obstacles import USUAL_PITCH, Obstacles, PlacedBox, Strand

CLEAR = 3.6
"""The least room between a line and a node it passes."""
BULGES = (38.0, 44.0, 52.0, 62.0, 76.0, 96.0)
"""How far arcs reach from the straight line, in rows of the usual height."""
CROSSING_COST, BOX_COST, ALONG_COST = 60.0, 400.0, 15.0
"""The cost, in points of bulge, of crossing a line or a box, and of running along a line for a 24th of the way."""
ON_COST, ON, ALIKE, TOGETHER = 300.0, 3.4, 0.25, RADIUS + 12.0
"""The cost of running on a line for a 24th of the way: so near to it, the sine between them no more than that, and
further than the last from a node that both meet."""
HEAD_COST, HEAD_ROOM = 30.0, 3.0
"""The cost of running over an arrow's head, and the room around one."""
STARTS = (0.12, 0.25), (0.02, 0.36)
"""How far along an arc its first control point is, which says how steeply it begins: the usual, and what is tried where
each of those runs on a line."""
PIECES = 24
"""The straight pieces that stand for a bent line when others keep clear of it."""
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


def clashes(way: Iterable[Point], strand: Strand, obstacles: Obstacles, enough: float = inf) -> float:
    """The cost of a way for the lines it crosses or runs along and the boxes it meets at its first place, and for the
    lines it runs on at any; counted no further than what is enough to know."""
    x, y = strand.start
    points = [(px + x, py + y) for px, py in way]
    total = 0.0
    for cost in chain(_first_clashes(points, strand, obstacles), _runs_on(points, strand, obstacles)):
        total += cost
        if total >= enough:
            break
    return total


def entangled(curve: Cubic, strand: Strand, obstacles: Obstacles) -> int:
    """How many pieces of a curve run on a line, and how many boxes it meets."""
    x, y = strand.start
    points = [(px + x, py + y) for px, py in sampled(curve, PIECES)]
    on_lines = round(sum(_runs_on(points, strand, obstacles)) / ON_COST)
    return on_lines + sum(_meets(points, placed) for placed in obstacles.boxes)


def _first_clashes(points: Sequence[Point], strand: Strand, obstacles: Obstacles) -> Iterator[float]:
    """The costs of a way at its first place, of one line or box after the other."""
    box, pitch, share = bounds(points), strand.pitch.column, PIECES / (len(points) - 1)
    for line in obstacles.lines:
        for shift in obstacles.meeting(line.box.grown(ALONG), line.shifts, box):
            moved = [(px + shift * pitch, py) for px, py in line.points]
            yield CROSSING_COST * _cross(points, moved) + ALONG_COST * _along(points, moved) * share
            head = bounds(line.head).grown(HEAD_ROOM).moved(shift * pitch, 0)
            yield HEAD_COST * any(cuts(p, q, head) for p, q in pairwise(points))
    for placed in obstacles.boxes:
        yield BOX_COST * _meets(points, placed)


def _meets(points: Sequence[Point], placed: PlacedBox) -> bool:
    """True if a way comes too near to a box."""
    box = placed.box.grown(CLEAR)
    return any(cuts(p, q, box) for p, q in pairwise(points))


def _runs_on(points: Sequence[Point], strand: Strand, obstacles: Obstacles) -> Iterator[float]:
    """The costs of a way for its pieces that run on a line, or on itself where it is repeated, at any of its places."""
    box, share = bounds(points), PIECES / (len(points) - 1)
    lines = ((line.points, line.box, line.shifts) for line in obstacles.lines)
    for others, around, shifts in ((points, box, strand.shifts), *lines):
        for shift in obstacles.meeting(around.grown(ON), strand.apart(shifts), box):
            if others is not points or shift:
                by = shift * strand.pitch.column
                yield ON_COST * _on(points, [(px + by, py) for px, py in others]) * share


def _cross(points: Sequence[Point], others: Sequence[Point]) -> bool:
    """True if two lines cross, other than where they end at a node."""
    box = bounds(others)
    pieces = [(p, q) for p, q in pairwise(points) if not passes_by(p, q, box)]
    if not pieces:
        return False
    around = bounds([end for piece in pieces for end in piece])
    near = [(r, s) for r, s in pairwise(others) if not passes_by(r, s, around)]
    return any(cross(p, q, r, s) for p, q in pieces for r, s in near)


def _along(points: Sequence[Point], others: Sequence[Point]) -> int:
    """How many of a line's points, away from its ends, another line of many points runs close to."""
    inner = points[6:-6]
    if len(others) <= 2 or not inner:
        return 0
    left, top, right, bottom = bounds(inner).grown(ALONG)
    near = [(u, v) for u, v in others if left <= u <= right and top <= v <= bottom]
    return sum(any(hypot(x - u, y - v) < ALONG for u, v in near) for x, y in inner)


def _on(points: Sequence[Point], others: Sequence[Point]) -> int:
    """How many pieces of a line another one runs on, away from where both meet one node."""
    ends = [end for end in (points[0], points[-1]) for other in (others[0], others[-1]) if dist(end, other) < 1.0]
    box = bounds(points).grown(ON)
    near = [(p, q) for p, q in pairwise(others) if not passes_by(p, q, box)]
    found = 0
    for (px, py), (qx, qy) in pairwise(points) if near else ():
        x, y = at = (px + qx) / 2, (py + qy) / 2
        here = Box(x, y, x, y)
        if any(not passes_by(p, q, here, ON) and _is_on(at, (qx - px, qy - py), p, q) for p, q in near):
            found += all(hypot(x - ex, y - ey) > TOGETHER for ex, ey in ends)
    return found


def _is_on(at: Point, way: Point, p: Point, q: Point) -> bool:
    """True if the straight line through p and q passes very near to a place, in about the same direction."""
    (x, y), (dx, dy), (ex, ey) = at, way, (q[0] - p[0], q[1] - p[1])
    length = hypot(ex, ey)
    if abs(ex * (y - p[1]) - ey * (x - p[0])) > ON * length:
        return False
    return abs(dx * ey - dy * ex) < ALIKE * length * hypot(dx, dy)
