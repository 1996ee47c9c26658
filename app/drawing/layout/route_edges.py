"""Which way each arrow runs and where its label stands, from nothing but where the nodes are.

Edges that look alike (same variables, same columns apart) share one route, so every step of the figure looks the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from math import hypot, inf
from typing import NamedTuple, TypeVar

from app.cache import cached
from app.drawing.geometry import Box, Cubic, Path, Point, bounds, cross, sampled, shifted, straight
from app.drawing.layout.bend_edges import bend, clear, simplest, widest
from app.drawing.layout.clashes import LONGEST, ON, ON_COST, PIECES, TOGETHER, entangled
from app.drawing.layout.detours import detour, detours_apart, longest_piece, places_on_path
from app.drawing.layout.dimensions import RADIUS
from app.drawing.layout.edge_labels import PlacedLabel
from app.drawing.layout.obstacles import USUAL_PITCH, Cell, Obstacles, PlacedBox, PlacedLine, Strand
from app.drawing.layout.place_labels import ASTRAY, OVER, Written, write
from app.drawing.layout.tracks import FLAT, TrackedWay, ways_on_tracks

Tried = TypeVar("Tried")

FAR, MANY = 8, 24
"""More lines than this, each on its own and over more columns than that, are a bundle."""
MOST_EFFORT, MENDING = 12_000, 40_000
"""So much effort, as `Obstacles` counts it, layouts are tried for: to make good better, and where something would be
misread, half a second or so."""


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


class Routing(NamedTuple):
    """The routes of all strands; none where enough was found to be amiss."""

    routes: tuple[Route, ...]
    crowding: float
    """How much is amiss: 0 where all labels have room and stand alike, and nothing runs on another line or box."""
    effort: int
    tangled: bool = False
    """Whether some line runs on another or meets a box."""
    misread: bool = False
    """Whether a label would be read as another line's."""


@cached(256)
def route(
    strands: tuple[Strand, ...],
    cells: tuple[Cell, ...],
    lines: tuple[tuple[Point, ...], ...] = (),
    boxes: tuple[Box, ...] = (),
    enough: float = inf,
    closely: bool = False,
) -> Routing:
    """A route for each strand between the nodes in `cells`, minding lines and boxes that are there already.

    Straight ones go first, then the bent; labels last. The short come first, they have the least choice. Once so much
    is amiss as is `enough` to know, the rest is left. `closely`: labels stand in places that are narrower than usual,
    and no straight lines cross at small angles.
    """
    obstacles = Obstacles(cells, strands[0].pitch if strands else USUAL_PITCH, closely=closely)
    obstacles.lines += [PlacedLine(line, bounds(line), (0.0,)) for line in lines]
    obstacles.boxes += [PlacedBox(box, (0.0,)) for box in boxes]
    bundle = _bundle(strands)
    tracked = ways_on_tracks(strands, cells)
    curves, paths, tangled = _curves(strands, bundle - {strands[i] for i in tracked}, obstacles, tracked, enough)
    labels, crowding = [Written()] * len(strands), OVER * sum(tangled.values())
    for i in sorted(range(len(strands)), key=lambda i: (hypot(*strands[i].end), i)):
        if crowding >= enough:
            return Routing((), crowding, obstacles.effort)
        if i in tracked:
            labels[i] = _written_beside(tracked[i], strands[i], obstacles)
        elif strands[i] not in bundle:
            shown = longest_piece(paths[i]) if i in paths else curves[i] or straight(strands[i].end)
            labels[i] = write(strands[i], shown, obstacles)
        crowding += labels[i].crowding
    on_tracks = {i: way.paths for i, way in tracked.items()}
    ways = enumerate(zip(curves, labels, strict=True))
    routes = (Route(curve, it.words, paths.get(i, ()), on_tracks.get(i, {})) for i, (curve, it) in ways)
    return Routing(tuple(routes), crowding, obstacles.effort, bool(tangled), any(it.misread for it in labels))


def _written_beside(way: TrackedWay, strand: Strand, obstacles: Obstacles) -> Written:
    """The labels of lines that have ways of their own, beside the longest piece of each."""
    alike = dict[Path, tuple[float, ...]]()
    for column in way.labelled:
        alike[way.paths[column]] = (*alike.get(way.paths[column], ()), column)
    words, crowding, misread = dict[float, tuple[PlacedLabel, ...]](), 0, False
    for path, columns in alike.items():
        it = write(replace(strand, columns=columns), longest_piece(path), obstacles)
        words, crowding, misread = words | it.words, crowding + it.crowding, misread or it.misread
    return Written(words, crowding, misread)


def roomiest(
    tried: Sequence[Tried],
    routing: Callable[[Tried, float], Routing],
    size: Callable[[Tried], float] = lambda it: 0.0,
) -> tuple[Tried, Routing]:
    """Of several layouts, the usual one first, the one in which least is amiss, its size being weighed against that.

    None is tried after one in which every label has room, or whose size alone weighs more; and fewer, in larger steps,
    where all would take too long. Those left out have their turn where a label could still be read as another line's.
    The effort that is told is that of all.
    """
    best, found = tried[0], routing(tried[0], inf)
    least, spent = found.crowding + size(best), found.effort
    most = MENDING if found.crowding >= ASTRAY else MOST_EFFORT
    step = 1 + found.effort * (len(tried) - 1) // most
    steps = tried[step::step]
    left_out = [it for i, it in enumerate(tried) if i % step]
    for number, it in enumerate((*steps, *left_out)):
        if not found.crowding or (number >= len(steps) and (found.crowding < ASTRAY or spent > most)):
            break
        larger = size(it)
        if larger < least:
            enough = least - larger
            other = routing(it, enough)
            spent += other.effort
            if other.crowding < enough:  # As is asked of a routing that is left unfinished: a sum could be rounded.
                best, found, least = it, other, other.crowding + larger
    return best, found._replace(effort=spent)


def _bundle(strands: tuple[Strand, ...]) -> frozenset[Strand]:
    """The far lines of a fan over many steps: too many to route and label one by one, or to read."""
    far = frozenset(s for s in strands if len(s.columns) == 1 and abs(s.across) > FAR)
    return far if len(far) > MANY else frozenset()


def _curves(
    strands: tuple[Strand, ...],
    bundle: frozenset[Strand],
    obstacles: Obstacles,
    tracked: dict[int, TrackedWay],
    enough: float,
) -> tuple[list[Cubic | None], dict[int, Path], dict[int, int]]:
    """The curve of each strand, the path of those that no curve takes past the nodes, and how much runs on other lines,
    no further than what is enough to know.

    What can be straight is, unless it would run on another straight one and a bent one does not. Those on tracks have
    neither; nor have those whose lines no way takes past the nodes at every step, which come to the tracked ones with
    a way for each line.
    """
    curves: list[Cubic | None] = [None] * len(strands)
    paths: dict[int, Path] = {}
    bent, open = list[int](), list[int]()
    tangled: dict[int, int] = {}
    for i, strand in enumerate(strands):
        if i in tracked:
            for column, path in tracked[i].paths.items():
                obstacles.lay_points(replace(strand, columns=(column,)), _drawn(path, strand))
        elif strand in bundle:
            curves[i] = simplest(strand)
        elif strand.near:
            obstacles.lay(strand, straight(strand.end), 1)
        else:
            (open if clear(straight(strand.end), strand, obstacles) else bent).append(i)
    beside, direct, near = set[int](), list[Strand](), [s for s in strands if s.near]
    for i in sorted(open, key=lambda i: (hypot(*strands[i].end), i)):
        if any(_run_together(strands[i], other) for other in direct) or (
            obstacles.closely and any(cross_flatly(strands[i], other) for other in (*near, *direct))
        ):
            beside.add(i)
        else:
            direct.append(strands[i])
            obstacles.lay(strands[i], straight(strands[i].end), 1)
    for i in sorted([*bent, *beside], key=lambda i: (abs(strands[i].across), abs(strands[i].end[1]), i)):
        curve, cost = bend(strands[i], obstacles)
        way = _with_corners(strands[i], curve, cost, obstacles)
        found = bool(curve or way)
        if not found and i not in beside and (apart := detours_apart(strands[i], obstacles)):
            tracked[i] = TrackedWay(apart.paths, strands[i].columns)
            if apart.on:
                tangled[i] = apart.on
            continue
        curve = None if way else curve or widest(strands[i])
        line = sampled(curve, PIECES) if curve else _drawn(way or (), strands[i])
        on = entangled(line, strands[i], obstacles) if cost >= ON_COST else 0
        if i in beside and (on or not found):
            curve, way, line, on = None, None, [(0.0, 0.0), strands[i].end], 1
        curves[i] = curve
        if way:
            paths[i] = way
        if on:
            tangled[i] = on
            if OVER * sum(tangled.values()) >= enough:
                break
        obstacles.lay_points(strands[i], line)
    return curves, paths, tangled


def _run_together(one: Strand, other: Strand) -> bool:
    """Whether straight lines of one node, or into one, are on each other until they are far from it."""
    shared = one.source == other.source and not {*one.columns}.isdisjoint(other.columns)
    if not shared:
        ends = ({column + it.across for column in it.columns} for it in (one, other))
        shared = one.target == other.target and not next(ends).isdisjoint(next(ends))
    (x, y), (u, v) = one.end, other.end
    least = hypot(x, y) * hypot(u, v) * ON / (TOGETHER + LONGEST)
    return shared and x * u + y * v > 0 and abs(x * v - y * u) < least


def straight_ones(strands: Iterable[Strand], routing: Routing) -> list[Strand]:
    """The strands whose lines are straight."""
    ways = zip(strands, routing.routes, strict=True)
    return [strand for strand, it in ways if it.curve is None and not it.path and not it.tracks]


def flat_crossings(strands: Sequence[Strand]) -> int:
    """How many pairs of straight lines cross at small angles."""
    return sum(cross_flatly(one, other) for one, other in combinations(strands, 2))


def cross_flatly(one: Strand, other: Strand) -> bool:
    """Whether straight lines cross, at any place, at so small an angle that both are on each other for a while."""
    (x, y), (u, v) = one.end, other.end
    if abs(x * v - y * u) > FLAT * hypot(x, y) * hypot(u, v):
        return False
    (px, py), (qx, qy) = one.start, other.start
    column = one.pitch.column
    p, q = _visible(one)
    for apart in one.apart(other.shifts):
        r, s = shifted(_visible(other), qx - px + apart * column, qy - py)
        if cross(p, q, r, s):
            return True
    return False


def _visible(strand: Strand) -> tuple[Point, Point]:
    """The part of a straight line that is seen."""
    x, y = strand.end
    share = RADIUS / hypot(x, y)
    return (share * x, share * y), ((1 - share) * x, (1 - share) * y)


def _with_corners(strand: Strand, curve: Cubic | None, cost: float, obstacles: Obstacles) -> Path | None:
    """The way with corners that is taken in place of a curve: where it costs much less, or where the curve runs on
    other lines and it does less so."""
    if cost < ON_COST:
        return None
    way = detour(strand, obstacles, cost - ON_COST)
    if way or curve is None:
        return way
    on = entangled(sampled(curve, PIECES), strand, obstacles)
    way = detour(strand, obstacles, inf) if on else None
    return way if way and entangled(_drawn(way, strand), strand, obstacles) < on else None


def _drawn(way: Path, strand: Strand) -> list[Point]:
    """Places along a way with corners, from centre to centre."""
    return [(0.0, 0.0), *places_on_path(way), strand.end]
