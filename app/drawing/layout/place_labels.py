"""Where an arrow's label stands: the first place along it with room to everything else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from math import ceil, floor, hypot

from app.drawing.geometry import Box, Cubic, Point, cuts, point, slope
from app.drawing.layout.dimensions import RADIUS, TOUCH
from app.drawing.layout.obstacles import COLUMN, HEAD_LENGTH, ROW, Obstacles, PlacedLine, Strand, centre, overlapping
from app.drawing.lettering import Outline, outline

LABEL_GAPS = (6.0, 10.0, 15.0)
"""Between a line and the ink of its label: the usual, and what is tried where that touches something."""
LABEL_ROOM = 1.6
"""The least room between a label and a node or another label."""
LINE_ROOMS = (9.0, 5.8, 3.5, 1.6)
"""The room between a label and the lines of others, from the best to the least; its own has the gap."""
SMALLER = (0.9, 0.8, 0.7)
"""The sizes that a label shrinks to where there is no room for it."""
HEAD_ROOM = 4.0
"""Half the width that is kept free for an arrow's head."""
EACH = 24
"""Up to this number of places of a label, all are tried."""
ALONG = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82, 0.1, 0.9, 0.02, 0.98)
"""Where along the visible line a label is tried."""


Written = tuple[Outline, Point]
"""A label and where its pen stands, seen from the strand's source."""


def write(strand: Strand, curve: Cubic, obstacles: Obstacles) -> Mapping[float, Written]:
    """A strand's labels by the columns of their sources; the obstacles remember them.

    They stand alike, unless there is no such place and they are few; one for which there is none is smaller.
    """
    if strand.label is None:
        return {}
    whole = _pen(strand, strand.label, curve, obstacles)
    if whole is None and 1 < len(strand.columns) <= EACH:
        alone = [write(replace(strand, columns=(column,)), curve, obstacles) for column in strand.columns]
        return {column: written for each in alone for column, written in each.items()}
    label, pen = (strand.label, whole) if whole else _smaller(strand, strand.label, curve, obstacles)
    obstacles.put(strand, _box(label, pen))
    return dict.fromkeys(strand.columns, (label, pen))


def _smaller(strand: Strand, label: Outline, curve: Cubic, obstacles: Obstacles) -> Written:
    """The largest of the smaller labels that there is room for; where there is none at all, the whole."""
    sizes = (outline(label.box, round(share * label.size, 1)) for share in SMALLER)
    fits = ((small, pen) for small in sizes if (pen := _pen(strand, small, curve, obstacles)))
    return next(fits, (label, next(_places(curve, label, LABEL_GAPS[0]))))


def _pen(strand: Strand, label: Outline, curve: Cubic, obstacles: Obstacles) -> Point | None:
    """The first place with the most room there is, of a few steps of room; None where there is none."""
    best, most = None, 0.0
    for gap in LABEL_GAPS:
        for pen in _places(curve, label, gap):
            if (room := _room(_box(label, pen), strand, obstacles, most)) > most:
                best, most = pen, room
            if most == LINE_ROOMS[0]:
                return pen
        if best is not None:
            return best
    return None


def _box(label: Outline, pen: Point) -> Box:
    return Box(pen[0] + label.left, pen[1] - label.ascent, pen[0] + label.right, pen[1] + label.descent)


def _places(curve: Cubic, label: Outline, gap: float) -> Iterator[Point]:
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


def _beside(at: Point, normal: Point, label: Outline, gap: float) -> Point:
    """The pen of a label whose box touches the line that runs `gap` beside this point."""
    reach = gap + (abs(normal[0]) * label.width + abs(normal[1]) * label.height) / 2
    x, y = at[0] + normal[0] * reach, at[1] + normal[1] * reach
    return x - (label.left + label.right) / 2, y + (label.ascent - label.descent) / 2


def _room(box: Box, strand: Strand, obstacles: Obstacles, known: float) -> float:
    """How much room a label's box, seen from the source, has at the places tried; 0 if it is no more than is known.

    Those are all of a few; of many the strand's first, middle and last: in between all steps are alike.
    """
    room = LINE_ROOMS[0]
    columns = strand.columns
    for column in columns if len(columns) <= EACH else (columns[0], columns[len(columns) // 2], columns[-1]):
        x, y = centre((column, strand.source))
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
    left, right = (box.left - reach) / COLUMN, (box.right + reach) / COLUMN
    for row in range(ceil((-box.bottom - reach) / ROW), floor((reach - box.top) / ROW) + 1):
        for taken in obstacles.within(row, left, right):
            cx, cy = centre((taken, row))
            dx, dy = max(box.left - cx, cx - box.right, 0), max(box.top - cy, cy - box.bottom, 0)
            if hypot(dx, dy) < reach:
                return True
    return False


def _off_lines(box: Box, obstacles: Obstacles, known: float) -> float:
    """The step of room that the box has to every line: 0 where it has none beyond what is known."""
    steps = [room for room in LINE_ROOMS if room > known]
    wide = box.grown(LINE_ROOMS[0])
    for line in obstacles.lines:
        for shift in overlapping(line.box, line.shifts, wide):
            moved = box.moved(-shift * COLUMN, 0)
            while steps and _touches(moved, line, steps[0]):
                steps.pop(0)
            if not steps:
                return 0.0
    return steps[0]


def _touches(box: Box, line: PlacedLine, room: float) -> bool:
    """True if a box comes too near to a line, or to its head before the target's circle."""
    wide = box.grown(room)
    for p, q in pairwise(line.points):
        if cuts(p, q, wide):
            return True
    return cuts(*line.head, box.grown(HEAD_ROOM))


def _on_label(box: Box, obstacles: Obstacles) -> bool:
    wide = box.grown(LABEL_ROOM)
    return any(overlapping(placed.box, placed.shifts, wide) for placed in obstacles.boxes)
