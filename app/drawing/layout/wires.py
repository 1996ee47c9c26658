"""Wires: what comes from one node, or from a block of parameters, in by one port of a cell, and the edges behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from app.drawing.geometry import Point, shifted
from app.drawing.layout.cell import PlacedCell, lines_in, wired, words_on
from app.drawing.layout.grid import Leg, Load, RoutedEdge
from app.drawing.layout.parameter_blocks import ParameterBlock
from app.engine.graph import Edge, Graph
from app.language import NodeId


class BlockWay(NamedTuple):
    """The strokes of a parameter on its way through a block, the dots where others join it, and the strokes of those
    that it has joined itself."""

    legs: tuple[Leg, ...] = ()
    dots: tuple[Point, ...] = ()
    along: tuple[Leg, ...] = ()


@dataclass
class Wire:
    """The edges from one node to the readers behind one port of a cell.

    `joined`: those from the other parameters of its block to the same readers, in the same order.
    """

    source: NodeId
    block: PlacedCell
    port: str
    edges: list[Edge] = field(default_factory=list)
    joined: dict[str, list[Edge]] = field(default_factory=dict)

    @property
    def load(self) -> Load:
        """All that passes its port."""
        return summed_beside(self.loads)

    @property
    def sources(self) -> tuple[str, ...]:
        """Its own source and the others."""
        return self.source, *self.joined

    @property
    def loads(self) -> tuple[Load, ...]:
        """The edges that pass its port, those of each source by themselves, its own first."""
        return tuple(Load(tuple(e.id for e in edges)) for edges in (self.edges, *self.joined.values()))

    def load_to(self, readers: Sequence[int]) -> Load | None:
        """What goes on to some readers, if that is more than its one edge to them."""
        if len(readers) == 1 and not self.joined:
            return None
        every = (self.edges, *self.joined.values())
        return summed_beside([Load(tuple(edges[reader].id for reader in readers)) for edges in every])


def gathered(
    it: ParameterBlock,
    place: Point,
    loads: Mapping[str, Load],
    turned: Callable[[float, float], Point] = lambda x, y: (x, y),
) -> Mapping[str, BlockWay]:
    """The ways of the parameters through a block in that place.

    `loads`: of each, all that it carries; `turned`: where a point of the block is drawn, seen from there.
    """
    legs: dict[str, tuple[Leg, ...]] = {}
    along: dict[str, tuple[Leg, ...]] = {}
    dots: dict[str, tuple[Point, ...]] = {}
    for key, strokes in it.strokes.items():
        ways = [list(shifted([turned(*corner) for corner in stroke.corners], *place)) for stroke in strokes]
        carried = [summed_beside([loads[key], *(loads[other] for other in stroke.joined)]) for stroke in strokes]
        legs[key] = tuple(wired(way, load=load) for way, load in zip(ways, carried, strict=True))
        dots[key] = tuple(way[0] for way in ways[1:])
        for line, stroke in zip(legs[key], strokes, strict=True):
            along |= {other: (*along.get(other, ()), line) for other in stroke.joined}
    return {key: BlockWay(legs[key], dots[key], along.get(key, ())) for key in it.members}


def summed_beside(loads: Sequence[Load]) -> Load:
    """The load of a stretch along which the lines of several sources run."""
    own, *others = loads
    return replace(own, beside=tuple(others)) if others else own


def joining(edges: Sequence[Edge], way: BlockWay, lines: Sequence[tuple[Leg, ...]]) -> Iterator[RoutedEdge]:
    """The edges of a parameter that joins another in their block, from where they go on along its lines. The first one
    has the parameter's own way there."""
    for i, (edge, line) in enumerate(zip(edges, lines, strict=True)):
        if i == 0:
            yield RoutedEdge(edge, way.legs, dots=way.dots, along=(*way.along, *line))
        else:
            yield RoutedEdge(edge, (), branch=True, along=line)


def fanned(
    wire: Wire,
    readers: Iterable[str],
    graph: Graph,
    first: tuple[Leg, ...],
    dots: tuple[Point, ...] = (),
    branch: bool = False,
) -> Iterator[RoutedEdge]:
    """The edges behind a port: the first brings what leads there, each its own line from there on."""
    pairs = [(wire.port, reader) for reader in readers]
    lines = lines_in(wire.block, pairs, wire.load_to)
    for i, (e, pair, line) in enumerate(zip(wire.edges, pairs, lines, strict=True)):
        words = tuple(words_on(e, wire.block, pair, graph))
        legs, joints = (line.legs, line.dots) if i else ((*first, *line.legs), (*dots, *line.dots))
        yield RoutedEdge(e, legs, words, dots=joints, branch=bool(i) or branch)


def block_runs(
    it: ParameterBlock, cell: PlacedCell, edges: Mapping[str, list[Edge]], readers: Iterable[str], graph: Graph
) -> Iterator[RoutedEdge]:
    """The edges of a block in the cell of its readers, `edges` being those of each parameter."""
    own = edges[it.carrier]
    wire = Wire(own[0].source, cell, it.key, own, {key: edges[key] for key in it.members if key != it.carrier})
    strokes = gathered(it, cell.place(it.key), dict(zip((it.carrier, *wire.joined), wire.loads, strict=True)))
    first = strokes[it.carrier]
    runs = list(fanned(wire, readers, graph, first.legs, first.dots))
    yield from runs
    for key, others in wire.joined.items():
        yield from joining(others, strokes[key], [run.legs[-1:] for run in runs])
