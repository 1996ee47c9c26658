"""Far lines on tracks between two rows, as a circuit has them: up to a track, along it, and in at the target.

Arcs over many steps would lie on each other, and so would the far lines of a fan. On tracks those of one row stand side
by side, and those of one source, or of one target, share a track. Rows are left empty where the tracks need the room.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import asin, atan2, ceil, sqrt, tan
from typing import NamedTuple

from app.drawing.geometry import CORNER, Path, Point, rounded, straight
from app.drawing.layout.bend_edges import clear, has_curve
from app.drawing.layout.dimensions import RADIUS, TOUCH
from app.drawing.layout.edge_labels import LabelBlock
from app.drawing.layout.obstacles import Cell, Obstacles, Strand

FAR = 3
"""Lines within a row that reach so many columns are too flat to be arcs beside each other."""
FAN = 3
"""So many lines from one node into a row, or from a row to one node, are a fan."""
ANGLE = 0.068
"""The least between straight lines of a fan, in radians."""
FLAT = 0.27
"""The sine of the least angle between straight lines that cross: beside a smaller one they are on each other for a
while."""
FIRST, NEXT = 16.0, 5.0
"""From a row's circles to its first track, and on to the next."""
LABEL_ROOM = 14.0
"""From the last track of lines with a label to the first of others, beyond the label's height: it stands between, and
clearly nearer to its own."""
BESIDE, SLOT = 8.0, 7.0
"""How far beside the middle of a circle the outermost lines leave and come in, and how much further others do."""
WIDEST = 22.0
STEEP, CLEAR = 0.35, 3.5
"""Straight lines that go no further beside for each point up are nearly upright; what tracked ones keep from them."""
TIP = 1.6
"""How far before the circle the tip of a path's head begins."""
MARGIN, WORDS = 12.0, 26.0
"""What is kept free between the last track and the row beyond it, and for labels of lines that cross the tracks."""
SAME = 0.01
"""Places no further apart are one."""
APART = 6.0
"""Between the ends of two lines on one track."""


@dataclass(frozen=True)
class TrackGroup:
    """Lines that are drawn alike: those of a row with one label, or those of a fan, which share one track.

    `below`: their tracks lie below the row `home`, else above it. `hub` is the one node of a fan; if rows lie between
    it and the others, a lane in a column of its own leads from the track to it. Other lines go `through` rows between
    their nodes, each in a lane beside its target.
    """

    home: int
    below: bool
    strands: tuple[int, ...]
    hub: Cell | None = None
    lane: float | None = None
    label: LabelBlock | None = None
    through: bool = False


class TrackedLine(NamedTuple):
    """One line of a group: its strand and column, and the track that it runs on."""

    strand: int
    column: float
    track: int


@dataclass(frozen=True, slots=True)
class TrackedWay:
    """The ways of a strand's lines, seen from their sources, by the columns of these; those that have a label."""

    paths: Mapping[float, Path]
    labelled: tuple[float, ...]


def groups_of(strands: Sequence[Strand], cells: Iterable[Cell]) -> list[TrackGroup]:
    """The groups whose lines run on tracks: those within a row, and the fans that straight lines do not do for."""
    if all(abs(s.across) < 2 for s in strands):
        return []
    obstacles = Obstacles(tuple(cells), strands[0].pitch)
    order = sorted(obstacles.rows)
    members = _fan_members(strands)
    fans = list(_fans(strands, members, obstacles))
    taken = {i for fan in fans for i in fan.strands}
    crowded = {row for row, *_ in members} | {other for *_, other in members}
    return [*_within_rows(strands, taken, crowded), *_between_rows(strands, taken, order, obstacles), *fans]


def _within_rows(strands: Sequence[Strand], taken: set[int], crowded: set[int]) -> Iterator[TrackGroup]:
    """Lines over many columns within a row, the shortest nearest to it; with them the shorter ones that are bent.

    In a `crowded` row, one with a fan, no line over several columns is an arc.
    """
    rows: dict[int, list[int]] = {}
    for i, s in enumerate(strands):
        if s.source == s.target and abs(s.across) > 1 and i not in taken:
            rows.setdefault(s.source, []).append(i)
    for row, members in rows.items():
        far = row in crowded or any(abs(strands[i].across) >= FAR for i in members)
        if not far or sum(len(strands[i].columns) for i in members) == 1:
            continue
        alike = _alike(members, strands)
        for number, own in enumerate(alike):
            yield TrackGroup(row, len(alike) > FAN and number % 2 == 1, own, label=_label(strands[own[0]]))


def _between_rows(
    strands: Sequence[Strand], taken: set[int], order: list[int], obstacles: Obstacles
) -> Iterator[TrackGroup]:
    """Lines over many columns to another row that cannot be straight, and those that no curve takes past the nodes.

    With them the shorter ones there that are bent.
    """
    pairs: dict[tuple[int, int], list[int]] = {}
    for i, s in enumerate(strands):
        beside = s.source == s.target or abs(s.across) < 1 or i in taken
        if not beside and not _passes_between(s, order, obstacles) and not _can_be_straight(s, strands, obstacles):
            pairs.setdefault((s.source, s.target), []).append(i)
    for (source, target), members in pairs.items():
        far = [i for i in members if len(strands[i].columns) > 1 and _is_far(strands[i], obstacles)]
        many = [i for i in members if abs(strands[i].across) > 1] if far else []
        for own in _alike(dict.fromkeys((*far, *many)), strands):
            through = bool(_rows_between(strands[own[0]], order))
            yield TrackGroup(source, target < source, own, through=through, label=_label(strands[own[0]]))


def _passes_between(strand: Strand, order: Sequence[int], obstacles: Obstacles) -> bool:
    """True if a strand passes a row in which a node stands between two columns, where lanes are."""
    return any(row in obstacles.between for row in _rows_between(strand, order))


def _is_far(strand: Strand, obstacles: Obstacles) -> bool:
    """True if lines reach so far that curves would lie on each other, or so that none takes them past the nodes."""
    return abs(strand.across) >= FAR or not has_curve(strand, obstacles)


def _rows_between(strand: Strand, order: Sequence[int]) -> Sequence[int]:
    """The rows with nodes between the two that a strand joins."""
    low, high = sorted((strand.source, strand.target))
    return order[bisect_left(order, low) + 1 : bisect_left(order, high)]


def _alike(members: Iterable[int], strands: Sequence[Strand]) -> list[tuple[int, ...]]:
    """The strands with one label that run one way, the shortest first."""
    found: dict[tuple[tuple[LabelBlock, ...], bool], list[int]] = {}
    for i in sorted(members, key=lambda i: (abs(strands[i].across), i)):
        found.setdefault((strands[i].labels, strands[i].across > 0), []).append(i)
    return [tuple(own) for own in found.values()]


FanKey = tuple[int, float, bool, int]
"""The row and the column of the one node, whether lines leave it, and the row of the others."""


def _fan_members(strands: Sequence[Strand]) -> dict[FanKey, list[int]]:
    """The strands that may be fans: those from one node into a row, or from a row to one node."""
    found: dict[FanKey, list[int]] = {}
    for i, s in enumerate(strands):
        if len(s.columns) == 1 and s.source != s.target:
            found.setdefault((s.source, s.columns[0], True, s.target), []).append(i)
            found.setdefault((s.target, s.columns[0] + s.across, False, s.source), []).append(i)
    return {key: members for key, members in found.items() if len(members) >= FAN}


def _fans(strands: Sequence[Strand], found: Mapping[FanKey, list[int]], obstacles: Obstacles) -> Iterator[TrackGroup]:
    """Those of the fans of which some line cannot be straight."""
    taken: set[int] = set()
    for (row, column, _, other), members in sorted(found.items(), key=lambda item: (-len(item[1]), item[0])):
        own = tuple(i for i in members if i not in taken)
        if len(own) < FAN or _is_open([strands[i] for i in own], obstacles):
            continue
        taken |= set(own)
        label = next((label for i in own if (label := _label(strands[i]))), None)
        yield TrackGroup(other, row < other, own, (column, row), _lane((column, row), other, obstacles), label)


def _label(strand: Strand) -> LabelBlock | None:
    return strand.labels[0] if strand.labels else None


def _lane(hub: Cell, row: int, obstacles: Obstacles) -> float | None:
    """The column, between two of the grid, in which a lane from a hub to a row meets no node; None for the next row."""
    low, high = sorted((hub[1], row))
    between = [r for r in obstacles.rows if low < r < high]
    if not between:
        return None
    first = hub[0] if hub[0] % 1 else hub[0] - 0.5
    tries = (first + side * step for step in range(8) for side in (1, -1))
    return next((c for c in tries if not any(obstacles.within(r, c - 0.4, c + 0.4) for r in between)), first)


def _is_open(fan: Sequence[Strand], obstacles: Obstacles) -> bool:
    """True if all lines of a fan can be straight, and far enough from each other."""
    angles = sorted(atan2(y, x) for x, y in ((abs(s.end[1]), s.end[0] * _side(s.end[1])) for s in fan))
    wide = all(q - p > ANGLE for p, q in pairwise(angles))
    return wide and all(_is_straight(s, obstacles) for s in fan)


def _is_straight(strand: Strand, obstacles: Obstacles) -> bool:
    return strand.near or clear(straight(strand.end), strand, obstacles)


def _can_be_straight(strand: Strand, others: Iterable[Strand], obstacles: Obstacles) -> bool:
    """True if straight lines pass every node and cross no others between the same rows at a small angle however far
    apart these stand."""
    return _is_straight(strand, obstacles) and not any(_is_flat_beside(strand, it) for it in others)


def _is_flat_beside(strand: Strand, other: Strand) -> bool:
    """True if lines that reach further than others, the same way between the same rows, cross these at a small angle:
    with rows farther apart that is larger up to a point alone."""
    near, far = other.across, strand.across
    if (strand.source, strand.target) != (other.source, other.target) or near * far <= 0 or abs(near) >= abs(far):
        return False
    lean = tan(asin(FLAT))
    if (far - near) ** 2 >= 4 * lean**2 * far * near:
        return False
    between = range(1, ceil(abs(far) - abs(near)))
    return any(column + _side(far) * k in other.columns for column in strand.columns for k in between)


def tracked_lines(group: TrackGroup, strands: Sequence[Strand]) -> list[TrackedLine]:
    """Every line of a group with its track, the innermost being 0; lines on one track follow each other."""
    lines = [(i, column) for i in group.strands for column in strands[i].columns]
    if group.hub:
        return [TrackedLine(i, column, 0) for i, column in lines]
    found, ends = list[TrackedLine](), list[float]()
    for i, column in sorted(lines, key=lambda it: min(it[1], it[1] + strands[it[0]].across)):
        first, last = sorted((column, column + strands[i].across))
        free = (k for k, end in enumerate(ends) if end <= first)
        track = next(free, len(ends))
        ends[track : track + 1] = [last]
        found.append(TrackedLine(i, column, track))
    return found


RowSide = tuple[int, bool]
"""A row, and whether it is meant what is below it or above."""


def landings(groups: Sequence[TrackGroup], strands: Sequence[Strand]) -> Mapping[RowSide, list[int]]:
    """The groups with lanes, by the row and the side at which these end: each has a level there, before the tracks."""
    found: dict[RowSide, list[int]] = {}
    for number, group in enumerate(groups):
        if group.through or (group.hub and group.lane is not None):
            row = group.hub[1] if group.hub else strands[group.strands[0]].target
            found.setdefault((row, not group.below), []).append(number)
    return found


def heights(groups: Sequence[TrackGroup], counts: Sequence[int], strands: Sequence[Strand]) -> list[float]:
    """How far the first track of each group is from the middle of its row."""
    reached = {side: RADIUS + FIRST + NEXT * (len(own) + 1) for side, own in landings(groups, strands).items()}
    found = []
    for group, count in zip(groups, counts, strict=True):
        side = group.home, group.below
        first = reached.get(side, RADIUS + FIRST)
        found.append(first)
        reached[side] = first + NEXT * (count - 1) + (group.label.height + LABEL_ROOM if group.label else 2 * NEXT)
    return found


def empty_rows(strands: Sequence[Strand], cells: Iterable[Cell]) -> Mapping[int, int]:
    """How many rows are left empty below each row, so that the tracks have room."""
    places = tuple(cells)
    groups = groups_of(strands, places)
    if not groups:
        return {}
    order = sorted({row for _, row in places})
    counts = [1 + max(line.track for line in tracked_lines(group, strands)) for group in groups]
    crossed = {
        max(bisect_left(order, s.source), bisect_left(order, s.target))
        for s in strands
        if s.labels and s.source != s.target and abs(s.across) <= 1
    }
    needed: dict[tuple[int, bool], float] = {}
    for (home, below), own in landings(groups, strands).items():
        needed[order.index(home) + (not below), below] = FIRST + NEXT * len(own)
    for group, first, count in zip(groups, heights(groups, counts, strands), counts, strict=True):
        at = order.index(group.home) + (0 if group.below else 1)
        words = group.label.height + LABEL_ROOM / 2 if group.label and not group.hub else 0.0
        reach = first - RADIUS + NEXT * (count - 1) + max(words + MARGIN, WORDS if at in crossed else 0.0)
        if 0 < at < len(order):
            needed[at, group.below] = max(needed.get((at, group.below), 0.0), reach)
    row = strands[0].pitch.row
    free = row - 2 * RADIUS
    rooms = dict[int, float]()
    for (at, _), reach in needed.items():
        rooms[at] = rooms.get(at, 0.0) + reach
    return {order[at]: max(0, ceil((room - free) / row)) for at, room in rooms.items()}


def ways_on_tracks(strands: Sequence[Strand], cells: Iterable[Cell]) -> dict[int, TrackedWay]:
    """The ways of the strands whose lines run on tracks, by their numbers."""
    groups = groups_of(strands, cells)
    lines = [tracked_lines(group, strands) for group in groups]
    counts = [1 + max(line.track for line in own) for own in lines]
    slots = _slots(strands, groups, Obstacles(tuple(cells))) if groups else {}
    landed = {number: k for own in landings(groups, strands).values() for k, number in enumerate(own)}
    found: dict[int, TrackedWay] = {}
    for number, (group, own, first) in enumerate(zip(groups, lines, heights(groups, counts, strands), strict=True)):
        landing = RADIUS + FIRST + NEXT * landed.get(number, 0)
        said, out = _labelled(group, strands, own), 1 if group.below else -1
        corners = dict[tuple[int, float], list[Point]]()
        for i, column, track in own:
            level = -group.home * strands[i].pitch.row + out * (first + NEXT * track)
            corners[i, column] = _corners(strands[i], group, level, landing, slots[i], number)
        radius = _shared_radius(corners.values()) if group.hub else CORNER
        for i in group.strands:
            paths = {column: rounded(way, radius) for (strand, column), way in corners.items() if strand == i}
            found[i] = TrackedWay(paths, tuple(sorted(line.column for line in said if line.strand == i)))
    return found


def _shared_radius(fan: Iterable[Sequence[Point]]) -> float:
    """What the corners of a fan are turned with: as closely as the line with the least room along the track, which
    others would leave beside it if they turned wider."""
    runs = (abs(q[0] - p[0]) for way in fan for p, q in pairwise(way))
    return min([CORNER, *(run / 2 for run in runs if run > SAME)])


def _labelled(group: TrackGroup, strands: Sequence[Strand], lines: Sequence[TrackedLine]) -> list[TrackedLine]:
    """The lines that are labelled: those of the outermost track; of a fan the longest with each label."""
    if group.hub is None:
        last = max(line.track for line in lines)
        return [line for line in lines if line.track == last]
    longest: dict[tuple[LabelBlock, ...], TrackedLine] = {}
    for line in sorted(lines, key=lambda line: abs(strands[line.strand].across)):
        longest[strands[line.strand].labels] = line
    return list(longest.values())


def _corners(strand: Strand, group: TrackGroup, level: float, landing: float, slots: Point, number: int) -> list[Point]:
    """Of a line, seen from the source: up to the track's level, along it, and in; over a lane where rows lie between.

    `landing`: how far from the row at its other end a lane turns.
    """
    top = -strand.source * strand.pitch.row
    level -= top
    (out, into), (x, y) = slots, strand.end
    beside = NEXT * (number % 4 - 1)
    ways, lanes = [level], list[float]()
    if group.through:
        ways.append(y - landing * _side(y))
        lanes.append(x - _side(x) * strand.pitch.column / 2 + beside)
    elif group.hub and group.lane is not None:
        near = -group.hub[1] * strand.pitch.row - top + (-1 if group.below else 1) * landing
        leaves = group.hub[1] == strand.source
        lanes = [(0.0 if leaves else x) + (group.lane - group.hub[0]) * strand.pitch.column + beside]
        ways = [near, level] if leaves else [level, near]
    begin = out, _side(ways[0]) * sqrt(TOUCH**2 - out**2)
    end = x + into, y + _side(ways[-1] - y) * sqrt((TOUCH + TIP) ** 2 - into**2)
    corners = [begin, (begin[0], ways[0])]
    for lane in lanes:
        corners += [(lane, ways[0]), (lane, ways[1])]
    return [*corners, (end[0], ways[-1]), end]


def _side(towards: float) -> float:
    return 1.0 if towards > 0 else -1.0


SlotSide = tuple[int, float, float]
"""A row, which side of its circles, and on which side of their middles."""


def _slots(strands: Sequence[Strand], groups: Sequence[TrackGroup], obstacles: Obstacles) -> dict[int, Point]:
    """How far beside the middle of their nodes the lines of each strand leave and come in.

    Those of outer tracks are nearer to the middle, so that they do not cross those of inner ones. The lines of a fan
    have the middle, where no other line is.
    """
    fans = {i for group in groups if group.hub for i in group.strands}
    upright = (s for i, s in enumerate(strands) if not s.across and i not in fans and _is_straight(s, obstacles))
    middles = {end for s in upright for end in _sides(s)}
    steep = _steep_ends(s for i, s in enumerate(strands) if s.across and i not in fans and _is_straight(s, obstacles))
    used: dict[SlotSide, int] = {}
    facing: dict[SlotSide, set[int]] = {}
    """The slots, at the rows where they begin, in which lines come to the next row."""
    found: dict[int, Point] = {}
    for group in reversed(groups):
        known = dict[tuple[int, float, bool], float]()
        for i in group.strands:
            s, way = strands[i], -1.0 if strands[i].across < 0 else 1.0
            same = -1.0 if group.below else 1.0
            sides = [side for _, side in _sides(s)] if s.source != s.target else [same, same]
            ends = []
            for row, side, beside, leaving in zip((s.source, s.target), sides, (way, -way), (True, False), strict=True):
                where = row, 0.0 if group.hub and row == group.hub[1] else beside, leaving
                if where not in known:
                    middle = group.hub is not None and (row, side) not in middles
                    reach = RADIUS + FIRST if leaving or group.through or group.hub else abs(s.end[1])
                    taken = facing if reach > RADIUS + FIRST else {}
                    tries = [(to, _next_slot((row, side, to), used, taken)) for to in (beside, -beside)]
                    apart = (it for it in tries if not _runs_along(it[1], reach, steep.get((row, side, it[0]), ())))
                    to, number = next(apart, tries[0])
                    known[where] = 0.0 if middle else to * _slot(number)
                    used[row, side, to] = number + (not middle)
                    if taken is facing and not middle:
                        facing.setdefault((s.source, -side, to), set()).add(number)
                ends.append(known[where])
            found[i] = ends[0], ends[1]
        if group.hub:
            middles |= {end for i in group.strands for end in _sides(strands[i])}
    return found


def _next_slot(at: SlotSide, used: Mapping[SlotSide, int], taken: Mapping[SlotSide, Container[int]]) -> int:
    """The first slot that is neither used yet nor taken."""
    return next(it for it in itertools.count(used.get(at, 0)) if it not in taken.get(at, ()))


def _slot(number: int) -> float:
    """How far beside the middle the lines of a slot are."""
    return min(WIDEST, BESIDE + SLOT * number)


def _steep_ends(straight: Iterable[Strand]) -> Mapping[tuple[int, float, float], list[float]]:
    """Straight lines that leave their nodes, or come in, nearly upright, by row, by side and by on which side of the
    middle: how far beside the middle they go for each point up."""
    found: dict[tuple[int, float, float], list[float]] = {}
    for s in straight:
        x, y = s.end
        if y and abs(x) < STEEP * abs(y):
            for (row, side), beside in zip(_sides(s), (_side(x), -_side(x)), strict=True):
                found.setdefault((row, side, beside), []).append(abs(x / y))
    return found


def _runs_along(number: int, reach: float, steep: Iterable[float]) -> bool:
    """Whether a line that is in a slot, so far up from the middle of its node, runs along a nearly upright one."""
    return any(RADIUS * lean - CLEAR < _slot(number) < reach * lean + CLEAR for lean in steep)


def _sides(s: Strand) -> tuple[tuple[int, float], tuple[int, float]]:
    """The rows of an upright line, and on which side of each it is."""
    up = 1.0 if s.target > s.source else -1.0
    return (s.source, up), (s.target, -up)
