"""A cell at its place, and the strokes within it, out of it and into it, of which wires are made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import hypot, inf, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.cache import cached
from app.drawing.geometry import Box, Path, Point, joined, moved, rounded
from app.drawing.layout.arrows import Arrow
from app.drawing.layout.bus_forks import forked
from app.drawing.layout.cell_tangles import TOGETHER
from app.drawing.layout.cell_template import (
    FROM_CORNER,
    NAME_EDGE,
    CellTemplate,
    TemplateNode,
    name_start,
    places_on,
)
from app.drawing.layout.edge_labels import PlacedLabel, label_on
from app.drawing.layout.grid import GroupFrame, Leg, Load, RoutedEdge
from app.drawing.layout.node_shapes import NodeShape, node_shape
from app.drawing.layout.parted_ways import Pair
from app.drawing.lettering import Outline, outline, variable
from app.engine.graph import Edge, Graph, Group, Node
from app.language.typeset import Notation

LANE, TRACK = 8.0, 8.0
"""Between neighbouring wires, upright and level."""
GUTTER = 15.0
"""Between a cell and the first lane."""
APART = 5.0
"""How much lower wires that run back in time leave and come in, so that they do not meet those that run on."""
GRAZING = 3.2
"""Wires that are no farther apart look like one."""
RISE = 13.0
"""How high above its node a wire turns that leaves over others: an arrow's head has room there."""
BESIDE = 12.0
"""How far beside the middle of a node it leaves where a line of the cell leaves there."""
FINELY = 1.0
"""So far apart are the places where it is tried to leave between lines and labels that are close to each other."""
CLEARANCE = 6.0
"""Between a wire and a node that it passes."""
ROOT_GAP, ROOT_DROP, BLOCK_DROP = 46.0, 34.0, 48.0
"""Between the centres of parameters below the figure, and from the lowest wire to them; to the first row of a block."""
GROUP_LABEL, NAME_HIGH = 13.0, 24.0
"""The em of the name of a group's box, and how far below its upper edge that reaches."""
LABEL_ROOM, LABEL_RISE = 24.0, 5.0
"""How much longer a wire's last piece is than the label above it, and how high above it that stands."""


@dataclass
class PlacedCell:
    """A template at its place: the nodes it shows by their keys, and where its origin is."""

    template: CellTemplate
    nodes: dict[str, Node]
    x: float = 0.0
    y: float = 0.0

    def place(self, key: str) -> Point:
        x, y = self.template.places[key] if key in self.template.places else self.template.members[key]
        return x + self.x, y + self.y

    def port(self, key: str) -> Point:
        x, y = self.template.ports[key]
        return x + self.x, y + self.y

    def shape(self, key: str) -> NodeShape:
        """The shape of a node, before all is mirrored if it is to be."""
        return shape_in_plane(self.nodes[key], self.template.up)

    @property
    def bounds(self) -> Box:
        return self.template.bounds.moved(self.x, self.y)


def shape_in_plane(node: Node, up: bool) -> NodeShape:
    """The shape of a node in the plane in which cells are laid out, which is mirrored if time is to run up."""
    return node_shape(node).upwards if up else node_shape(node)


def template_node(key: str, alike: Sequence[Node], group: str = "", up: bool = False) -> TemplateNode:
    """The nodes of all steps that have a key, as a template takes them: with the widest tag, lines coming in where the
    narrowest is; data stand in the lowest rank."""
    shapes = sorted((shape_in_plane(n, up) for n in alike), key=lambda it: it.bounds.right)
    tags = sorted((it.box for it in shapes if it.box is not None), key=lambda box: (box.right, box.bottom))
    shape = NodeShape(shapes[-1].radius, tags[-1] if tags else None)
    low, narrower = any(n.kind == "input" for n in alike), tags and tags[0].right != tags[-1].right
    return TemplateNode(key, shape, group, low=low, narrowest=tags[0] if narrower else None)


def group_labels(groups: Iterable[Group], notation: Notation) -> dict[str, Outline]:
    """The names on the boxes of groups."""
    return {g.id: outline(variable(g.label, 0, notation=notation), GROUP_LABEL) for g in groups}


# within a block


class LineIn(NamedTuple):
    """A line of a cell as it is drawn: its own strokes, and where it leaves another of the same node; then it begins
    there."""

    legs: tuple[Leg, ...]
    dots: tuple[Point, ...] = ()


BusShape = tuple[tuple[tuple[Leg, tuple[int, ...]], ...], tuple[Point, ...]]
"""The strokes of a way of a bus, each with the numbers of the ways along it; the dots where it leaves another."""


def lines_in(block: PlacedCell, pairs: Sequence[Pair], load: Callable[[Sequence[int]], Load | None]) -> list[LineIn]:
    """The lines from one place of a cell to others; where they are a bus, each piece of it once.

    `load`: that of a stroke along which the lines of these numbers run.
    """
    if not all(pair in block.template.buses for pair in pairs):
        return [LineIn((leg(_led_in(block, p), block.x, block.y, load=load([i])),)) for i, p in enumerate(pairs)]
    found = list[LineIn]()
    for strokes, dots in _bus_shapes(tuple(_bus_in(block, pair) for pair in pairs)):
        legs = tuple(Leg(it.arrow, it.x + block.x, it.y + block.y, load(some)) for it, some in strokes)
        found.append(LineIn(legs, tuple((x + block.x, y + block.y) for x, y in dots)))
    return found


@cached(1024)
def _bus_shapes(ways: tuple[tuple[Point, ...], ...]) -> tuple[BusShape, ...]:
    """The shape of each of several ways of a bus in its template: every step has the same."""
    found = list[BusShape]()
    for i, strokes in enumerate(forked(ways)):
        own = [stroke for stroke in strokes if stroke.passing[0] == i]
        legs = tuple((wired(stroke.corners, stroke is strokes[-1]), stroke.passing) for stroke in own)
        found.append((legs, tuple(stroke.corners[0] for stroke in own[own[0] is strokes[0] :])))
    return tuple(found)


def inner_runs(edges: Sequence[Edge], block: PlacedCell, pairs: Sequence[Pair], graph: Graph) -> Iterator[RoutedEdge]:
    """Edges of one node within a block, on the template's lines."""
    lines = lines_in(block, pairs, lambda some: Load(tuple(edges[i].id for i in some)) if len(some) > 1 else None)
    for i, (edge, pair, line) in enumerate(zip(edges, pairs, lines, strict=True)):
        words = tuple(words_on(edge, block, pair, graph))
        yield RoutedEdge(edge, line.legs, words, dots=line.dots, branch=bool(i and line.dots))


def _led_in(block: PlacedCell, pair: Pair) -> Path:
    """The template's line between two of its places. It is led on to a circle that, as a start's, has no tag, and to
    boxes that are lower here than in the template."""
    path, begin, end = block.template.ways[pair], _beginning(block, pair), _end(block, pair)
    path = path if begin is None else joined(rounded((begin, path[0])), path)
    return path if end is None else joined(path, rounded((path[-1], end)))


def _bus_in(block: PlacedCell, pair: Pair) -> tuple[Point, ...]:
    """The same of a line of a bus: its corners."""
    corners, begin, end = block.template.buses[pair], _beginning(block, pair), _end(block, pair)
    corners = corners if begin is None else (begin, *corners[1:])
    return corners if end is None else (*corners[:-1], end)


def _beginning(block: PlacedCell, pair: Pair) -> Point | None:
    """Where a line leaves a box upwards that is lower here than in the template."""
    key, (x, y) = pair[0], block.template.ways[pair][0]
    box = _lower_box(block, key) if key in block.nodes else None
    top = inf if box is None or block.template.nodes[key].shape.radius else block.template.places[key][1] + box.top
    return (x, top) if y < top < inf else None


def _end(block: PlacedCell, pair: Pair) -> Point | None:
    """Where a line from below comes to a circle that has no tag here, but in the template, or to a lower box."""
    key = pair[1]
    here, shape, box = block.template.nodes[key].shape, block.shape(key), _lower_box(block, key)
    (cx, cy), (x, y) = block.template.places[key], block.template.ways[pair][-1]
    if here.box is not None and shape.box is None:
        return x, cy + sqrt(max(shape.radius**2 - (x - cx) ** 2, 0.0))
    return (x, cy + box.bottom) if box is not None and y > cy + box.bottom else None


def _lower_box(block: PlacedCell, key: str) -> Box | None:
    """The box or tag of a node, if it is lower here than in the template: mirrored, where its sign is shorter."""
    here, box = block.template.nodes[key].shape.box, block.shape(key).box
    return box if here is not None and box is not None and box.bottom < here.bottom else None


def words_on(edge: Edge, block: PlacedCell, pair: Pair, graph: Graph) -> Iterator[PlacedLabel]:
    """The label of a line within a cell, if it has one."""
    at = block.template.words.get(pair)
    label = label_on(edge, graph) if at is not None else None
    if at is not None and label is not None:
        yield from label.around((at.left + at.right) / 2 + block.x, (at.top + at.bottom) / 2 + block.y)


@cached(8192)
def _arrow(path: Path, head: bool) -> tuple[Arrow, Point]:
    """The path as an arrow from its first point, and that."""
    x, y = path[0]
    here = moved(path, -x, -y)
    return Arrow(here[-1], head=head, path=here), (x, y)


def leg(path: Path, x: float = 0.0, y: float = 0.0, head: bool = True, load: Load | None = None) -> Leg:
    """A path, moved, as a stroke of an arrow."""
    arrow, start = _arrow(path, head)
    return Leg(arrow, start[0] + x, start[1] + y, load)


@cached(8192)
def _rounded_arrow(corners: tuple[Point, ...], head: bool) -> Arrow:
    return _arrow(rounded(corners), head)[0]


def wired(corners: Sequence[Point], head: bool = False, load: Load | None = None) -> Leg:
    """The way along corners as a stroke; alike ones share their shape."""
    x, y = corners[0]
    shape = tuple([(round(px - x, 3), round(py - y, 3)) for px, py in corners])
    return Leg(_rounded_arrow(shape, head), x, y, load)


# ways out of a block, and into it


def way_out(it: CellTemplate, key: str, side: int, taken: Iterable[float] = ()) -> list[Point]:
    """From a node to the height at which its wire leaves the cell: to the side if nothing is there, else over it.

    What goes over others keeps away from the heights that are taken.
    """
    x, y = it.places[key]
    shape, bounds = it.nodes[key].shape, it.nodes[key].shape.bounds
    y += APART if side < 0 else 0.0
    if is_clear(it, key, y, side):
        return [(x + side * (shape.radius or bounds.right), y)]
    top = it.places[key][1] + bounds.top
    others = list(taken)
    heights = [top - RISE + step for i in range(200) for step in (-i, i) if RISE - step > CLEARANCE]
    spans, under = _spans(it, key, side), _under(it, key)
    free = [h for h in heights if _misses(spans, h) and all(abs(h - other) >= APART for other in others)]
    free = [h for h in free if h >= under] or free
    level = _level_pieces(it, key, side)
    usual = next((h for h in free if not _is_along(level, h)), None)
    first = None if usual is None else _up(it, key, side, usual)
    if first is not None and _is_free(it, key, first):
        return first
    # The way up there is to be free too: else it leaves lower, if need be between level lines.
    inside = [h for h in free if h >= it.bounds.top]
    apart = (h for h in inside if h != usual and not _is_along(level, h))
    within = (at for h in inside for at in (h, h + 0.5) if not _runs_on(level, at))
    clear = next((way for h in chain(apart, within) if _is_free(it, key, way := _up(it, key, side, h))), first)
    if clear is not None:
        return clear
    over = _up(it, key, side, min(it.bounds.top, *others, top - RISE) - LANE)
    if not free:
        return over
    # Between the lines of a crowded cell, as far from the nearest as there is room; else over all that stands there.
    between = max((h + by for h in free for by in (0.0, 0.5)), key=lambda h: float(np.abs(level[0] - h).min()))
    is_open = under == -inf or _passes(it, key, over)
    return over if is_open and _runs_on(level, between) else _up(it, key, side, between)


def _up(it: CellTemplate, key: str, side: int, height: float) -> list[Point]:
    """From a node up to a height."""
    begin = _above(it, key, side, height)
    return [begin, (begin[0], height)]


def _is_free(it: CellTemplate, key: str, way: Sequence[Point]) -> bool:
    """Whether a way up from a node runs along no line of the cell, and through no label and no node."""
    (x, bottom), (_, top) = way
    words = (box.grown(CLEARANCE - 1) for box in it.words.values())
    others = (*words, *(it.box(other).grown(GRAZING) for other in it.nodes if other != key))
    through = any(b.left < x < b.right and top < b.bottom and b.top < bottom for b in others)
    return not through and not _is_along(_upright_pieces(it, top, bottom), x, TOGETHER)


def _passes(it: CellTemplate, key: str, way: Sequence[Point]) -> bool:
    """Whether a way up from a node is clear of all others."""
    (x, bottom), (_, top) = way
    boxes = (it.box(other).grown(CLEARANCE / 2) for other in it.nodes if other != key)
    return not any(box.left < x < box.right and top < box.bottom and box.top < bottom for box in boxes)


def _level_pieces(it: CellTemplate, key: str, side: int) -> NDArray[np.float64]:
    """The nearly level pieces of a cell's lines to one side of where a wire leaves a node upwards, which may be as far
    as that on its other side: their heights and how long they are."""
    pieces = it.pieces
    (px, py), (qx, qy) = pieces[:, 0].T, pieces[:, 1].T
    some = (np.abs(qy - py) < np.abs(qx - px) / 2) & (side * (px - it.places[key][0]) > -BESIDE)
    return np.stack([py, np.abs(qx - px)])[:, some]


def _upright_pieces(it: CellTemplate, top: float, bottom: float) -> NDArray[np.float64]:
    """The nearly upright pieces of a cell's lines between two heights: how far right they are and how long."""
    (px, py), (qx, qy) = it.pieces[:, 0].T, it.pieces[:, 1].T
    length = np.minimum(np.maximum(py, qy), bottom) - np.maximum(np.minimum(py, qy), top)
    some = (np.abs(qx - px) < np.abs(qy - py) / 2) & (length > 0)
    return np.stack([px, length])[:, some]


def _is_along(pieces: NDArray[np.float64], place: float, long: float = BESIDE) -> bool:
    """True if lines with these pieces, where they are and how long, run along a wire that would be in this place
    for longer than that, or on it."""
    places, lengths = pieces
    return bool(lengths[np.abs(places - place) < APART].sum() > long) or _runs_on(pieces, place)


def _runs_on(pieces: NDArray[np.float64], place: float) -> bool:
    """Whether such lines run on the wire, so that both look like one."""
    places, lengths = pieces
    return bool(lengths[np.abs(places - place) < GRAZING].sum() > TOGETHER)


def _above(it: CellTemplate, key: str, side: int, height: float) -> Point:
    """Where a wire leaves a node upwards, up to a height: in its middle, or beside it where a line of the cell leaves
    or runs there, through no label and no node; in the middle between two that are near each other."""
    (x, y), shape = it.places[key], it.nodes[key].shape
    reach = min(BESIDE, -shape.bounds.left - BESIDE / 2)
    near = (p for pair, path in it.ways.items() if pair[0] == key for p in places_on(path))
    lines = [px - x for px, py in near if py > y + shape.bounds.top - RISE]
    others = (*it.words.values(), *(it.box(other) for other in it.nodes if other != key))
    over = [(box.left - x, box.right - x) for box in others if height < box.bottom and box.top < y]
    upright = _upright_pieces(it, height, y + shape.bounds.top)

    def freedom(by: float) -> tuple[bool, bool, bool, float]:
        through, beside = (any(low - gap < by < high + gap for low, high in over) for gap in (1.0, CLEARANCE))
        along = _is_along(upright, x + by, TOGETHER)
        return not through, not along, not beside, min((BESIDE / 2, *(abs(by - line) for line in lines)))

    far = min(1.5 * BESIDE, -shape.bounds.left - BESIDE / 3)
    off = max((0.0, side * reach, -side * reach, side * far, -side * far), key=freedom)
    if not freedom(off)[2]:
        left = max((high for low, high in over if low < off), default=-inf)
        right = min((low for low, _ in over if low >= off), default=inf)
        between = (left + right) / 2
        if abs(between) <= far:
            off = max((off, between), key=freedom)
    if not all(freedom(off)[:3]):
        off = max((off, *np.arange(-far, far, FINELY).tolist()), key=freedom)
    return x + off, y + (shape.bounds.top if not shape.radius else -sqrt(shape.radius**2 - off**2))


def ways_out(it: CellTemplate, ends: Iterable[tuple[str, int]]) -> dict[tuple[str, int], list[Point]]:
    """The ways out of nodes to sides, the highest first, each over others at a height of its own; where one has no
    height left below a node that stands above it, first those of a row that have such a node."""
    usual = sorted(dict.fromkeys(ends), key=lambda end: it.places[end[0]][1])
    under = {key: _under(it, key) for key, _ in usual}
    found = _ways_in_turn(it, usual)
    if all(way[-1][1] >= under[key] for (key, _), way in found.items()):
        return found
    return _ways_in_turn(it, sorted(usual, key=lambda end: (it.places[end[0]][1], -under[end[0]])))


def leave_freely(it: CellTemplate, ends: Iterable[tuple[str, int]]) -> bool:
    """Whether all wires out of nodes run along no line of the cell, and through nothing, on their way up."""
    ways = ways_out(it, ends)
    return all(len(way) == 1 or _is_free(it, key, way) for (key, _), way in ways.items())


def _ways_in_turn(it: CellTemplate, ends: Iterable[tuple[str, int]]) -> dict[tuple[str, int], list[Point]]:
    """The ways out of nodes to sides, none at the height of one before it."""
    found: dict[tuple[str, int], list[Point]] = {}
    for key, side in ends:
        found[key, side] = way_out(it, key, side, [out[-1][1] for out in found.values()])
    return found


def _under(it: CellTemplate, key: str) -> float:
    """The lower edge of the lowest node that stands above this one."""
    x, y = it.places[key]
    others = (it.box(other).grown(2.0) for other in it.nodes if other != key)
    return max((box.bottom for box in others if box.left < x < box.right and box.top < y), default=-inf)


def is_clear(it: CellTemplate, key: str, y: float, side: int) -> bool:
    """True if nothing else stands beside this node on that side, at height y."""
    return _misses(_spans(it, key, side), y)


def _spans(it: CellTemplate, key: str, side: int) -> list[tuple[float, float]]:
    """From where to where other nodes, labels and the names of boxes stand beside a node, with what wires keep away."""
    x = it.places[key][0]
    others = [it.box(other) for other in it.nodes if other != key]
    others += [box for (_, reader), box in it.words.items() if reader != key]
    beside = (box for box in others if (box.right > x if side > 0 else box.left < x))
    names = (group for group, box in it.frames.items() if (box.left > x if side > 0 else box.right < x))
    return [
        *((box.top - CLEARANCE, box.bottom + CLEARANCE) for box in beside),
        *(_beside_name(it, group) for group in names),
    ]


def _beside_name(it: CellTemplate, group: str) -> tuple[float, float]:
    """From where to where a wire beside a group's box would run through its name, which is at its lower end if all is
    mirrored."""
    box = it.frames[group]
    if not it.up:
        return box.top, box.top + NAME_HIGH
    bottom = box.bottom if (start := name_start(it, group)) is None else NAME_EDGE - start
    return bottom - it.titles[group].width - 2 * NAME_EDGE, bottom


def _misses(spans: Iterable[tuple[float, float]], y: float) -> bool:
    return not any(low < y < high for low, high in spans)


def entrance(it: CellTemplate, key: str, side: int, shape: NodeShape | None = None) -> Point:
    """Where a wire comes in at the side of a node, of this shape if not the template's: at its tag or box if any."""
    x, y = it.places[key]
    shape = shape or it.nodes[key].shape
    box = shape.box
    off = APART if side > 0 else 0.0
    if box is None:
        return x + side * shape.radius, y + off
    off = min(off, (box.bottom - box.top) / 2 - FROM_CORNER)
    return x + (box.right if side > 0 else box.left), y + (box.top + box.bottom) / 2 + off


def entrance_level_with(it: CellTemplate, key: str, side: int, y: float, shape: NodeShape | None = None) -> Point:
    """The same, at a height close by where a wire comes along there: it need not turn twice for so little."""
    shape = shape or it.nodes[key].shape
    usual, centre = entrance(it, key, side, shape), it.places[key][0]
    off, box = abs(y - usual[1]), shape.box
    near = off <= (shape.radius / 2 if box is None else (box.bottom - box.top) / 2 - FROM_CORNER)
    if not near or not is_clear(it, key, y, side):
        return usual
    if box is not None:
        return usual[0], y
    return centre + side * sqrt(shape.radius**2 - (y - it.places[key][1]) ** 2), y


def direct(it: CellTemplate, lags: Mapping[str, int], readers: Mapping[str, list[str]]) -> dict[str, str]:
    """The ports whose one reader can be entered from the side: port → reader."""
    found: dict[str, str] = {}
    for port, lag in lags.items():
        keys = readers[port]
        side = -1 if lag > 0 else 1
        alone = abs(lag) == 1 and len(keys) == 1 and keys[0] not in found.values()
        if not alone:
            continue
        y = entrance(it, keys[0], side)[1]
        if is_clear(it, keys[0], y, side) and _is_apart(it, keys[0], side) and not _runs_level(it, keys[0], side, y):
            found[port] = keys[0]
    return found


def _runs_level(it: CellTemplate, key: str, side: int, y: float) -> bool:
    """True if lines of the cell run along a wire that comes in at the side of a node at height y."""
    right, down, long = it.level_pieces
    near = slice(np.searchsorted(down, y - GRAZING, side="right"), np.searchsorted(down, y + GRAZING))
    return bool(long[near][side * (right[near] - it.places[key][0]) > 0].sum() > TOGETHER)


def _is_apart(it: CellTemplate, key: str, side: int) -> bool:
    """True if no line of the cell ends where a wire comes in at the side of a node."""
    x, y = entrance(it, key, side)
    return all(hypot(path[-1][0] - x, path[-1][1] - y) >= CLEARANCE for pair, path in it.ways.items() if pair[1] == key)


def beside(x: float, taken: Iterable[float]) -> float:
    """The place nearest to x at which an upright line runs along none of those taken."""
    near = [other for other in taken if abs(other - x) < 4 * CLEARANCE]
    tries = (x + side * i for i in range(24) for side in (1, -1))
    return next((p for p in tries if all(abs(p - other) >= 0.8 * CLEARANCE for other in near)), x)


def frames_of(block: PlacedCell, graph: Graph) -> Iterator[GroupFrame]:
    """The boxes of groups with their names in the upper left corner."""
    it = block.template
    beside = next((n.id for n in block.nodes.values() if n.t is not None), "")
    for g in graph.groups:
        if g.id in it.frames:
            box, label = it.drawn_frame(g.id), it.titles[g.id]
            start = name_start(it, g.id)
            left = box.left + NAME_EDGE if start is None else start
            frame = GroupFrame(box, PlacedLabel(label, left - label.left, box.top + 5 + label.ascent), beside)
            yield (frame.upwards() if it.up else frame).moved(block.x, block.y)
