"""Where an arrow's label stands: the first place along it with room to everything else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, pairwise
from math import ceil, floor, hypot

from app.drawing.geometry import Box, Cubic, Point, cuts, point, slope
from app.drawing.layout.dimensions import RADIUS, TOUCH
from app.drawing.layout.edge_labels import LabelBlock, PlacedLabel
from app.drawing.layout.obstacles import HEAD_LENGTH, Obstacles, PlacedLine, Strand

LABEL_GAPS = (6.0, 10.0, 15.0)
"""Between a line and the ink of its label: the usual, and what is tried where that touches something."""
LABEL_ROOM = 1.6
"""The least room between a label and a node or another label."""
LINE_ROOMS = (9.0, 5.8, 3.8, 2.7)
"""The room between a label and the middle of others' lines, from the best to the least; its own has the gap. The widest
line of the way back takes 2 of it."""
HARDLY_SMALLER = 0.95
"""What nobody sees."""
SMALLER = (0.9, 0.8, 0.7)
"""The sizes that a label shrinks to where there is no room for it."""
HEAD_ROOM = 4.5
"""Half the width that is kept free for an arrow's head, at both ends: in the backward pass it is at the other."""
EACH = 24
"""Up to this number of places of a label, all are tried."""
ALONG = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82, 0.1, 0.9, 0.02, 0.98)
"""Where along the visible line a label is tried."""
APART, SHRUNK, OVER = 1, 4, 16
"""How much is amiss with a label that does not stand alike at every step, that is smaller, or that has no room."""


@dataclass(frozen=True, slots=True)
class Written:
    """A strand's labels by the columns of their sources, seen from these; `crowding` says how much is amiss."""

    words: dict[float, tuple[PlacedLabel, ...]] = field(default_factory=dict)
    crowding: int = 0


def write(strand: Strand, curve: Cubic, obstacles: Obstacles) -> Written:
    """Find room for a strand's labels; the obstacles remember them.

    They stand alike, unless there is no such place and they are few; one for which there is none is smaller.
    """
    if not strand.labels:
        return Written()
    sizes = chain(strand.labels, (label.smaller(HARDLY_SMALLER) for label in strand.labels))
    found = _first(sizes, strand, curve, obstacles)
    if found is None and 1 < len(strand.columns) <= EACH:
        alone = [write(replace(strand, columns=(column,)), curve, obstacles) for column in strand.columns]
        words = {column: lines for each in alone for column, lines in each.words.items()}
        return Written(words, max(APART, *(each.crowding for each in alone)))
    crowding = 0
    if found is None:
        found, crowding = _first(_smaller(strand), strand, curve, obstacles), SHRUNK
    if found is None:
        label = strand.labels[0]
        found, crowding = (label, next(_places(curve, label, LABEL_GAPS[0]))), OVER
    label, middle = found
    obstacles.put(strand, label.box(*middle))
    return Written(dict.fromkeys(strand.columns, label.around(*middle)), crowding)


def _smaller(strand: Strand) -> Iterator[LabelBlock]:
    return (label.smaller(share) for share in SMALLER for label in strand.labels)


def _first(
    labels: Iterable[LabelBlock], strand: Strand, curve: Cubic, obstacles: Obstacles
) -> tuple[LabelBlock, Point] | None:
    """The first of several labels for which there is room, and its middle."""
    found = ((label, middle) for label in labels if (middle := _middle(strand, label, curve, obstacles)))
    return next(found, None)


def _middle(strand: Strand, label: LabelBlock, curve: Cubic, obstacles: Obstacles) -> Point | None:
    """The first place with the most room there is, of a few steps of room; None where there is none."""
    best, most = None, 0.0
    for gap in LABEL_GAPS:
        most_here = next(room for room in LINE_ROOMS if room <= gap)
        for middle in _places(curve, label, gap):
            if (room := _room(label.box(*middle), strand, obstacles, most)) > most:
                best, most = middle, room
            if most == most_here:
                return middle
        if best is not None:
            return best
    return None


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
    """How much room a label's box, seen from the source, has at the places tried; 0 if it is no more than is known.

    Those are all of a few; of many the strand's first, middle and last: in between all steps are alike.
    """
    room = LINE_ROOMS[0]
    columns = strand.columns
    for column in columns if len(columns) <= EACH else (columns[0], columns[len(columns) // 2], columns[-1]):
        x, y = strand.pitch.centre((column, strand.source))
        here = box.moved(x, y)
        if _on_node(here, obstacles) or _on_label(here, obstacles):
            return 0.0
        room = min(room, _off_lines(here, obstacles, known))
        if not room:
            break
    return room


def _on_node(box: Box, obstacles: Obstacles) -> bool:
    """True if a box comes too near to a node's circle."""
    reach = RADIUS + LABEL_ROOM
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
            moved = box.moved(-shift * obstacles.pitch.column, 0)
            while steps and _touches(moved, line, steps[0]):
                steps.pop(0)
            if not steps:
                return 0.0
    return steps[0]


def _touches(box: Box, line: PlacedLine, room: float) -> bool:
    """True if a box comes too near to a line, or to its head before a circle."""
    wide, free = box.grown(room), box.grown(HEAD_ROOM)
    if any(cuts(p, q, wide) for p, q in pairwise(line.points)):
        return True
    return any(cuts(*head, free) for head in line.heads)


def _on_label(box: Box, obstacles: Obstacles) -> bool:
    wide = box.grown(LABEL_ROOM)
    return any(obstacles.meeting(placed.box, placed.shifts, wide) for placed in obstacles.boxes)
