"""The template of a cell: where the nodes of one step stand to each other and which way lines run between them.

Graphviz's `dot` lays it out once; every step of the figure is drawn with it. What is read from elsewhere comes in at
ports in the lowest rank, one for each source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from math import atan2, cos, hypot, pi, sin

import numpy as np
from numpy.typing import NDArray

from app.cache import cached
from app.drawing.geometry import Box, Cubic, Path, Point, around, moved, point, sampled, shifted
from app.drawing.layout.arrangement import upwards_box
from app.drawing.layout.bus_cell import lay_out_bused_cell
from app.drawing.layout.cell_sketch import CellSketch, LaidOutCell, NodeBox, lay_out_cell
from app.drawing.layout.cell_tangles import ALIKE, tangles
from app.drawing.layout.edge_labels import LabelBlock
from app.drawing.layout.node_shapes import NodeShape
from app.drawing.layout.parameter_blocks import ParameterBlock
from app.drawing.layout.parted_ways import Pair, apart, parted_ways
from app.drawing.lettering import Outline
from app.engine.graph import Group

PORT = NodeBox(9.0, 2.0, low=True, tail="n")
PAD = 2.5
"""Room around a box, for lines that pass it."""
SPREAD = 7.0
"""Between lines that come in at one side of a box or a tag."""
NEARLY = 1e-6
PIECES = 24
"""Of each curve of a line, as far as it is followed."""
CORNER, CORNER_PIECES = 12.0, 6
"""Of one that is no larger than that: fewer."""
OPEN = 1.25
"""How far from its lowest place a circle is open to lines from below, in radians."""
MOUTH, TAG_CORNER = 0.7, 3.0
"""As a share of a circle's radius, how far beside its middle lines come in upright; how far from a tag's corners."""
FROM_CORNER, NEAR_CORNER = 5.5, 8.0
"""How far from a box's corners lines come in, and how near to one it is open on which side."""
BOX_LABEL_ROOM = 4.0
NAME_EDGE, NAME_GAP = 6.0, 4.0
"""From the edge of a group's box to its name, and from a line to that."""
MANY = 40
"""The lines that are led as curves, if those are clear of each other."""


@dataclass(frozen=True, slots=True)
class TemplateNode:
    """A node of a template by its key, with its shape and the group that it stands in.

    `low`: it stands in the lowest rank, and reaches below that as far as it `hangs`. `upwards`: all its lines leave it
    in the middle of its upper side. `narrowest`: the box or tag that lines come in at, where it is narrower at some
    steps than in the shape.
    """

    key: str
    shape: NodeShape
    group: str = ""
    low: bool = False
    hangs: float = 0.0
    upwards: bool = False
    narrowest: Box | None = None

    @property
    def inlet(self) -> Box | None:
        """What lines come in at, at every step; none of a circle alone."""
        return self.narrowest or self.shape.box

    @property
    def bounds(self) -> Box:
        """What takes room in its rank."""
        it = self.shape.bounds
        return Box(it.left, it.top, it.right, it.bottom - self.hangs)


@dataclass(frozen=True)
class CellTemplate:
    """Positions, y downwards, the lowest rank at 0. `ways` run from node to node, or from a port to a node."""

    nodes: Mapping[str, TemplateNode]
    places: Mapping[str, Point]
    ports: Mapping[str, Point]
    ways: Mapping[Pair, Path]
    words: Mapping[Pair, Box]
    """The boxes of their labels."""
    frames: Mapping[str, Box]
    """The boxes around groups."""
    blocks: tuple[ParameterBlock, ...] = ()
    """What some of its nodes are: parameters that are gathered."""
    buses: Mapping[Pair, tuple[Point, ...]] = field(default_factory=dict)
    """The corners of its ways where those of one node are one line until they fork."""
    titles: Mapping[str, Outline] = field(default_factory=dict)
    """What is written on the boxes of groups."""
    up: bool = False
    """Whether all is mirrored once it is placed, so that time runs up."""

    @cached_property
    def members(self) -> Mapping[str, Point]:
        """Where the parameters of its blocks stand."""
        middles = ((block, self.places[block.key]) for block in self.blocks)
        return {key: (x + dx, y + dy) for block, (x, y) in middles for key, (dx, dy) in block.places.items()}

    @cached_property
    def bounds(self) -> Box:
        """Of all nodes, lines, labels and boxes."""
        lines = [Box(x, y, x, y) for path in self.ways.values() for x, y in path]
        return around([*self.boxes.values(), *self.frames.values(), *self.words.values(), *lines])

    @cached_property
    def boxes(self) -> Mapping[str, Box]:
        """Those of nodes."""
        return {key: node.shape.bounds.moved(*self.places[key]) for key, node in self.nodes.items()}

    @cached_property
    def pieces(self) -> NDArray[np.float64]:
        """Both ends of short pieces of all lines, found at once: a large cell has some thousands of lines, most of them
        upright, each of which is one piece, and most others corners."""
        curves = np.array([path[i : i + 4] for path in self.ways.values() for i in range(0, len(path) - 1, 3)])
        curves = curves.reshape(-1, 4, 2)
        upright = np.ptp(curves[..., 0], axis=1) < NEARLY
        corner = (np.abs(curves[:, 3] - curves[:, 0]).max(axis=1) < CORNER) & ~upright
        others = _pieces(curves[corner], CORNER_PIECES), _pieces(curves[~upright & ~corner], PIECES)
        return np.concatenate([curves[upright][:, ::3], *others])

    @cached_property
    def level_pieces(self) -> NDArray[np.float64]:
        """The level ones, the highest first: how far right and how far down each begins, and how long it is."""
        (px, py), (qx, qy) = self.pieces[:, 0].T, self.pieces[:, 1].T
        level = np.abs(qy - py) < ALIKE * np.abs(qx - px)
        found = np.stack([px[level], py[level], np.abs(qx - px)[level]])
        return found[:, np.argsort(found[1], kind="stable")]

    def drawn_frame(self, group: str) -> Box:
        """The box around a group, as it will be drawn."""
        return upwards_box(self.frames[group]) if self.up else self.frames[group]

    def passed(self, top: float, bottom: float) -> list[float]:
        """How far right lines are where they pass a level band, from left to right, as they will be drawn."""
        right, down = self._along
        first, end = np.searchsorted(down, top, side="left"), np.searchsorted(down, bottom, side="right")
        return sorted(right[first:end].tolist())

    @cached_property
    def _along(self) -> NDArray[np.float64]:
        """The places along all lines, the highest first: how far right and how far down each is."""
        places = np.array([p for path in self.ways.values() for p in places_on(path)]).reshape(-1, 2).T
        places = -places[::-1] if self.up else places
        return places[:, np.argsort(places[1], kind="stable")]

    def box(self, key: str) -> Box:
        return self.boxes[key]


def _pieces(curves: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Both ends of so many pieces of each curve."""
    a, b, c, d = curves.transpose(1, 0, 2)[:, :, None]
    t = np.linspace(0, 1, count + 1)[:, None]
    places = (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t * t * c + t**3 * d
    return np.stack([places[:, :-1], places[:, 1:]], axis=2).reshape(-1, 2, 2)


@cached(2048)
def places_on(path: Path) -> tuple[Point, ...]:
    """Places along a line, close to each other."""
    parts = (path[i : i + 4] for i in range(0, len(path) - 1, 3))
    return tuple(p for curve in parts for p in sampled(curve, PIECES))  # type: ignore[arg-type]


def cell_template(
    seats: Iterable[TemplateNode],
    lines: Mapping[Pair, LabelBlock | None],
    ports: Iterable[str],
    groups: Iterable[Group],
    labels: Mapping[str, Outline],
    spread: float = 1.0,
    blocks: Iterable[ParameterBlock] = (),
    from_below: bool = False,
    up: bool = False,
) -> CellTemplate:
    """Lay nodes, blocks, ports and the lines between them out. `labels` are what is written on the boxes of groups;
    nodes stand `spread` times as far apart as usual. Whether all that comes to ports comes `from_below` the nodes, and
    whether all is mirrored afterwards so that time runs `up`."""
    gathered = tuple(blocks)
    found = [
        *seats,
        *(TemplateNode(it.key, it.shape, low=it.hangs > 0, hangs=it.hangs, upwards=True) for it in gathered),
    ]
    entries, boxes = list(ports), list(groups)
    number = {g.id: i for i, g in enumerate(boxes)}
    place = {key: i for i, key in enumerate([*entries, *(s.key for s in found)])}
    nodes = [PORT] * len(entries) + [replace(_node_box(s), group=number.get(s.group, -1)) for s in found]
    sizes = ((it.width + 8, it.height + 4) if it else (0.0, 0.0) for it in lines.values())
    ends = ((place[source], place[target]) for source, target in lines)
    rooms = [(labels[g.id].width + 4, labels[g.id].height + BOX_LABEL_ROOM) for g in boxes]
    parents = [number.get(g.parent, -1) for g in boxes]
    frames = tuple(zip(rooms, parents, strict=True))
    drawn_so = up and any(it.shape.box for it in found)  # Of circles and lines alone a mirrored picture looks as well.
    sketch = CellSketch(
        tuple(nodes), tuple((*e, s) for e, s in zip(ends, sizes, strict=True)), frames, spread, drawn_so
    )
    read = partial(_read, seats=found, ports=entries, lines=lines, groups=boxes, titles=labels, up=up)
    made = _laid_out(sketch, read, from_below)
    if crossed := {id for id in made.frames if name_start(made, id) is None}:
        wider = (
            (2 * (labels[g.id].width + NAME_EDGE + NAME_GAP), y) if g.id in crossed else (x, y)
            for g, (x, y) in zip(boxes, rooms, strict=True)
        )
        made = _laid_out(replace(sketch, groups=tuple(zip(wider, parents, strict=True))), read, from_below)
    return replace(made, blocks=gathered)


def name_start(it: CellTemplate, group: str) -> float | None:
    """Where the name of a box begins as it will be drawn: as far left in its upper edge as no line runs through it;
    None where all is crossed."""
    box, label = it.drawn_frame(group), it.titles[group]
    bottom = box.top + 7 + label.height
    xs = it.passed(box.top, bottom)
    left = box.left + NAME_EDGE
    for x in xs:
        if left - NAME_GAP < x < left + label.width + NAME_GAP:
            left = x + NAME_GAP
    return left if left + label.width < box.right else None


def _laid_out(sketch: CellSketch, read: Callable[[LaidOutCell], CellTemplate], from_below: bool) -> CellTemplate:
    """A cell as `dot` has it, or with buses: where curves come too near to something, or there are so many lines that
    `dot` takes long."""
    curved = None
    if len(sketch.lines) <= MANY:
        curved = _curved(read(lay_out_cell(sketch)))
        if not _tangled(curved, from_below):
            return curved
    bused = lay_out_bused_cell(sketch)
    if bused is None:
        return curved or _curved(read(lay_out_cell(sketch)))
    return _led_on(read(bused))


def _tangled(it: CellTemplate, from_below: bool) -> int:
    """How much of it comes too near to something, upright ways to ports too."""
    outlines = tuple((key, seat.shape, it.places[key]) for key, seat in it.nodes.items())
    bottom = max(box.bottom for box in it.boxes.values())
    up = [((x, bottom), (x, bottom), (x, y), (x, y)) for x, y in it.ports.values() if from_below and y < bottom]
    lines = [*((*pair, path) for pair, path in it.ways.items()), *(("", "", path) for path in up)]
    return tangles(outlines, tuple(lines), tuple(it.words.values()))


def _node_box(seat: TemplateNode) -> NodeBox:
    bounds, inlet, tagged = seat.bounds, seat.inlet, seat.shape.box is not None and seat.shape.radius > 0
    width, height = bounds.right - bounds.left, bounds.bottom - bounds.top
    tail, head = ("n", "s") if tagged else ("", "")
    if inlet is None:
        return NodeBox(width, height, True, seat.low, mouth=MOUTH * seat.shape.radius)
    mouth = (inlet.right - inlet.left) / 2 - (TAG_CORNER if tagged else FROM_CORNER)
    return NodeBox(width + 2 * PAD, height + 2 * PAD, False, seat.low, "n" if seat.upwards else tail, head, mouth)


def _read(
    it: LaidOutCell,
    seats: list[TemplateNode],
    ports: list[str],
    lines: Mapping[Pair, LabelBlock | None],
    groups: list[Group],
    titles: Mapping[str, Outline],
    up: bool,
) -> CellTemplate:
    pairs = list(lines)
    lowest = max(y for _, y in it.centres)
    if ports:
        lowest = it.centres[0][1]
    centres = [(x, y - lowest) for x, y in it.centres]
    begins = {pair[0]: (path[0][0], path[0][1] - lowest) for pair, path in zip(pairs, it.lines, strict=True)}
    places = {s.key: (x, y + _rise(s)) for s, (x, y) in zip(seats, centres[len(ports) :], strict=True)}
    ways = {pair: moved(path, 0, -lowest) for pair, path in zip(pairs, it.lines, strict=True)}
    words = {
        pair: label.box(w[0], w[1] - lowest)
        for (pair, label), w in zip(lines.items(), it.labels, strict=True)
        if w and label
    }
    frames = {g.id: box.moved(0, -lowest) for g, box in zip(groups, it.groups, strict=True)}
    table = {s.key: s for s in seats}
    entries = {port: begins.get(port, at) for port, at in zip(ports, centres, strict=False)}
    buses = {pair: shifted(way, 0, -lowest) for pair, way in zip(pairs, it.corners, strict=False)}
    return CellTemplate(table, places, entries, ways, words, frames, buses=buses, titles=titles, up=up)


def _curved(it: CellTemplate) -> CellTemplate:
    """A cell as `dot` has it, its lines apart from each other where they leave a node and where they come in."""
    circles = {key: (it.places[key], s.shape.radius) for key, s in it.nodes.items() if s.shape.box is None}
    found = _led_on(replace(it, ways=parted_ways(it.ways, circles, it.boxes, it.words.values())))
    return replace(found, ways=_spread(found))


def _led_on(it: CellTemplate) -> CellTemplate:
    """All lines led on to the boxes that they join."""
    ways = {pair: _ended(it, pair, path) for pair, path in it.ways.items()}
    buses = {pair: (ways[pair][0], *way[1:-1], ways[pair][-1]) for pair, way in it.buses.items()}
    return replace(it, ways=ways, buses=buses)


def _ended(it: CellTemplate, pair: Pair, path: Path) -> Path:
    """The line led on to the boxes that it joins, through what was kept free around them."""
    source, target = (it.box(key) if key in it.nodes and it.nodes[key].shape.box else None for key in pair)
    if source is not None:
        (x, y), (ox, oy) = _beginning(it, pair[0], path[0]), path[0]
        path = ((x, y), (path[1][0] + x - ox, path[1][1] + y - oy), *path[2:])
    if target is not None:
        (x, y), (ox, oy) = _clamped(path[-1], target), path[-1]
        path = (*path[:-2], (path[-2][0] + x - ox, path[-2][1] + y - oy), (x, y))
    return path


def _beginning(it: CellTemplate, key: str, p: Point) -> Point:
    """Where a line that begins there leaves the outline of its box."""
    box = it.box(key)
    return (it.places[key][0], box.top) if it.nodes[key].upwards else _off_corners(_clamped(p, box), box)


def _clamped(p: Point, box: Box) -> Point:
    return min(max(p[0], box.left), box.right), min(max(p[1], box.top), box.bottom)


def _off_corners(p: Point, box: Box) -> Point:
    """A place on a box's outline, moved along its side away from the corners."""
    x, y = p
    if box.top < y < box.bottom:
        return x, min(max(y, box.top + FROM_CORNER), box.bottom - FROM_CORNER)
    return min(max(x, box.left + FROM_CORNER), box.right - FROM_CORNER), y


def _rise(seat: TemplateNode) -> float:
    """From the middle of a node's bounds to its place."""
    bounds = seat.bounds
    return -(bounds.top + bounds.bottom) / 2


def _spread(it: CellTemplate) -> dict[Pair, Path]:
    """Lines that come in at one side of a box or a tag end side by side, in the order in which they come."""
    ways = dict(it.ways)
    for key, seat in it.nodes.items():
        if seat.inlet is not None:
            box = seat.inlet.moved(*it.places[key])
            sides: dict[str, list[Pair]] = {}
            for pair in (p for p in ways if p[1] == key):
                sides.setdefault("below" if seat.shape.radius else _side(ways[pair], box), []).append(pair)
            for side, pairs in sides.items():
                ways |= _side_by_side({pair: ways[pair] for pair in pairs}, box, side, bool(seat.shape.radius))
        else:
            ways |= _around({p: ways[p] for p in ways if p[1] == key}, it.places[key], seat.shape.radius)
    return ways


def _around(ways: Mapping[Pair, Path], centre: Point, radius: float) -> Iterator[tuple[Pair, Path]]:
    """Lines that come in at a circle from below, apart from each other, those that are moved straight towards it."""
    angles = {pair: atan2(way[-1][0] - centre[0], way[-1][1] - centre[1]) for pair, way in ways.items()}
    pairs = sorted((p for p in ways if abs(angles[p]) < pi / 2), key=lambda p: angles[p])
    gap = min(SPREAD / radius, 2 * OPEN / max(len(pairs) - 1, 1))
    for pair, angle in zip(pairs, apart([angles[p] for p in pairs], -OPEN, OPEN, gap), strict=True):
        if abs(angle - angles[pair]) > NEARLY and len(pairs) > 1:
            path, across, down = ways[pair], sin(angle), cos(angle)
            reach = radius + hypot(path[-1][0] - path[-2][0], path[-1][1] - path[-2][1])
            before, end = ((centre[0] + far * across, centre[1] + far * down) for far in (reach, radius))
            yield pair, (*path[:-2], before, end)


def _side(path: Path, box: Box) -> str:
    """The side of a box that a line comes in at: below unless it comes from the side."""
    (px, py), (x, y) = path[-2], path[-1]
    if y < box.bottom - NEAR_CORNER or (y < box.bottom and abs(px - x) > 2 * abs(py - y)):
        return "left" if x < (box.left + box.right) / 2 else "right"
    return "below"


def _side_by_side(ways: Mapping[Pair, Path], box: Box, side: str, centred: bool) -> Iterator[tuple[Pair, Path]]:
    """The lines with their ends along a side: those of a tag around its middle, others moved as little as needs be."""
    level = side == "below"
    low, high = (box.left, box.right) if level else (box.top, box.bottom)
    pairs = sorted(ways, key=lambda p: _before_end(ways[p])[0 if level else 1])
    room = (high - low - (6.0 if centred else 2 * FROM_CORNER)) / max(len(pairs) - 1, 1)
    gap = min(SPREAD, max(room, 0.0))
    if centred:
        places = [(low + high) / 2 + (i - (len(pairs) - 1) / 2) * gap for i in range(len(pairs))]
    else:
        places = apart([ways[p][-1][0 if level else 1] for p in pairs], low + FROM_CORNER, high - FROM_CORNER, gap)
    for pair, place in zip(pairs, places, strict=True):
        yield pair, _ending(ways[pair], (place, box.bottom) if level else (getattr(box, side), place))


def _before_end(path: Path) -> Point:
    """Where a line is shortly before its end."""
    last: Cubic = path[-4:]  # type: ignore[assignment]
    return point(last, 0.6)


def _ending(path: Path, end: Point) -> Path:
    """The line with its end moved; it comes there from the same direction."""
    (px, py), (x, y) = path[-2:]
    return (*path[:-2], (px + end[0] - x, py + end[1] - y), end)


def mirrored(it: CellTemplate) -> CellTemplate:
    """The same seen from behind, labels unturned."""

    def turned(p: Point) -> Point:
        return -p[0], p[1]

    return CellTemplate(
        it.nodes,
        {k: turned(p) for k, p in it.places.items()},
        {k: turned(p) for k, p in it.ports.items()},
        {k: tuple(map(turned, path)) for k, path in it.ways.items()},
        {k: Box(-b.right, b.top, -b.left, b.bottom) for k, b in it.words.items()},
        {k: Box(-b.right, b.top, -b.left, b.bottom) for k, b in it.frames.items()},
        it.blocks,
        {k: tuple(map(turned, way)) for k, way in it.buses.items()},
        it.titles,
        it.up,
    )
