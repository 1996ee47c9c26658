"""Lays out the unfolded graph: where each node stands, which way each arrow runs, where each label is written.

Steps are columns and variables are rows, as in Goodfellow et al. (2016), chapter 10; no system has a case of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from math import inf
from types import MappingProxyType
from typing import NamedTuple

from app.cache import cached
from app.drawing.geometry import Box, Cubic, Path, Point, around, bounds, sampled, shifted, straight
from app.drawing.layout.arrangement import USUAL_ARRANGEMENT, Arrangement, upwards, upwards_box
from app.drawing.layout.arrows import Arrow
from app.drawing.layout.dimensions import RADIUS, SQUARE
from app.drawing.layout.edge_labels import PlacedLabel, written
from app.drawing.layout.node_shapes import node_shape
from app.drawing.layout.obstacles import USUAL_PITCH, Cell, Pitch, Strand
from app.drawing.layout.route_edges import Route, Routing, flat_crossings, roomiest, route, straight_ones
from app.drawing.layout.tracks import empty_rows
from app.engine.graph import Detail, Edge, Graph, Node
from app.language import Expr

WIDER = (1.0, 1.12, 1.25, 1.4, 1.6, 1.8, 2.1, 2.5, 3.0)
"""How much wider columns become, step by step, until there is room for every label."""
HIGHER = (1.0, 1.25, 1.6)
"""How much higher rows become in turn: arcs past other rows then reach further too."""
HIGHEST = (*HIGHER, 2.0, 2.5)
"""The same where a label would be misread even so, or straight lines cross at small angles."""
AREA_COST = 4.0
"""How much may be amiss with a label before the figure takes twice the room, as `crowding` counts it."""


class PlacedNode(NamedTuple):
    """A node and where its centre is."""

    node: Node
    x: float
    y: float


@dataclass(frozen=True, slots=True, eq=False)
class Load:
    """A segment of a shared wire: edges that end here, segments that go on. Its width shows their summed gradient.

    `beside`: what other sources send along the same segment, each summed by itself.
    """

    edges: tuple[str, ...]
    beyond: tuple[Load, ...] = ()
    beside: tuple[Load, ...] = ()


class Leg(NamedTuple):
    """One stroke of an arrow: what to draw and where its start is; its load, if that is more than its own edge."""

    arrow: Arrow
    x: float
    y: float
    load: Load | None = None

    @property
    def box(self) -> Box:
        return _reach(self.arrow.path).moved(self.x, self.y) if self.arrow.path else bounds(self.points)

    def upwards(self) -> Leg:
        """The same where time runs up."""
        x, y = upwards(self.x, self.y)
        return self._replace(arrow=self.arrow.upwards(), x=x, y=y)

    @property
    def points(self) -> tuple[Point, ...]:
        """Places along it, from centre to centre; of a path, all its corners."""
        if self.arrow.path:
            return shifted(self.arrow.path, self.x, self.y)
        curve: Cubic = self.arrow.curve or straight(self.arrow.end)
        return shifted(sampled(curve, 16), self.x, self.y)


def _extremes(places: Iterable[tuple[Box, float, float]]) -> list[Box]:
    """The box around many boxes at their places, without a new one for each."""
    rows = [(b.left + x, b.top + y, b.right + x, b.bottom + y) for b, x, y in places]
    if not rows:
        return []
    lefts, tops, rights, bottoms = zip(*rows, strict=True)
    return [Box(min(lefts), min(tops), max(rights), max(bottoms))]


@cached(8192)
def _reach(path: Path) -> Box:
    return bounds(path)


def upwards_words(words: tuple[PlacedLabel, ...]) -> tuple[PlacedLabel, ...]:
    """The lines of a label where time runs up: they stay level."""
    if not words:
        return words
    box = around([word.box for word in words])
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    here, there = upwards(x, y)
    return tuple(word.moved(here - x, there - y) for word in words)


class RoutedEdge(NamedTuple):
    """An edge and how it is drawn: one leg, or two that meet in a delay's square; the words beside it."""

    edge: Edge
    legs: tuple[Leg, ...]
    words: tuple[PlacedLabel, ...] = ()
    square: Point | None = None
    dots: tuple[Point, ...] = ()
    """Where it branches off a line of others, or joins one."""
    branch: bool = False
    """True if it begins on another's line and not at its source."""
    strength: float = 1.0
    """How much wider than others its line is drawn."""
    along: tuple[Leg, ...] = ()
    """The strokes of another's line on which it goes on: they are drawn there."""

    def moved(self, x: float, y: float) -> RoutedEdge:
        """The same elsewhere."""
        legs, along = (tuple(it._replace(x=it.x + x, y=it.y + y) for it in them) for them in (self.legs, self.along))
        words = (word.moved(x, y) for word in self.words)
        square = self.square and (self.square[0] + x, self.square[1] + y)
        dots = ((dx + x, dy + y) for dx, dy in self.dots)
        return self._replace(legs=legs, words=tuple(words), square=square, dots=tuple(dots), along=along)

    def upwards(self) -> RoutedEdge:
        """The same where time runs up; its label stays upright."""
        legs, along = (tuple(it.upwards() for it in them) for them in (self.legs, self.along))
        words = upwards_words(self.words)
        square, dots = self.square and upwards(*self.square), tuple(upwards(*dot) for dot in self.dots)
        return self._replace(legs=legs, words=words, square=square, dots=dots, along=along)

    @property
    def boxes(self) -> list[Box]:
        """The boxes of its labels and its square."""
        words = [w.box for w in self.words]
        return words if self.square is None else [*words, Box(*self.square, *self.square).grown(SQUARE / 2)]


@dataclass(frozen=True, slots=True)
class GroupFrame:
    """The box around a function's operations, and its name; that around the parts of a cell has none.

    `beside` is a node of the step that it is of, by its id.
    """

    box: Box
    words: PlacedLabel | None
    beside: str

    def moved(self, x: float, y: float) -> GroupFrame:
        """The same elsewhere."""
        return replace(self, box=self.box.moved(x, y), words=self.words and self.words.moved(x, y))

    def upwards(self) -> GroupFrame:
        """The same where time runs up."""
        words = upwards_words((self.words,))[0] if self.words else None
        return replace(self, box=upwards_box(self.box), words=words)


class NodeWords(NamedTuple):
    """A label that is written at a node, by the node's id."""

    node: str
    label: PlacedLabel


@dataclass(frozen=True)
class Layout:
    """Everything with its position, y downwards, in points."""

    spots: tuple[PlacedNode, ...]
    runs: tuple[RoutedEdge, ...]
    frames: tuple[GroupFrame, ...] = ()
    is_wired: bool = False
    """True if cells are wired, as where operations are nodes; else nodes stand in rows and columns."""
    words: tuple[NodeWords, ...] = ()
    """What is written at nodes: the parameters of a cell's parts."""
    pitch: Pitch = USUAL_PITCH
    """How far apart these are."""
    is_tangled: bool = False
    """True if rows and columns have no room for all lines and their labels: some run on others, or are misread."""
    up: bool = False
    """True if time runs up."""
    efforts: frozenset[int] = frozenset()
    """How much each search for ways of lines and room for labels took, as `Obstacles` counts it in rows and columns:
    what takes as much as another is the same, which is done once."""

    @property
    def curves(self) -> int:
        """How many curves its lines have: to draw one takes about as long as what `efforts` counts."""
        return sum(len(leg.arrow.path) // 3 for run in self.runs for leg in run.legs)

    def moved(self, x: float, y: float) -> Layout:
        """The same elsewhere."""
        spots = (spot._replace(x=spot.x + x, y=spot.y + y) for spot in self.spots)
        frames = (frame.moved(x, y) for frame in self.frames)
        words = (NodeWords(node, label.moved(x, y)) for node, label in self.words)
        runs = (run.moved(x, y) for run in self.runs)
        return replace(self, spots=tuple(spots), runs=tuple(runs), frames=tuple(frames), words=tuple(words))

    def upwards(self) -> Layout:
        """The same where time runs up, of wired cells: nodes, what is written and boxes around groups stay upright."""
        spots = tuple(PlacedNode(spot.node, *upwards(spot.x, spot.y)) for spot in self.spots)
        runs, frames = tuple(run.upwards() for run in self.runs), tuple(frame.upwards() for frame in self.frames)
        return replace(self, spots=spots, runs=runs, frames=frames, up=True)

    @cached_property
    def box(self) -> Box:
        """The bounds of all ink, arrows along their middle lines."""
        spots = _extremes((node_shape(s.node).bounds, s.x, s.y) for s in self.spots)
        curved = [leg for run in self.runs for leg in run.legs if leg.arrow.curve]
        legs = [leg.box for leg in curved]
        legs += _extremes(
            (_reach(leg.arrow.path), leg.x, leg.y) for run in self.runs for leg in run.legs if leg.arrow.path
        )
        frames = [frame.box for frame in self.frames]
        words = [words.label.box for words in self.words]
        beside = [box for run in self.runs if run.words or run.square for box in run.boxes]
        return around([*spots, *legs, *frames, *words, *beside])


def lay_out_steps(
    graph: Graph,
    columns: Mapping[int, int] = MappingProxyType({}),
    labels: float = 1.0,
    arrangement: Arrangement = USUAL_ARRANGEMENT,
) -> Layout:
    """Lay the steps out side by side or above each other, what has no step of its own in the middle of them.

    `columns` says where those steps stand that are not at their own number; `labels` makes those larger.
    """
    cells, up = _cells(graph, columns), arrangement.up
    groups: dict[Likeness, list[Edge]] = {}
    for edge in graph.edges:
        groups.setdefault(_likeness(edge, cells, graph.detail_at(edge.target.t)), []).append(edge)
    nodes: dict[str, Node] = {n.id: n for n in graph.nodes}
    asked = _pitch(arrangement)
    usual = tuple(_strand(edges, cells, graph, labels, asked, up) for edges in groups.values())
    if empty := empty_rows(usual, cells.values()):
        cells = {id: (step, row + sum(n for r, n in empty.items() if r <= row)) for id, (step, row) in cells.items()}
        usual = tuple(_strand(edges, cells, graph, labels, asked, up) for edges in groups.values())
    strands, routing = _routed(usual, tuple(cells.values()), up)
    ways = zip(groups.values(), strands, routing.routes, strict=True)
    runs = {run.edge.id: run for edges, s, r in ways for run in edge_runs(edges, s, r, cells, up)}
    pitch = strands[0].pitch if strands else asked
    centres = ((id, pitch.centre(cell)) for id, cell in cells.items())
    spots = tuple(PlacedNode(nodes[id], *(upwards(*at) if up else at)) for id, at in centres)
    found = tuple(runs[e.id] for e in graph.edges)
    return Layout(
        spots,
        found,
        pitch=pitch,
        is_tangled=routing.tangled or routing.misread,
        up=up,
        efforts=frozenset({routing.effort}),
    )


def _pitch(arrangement: Arrangement) -> Pitch:
    """How far apart nodes stand if labels do not need more; steps above each other leave no less room for theirs."""
    pitch = USUAL_PITCH.spread(arrangement.spread)
    return Pitch(max(pitch.row, USUAL_PITCH.row), pitch.column) if arrangement.up else pitch


Likeness = tuple[str, tuple[Expr, ...], float, float | None]
"""What edges share that are drawn the same way."""


def rows(graph: Graph) -> Mapping[str, int]:
    """The row of each drawn variable, bottom row 0."""
    names = dict.fromkeys((*graph.rows, *(n.var for n in graph.nodes)))
    drawn = {n.var for n in graph.nodes}
    return {name: i for i, name in enumerate(name for name in names if name in drawn)}


def _cells(graph: Graph, columns: Mapping[int, int]) -> dict[str, Cell]:
    row = rows(graph)
    steps = [columns.get(n.t, n.t) for n in graph.nodes if n.t is not None and not n.start] or [0]
    middle = (min(steps) + max(steps)) / 2
    return {n.id: (middle if n.t is None else float(columns.get(n.t, n.t)), row[n.var]) for n in graph.nodes}


def _likeness(edge: Edge, cells: Mapping[str, Cell], detail: Detail) -> Likeness:
    """Edges of which this is the same are drawn the same way: same rows, same distance, both ends on the grid, into
    steps at the same detail."""
    (column, source), (target_column, target) = cells[edge.source], cells[edge.target]
    alone = column % 1 or target_column % 1
    likely = f"{source} {target} {edge.function} {detail}", edge.weights
    return *likely, target_column - column, column if alone else None


def _routed(strands: tuple[Strand, ...], cells: tuple[Cell, ...], up: bool) -> tuple[tuple[Strand, ...], Routing]:
    """The strands with as much room as labels need, and their routes.

    Where a label would be misread even so, or straight lines cross at small angles, there is more room still, and
    places are looked for more closely.
    """
    asked = strands[0].pitch if strands else USUAL_PITCH

    def wider(pitch: Pitch) -> tuple[Strand, ...]:
        return strands if pitch is asked else tuple(replace(strand, pitch=pitch) for strand in strands)

    def routed(pitch: Pitch, enough: float, closely: bool = False) -> Routing:
        return route(wider(pitch), cells, enough=enough, closely=closely)

    def larger(pitch: Pitch) -> float:
        return AREA_COST * _larger(pitch, asked)

    best, routing = roomiest((asked, *_wider(strands, up, HIGHER)), routed, larger)
    straight, usual = straight_ones(wider(best), routing), routed(asked, inf)
    amiss = routing.misread or routing.tangled or flat_crossings(straight)
    if amiss and not (usual.tangled and routing.tangled):
        least = best if usual.tangled else asked
        more = (it for it in _wider(strands, up, HIGHEST) if it.column >= least.column and it.row >= least.row)
        best, routing = roomiest((least, *_steepest(more, straight)), partial(routed, closely=True), larger)
    return wider(best), routing


def _steepest(pitches: Iterable[Pitch], straight: Iterable[Strand]) -> list[Pitch]:
    """Of several pitches those at which the fewest of straight lines cross at small angles."""
    crossed = {it: flat_crossings([replace(strand, pitch=it) for strand in straight]) for it in pitches}
    return [it for it, count in crossed.items() if count == min(crossed.values())]


def _larger(pitch: Pitch, usual: Pitch) -> float:
    """How much more room nodes so far apart take than usual."""
    return pitch.column * pitch.row / (usual.column * usual.row) - 1


def _wider(strands: tuple[Strand, ...], up: bool, higher: Sequence[float]) -> list[Pitch]:
    """Wider columns and higher rows, those first that take less room, but for those in which some label does not fit
    between two neighbours beside each other; of variables, where time runs up."""
    beside = (s.labels for s in strands if s.labels and s.near and not (s.across if up else s.source - s.target))
    widths = (min(label.height if up else label.width for label in labels) for labels in beside)
    least = max(widths, default=0.0) + 2 * RADIUS
    asked = strands[0].pitch if strands else USUAL_PITCH
    shares = [(wide, high) for high in higher for wide in WIDER][1:]
    pitches = (Pitch(column * asked.column, row * asked.row) for column, row in shares)
    return sorted((it for it in pitches if it[up] >= least), key=lambda it: it.column * it.row)


def _strand(
    edges: list[Edge], cells: Mapping[str, Cell], graph: Graph, labels: float, pitch: Pitch, up: bool
) -> Strand:
    (column, source), (target_column, target) = cells[edges[0].source], cells[edges[0].target]
    columns = tuple(sorted({cells[e.source][0] for e in edges}))
    said = written(edges[0], graph, labels)
    blocks = tuple(label.upright() for label in said) if up else said
    return Strand(source, target, target_column - column, columns, blocks, pitch)


def edge_runs(
    edges: Iterable[Edge], strand: Strand, way: Route, cells: Mapping[str, Cell], up: bool = False
) -> Iterator[RoutedEdge]:
    """Edges on their strand's route, each from the cell where it starts; with time that runs `up`."""
    shared = _arrow(strand, way, way.path, up)
    for edge in edges:
        cell = cells[edge.source]
        x, y = strand.pitch.centre(cell)
        if up:
            x, y = upwards(x, y)
        arrow = _arrow(strand, way, way.tracks[cell[0]], up) if cell[0] in way.tracks else shared
        words = [word.moved(x, y) for word in way.words.get(cell[0], ())]
        yield RoutedEdge(edge, (Leg(arrow, x, y),), tuple(words))


def _arrow(strand: Strand, way: Route, path: Path, up: bool) -> Arrow:
    """The shape of an edge on a route."""
    arrow = Arrow(strand.end, way.curve, path=path)
    return arrow.upwards() if up else arrow
