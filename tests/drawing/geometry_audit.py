"""What an art editor would mark in a figure, found in its `figure.json`: lines, heads, nodes and labels that meet.

Lines belong to the two nodes that they join. Two of one source, or of one target, may be one line for a part of their
way, a bus: then they lie exactly on each other. Near a node that they share, lines may come together.

On the way back an arrow is read from its source on as well: the rails of a hollow one as the line between them, and
where nothing flows as dashes up to a bar, without a head.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from math import hypot
from typing import Any

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Numbers = NDArray[np.intp]
Box = Sequence[float]

STEP = 1.5
"""Lines are looked at in places so far apart, in points, as all lengths are."""
NODE_GAP = 3.0
"""The least from a line's middle to a node that it passes."""
LINE_GAP, TOGETHER, ALIKE, STRAIGHT = 2.4, 10.0, 0.2, 0.26
"""Lines that are nearer than this for so long, their directions' sine being no more than that, are on each other; two
straight ones, that of 15 degrees."""
BENT = 0.01
"""The sine between directions of a line that is not straight."""
PORTION = 1_000_000
"""So many pairs of places are compared at once."""
ONE, FAN, FORK = 1.0, 12.0, 26.0
"""Lines that are no further apart than the first are one; so near to a node that they share, or to a fork, they may
come together."""
INTO = 1.5
"""How deep a line may reach into a node that it joins."""
TIP = (-1.5, 3.0)
"""How far a head's tip is from its node's outline: its border reaches further, and the node's comes to meet it."""
AIM, DEPTH = 7.0, 0.8
"""A head's direction led on by so much is so deep in its node: it does not glance off."""
CORNER = 2.5
"""Heads are no nearer to a box's corner."""
TAIL = 2.5
"""How far a line's beginning may be from what it comes from."""
SQUARE_GAP = 2.0
"""The least from a line to the square of a delay that is not its own."""
NODES_APART = 3.0
LABEL_GAP = 0.6
"""The least from a label's ink to anything."""
SPACE = 4.0
"""The least between labels of different things that stand in one line: a space, as between words."""
NEIGHBOURS = 60.0
"""So far around a label lines are compared."""
STACKED = 8.0
"""Labels of a line that are no further apart are read as one."""
ASTRAY = 1.0
"""Another line is nearer to a label than its own by more than this."""
INSIDE = 1.0
"""How far a label may reach over its node's outline."""
PADDING = 1.9
"""The least from what is written in a box to its edge."""
GIVEN = ("input", "target", "parameter")
"""The kinds of node that are there for what reads them."""
AGAIN = " again"
"""What the id of a node has where it is repeated, as often as it is."""
WIRED = ("operations", "gates")
"""The details whose lines are wires, on which several edges run together."""


@dataclass(frozen=True, order=True)
class Finding:
    """A kind of fault, and between what: ids of nodes or edges, or a label's LaTeX."""

    kind: str
    one: str
    other: str = ""
    amount: float = 0.0
    """How near or how long, in points."""

    def __str__(self) -> str:
        return f"{self.kind}: {self.one}" + (f" and {self.other}" if self.other else "") + f" ({self.amount:.1f})"


LABELS = (
    "label on a node",
    "label on a line",
    "label on a label",
    "labels that run together",
    "label on a square",
    "label out of its node",
    "label near the edge of its box",
    "label nearer to another line than to its own",
)
"""The kinds that labels are to blame for."""


def findings(figure: Mapping[str, Any]) -> list[Finding]:
    """Everything that is wrong with a figure, a circuit beside it included."""
    graph = figure["graph"]
    details = graph["detail"], *graph.get("opened", {}).values()
    wired = graph["parameters"] != "arrows" or any(detail in WIRED for detail in details)
    size = graph["width"], graph["height"]
    whole = {key: graph.get(key, ()) for key in ("stubs", "frames", "words", "repeats")}
    whole |= {key: figure[key] for key in ("nodes", "edges")} | {"crowded": graph.get("crowded", False)}
    parts = [whole] + ([figure["circuit"]] if "circuit" in figure else [])
    return sorted(f for part in parts for f in audit(DrawnGraph(part, wired or part.get("crowded", False), size)))


@dataclass(frozen=True)
class NodeOutline:
    """A node's outline: a circle, boxes (the card of a bitmap, an operation, a tag), or both."""

    id: str
    x: float
    y: float
    radius: float
    boxes: tuple[Box, ...]

    @classmethod
    def of(cls, it: Mapping[str, Any]) -> NodeOutline:
        return cls(it["id"], it["x"], it["y"], it.get("radius", 0.0), tuple(it[k] for k in ("card", "box") if k in it))

    @property
    def drawn(self) -> bool:
        return bool(self.radius or self.boxes)

    @cached_property
    def bounds(self) -> Box:
        r = self.radius
        circle = [(self.x - r, self.y - r, self.x + r, self.y + r)] if r or not self.boxes else []
        return _around((*circle, *self.boxes))

    def distance(self, points: Points) -> Points:
        """Of each point from the outline, negative within."""
        found = np.full(len(points), np.inf)
        if self.radius:
            found = np.hypot(points[:, 0] - self.x, points[:, 1] - self.y) - self.radius
        for box in self.boxes:
            found = np.minimum(found, _from_box(points, box))
        return found


def _from_box(points: Points, box: Box) -> Points:
    """Distances of points from a box's outline, negative within."""
    x = np.maximum(box[0] - points[:, 0], points[:, 0] - box[2])
    y = np.maximum(box[1] - points[:, 1], points[:, 1] - box[3])
    outside: Points = np.hypot(np.maximum(x, 0), np.maximum(y, 0))
    return outside + np.minimum(np.maximum(x, y), 0)


@dataclass(frozen=True)
class DrawnLine:
    """An edge as it is drawn, its ends being nodes of the drawing; its strokes run from the source on.

    `back`: its head is at the source. `empty`: nothing flows back to there, so that it has none.
    """

    id: str
    source: str
    target: str
    lag: int
    strokes: tuple[Points, ...]
    heads: tuple[Points, ...]
    square: Box | None
    labels: tuple[tuple[str, Box], ...]
    back: bool
    empty: bool

    @property
    def tails(self) -> Iterator[tuple[str, Points, int]]:
        """The ends that should be at a node without having a head there: the node, the stroke and which of its ends."""
        if not self.strokes:
            return
        if not self.back or (not self.heads and not self.empty):
            yield self.source, self.strokes[0], 0
        if self.back or not self.heads:
            yield self.target, self.strokes[-1], -1


@dataclass(frozen=True)
class DrawnGraph:
    """One graph of a figure, read from its data."""

    data: Mapping[str, Any]
    wired: bool
    size: tuple[float, float]
    places: dict[str, NodeOutline] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for it in (*self.data["nodes"], *self.data.get("stubs", ())):
            if "x" in it:
                self.places[it["id"]] = NodeOutline.of(it)
        for it in self.data.get("repeats", ()):
            id = it["id"] + AGAIN
            while id in self.places:
                id += AGAIN
            self.places[id] = NodeOutline.of(it)

    @cached_property
    def stubs(self) -> list[tuple[str, int, int, str]]:
        """The variable, the first and the last step of each, and its id."""
        found = []
        for it in self.data.get("stubs", ()):
            name, _, rest = it["id"].partition("[")
            first, last = rest.rstrip("]").split("…")
            found.append((name, int(first), int(last), it["id"]))
        return found

    def place(self, id: str) -> str:
        """The drawn node that a line from or to a node ends at: a stub where that is hidden."""
        if id in self.places or "[" not in id:
            return id
        name, step = id.rstrip("]").split("[")
        near = (
            (max(first - int(step), int(step) - last, 0), stub)
            for name_, first, last, stub in self.stubs
            if name_ == name
        )
        return min(near, default=(0, id))[1]

    @cached_property
    def lines(self) -> list[DrawnLine]:
        edges = [it for it in self.data["edges"] if "curves" in it]
        ends = {it["id"]: self._end(it) for it in reversed(edges)}  # What others join is told after these.
        return [self._line(it, ends[it["id"]]) for it in edges]

    def _line(self, it: Mapping[str, Any], end: str) -> DrawnLine:
        heads = tuple(np.array(head, dtype=float) for head in it["heads"])
        labels = tuple((label["tex"], label["box"]) for label in it["labels"])
        strokes = tuple(_sampled(path) for path in _paths(it))
        ends = self._begin(it["source"], strokes), end
        flows = it.get("flows", ())
        empty = "nothing" in flows[:1]
        return DrawnLine(it["id"], *ends, int(it["lag"]), strokes, heads, it.get("square"), labels, bool(flows), empty)

    def _end(self, it: Mapping[str, Any]) -> str:
        """The node at which a line ends: its target, or the one of those that repeat it in a wrapped run that it or its
        head meets, or that of the line that it joins."""
        here, strokes = self.place(it["target"]), [_sampled(path) for path in _paths(it)]
        again = [id for id in self.places if id.startswith(it["target"] + AGAIN)]
        if not again or not strokes:
            return here
        tips = np.array(
            [*(point for head in it["heads"] for point in head), *(at for s in strokes for at in s[[0, -1]])]
        )
        off = {id: np.abs(self.places[id].distance(tips)).min() for id in (here, *again)}
        nearest = min(off, key=lambda id: off[id])
        ways = self._ways_in.setdefault(it["target"], [])
        if off[nearest] > TAIL:
            meets = (id for id, way in ways for tip in tips if np.hypot(*(way - tip).T).min() <= TAIL)
            nearest = next(meets, nearest)
        ways.extend((nearest, stroke) for stroke in strokes)
        return nearest

    @cached_property
    def _ways_in(self) -> dict[str, list[tuple[str, Points]]]:
        """The strokes of lines to a target that is repeated, each with the node that it leads to."""
        return {}

    def _begin(self, source: str, strokes: Sequence[Points]) -> str:
        """The node at which a line begins: its source, or the one of those that repeat it in a wrapped run from where
        it comes, or the line that it branches off."""
        here = self.place(source)
        again = [id for id in self.places if id.startswith(source + AGAIN)]
        if not again or not strokes:
            return here
        off = {id: abs(self.places[id].distance(strokes[0][:1])[0]) for id in (here, *again)}
        nearest = min(off, key=lambda id: off[id])
        ways = self._ways.setdefault(source, [])
        if off[nearest] > TAIL:
            begins = strokes[0][0]
            nearest = next((id for id, way in ways if np.hypot(*(way - begins).T).min() <= TAIL), nearest)
        ways.extend((nearest, stroke) for stroke in strokes)
        return nearest

    @cached_property
    def _ways(self) -> dict[str, list[tuple[str, Points]]]:
        """The strokes of lines from a source that is repeated, each with the node that it comes from."""
        return {}

    @cached_property
    def samples(self) -> LineSamples:
        return LineSamples.of(self.lines)


def _paths(it: Mapping[str, Any]) -> Iterator[Points]:
    """The paths of an edge from its source on: a hollow one's two rails are one, the middle between them."""
    curves = [np.array(curve, dtype=float) for curve in it["curves"]]
    flows = iter(it.get("flows", ()))
    if "flows" not in it:
        yield from curves
        return
    rest = iter(curves)
    for curve, flow in zip(rest, flows, strict=False):
        other = next(rest) if flow == "hollow" and next(flows) else curve
        yield ((curve + other) / 2)[::-1]


def _sampled(path: Points) -> Points:
    """Places along a path of cubic pieces, evenly apart."""
    t = np.linspace(0, 1, 33)[:, None]
    pieces = []
    for i in range(0, len(path) - 1, 3):
        a, b, c, d = path[i : i + 4]
        pieces.append((1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t * t * c + t**3 * d)
    points = np.concatenate(pieces)
    along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))))
    count = max(2, int(np.ceil(along[-1] / STEP)) + 1)
    at = np.linspace(0, along[-1], count)
    return np.stack([np.interp(at, along, points[:, k]) for k in (0, 1)], axis=1)


@dataclass(frozen=True)
class LineSamples:
    """The places along all lines: where, which way, of which line, how far along all its strokes, and whether that is
    straight."""

    points: Points
    ways: Points
    line: Numbers
    along: Points
    straight: NDArray[np.bool_]
    order: Numbers
    """From left to right."""

    @classmethod
    def of(cls, lines: Sequence[DrawnLine]) -> LineSamples:
        points, ways, owner, along = [np.zeros((0, 2))], [np.zeros((0, 2))], [np.zeros(0, np.intp)], [np.zeros(0)]
        straight = [np.zeros(0, np.bool_)]
        for number, line in enumerate(lines):
            before = 0.0
            for stroke in line.strokes:
                way = np.gradient(stroke, axis=0)
                length = np.maximum(np.hypot(*way.T), 1e-9)
                points.append(stroke)
                ways.append(way / length[:, None])
                owner.append(np.full(len(stroke), number, np.intp))
                along.append(before + np.cumsum(length))
                before = float(along[-1][-1])
                bends = np.abs(ways[-1] @ (-ways[-1][0, 1], ways[-1][0, 0])).max()
                straight.append(np.full(len(stroke), bends < BENT))
        every = np.concatenate(points)
        parts = every, np.concatenate(ways), np.concatenate(owner), np.concatenate(along), np.concatenate(straight)
        return cls(*parts, np.argsort(every[:, 0], kind="stable"))

    @cached_property
    def xs(self) -> Points:
        ordered: Points = self.points[self.order, 0]
        return ordered

    def within(self, box: Box, by: float = 0.0) -> Numbers:
        """The numbers of the places in a box."""
        ends = np.searchsorted(self.xs, box[0] - by), np.searchsorted(self.xs, box[2] + by, "right")
        some = self.order[ends[0] : ends[1]]
        y = self.points[some, 1]
        found: Numbers = some[(y >= box[1] - by) & (y <= box[3] + by)]
        return found


def audit(it: DrawnGraph) -> Iterator[Finding]:
    """Every fault of one drawing, each once."""
    yield from lines_near_nodes(it)
    yield from lines_on_lines(it)
    yield from heads_off(it)
    yield from tails_off(it)
    yield from under_squares(it)
    yield from nodes_together(it)
    yield from orphans(it)
    yield from off_the_canvas(it)
    yield from labels(it)
    yield from labels_astray(it)
    yield from words_of_nodes(it)


# Lines


def lines_near_nodes(it: DrawnGraph) -> Iterator[Finding]:
    """Lines that pass too near to a node, or run through one that they join."""
    for node in it.places.values():
        if not node.drawn:
            continue
        near = it.samples.within(node.bounds, NODE_GAP)
        far = node.distance(it.samples.points[near])
        for number in np.unique(it.samples.line[near]):
            line = it.lines[number]
            least = float(far[it.samples.line[near] == number].min())
            own = node.id in {end.partition(AGAIN)[0] for end in (line.source, line.target)}
            if least < (-INTO if own else NODE_GAP):
                yield Finding("line in its own node" if own else "line near a node", line.id, node.id, least)


def lines_on_lines(it: DrawnGraph) -> Iterator[Finding]:
    """Lines that run on each other, or on themselves."""
    here, there, apart = _alongside(it, LINE_GAP)
    line = it.samples.line[here]
    for number in np.unique(line[line == there]):
        yield Finding("line on itself", it.lines[number].id)
    pairs = line * len(it.lines) + there
    order = np.argsort(pairs, kind="stable")
    for some in np.split(order, np.flatnonzero(np.diff(pairs[order])) + 1) if len(order) else ():
        a, b = it.lines[line[some[0]]], it.lines[there[some[0]]]
        if a is not b and STEP * len(some) > TOGETHER:
            places, shared = it.samples.points[here[some]], {a.source, a.target} & {b.source, b.target}
            wrong = _together(it, places, apart[some], shared)
            if shared and STEP * np.count_nonzero(wrong) > TOGETHER:
                wrong &= ~_at_a_fork(places, a, b)
            length = STEP * np.count_nonzero(wrong)
            if length > TOGETHER:
                yield Finding("line on a line", a.id, b.id, length)


def _together(it: DrawnGraph, places: Points, apart: Points, shared: Iterable[str]) -> NDArray[np.bool_]:
    """Of places where two lines are near each other, those where they should not be."""
    wrong = np.ones(len(places), dtype=bool)
    for id in shared:
        wrong &= apart > ONE
        if id in it.places:
            wrong &= it.places[id].distance(places) > FAN
    return wrong


def _at_a_fork(places: Points, a: DrawnLine, b: DrawnLine) -> NDArray[np.bool_]:
    """Of places, those that are near to where both lines begin, or one begins on the other."""
    found = np.zeros(len(places), dtype=bool)
    for one, other in ((a, b), (b, a)):
        for stroke in one.strokes:
            if any(np.hypot(*(its - stroke[0]).T).min() < ONE for its in other.strokes):
                found |= np.hypot(*(places - stroke[0]).T) < FORK
    return found


def _alongside(it: DrawnGraph, gap: float) -> tuple[Numbers, Numbers, Points]:
    """The places at which a line runs nearer than a gap to one whose id comes later, or to itself further on: with each
    the number of that line, and how far apart they are. Of two that are one wire there nothing is told.

    Of the pairs of places, of which a bus of hundreds of lines has hundreds of millions, few are held at once.
    """
    its, reach = it.samples, gap + STEP / 2
    points, line = its.points, its.line
    rank = np.argsort(np.argsort([one.id for one in it.lines]))
    ends = np.unique([(one.source, one.target) for one in it.lines], return_inverse=True)[1].reshape(-1, 2)
    cells = np.floor(points / reach).astype(np.int64)
    width = int(cells[:, 1].max(initial=0)) + 4
    keys = (cells[:, 0] + 1) * width + cells[:, 1] + 1
    order = np.argsort(keys, kind="stable")
    columns = keys[:, None] + width * np.arange(-1, 2)
    first = np.searchsorted(keys[order], columns - 1)
    count = np.searchsorted(keys[order], columns + 1, "right") - first
    portions = np.cumsum(count.sum(axis=1)) // PORTION
    found = [(np.zeros(0, np.intp), np.zeros(0, np.intp), np.zeros(0))]
    for some in np.split(np.arange(len(points)), np.flatnonzero(np.diff(portions)) + 1):
        counts = count[some].ravel()
        one = np.repeat(np.repeat(some, 3), counts)
        other = order[np.arange(len(one)) + np.repeat(first[some].ravel() - np.cumsum(counts) + counts, counts)]
        further = its.along[other] - its.along[one] > 2 * TOGETHER
        kept = np.where(line[one] == line[other], further, rank[line[one]] < rank[line[other]])
        one, other = one[kept], other[kept]
        apart = np.hypot(*(points[one] - points[other]).T)
        cross = its.ways[one, 0] * its.ways[other, 1] - its.ways[one, 1] * its.ways[other, 0]
        alike = np.where(its.straight[one] & its.straight[other], STRAIGHT, ALIKE)
        close = (apart < reach) & (np.abs(cross) < alike)
        pairs, which = np.unique(one[close] * len(it.lines) + line[other[close]], return_inverse=True)
        least = np.full(len(pairs), np.inf)
        np.minimum.at(least, which, apart[close])
        here, there = np.divmod(pairs, len(it.lines))
        shared = (ends[line[here], :, None] == ends[there, None, :]).any(axis=(1, 2)) & (line[here] != there)
        told = ~shared | (least > ONE)
        found.append((here[told], there[told], least[told]))
    here, there, least = map(np.concatenate, zip(*found, strict=True))
    return here, there, least


def tails_off(it: DrawnGraph) -> Iterator[Finding]:
    """Lines that begin neither at their node nor on another line from there, or end so without a head.

    A wire may also branch off the line that makes its source, before that comes to it, and it may end on a wire into
    anything that its source goes to: there both are one.
    """
    reached: dict[str, set[str]] = {}
    if it.wired:
        for line in it.lines:
            reached.setdefault(line.source, set()).add(line.target)
    for line in it.lines:
        for end, own, number in line.tails:
            tail = own[number]
            off = float(it.places[end].distance(tail[None])[0]) if end in it.places else 0.0
            if abs(off) <= TAIL:
                continue
            at = {line.source, line.target} if number == 0 else {line.source, *reached.get(line.source, ())}
            near = it.samples.line[it.samples.within((*tail, *tail), TAIL)] if it.wired else ()
            wires = (it.lines[one] for one in np.unique(near) if at & {it.lines[one].source, it.lines[one].target})
            others = (stroke for wire in wires for stroke in wire.strokes if stroke is not own)
            if min((np.hypot(*(stroke - tail).T).min() for stroke in others), default=np.inf) > TAIL:
                yield Finding(
                    "line that begins nowhere" if number == 0 else "line that ends nowhere", line.id, end, off
                )


# Heads


def heads_off(it: DrawnGraph) -> Iterator[Finding]:
    """Heads that float, reach in, glance off, or sit at a corner; lines of a grid without one."""
    for line in it.lines:
        if not line.heads and not line.empty and not it.wired and line.strokes:
            yield Finding("line without a head", line.id)
        if line.heads and line.empty:
            yield Finding("head where nothing flows", line.id)
        node = it.places.get(line.source if line.back else line.target)
        for head in line.heads:
            if node is None:
                continue
            tip, way = _tip(head)
            off = float(node.distance(tip[None])[0])
            if not TIP[0] <= off <= TIP[1] or node.distance((tip + AIM * way)[None])[0] > -DEPTH:
                yield Finding("head off its node", line.id, node.id, off)
            elif (near := _from_corner(tip, node)) < CORNER:
                yield Finding("head at a corner", line.id, node.id, near)


def _tip(head: Points) -> tuple[Points, Points]:
    """The tip of a triangle, opposite its shortest side, and which way it points."""
    sides = [float(np.hypot(*(head[(i + 1) % 3] - head[(i + 2) % 3]))) for i in range(3)]
    tip = int(np.argmin(sides))
    base = (head[(tip + 1) % 3] + head[(tip + 2) % 3]) / 2
    way: Points = head[tip] - base
    return head[tip], way / max(float(np.hypot(*way)), 1e-9)


def _from_corner(tip: Points, node: NodeOutline) -> float:
    """How far a tip is from the nearest corner of its node's box that its circle does not cover."""
    corners = [(x, y) for left, top, right, bottom in node.boxes for x in (left, right) for y in (top, bottom)]
    shown = [c for c in corners if hypot(c[0] - node.x, c[1] - node.y) > node.radius]
    return min((hypot(tip[0] - x, tip[1] - y) for x, y in shown), default=float("inf"))


# Squares, nodes


def under_squares(it: DrawnGraph) -> Iterator[Finding]:
    """Lines under the square of a delay that is not theirs; squares at nodes."""
    squares = [line for line in it.lines if line.square is not None]
    for own in squares:
        box = own.square or ()
        near = it.samples.within(box, SQUARE_GAP)
        for number in np.unique(it.samples.line[near]):
            line = it.lines[number]
            if line is not own and (line.source, line.lag) != (own.source, own.lag):
                yield Finding("line under a square", line.id, own.id)
        for node in it.places.values():
            if _apart(box, node) < NODE_GAP:
                yield Finding("square on a node", own.id, node.id)
    for one, other in combinations(squares, 2):
        if _meet(one.square or (), other.square or (), SQUARE_GAP):
            yield Finding("square on a square", one.id, other.id)


def nodes_together(it: DrawnGraph) -> Iterator[Finding]:
    nodes = sorted((n for n in it.places.values() if n.drawn), key=lambda n: n.bounds[0])
    for i, one in enumerate(nodes):
        for other in nodes[i + 1 :]:
            if other.bounds[0] > one.bounds[2] + NODES_APART:
                break
            if _meet(one.bounds, other.bounds, NODES_APART) and _between(one, other) < NODES_APART:
                yield Finding("node on a node", one.id, other.id, _between(one, other))


def _between(one: NodeOutline, other: NodeOutline) -> float:
    """About how far two outlines are apart."""
    found = [_apart(box, to) for node, to in ((one, other), (other, one)) for box in node.boxes]
    if one.radius and other.radius:
        found.append(hypot(one.x - other.x, one.y - other.y) - one.radius - other.radius)
    return min(found)


def orphans(it: DrawnGraph) -> Iterator[Finding]:
    """Data and parameters that no line leaves."""
    sources = {it.place(edge["source"]) for edge in it.data["edges"]}
    for node in it.data["nodes"]:
        if node.get("kind") in GIVEN and node["id"] in it.places and node["id"] not in sources:
            yield Finding("orphan", node["id"])


def off_the_canvas(it: DrawnGraph) -> Iterator[Finding]:
    width, height = it.size
    out = (it.samples.points < 0).any(axis=1) | (it.samples.points > (width, height)).any(axis=1)
    yield from (Finding("off the canvas", it.lines[number].id) for number in np.unique(it.samples.line[out]))
    for id, node in it.places.items():
        left, top, right, bottom = node.bounds
        if min(left, top) < 0 or right > width or bottom > height:
            yield Finding("off the canvas", id)


# Labels


def labels(it: DrawnGraph) -> Iterator[Finding]:
    """Labels of lines, of frames and of parts that lie on something."""
    words = [(label, box, line.id) for line in it.lines for label, box in line.labels]
    words += [(w["tex"], w["box"], "") for frame in it.data.get("frames", ()) for w in frame["labels"]]
    words += [(w["tex"], w["box"], "") for w in it.data.get("words", ())]
    for label, box, owner in words:
        name = f"{label} of {owner}" if owner else label
        for node in it.places.values():
            if _apart(box, node) < LABEL_GAP:
                yield Finding("label on a node", name, node.id, _apart(box, node))
        for number in np.unique(it.samples.line[it.samples.within(box, LABEL_GAP)]):
            yield Finding("label on a line", name, it.lines[number].id)
        for line in it.lines:
            if line.square is not None and _meet(box, line.square, LABEL_GAP):
                yield Finding("label on a square", name, line.id)
            if line.id != owner and any(_meet(box, _bounds(head), LABEL_GAP) for head in line.heads):
                yield Finding("label on a line", name, line.id)
    ordered = sorted(words, key=lambda word: word[1][0])
    for i, (label, box, owner) in enumerate(ordered):
        for other, there, its in ordered[i + 1 :]:
            if there[0] > box[2] + SPACE:
                break
            if _meet(box, there, LABEL_GAP):
                yield Finding("label on a label", f"{label} of {owner}", f"{other} of {its}")
            elif _in_one_line(box, there):
                yield Finding("labels that run together", f"{label} of {owner}", f"{other} of {its}", there[0] - box[2])


def _in_one_line(one: Box, other: Box) -> bool:
    """Whether labels stand beside each other, so that they would be read as one without a space between them."""
    shared = min(one[3], other[3]) - max(one[1], other[1])
    return shared > min(one[3] - one[1], other[3] - other[1]) / 2


def labels_astray(it: DrawnGraph) -> Iterator[Finding]:
    """Labels that one takes for another line's, which passes nearer. Wires of one source, or of one target, are one."""
    for number, line in enumerate(it.lines):
        for words in _stacks(line.labels):
            box = _around(there for _, there in words)
            near = it.samples.within(box, NEIGHBOURS)
            far = np.maximum(_from_box(it.samples.points[near], box), 0)
            of = it.samples.line[near]
            square = NEIGHBOURS if line.square is None else _off(box, line.square)
            own = float(far[of == number].min(initial=square))
            for other in np.unique(of[far < own - ASTRAY]):
                there = it.lines[other]
                if not (it.wired and (there.source == line.source or there.target == line.target)):
                    name = f"{', '.join(tex for tex, _ in words)} of {line.id}"
                    yield Finding(LABELS[-1], name, there.id, own - float(far[of == other].min()))


def _stacks(labels: Iterable[tuple[str, Box]]) -> list[list[tuple[str, Box]]]:
    """The labels of a line, those that stand together by themselves."""
    found = list[list[tuple[str, Box]]]()
    for it in labels:
        together = [stack for stack in found if any(_off(it[1], box) < STACKED for _, box in stack)]
        found = [stack for stack in found if stack not in together] + [[it, *(label for s in together for label in s)]]
    return found


def _around(boxes: Iterable[Box]) -> Box:
    """The box around several."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _off(one: Box, other: Box) -> float:
    """How far two boxes are apart."""
    return hypot(*(max(one[k] - other[k + 2], other[k] - one[k + 2], 0.0) for k in (0, 1)))


def words_of_nodes(it: DrawnGraph) -> Iterator[Finding]:
    """Names, signs and numbers that leave their node's outline, or lie on each other."""
    for data in (*it.data["nodes"], *it.data.get("stubs", ())):
        node = it.places.get(data["id"])
        if node is None:
            continue
        words = [(w["tex"], w["box"]) for w in data["labels"]] + [("numbers", box) for box in data.get("cells", ())]
        for label, box in words:
            corners = np.array([(x, y) for x in (box[0], box[2]) for y in (box[1], box[3])])
            if (out := _out(corners, node)) > INSIDE:
                yield Finding("label out of its node", label, node.id, out)
            elif (near := _from_the_edge(corners, node)) < PADDING:
                yield Finding("label near the edge of its box", label, node.id, near)
        for (label, box), (other, there) in combinations(words, 2):
            if _meet(box, there):
                yield Finding("label on a label", f"{label} of {node.id}", other)


def _out(corners: Points, node: NodeOutline) -> float:
    """How far the corners of a label reach out of the circle or out of a box, whichever holds it best."""
    ways = []
    if node.radius:
        ways.append(np.hypot(corners[:, 0] - node.x, corners[:, 1] - node.y).max() - node.radius)
    ways += [_from_box(corners, box).max() for box in node.boxes]
    return float(min(ways, default=0.0))


def _from_the_edge(corners: Points, node: NodeOutline) -> float:
    """How far the corners of what is written in a box are from its edge; of what stands in a circle nothing is told."""
    boxes = [-float(_from_box(corners, box).max()) for box in node.boxes]
    return min((near for near in boxes if near > -INSIDE), default=np.inf)


def _apart(box: Box, node: NodeOutline) -> float:
    """How far a box is from a node's outline; 0 where they meet."""
    found = [float("inf")]
    if node.radius:
        x, y = (max(box[k] - at, at - box[k + 2], 0.0) for k, at in ((0, node.x), (1, node.y)))
        found.append(max(hypot(x, y) - node.radius, 0.0))
    return min([*found, *(_off(box, own) for own in node.boxes)])


def _meet(one: Box, other: Box, gap: float = 0.0) -> bool:
    return all(one[k] < other[k + 2] + gap and other[k] < one[k + 2] + gap for k in (0, 1))


def _bounds(points: Points) -> Box:
    return (*points.min(axis=0).tolist(), *points.max(axis=0).tolist())
