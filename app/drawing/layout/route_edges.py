"""Which way each arrow runs and where its label stands, from nothing but where the nodes are.

Edges that look alike (same variables, same columns apart) share one route, so every step of the figure looks the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import hypot, inf
from typing import TypeVar

from app.cache import cached
from app.drawing.geometry import Box, Cubic, Path, Point, bounds, straight
from app.drawing.layout.bend_edges import ON_COST, PIECES, bend, clear, entangled, simplest, widest
from app.drawing.layout.detours import along, detour, longest_piece
from app.drawing.layout.edge_labels import PlacedLabel
from app.drawing.layout.obstacles import USUAL_PITCH, Cell, Obstacles, PlacedBox, PlacedLine, Strand
from app.drawing.layout.place_labels import OVER, Written, write
from app.drawing.layout.tracks import TrackedWay, ways_on_tracks

Tried = TypeVar("Tried")

FAR, MANY = 8, 24
"""More lines than this, each on its own and over more columns than that, are a bundle."""


@dataclass(frozen=True, slots=True)
class Route:
    """The way of a strand, seen from the source: its curve from centre to centre (None: straight), its labels.

    Where no curve is clear of the nodes, it is a path from circle to circle.
    """

    curve: Cubic | None
    words: Mapping[float, tuple[PlacedLabel, ...]]
    """By the column of the source."""
    path: Path = ()
    tracks: Mapping[float, Path] = field(default_factory=dict)
    """The paths of lines on tracks, by the column of the source."""
    crowding: int = 0
    """How much is amiss: 0 where all its labels have room and stand alike, and it runs on no other line or box."""


@cached(256)
def route(
    strands: tuple[Strand, ...],
    cells: tuple[Cell, ...],
    lines: tuple[tuple[Point, ...], ...] = (),
    boxes: tuple[Box, ...] = (),
) -> tuple[Route, ...]:
    """A route for each strand between the nodes in `cells`, minding lines and boxes that are there already.

    Straight ones go first, then the bent; labels last. The short come first, they have the least choice.
    """
    obstacles = Obstacles(cells, strands[0].pitch if strands else USUAL_PITCH)
    obstacles.lines += [PlacedLine(line, bounds(line), (0.0,)) for line in lines]
    obstacles.boxes += [PlacedBox(box, (0.0,)) for box in boxes]
    bundle = _bundle(strands)
    tracked = ways_on_tracks(strands, cells)
    curves, paths, tangled = _curves(strands, bundle - {strands[i] for i in tracked}, obstacles, tracked)
    labels = [Written()] * len(strands)
    for i in sorted(range(len(strands)), key=lambda i: (hypot(*strands[i].end), i)):
        if i in tracked:
            labels[i] = _written_beside(tracked[i], strands[i], obstacles)
        elif strands[i] not in bundle:
            shown = longest_piece(paths[i]) if i in paths else curves[i] or straight(strands[i].end)
            labels[i] = write(strands[i], shown, obstacles)
    on_tracks = {i: way.paths for i, way in tracked.items()}
    ways = enumerate(zip(curves, labels, strict=True))
    return tuple(
        Route(curve, it.words, paths.get(i, ()), on_tracks.get(i, {}), it.crowding + OVER * tangled.get(i, 0))
        for i, (curve, it) in ways
    )


def _written_beside(way: TrackedWay, strand: Strand, obstacles: Obstacles) -> Written:
    """The labels of lines on one track, beside their longest piece."""
    if not way.labelled:
        return Written()
    return write(replace(strand, columns=way.labelled), longest_piece(way.paths[way.labelled[0]]), obstacles)


def roomiest(
    tried: Iterable[Tried], routes: Callable[[Tried], Iterable[Route]], size: Callable[[Tried], float] = lambda it: 0.0
) -> Tried:
    """Of several layouts the one in which least is amiss, its size being weighed against that; none is tried after one
    in which every label has room, or whose size alone weighs more."""
    best: Tried | None = None
    least = inf
    for it in tried:
        larger = size(it)
        if larger >= least:
            continue
        crowding = sum(way.crowding for way in routes(it))
        if crowding + larger < least:
            best, least = it, crowding + larger
        if not crowding:
            break
    assert best is not None, "some layout is tried"
    return best


def _bundle(strands: tuple[Strand, ...]) -> frozenset[Strand]:
    """The far lines of a fan over many steps: too many to route and label one by one, or to read."""
    far = frozenset(s for s in strands if len(s.columns) == 1 and abs(s.across) > FAR)
    return far if len(far) > MANY else frozenset()


def _curves(
    strands: tuple[Strand, ...], bundle: frozenset[Strand], obstacles: Obstacles, tracked: Mapping[int, TrackedWay]
) -> tuple[list[Cubic | None], dict[int, Path], dict[int, int]]:
    """The curve of each strand, the path of those that no curve takes past the nodes, and how much runs on other lines.

    Those on tracks have neither.
    """
    curves: list[Cubic | None] = [None] * len(strands)
    paths: dict[int, Path] = {}
    bent = []
    tangled: dict[int, int] = {}
    for i, strand in enumerate(strands):
        if i in tracked:
            for column, path in tracked[i].paths.items():
                obstacles.lay_points(replace(strand, columns=(column,)), [(0.0, 0.0), *along(path), strand.end])
        elif strand in bundle:
            curves[i] = simplest(strand)
        elif strand.near or clear(straight(strand.end), strand, obstacles):
            obstacles.lay(strand, straight(strand.end), 1)
        else:
            bent.append(i)
    for i in sorted(bent, key=lambda i: (abs(strands[i].across), abs(strands[i].end[1]), i)):
        curve, cost = bend(strands[i], obstacles)
        if cost >= ON_COST and (way := detour(strands[i], obstacles, cost - ON_COST)):
            paths[i] = way
            obstacles.lay_points(strands[i], [(0.0, 0.0), *along(way), strands[i].end])
        else:
            if curve and cost >= ON_COST:
                tangled[i] = entangled(curve, strands[i], obstacles)
            curves[i] = curve = curve or widest(strands[i])
            obstacles.lay(strands[i], curve, PIECES)
    return curves, paths, tangled
