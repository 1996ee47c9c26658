"""A place for a label where there is little room: of hundreds along its arrow, the one that is read as its own at once.

Where many arrows meet in one node, or cross on their way, a label has narrow gaps alone. There it stands anywhere along
its line, nearer to it than usual, and smaller if need be; all places are held against everything around at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import ceil, dist, hypot
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.drawing.geometry import Box, Cubic, Point, bounds, point, slope
from app.drawing.layout.dimensions import RADIUS
from app.drawing.layout.edge_labels import LabelBlock
from app.drawing.layout.label_room import FAR, FARTHER, HEAD_ROOM, LINE_ROOMS, NODE_ROOM, SMALLER, room_around
from app.drawing.layout.obstacles import Obstacles, Strand

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

GAPS = (6.0, 4.5, 3.4)
"""Between a line and the ink of its label: the usual, and what is tried where that leaves no room."""
STEP, MOST = 8.0, 40
"""About how far apart the places along a line are, in points, and about how many there are at most."""
REACH = 10.0
"""What is further from a label than this is as good as far away."""
ONE, TINY = 1.0, 1e-9
"""Ends of lines no further apart are at one node; what is no length."""


class ClosePlace(NamedTuple):
    """A label in the size that it has room in, and where its middle is."""

    label: LabelBlock
    middle: Point


def close_place(strand: Strand, curve: Cubic, line: Sequence[Point], obstacles: Obstacles) -> ClosePlace | None:
    """The place beside a curve, seen from the source, where a strand's label is largest, then nearest to the usual gap,
    then farthest from other lines and nearest to the middle; None where it would be read as another line's everywhere.

    `line`: places along the curve.
    """
    widest = max(max(label.width, label.height) for label in strand.labels)
    around = _Surroundings.of(strand, line, bounds(line).grown(GAPS[0] + widest + REACH), obstacles)
    for share in (1.0, *SMALLER):
        for label in strand.labels:
            it = label if share == 1.0 else label.smaller(share)
            for gap in GAPS:
                middles = np.array([*_middles(curve, it, gap)])
                half = np.array([it.width, it.height]) / 2
                if (best := around.best(np.hstack([middles - half, middles + half]), it.up)) is not None:
                    return ClosePlace(it, (float(middles[best, 0]), float(middles[best, 1])))
    return None


def _middles(curve: Cubic, label: LabelBlock, gap: float) -> Iterator[Point]:
    """Where a label's middle is at both sides of places along a curve, its box touching the line that runs `gap` beside
    these."""
    count = min(MOST, ceil(dist(curve[0], curve[3]) / STEP))
    for t in (i / count for i in range(count + 1)):
        (x, y), (dx, dy) = point(curve, t), slope(curve, t)
        for nx, ny in ((-dy, dx), (dy, -dx)):
            reach = gap + (abs(nx) * label.width + abs(ny) * label.height) / 2
            yield x + nx * reach, y + ny * reach


class _Surroundings(NamedTuple):
    """What is around a strand at any of its places, seen from the source: straight pieces as x, y, x, y, boxes as left,
    top, right, bottom."""

    middle: Point
    own: Numbers
    others: Numbers
    """Pieces of lines that join other nodes."""
    alike: Numbers
    """Pieces of those that join the same ones."""
    heads: Numbers
    nodes: Numbers
    labels: Numbers

    @classmethod
    def of(cls, strand: Strand, line: Sequence[Point], near: Box, obstacles: Obstacles) -> _Surroundings:
        """All of it that reaches into a box."""
        end, heads = strand.end, list[tuple[float, ...]]()
        pieces: dict[bool, list[Numbers]] = {True: [np.zeros((0, 4))], False: [np.zeros((0, 4))]}
        for it in obstacles.lines:
            for x, y in _seen(strand, it.box, it.shifts, near, obstacles):
                places = it.places + np.array([x, y])
                alike = hypot(*places[0]) < ONE and dist(places[-1], end) < ONE
                found = np.hstack([places[:-1], places[1:]])
                pieces[alike].append(found[_meet(_extents(found), np.array([near]))[:, 0]])
                heads += [(px + x, py + y, qx + x, qy + y) for (px, py), (qx, qy) in it.heads]
        boxes = [
            it.box.moved(*by) for it in obstacles.boxes for by in _seen(strand, it.box, it.shifts, near, obstacles)
        ]
        pitch = obstacles.pitch
        apart = {(taken - own, strand.source - row) for own in strand.columns for taken, row in obstacles.cells}
        nodes = [(column * pitch.column, row * pitch.row) for column, row in apart]
        own = [(*p, *q) for p, q in pairwise(line)]
        others, same = (np.concatenate(pieces[alike]) for alike in (False, True))
        arrays = (np.array(it, dtype=float) for it in (own, heads, nodes, boxes))
        mine, ends, centres, labels = (it.reshape(-1, width) for it, width in zip(arrays, (4, 4, 2, 4), strict=True))
        return cls(line[len(line) // 2], mine, others, same, ends, centres, labels)

    def best(self, boxes: Numbers, up: bool) -> int | None:
        """Which of a label's boxes it is best in; None if in none it has room and is read as its own line's."""
        circles = np.hstack([self.nodes, self.nodes])
        x, y = room_around(up)
        taken = _meet(self.labels, boxes, np.array([x, y])).any(axis=0)
        some = np.flatnonzero(~taken)
        for pieces, room in ((circles, RADIUS + NODE_ROOM), (self.heads, HEAD_ROOM), (self.alike, LINE_ROOMS[-1])):
            some = some[_rooms(boxes[some], pieces, room) >= room]
        own, others = _rooms(boxes[some], self.own, REACH), _rooms(boxes[some], self.others, REACH)
        good = (others >= FARTHER * own) & (others >= LINE_ROOMS[-1])
        some, clear = some[good], np.minimum(others / np.maximum(own, TINY), FAR)[good]
        if not len(some):
            return None
        off = np.hypot(*((boxes[some, :2] + boxes[some, 2:]) / 2 - self.middle).T)
        return int(some[np.lexsort((off, -clear))[0]])


def _seen(strand: Strand, box: Box, shifts: tuple[float, ...], near: Box, obstacles: Obstacles) -> Iterator[Point]:
    """How far what is repeated at these shifts is moved, seen from a strand's source, where it meets a box."""
    x, y = strand.start
    for apart in strand.apart(shifts):
        by = apart * obstacles.pitch.column - x, -y
        if box.moved(*by).meets(near):
            obstacles.effort += 1
            yield by


def _extents(pieces: Numbers) -> Numbers:
    """The boxes around straight pieces."""
    return np.hstack([np.minimum(pieces[:, :2], pieces[:, 2:]), np.maximum(pieces[:, :2], pieces[:, 2:])])


def _meet(ones: Numbers, others: Numbers, gap: Numbers | float = 0.0) -> Flags:
    """Of each of some boxes, in rows, and each of others, whether they come nearer than a gap."""
    before, after = ones[:, None, :2] - gap <= others[:, 2:], others[:, :2] <= ones[:, None, 2:] + gap
    found: Flags = np.all(before & after, axis=-1)
    return found


def _rooms(boxes: Numbers, pieces: Numbers, reach: float) -> Numbers:
    """How far each box is from the nearest of straight pieces: 0 where they meet, and no more than is looked for."""
    found = np.full(len(boxes), reach)
    other, number = np.nonzero(_meet(_extents(pieces), boxes, reach))
    low, high, p, q = boxes[number, :2], boxes[number, 2:], pieces[other, :2], pieces[other, 2:]
    apart = np.minimum(*(np.hypot(*np.maximum(np.maximum(low - end, end - high), 0.0).T) for end in (p, q)))
    way = q - p
    square = np.maximum((way**2).sum(axis=1), TINY)
    for x, y in ((low, low), (low, high), (high, low), (high, high)):
        out = np.stack([x[:, 0], y[:, 1]], axis=1) - p
        share = np.clip((out * way).sum(axis=1) / square, 0.0, 1.0)
        apart = np.minimum(apart, np.hypot(*(out - share[:, None] * way).T))
    way = np.where(np.abs(way) < TINY, TINY, way)
    ends = np.stack([(low - p) / way, (high - p) / way])
    apart[np.maximum(ends.min(axis=0).max(axis=1), 0.0) <= np.minimum(ends.max(axis=0).min(axis=1), 1.0)] = 0.0
    np.minimum.at(found, number, apart)
    return found
