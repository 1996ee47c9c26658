"""What a way costs for the lines and boxes that it meets: crossing one, running along or on one, passing over a head.

All lines are compared with the way at once, as arrays: there are as many comparisons as both have pieces.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.drawing.geometry import Box, Point, bounds, cuts
from app.drawing.layout.dimensions import RADIUS
from app.drawing.layout.obstacles import Obstacles, Strand

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

CLEAR = 3.6
"""The least room between a line and a node or a box that it passes."""
CROSSING_COST, BOX_COST, ALONG_COST = 60.0, 400.0, 15.0
"""The cost, in points of bulge, of crossing a line or a box, and of running along a line for a 24th of the way."""
ON_COST, ON, ALIKE, TOGETHER = 300.0, 3.4, 0.25, RADIUS + 12.0
"""The cost of running on a line for a 24th of the way, or for less: so near to it, the sine between them no more than
that, and further than the last from a node that both meet."""
LONGEST = 12.0
"""The pieces of a way that are held against lines which it might run on are no longer: it may do so for no more."""
HEAD_COST = 30.0
"""The cost of running over an arrow's head."""
PIECES = 24
"""The straight pieces that stand for a bent line when others keep clear of it."""
ONE = 1.0
"""Ends of lines no further apart are at one node."""
ALONG, ENDS = 6.0, 6
"""Lines nearer than this run along each other, so many of a way's places at each end aside."""


def clashes(way: Iterable[Point], strand: Strand, obstacles: Obstacles, enough: float = inf) -> float:
    """The cost of a way for the lines it crosses or runs along and the boxes it meets at its first place, and for the
    lines it runs on at any; counted no further than what is enough to know."""
    x, y = strand.start
    points = [(px + x, py + y) for px, py in way]
    total = _first_clashes(points, strand, obstacles)
    if total < enough:
        close = _in_short_pieces(points)
        if on := _runs_on(close, strand, obstacles):
            total += ON_COST * max(1.0, on * _share(close))
    return total


def entangled(way: Iterable[Point], strand: Strand, obstacles: Obstacles) -> int:
    """How many pieces of a way run on a line, and how many boxes it meets."""
    x, y = strand.start
    points = [(px + x, py + y) for px, py in way]
    return _runs_on(_in_short_pieces(points), strand, obstacles) + _boxes_met(np.array(points), _kept_clear(obstacles))


def _in_short_pieces(points: Sequence[Point]) -> Numbers:
    """The places of a way, and others between those that are far apart."""
    way = np.array(points)
    steps = np.diff(way, axis=0)
    counts = np.maximum(np.ceil(np.hypot(*steps.T) / LONGEST).astype(np.intp), 1)
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    places = (
        np.repeat(way[:-1], counts, axis=0)
        + np.repeat(steps, counts, axis=0) * (within / np.repeat(counts, counts))[:, None]
    )
    return np.concatenate([places, way[-1:]])


def _share(points: Sequence[Point] | Numbers) -> float:
    """How much one of a way's pieces counts."""
    return PIECES / (len(points) - 1)


class _Lines(NamedTuple):
    """Several lines as arrays: all their places, and of each place the number of its line."""

    places: Numbers
    number: NDArray[np.intp]

    @classmethod
    def of(cls, lines: Sequence[tuple[Numbers, float]]) -> _Lines:
        """Of lines that are moved so far along time, each."""
        counts = [len(places) for places, _ in lines]
        number = np.repeat(np.arange(len(lines)), counts)
        places = np.concatenate([places for places, _ in lines])
        places[:, 0] += np.array([by for _, by in lines])[number]
        return cls(places, number)

    def pieces(self, box: Box, room: float = 0.0) -> tuple[Numbers, Numbers, NDArray[np.intp]]:
        """The straight pieces that do not lie beyond one side of a box, from and to, and of which line each is."""
        begin, end = self.places[:-1], self.places[1:]
        near = ~_beyond(begin, end, box, room) & (self.number[:-1] == self.number[1:])
        return begin[near], end[near], self.number[:-1][near]


def _beyond(begin: Numbers, end: Numbers, box: Box, room: float) -> Flags:
    """Whether each piece lies, by its ends alone, beyond one side of a box and so far from it."""
    low, high = np.minimum(begin, end), np.maximum(begin, end)
    return (
        (high[:, 0] < box.left - room)
        | (low[:, 0] > box.right + room)
        | (high[:, 1] < box.top - room)
        | (low[:, 1] > box.bottom + room)
    )


def _first_clashes(points: Sequence[Point], strand: Strand, obstacles: Obstacles) -> float:
    """The cost of a way at its first place."""
    box, pitch = bounds(points), strand.pitch.column
    met = [
        (line, shift * pitch)
        for line in obstacles.lines
        for shift in obstacles.meeting(line.box.grown(ALONG), line.shifts, box)
    ]
    obstacles.effort += len(met)
    way = np.array(points)
    total = BOX_COST * _boxes_met(way, _kept_clear(obstacles))
    if met:
        lines = _Lines.of([(line.places, by) for line, by in met])
        total += CROSSING_COST * _crossed(way, lines, box)
        total += HEAD_COST * _boxes_met(way, [line.head_box.moved(by, 0) for line, by in met])
        total += ALONG_COST * _along(way[ENDS:-ENDS], lines) * _share(points)
    return total


def _kept_clear(obstacles: Obstacles) -> list[Box]:
    """What ways keep out of, so that they come to no box too near."""
    return [placed.box.grown(CLEAR) for placed in obstacles.boxes]


def _boxes_met(way: Numbers, boxes: Sequence[Box]) -> int:
    """How many of these boxes a way meets."""
    if not boxes:
        return 0
    sides = np.array(boxes)
    pairs = np.stack(_that_meet(way[:-1], way[1:], sides[:, :2], sides[:, 2:]), axis=1)
    points = way.tolist()
    return len({box for i, box in pairs.tolist() if cuts(points[i], points[i + 1], boxes[box])})


def _crossed(way: Numbers, lines: _Lines, box: Box) -> int:
    """How many lines a way crosses, other than where they end at a node."""
    begin, end, number = lines.pieces(box)
    ours, theirs = _that_meet(way[:-1], way[1:], begin, end)
    p, q, begin, end = way[ours], way[ours + 1], begin[theirs], end[theirs]
    crossing = (_side(p, q, begin) * _side(p, q, end) < 0) & (_side(begin, end, p) * _side(begin, end, q) < 0)
    return len({*number[theirs[crossing]].tolist()})


def _that_meet(p: Numbers, q: Numbers, begin: Numbers, end: Numbers) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The pairs of pieces, from p to q and from begin to end, whose bounds meet: few of all, so each axis in turn."""
    low, high = np.minimum(begin, end), np.maximum(begin, end)
    least, most = np.minimum(p, q), np.maximum(p, q)
    ours, theirs = np.nonzero((most[:, :1] >= low[:, 0]) & (least[:, :1] <= high[:, 0]))
    both = (most[ours, 1] >= low[theirs, 1]) & (least[ours, 1] <= high[theirs, 1])
    return ours[both], theirs[both]


def _side(a: Numbers, b: Numbers, c: Numbers) -> Numbers:
    """On which side of the lines from a to b places lie."""
    along, out = b - a, c - a
    found: Numbers = along[..., 0] * out[..., 1] - along[..., 1] * out[..., 0]
    return found


def _along(inner: Numbers, lines: _Lines) -> int:
    """How many of a way's places away from its ends run along bent lines, each line counted by itself."""
    if not len(inner):
        return 0
    low, high = inner.min(axis=0) - ALONG, inner.max(axis=0) + ALONG
    bent = np.bincount(lines.number) > 2
    near = ((lines.places >= low) & (lines.places <= high)).all(axis=1) & bent[lines.number]
    apart = inner[:, None] - lines.places[near]
    ours, theirs = np.nonzero(np.hypot(apart[..., 0], apart[..., 1]) < ALONG)
    return _pairs(ours, lines.number[near][theirs])


def _pairs(ours: NDArray[np.intp], lines: NDArray[np.intp]) -> int:
    """How many different pairs there are of a place of a way and a line."""
    return len({*zip(ours.tolist(), lines.tolist(), strict=True)})


def _runs_on(way: Numbers, strand: Strand, obstacles: Obstacles) -> int:
    """How many pieces of a way run on a line, or on itself where it is repeated, at any of its places; each line is
    counted by itself."""
    box, pitch = Box(*way.min(axis=0), *way.max(axis=0)), strand.pitch.column
    known = ((line.places, line.box, line.shifts) for line in obstacles.lines)
    met = [
        (places, shift * pitch)
        for places, around, shifts in ((way, box, strand.shifts), *known)
        for shift in obstacles.meeting(around.grown(ON), strand.apart(shifts), box)
        if places is not way or shift
    ]
    obstacles.effort += len(met)
    if not met:
        return 0
    lines = _Lines.of(met)
    begin, end, number = lines.pieces(box.grown(ON))
    middles, low, high = (way[:-1] + way[1:]) / 2, np.minimum(begin, end) - ON, np.maximum(begin, end) + ON
    x, y = middles.T[..., None]
    ours, theirs = np.nonzero((x >= low[:, 0]) & (x <= high[:, 0]) & (y >= low[:, 1]) & (y <= high[:, 1]))
    (dx, dy), (ex, ey) = (way[ours + 1] - way[ours]).T, (end[theirs] - begin[theirs]).T
    (x, y), (bx, by), number = middles[ours].T, begin[theirs].T, number[theirs]
    length, own = np.hypot(ex, ey), np.hypot(dx, dy)
    on = np.abs(ex * (y - by) - ey * (x - bx)) <= ON * length
    on &= np.abs(dx * ey - dy * ex) < ALIKE * length * own
    firsts = np.searchsorted(lines.number, np.arange(len(met)))
    ends = lines.places[firsts], lines.places[[*(firsts[1:] - 1), -1]]
    for here in (way[0], way[-1]):
        shared = np.minimum(*(np.hypot(*(end - here).T) for end in ends)) < ONE
        away = np.hypot(*(middles - here).T) > TOGETHER
        on &= away[ours] | ~shared[number]
    return _pairs(ours[on], number[on])
