"""How often lines of a cell run on each other or too near to a node that they pass: curves without such places are
drawn, others are led along buses instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from math import dist

import numpy as np
from numpy.typing import NDArray

from app.cache import cached
from app.drawing.geometry import Box, Path, Point
from app.drawing.layout.node_shapes import NodeShape

STEP = 1.5
"""Lines are compared in places about so far apart, in points."""
NODE_GAP, LINE_GAP = 3.1, 2.45
"""What lines keep from a node that they pass, and from each other."""
WORD_GAP = 0.8
"""The same from a label."""
TOGETHER, ALIKE = 8.0, 0.2
"""Lines are on each other if they are nearer for so long while the sine between them is no more than that."""
ONE, FAN, FORK = 0.95, 11.9, 25.8
"""Lines from one place, or to one, may be one, and come together so near to their node, or to where both begin."""

NodeOutline = tuple[NodeShape, Point]
"""A node's shape and where it stands."""
LineBetween = tuple[str, str, Path]
"""The keys of what a line joins, and its path."""
Points = NDArray[np.float64]
Numbers = NDArray[np.intp]


@dataclass(frozen=True)
class _Places:
    """Places along all lines: where, which way the line runs there, and the number of the line."""

    points: Points
    ways: Points
    line: Numbers


@cached(1024)
def tangles(
    nodes: tuple[tuple[str, NodeShape, Point], ...], lines: tuple[LineBetween, ...], words: tuple[Box, ...] = ()
) -> int:
    """How many pairs of a line and a node, a line and a label, or of two lines, come too near to each other."""
    if not lines:
        return 0
    places, outlines = _places(lines), {key: (shape, at) for key, shape, at in nodes}
    return _near_nodes(outlines, lines, places) + _on_words(words, places) + _on_each_other(outlines, lines, places)


def _places(lines: tuple[LineBetween, ...]) -> _Places:
    """Places along the lines of a cell."""
    pieces = np.array([path[i : i + 4] for *_, path in lines for i in range(0, len(path) - 1, 3)])
    owner = np.repeat(np.arange(len(lines)), [len(path) // 3 for *_, path in lines])
    lengths = np.hypot(*np.moveaxis(np.diff(pieces, axis=1), 2, 0)).sum(axis=1)
    counts = np.maximum(np.ceil(lengths / STEP).astype(np.intp), 1)
    piece = np.repeat(np.arange(len(pieces)), counts)
    t = ((np.arange(len(piece)) - np.repeat(np.cumsum(counts) - counts, counts) + 0.5) / counts[piece])[:, None]
    a, b, c, d = np.moveaxis(pieces[piece], 1, 0)
    s = 1 - t
    points = s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d
    ways = s * s * (b - a) + 2 * s * t * (c - b) + t * t * (d - c)
    return _Places(points, ways / np.maximum(np.hypot(*ways.T), 1e-9)[:, None], owner[piece])


def _near_nodes(nodes: Mapping[str, NodeOutline], lines: tuple[LineBetween, ...], places: _Places) -> int:
    """How many lines pass too near to a node."""
    found = 0
    x, y = places.points.T
    for key, (shape, (cx, cy)) in nodes.items():
        box = shape.bounds.moved(cx, cy).grown(NODE_GAP)
        near = np.flatnonzero((x > box.left) & (x < box.right) & (y > box.top) & (y < box.bottom))
        if len(near):
            near = near[_distance(places.points[near], (shape, (cx, cy))) < NODE_GAP]
            found += sum(key not in lines[number][:2] for number in np.unique(places.line[near]))
    return found


def _on_words(words: Iterable[Box], places: _Places) -> int:
    """How many labels have a line on them."""
    x, y = places.points.T
    boxes = (word.grown(WORD_GAP) for word in words)
    return sum(bool(((x > b.left) & (x < b.right) & (y > b.top) & (y < b.bottom)).any()) for b in boxes)


def _distance(points: Points, node: NodeOutline) -> Points:
    """Of each point from the outline of a node, 0 within a box."""
    shape, centre = node
    here = points - centre
    found = np.hypot(*here.T) - shape.radius if shape.radius else np.full(len(points), np.inf)
    if shape.box is not None:
        left, top, right, bottom = shape.box
        x, y = (
            np.maximum(np.maximum(low - here[:, k], here[:, k] - high), 0)
            for k, low, high in ((0, left, right), (1, top, bottom))
        )
        found = np.minimum(found, np.hypot(x, y))
    return found


def _on_each_other(nodes: Mapping[str, NodeOutline], lines: tuple[LineBetween, ...], places: _Places) -> int:
    """How many pairs of lines run on each other for longer than they may."""
    one, other = _alongside(places)
    apart = np.hypot(*(places.points[one] - places.points[other]).T)
    both = places.line[one] * len(lines) + places.line[other]
    order = np.argsort(both, kind="stable")
    found = 0
    for some in np.split(order, np.flatnonzero(np.diff(both[order])) + 1) if len(order) else ():
        at, which = np.unique(one[some], return_inverse=True)
        if STEP * len(at) > TOGETHER:
            least = np.full(len(at), np.inf)
            np.minimum.at(least, which, apart[some])
            first, second = (lines[int(places.line[of[some[0]]])] for of in (one, other))
            wrong = _should_be_apart(nodes, places.points[at], least, first, second)
            found += bool(STEP * np.count_nonzero(wrong) > TOGETHER)
    return found


def _should_be_apart(
    nodes: Mapping[str, NodeOutline], points: Points, apart: Points, one: LineBetween, other: LineBetween
) -> NDArray[np.bool_]:
    """Of places where two lines are near each other, those where they should not be."""
    wrong = np.ones(len(points), dtype=bool)
    for key in {*one[:2]} & {*other[:2]}:
        wrong &= apart > ONE
        if key in nodes:
            wrong &= _distance(points, nodes[key]) > FAN
    if one[0] == other[0] and dist(one[2][0], other[2][0]) < ONE:
        wrong &= np.hypot(*(points - one[2][0]).T) > FORK
    return wrong


def _alongside(it: _Places) -> tuple[Numbers, Numbers]:
    """The pairs of places at which two lines, each pair named in one order, run nearer to each other than the gap."""
    reach = LINE_GAP + STEP / 2
    cells = np.floor((it.points - it.points.min(axis=0)) / reach).astype(np.int64)
    width = int(cells[:, 1].max()) + 4
    keys = (cells[:, 0] + 1) * width + cells[:, 1] + 1
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    ones, others = [np.zeros(0, np.intp)], [np.zeros(0, np.intp)]
    for dx, dy in product((-1, 0, 1), repeat=2):
        wanted = keys + dx * width + dy
        first = np.searchsorted(ordered, wanted)
        count = np.searchsorted(ordered, wanted, "right") - first
        one = np.repeat(np.arange(len(keys)), count)
        offset = np.arange(len(one)) - np.repeat(np.cumsum(count) - count, count)
        other = order[np.repeat(first, count) + offset]
        further = it.line[one] < it.line[other]
        one, other = one[further], other[further]
        cross = it.ways[one, 0] * it.ways[other, 1] - it.ways[one, 1] * it.ways[other, 0]
        close = (np.hypot(*(it.points[one] - it.points[other]).T) < reach) & (np.abs(cross) < ALIKE)
        ones.append(one[close])
        others.append(other[close])
    return np.concatenate(ones), np.concatenate(others)
