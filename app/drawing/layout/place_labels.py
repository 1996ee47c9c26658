"""Where an arrow's label stands: the first place along it with room to everything else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from math import ceil, dist, floor, hypot
from typing import NamedTuple

from app.drawing.geometry import Box, Cubic, Point, cuts, point, room_beside, room_between, sampled, slope
from app.drawing.layout.arrangement import upwards
from app.drawing.layout.close_places import close_place
from app.drawing.layout.dimensions import RADIUS, TOUCH
from app.drawing.layout.edge_labels import LabelBlock, PlacedLabel
from app.drawing.layout.label_room import FAR, FARTHER, HEAD_ROOM, LINE_ROOMS, NODE_ROOM, SMALLER, room_around
from app.drawing.layout.obstacles import HEAD_LENGTH, NEARLY, Obstacles, PlacedLine, Strand

LABEL_GAPS = (6.0, 10.0, 15.0)
"""Between a line and the ink of its label: the usual, and what is tried where that touches something."""
HARDLY_SMALLER = 0.95
"""What nobody sees."""
EACH = 24
"""Up to this number of places of a label, all are tried."""
ALONG = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82, 0.1, 0.9, 0.02, 0.98)
"""Where along the visible line a label is tried."""
APART, SHRUNK, ASTRAY, MISREAD, OVER = 1, 3, 5, 10, 16
"""How much is amiss with a label that does not stand alike at every step, that is smaller, that another line passes as
near as its own, or nearer, or that has no room."""
ONE = 1.0
"""Places no further apart are one."""
PIECES = 24
"""The straight pieces that stand for a label's own line when others are compared with it."""


@dataclass(frozen=True, slots=True)
class Written:
    """A strand's labels as they are drawn, by the columns of their sources and seen from these; `crowding` says how
    much is amiss, `misread` whether one has no room or is nearer to another line than to its own."""

    words: dict[float, tuple[PlacedLabel, ...]] = field(default_factory=dict)
    crowding: int = 0
    misread: bool = False


class LabelPlace(NamedTuple):
    """Where a label could stand; of several the greatest is the best."""

    near: int
    """Whether its own line is clearly the nearest, 1, or by far, 2."""
    room: float
    middle: Point


def write(strand: Strand, curve: Cubic, obstacles: Obstacles) -> Written:
    """Find room for a strand's labels; the obstacles remember them.

    They stand alike, unless less is amiss where each has a place of its own and they are few.
    """
    if not strand.labels:
        return Written()
    known = len(obstacles.boxes)
    alike = _written_alike(strand, curve, obstacles, obstacles.closely)
    if alike.crowding <= APART or not 1 < len(strand.columns) <= EACH:
        return alike
    boxes = obstacles.boxes[known:]
    del obstacles.boxes[known:]
    words, crowding, misread = dict[float, tuple[PlacedLabel, ...]](), APART, False
    for column in strand.columns:
        it = _written_alike(replace(strand, columns=(column,)), curve, obstacles)
        words, crowding, misread = words | it.words, max(crowding, it.crowding), misread or it.misread
        if crowding >= alike.crowding:
            obstacles.boxes[known:] = boxes
            return alike
    return Written(words, crowding, misread)


def _written_alike(strand: Strand, curve: Cubic, obstacles: Obstacles, closely: bool = False) -> Written:
    """A strand's labels at one place at every step; where there is none for them at which they are read as its own,
    smaller ones, or, `closely`, in any narrow place."""
    sizes, line = (
        chain(strand.labels, (label.smaller(HARDLY_SMALLER) for label in strand.labels)),
        sampled(curve, PIECES),
    )
    found = _best(sizes, strand, curve, line, obstacles)
    crowding = _amiss(found, strand, line, obstacles)
    if crowding > ASTRAY:
        close = close_place(strand, curve, line, obstacles) if closely else None
        smaller = (close.label, LabelPlace(1, 0.0, close.middle)) if close else None
        smaller = smaller or _best(_smaller(strand), strand, curve, line, obstacles)
        less = SHRUNK + _amiss(smaller, strand, line, obstacles)
        if less < crowding:
            found, crowding = smaller, less
    usual = strand.labels[0]
    label, place = found or (usual, LabelPlace(2, 0.0, next(_places(curve, usual, LABEL_GAPS[0]))))
    obstacles.put(strand, label.box(*place.middle))
    words = dict.fromkeys(strand.columns, _beside_its_line(label, line, place.middle))
    return Written(words, crowding, crowding >= MISREAD)


def _amiss(found: tuple[LabelBlock, LabelPlace] | None, strand: Strand, line: list[Point], obstacles: Obstacles) -> int:
    """How much is amiss with a label at the place that was found for it, whatever its size."""
    if found is None:
        return OVER
    label, place = found
    if place.near:
        return 0
    box = label.box(*place.middle)
    own = room_beside(box, line)
    return MISREAD if _least(box, own, strand, obstacles, own - ONE) < own - ONE else ASTRAY


def _beside_its_line(label: LabelBlock, line: list[Point], middle: Point) -> tuple[PlacedLabel, ...]:
    """A label's lines as they are drawn, seen from the source: flush with the side at which an upright line passes."""
    if label.up:
        label, line, middle = label.upright(), [upwards(*place) for place in line], upwards(*middle)
    box, passed = label.box(*middle), [x for x, y in line if abs(y - middle[1]) <= label.height / 2]
    if passed and max(passed) < box.left:
        return label.flush(-1).around(*middle)
    if passed and min(passed) > box.right:
        return label.flush(1).around(*middle)
    return label.around(*middle)


def _smaller(strand: Strand) -> Iterator[LabelBlock]:
    return (label.smaller(share) for share in SMALLER for label in strand.labels)


def _best(
    labels: Iterable[LabelBlock], strand: Strand, curve: Cubic, line: list[Point], obstacles: Obstacles
) -> tuple[LabelBlock, LabelPlace] | None:
    """The first of several labels that has a place nearest to its own line, else the first that has one at all."""
    first = None
    for label in labels:
        place = _place(strand, label, curve, line, obstacles)
        if place is not None and place.near:
            return label, place
        first = first or (place and (label, place))
    return first


def _place(
    strand: Strand, label: LabelBlock, curve: Cubic, line: list[Point], obstacles: Obstacles
) -> LabelPlace | None:
    """The first place with the most room there is, of a few steps of room, at best nearest to its own line; None where
    there is no room."""
    best: LabelPlace | None = None
    for gap in LABEL_GAPS:
        most = next(room for room in LINE_ROOMS if room <= gap)
        for middle in _places(curve, label, gap):
            box = label.box(*middle)
            room = _room(box, strand, obstacles, best.room if best and best.near == 2 else 0.0)
            if not room:
                continue
            near = _nearness(box, strand, line, obstacles)
            if best is None or (near, room) > best[:2]:
                best = LabelPlace(near, room, middle)
            if near == 2 and room >= most:
                return best
        if best is not None and best.near == 2:
            return best
    return best


def _nearness(box: Box, strand: Strand, line: list[Point], obstacles: Obstacles) -> int:
    """How clearly a label's box, seen from the source, is nearer to its own line than to others, at the places tried: 2
    by far, 0 if not."""
    own = room_beside(box, line)
    least = _least(box, own, strand, obstacles, FARTHER * own)
    return (least >= FARTHER * own) + (least >= FAR * own)


def _least(box: Box, own: float, strand: Strand, obstacles: Obstacles, enough: float) -> float:
    """How near the nearest of others' lines is at any of the places tried, as `_nearest` tells it."""
    return min(_nearest(box, own, at, strand, obstacles, enough) for at in _tried(strand))


def _nearest(box: Box, own: float, source: Point, strand: Strand, obstacles: Obstacles, enough: float) -> float:
    """How near the nearest line that joins other nodes than its own passes a label's box, seen from the source, as far
    as that matters: no nearer than is enough to know. What is exactly as near as its own runs along the same track."""
    end = source[0] + strand.end[0], source[1] + strand.end[1]
    here, within = box.moved(*source), FAR * own
    around, least = here.grown(within), within
    for line in obstacles.lines:
        for shift in obstacles.meeting(line.box, line.shifts, around):
            by = shift * obstacles.pitch.column
            (x, y), (last_x, last_y) = line.points[0], line.points[-1]
            if dist((x + by, y), source) < ONE and dist((last_x + by, last_y), end) < ONE:
                continue
            there = here.moved(-by, 0.0)
            room = min((room_between(there, p, q) for p, q in line.near(there.grown(within))), default=within)
            if abs(room - own) > NEARLY and (least := min(least, room)) < enough:
                return least
    return least


def _places(curve: Cubic, label: LabelBlock, gap: float) -> Iterator[Point]:
    """Places beside the visible part of a curve, from its middle outwards, first on the right or above."""
    shown = TOUCH / max(hypot(curve[3][0], curve[3][1]), 1.0)
    low, high = shown, 1 - shown - HEAD_LENGTH / 2 / max(hypot(curve[3][0], curve[3][1]), 1.0)
    for place in ALONG:
        t = low + place * (high - low)
        at, (dx, dy) = point(curve, t), slope(curve, t)
        for normal in _normals(dx, dy):
            yield _beside(at, normal, label, gap)


def _normals(dx: float, dy: float) -> tuple[Point, Point]:
    """Both directions away from a line, the preferred one first: right of a steep line, above a flat one."""
    one, other = (-dy, dx), (dy, -dx)
    steep = abs(dx) < 0.35
    return (one, other) if (one[0] > 0 if steep else one[1] < 0) else (other, one)


def _beside(at: Point, normal: Point, label: LabelBlock, gap: float) -> Point:
    """The middle of a label whose box touches the line that runs `gap` beside this point."""
    reach = gap + (abs(normal[0]) * label.width + abs(normal[1]) * label.height) / 2
    return at[0] + normal[0] * reach, at[1] + normal[1] * reach


def _room(box: Box, strand: Strand, obstacles: Obstacles, known: float) -> float:
    """How much room a label's box, seen from the source, has at the places tried; 0 if it is no more than is known."""
    room, up = LINE_ROOMS[0], strand.labels[0].up
    for at in _tried(strand):
        here = box.moved(*at)
        if _on_node(here, obstacles) or _on_label(here, obstacles, up):
            return 0.0
        room = min(room, _off_lines(here, obstacles, known))
        if not room:
            break
    return room


def _tried(strand: Strand) -> Iterator[Point]:
    """The sources at which a label's place is tried.

    Those are all of a few; of many the strand's first, middle and last: in between all steps are alike.
    """
    columns = strand.columns
    some = columns if len(columns) <= EACH else (columns[0], columns[len(columns) // 2], columns[-1])
    return (strand.pitch.centre((column, strand.source)) for column in some)


def _on_node(box: Box, obstacles: Obstacles) -> bool:
    """True if a box comes too near to a node's circle."""
    reach = RADIUS + NODE_ROOM
    pitch = obstacles.pitch
    left, right = (box.left - reach) / pitch.column, (box.right + reach) / pitch.column
    for row in range(ceil((-box.bottom - reach) / pitch.row), floor((reach - box.top) / pitch.row) + 1):
        for taken in obstacles.within(row, left, right):
            cx, cy = pitch.centre((taken, row))
            dx, dy = max(box.left - cx, cx - box.right, 0), max(box.top - cy, cy - box.bottom, 0)
            if hypot(dx, dy) < reach:
                return True
    return False


def _off_lines(box: Box, obstacles: Obstacles, known: float) -> float:
    """The step of room that the box has to every line: 0 where it has none beyond what is known."""
    steps = [room for room in LINE_ROOMS if room > known]
    wide = box.grown(LINE_ROOMS[0])
    for line in obstacles.lines:
        for shift in obstacles.meeting(line.box, line.shifts, wide):
            obstacles.effort += 1
            moved = box.moved(-shift * obstacles.pitch.column, 0)
            while steps and _touches(moved, line, steps[0]):
                steps.pop(0)
            if not steps:
                return 0.0
    return steps[0]


def _touches(box: Box, line: PlacedLine, room: float) -> bool:
    """True if a box comes too near to a line, or to its head before a circle."""
    wide, free = box.grown(room), box.grown(HEAD_ROOM)
    if any(cuts(p, q, wide) for p, q in line.near(wide)):
        return True
    return any(cuts(*head, free) for head in line.heads)


def _on_label(box: Box, obstacles: Obstacles, up: bool) -> bool:
    """True if a label's box comes too near to another's; running `up`, what is written runs across time."""
    x, y = room_around(up)
    wide = Box(box.left - x, box.top - y, box.right + x, box.bottom + y)
    return any(obstacles.meeting(placed.box, placed.shifts, wide) for placed in obstacles.boxes)
