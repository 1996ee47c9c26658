"""The way of an arrow that no single curve can take past the nodes: between rows and between columns, with corners."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain, islice, pairwise, product
from math import ceil, hypot, inf, sqrt
from typing import NamedTuple

from app.drawing.geometry import Cubic, Path, Point, point, rounded
from app.drawing.layout.bend_edges import free
from app.drawing.layout.clashes import clashes, entangled
from app.drawing.layout.dimensions import TOUCH
from app.drawing.layout.obstacles import Obstacles, Pitch, Strand

BESIDE = 12.0
"""How far beside the middle of a circle a detour leaves and enters it: straight arrows have the middle."""
TIP = 1.6
"""How far before the circle the tip of a path's head begins."""
COMPARED = 6
"""So many ways are held against the lines that are there already."""
PATIENCE = 12_000
"""After so much effort a line by itself is held in so few ways too; until then in all that are clear of nodes."""
LANES = (0.0, -7.0, 7.0)
"""Where it runs beside the middle between two rows or two columns."""
LENGTH_COST, LANE_COST = 0.05, 1.0
"""The cost of a point of length, and of a lane beside the middle, in points of bulge."""
FURTHER = (0.0, -1.0, 1.0)
"""So many columns further off a line by itself may pass rows, where those of all steps have no way together."""
STEP, PLACES = 5.0, 60
"""About how far apart the places lie at which a way is held against nodes, and how many are held against lines."""


def detour(strand: Strand, obstacles: Obstacles, least: float) -> Path | None:
    """The cheapest way with corners that is clear of every node, seen from the source; None where none costs less."""
    return _cheapest(islice(_clear_ways(strand, obstacles), COMPARED), strand, obstacles, least)


class PathsApart(NamedTuple):
    """A way for each line of a strand, by the column of its source, and how many of their pieces run `on` others."""

    paths: Mapping[float, Path]
    on: int


def detours_apart(strand: Strand, obstacles: Obstacles) -> PathsApart | None:
    """A way for each line of a strand that no way takes past the nodes at every step; at worst between two columns that
    are further off. None where some line has no way at all; else they are obstacles."""
    found, on, known = dict[float, Path](), 0, len(obstacles.lines)
    for column in strand.columns:
        it = replace(strand, columns=(column,))
        every = chain.from_iterable(_clear_ways(it, obstacles, by * strand.pitch.column) for by in FURTHER)
        some = islice(every, COMPARED) if obstacles.effort > PATIENCE else every
        path = _cheapest(some, it, obstacles, inf)
        if path is None:
            del obstacles.lines[known:]
            return None
        found[column], places = path, [(0.0, 0.0), *places_on_path(path), it.end]
        on += entangled(places, it, obstacles)
        obstacles.lay_points(it, places)
    return PathsApart(found, on)


def _cheapest(ways: Iterable[tuple[float, Path]], strand: Strand, obstacles: Obstacles, least: float) -> Path | None:
    """The way that costs least, what it meets included; None where none costs less than that."""
    best = None
    for cost, path in ways:
        if cost < least:
            points = [*places_on_path(path)]
            places = [*points[:: max(1, len(points) // PLACES)], points[-1]]
            cost += clashes(places, strand, obstacles, least - cost)
            if cost < least:
                best, least = path, cost
    return best


def _clear_ways(strand: Strand, obstacles: Obstacles, by: float = 0.0) -> Iterator[tuple[float, Path]]:
    """The ways that stay clear of every node, the cheapest first."""
    for cost, corners in sorted(_ways(strand.end, strand.pitch, by)):
        path = rounded(corners)
        if free(places_on_path(path), strand, obstacles):
            yield cost, path


def places_on_path(path: Path) -> Iterator[Point]:
    """Places along a path, its ends among them."""
    yield path[0]
    for i in range(0, len(path) - 1, 3):
        piece: Cubic = path[i : i + 4]  # type: ignore[assignment]
        count = max(1, ceil(hypot(piece[3][0] - piece[0][0], piece[3][1] - piece[0][1]) / STEP))
        yield from (point(piece, k / count) for k in range(1, count + 1))


def longest_piece(path: Path) -> Cubic:
    """The piece beside which a label has most room."""
    pieces: list[Cubic] = [path[i : i + 4] for i in range(0, len(path) - 1, 3)]  # type: ignore[misc]
    return max(pieces, key=lambda it: hypot(it[3][0] - it[0][0], it[3][1] - it[0][1]))


def _ways(end: Point, pitch: Pitch, by: float) -> Iterator[tuple[float, tuple[Point, ...]]]:
    """Corners from circle to circle, with their costs: out into the space beside the row, along it, and in again.

    To a row further away it goes between two columns in between, or so far beside that.
    """
    x, y = end
    for leave, side in product((1.0, -1.0) if not y else (1.0 if y > 0 else -1.0,), (1.0, -1.0)):
        if x * side < 0:
            continue
        arrive = leave if not y else -leave
        first, last = _on_circle(side * BESIDE, leave, TOUCH), _on_circle(-side * BESIDE, arrive, TOUCH + TIP)
        ending = x + last[0], y + last[1]
        for out in LANES:
            level = leave * pitch.row / 2 + out
            if abs(y) <= pitch.row:
                yield _priced((first, (first[0], level), (ending[0], level), ending), out)
                continue
            for gap, back in product(LANES, LANES):
                column, height = x - side * pitch.column / 2 + by + gap, y + arrive * pitch.row / 2 + back
                corners = first, (first[0], level), (column, level), (column, height), (ending[0], height), ending
                yield _priced(corners, out, gap, back)


def _on_circle(x: float, side: float, radius: float) -> Point:
    """The place on a circle so far beside its middle, below (1) or above (-1)."""
    return x, side * sqrt(radius * radius - x * x)


def _priced(corners: tuple[Point, ...], *lanes: float) -> tuple[float, tuple[Point, ...]]:
    length = sum(hypot(q[0] - p[0], q[1] - p[1]) for p, q in pairwise(corners))
    return LENGTH_COST * length + LANE_COST * sum(map(bool, lanes)), corners
