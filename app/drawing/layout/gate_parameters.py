"""Parameters as nodes at the detail `gates`: a block for each set of readers, which a template takes as one node.

Where time runs up it is mirrored as all is, its line leaving it to the right.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from app.drawing.geometry import Box, Point
from app.drawing.layout.gate_axes import GateAxes
from app.drawing.layout.grid import Leg, Load, PlacedNode, RoutedEdge
from app.drawing.layout.node_shapes import NodeShape
from app.drawing.layout.parameter_blocks import ParameterBlock, blocks_by_readers
from app.drawing.layout.wires import BlockWay, gathered, joining, summed_beside
from app.engine.graph import Edge, Graph, Node


class GateParameters:
    """The blocks of a graph, and what is drawn of them in a step. A block is known by the parameter that carries it."""

    def __init__(self, graph: Graph, within: Collection[str], below: Collection[str], axes: GateAxes) -> None:
        """`within`: the nodes that stand in steps; `below`: those that stand below all steps. Parameters elsewhere are
        as other nodes there."""
        self.axes = axes
        self.blocks = blocks_by_readers(graph, lambda n: n.id in within)
        self.block_of: Mapping[str, ParameterBlock] = {key: it for it in self.blocks for key in it.members}
        self.below = {it.carrier: it for it in blocks_by_readers(graph, lambda n: n.id in below)}
        """The blocks below all steps."""
        self.carrier_below = {key: carrier for carrier, it in self.below.items() for key in it.members}

    @cached_property
    def carried(self) -> Mapping[str, ParameterBlock]:
        return {it.carrier: it for it in self.blocks}

    def carrier(self, key: str) -> str:
        """The key that a template has for a node."""
        return self.block_of[key].carrier if key in self.block_of else key

    def block(self, carrier: str) -> ParameterBlock:
        return self.carried.get(carrier) or self.below[carrier]

    def spots(self, carrier: str, place: Point, nodes: Mapping[str, Node]) -> Iterator[PlacedNode]:
        """The circles of a block that stands in a place, those of the step's own nodes."""
        block = self.block(carrier)
        for key in block.places:
            if key in nodes:
                yield PlacedNode(nodes[key], *self.place_in(block, key, place))

    def place(self, key: str, places: Mapping[str, Point]) -> Point:
        """Where a node of a step stands, or its circle in its block, by the places that a template has."""
        block = self.block_of.get(key)
        return places[key] if block is None else self.place_in(block, key, places[block.carrier])

    def place_in(self, block: ParameterBlock, key: str, place: Point) -> Point:
        """Where a circle of a block is, the middle of the whole being at a place."""
        x, y = self.origin(block, place)
        dx, dy = self.axes.turned(*block.places[key])
        return x + dx, y + dy

    def runs(
        self, carrier: str, place: Point, edges: Iterable[Edge], run: Callable[[Edge], RoutedEdge]
    ) -> Iterator[RoutedEdge]:
        """The edges of a block in a step; `run` has those of the carrier from where they leave the block."""
        block = self.block(carrier)
        by_source: dict[str, list[Edge]] = {key: [] for key in block.members}
        for edge in edges:
            by_source[edge.source.name].append(edge)
        loads = {key: Load(tuple(e.id for e in own)) for key, own in by_source.items()}
        ways = gathered(block, self.origin(block, place), loads, self.axes.turned)
        lines = list[tuple[Leg, ...]]()
        for i, it in enumerate(map(run, by_source[carrier])):
            lines.append(it.legs)
            yield it if i else _begun_by(ways[carrier], it)
        for key, own in by_source.items():
            if key != carrier:
                yield from joining(own, ways[key], lines)

    def origin(self, it: ParameterBlock, place: Point) -> Point:
        """Where the middle of a block's first row is, the middle of the whole being there."""
        x, y = self.axes.turned(0.0, -(it.box.top + it.box.bottom) / 2)
        return place[0] + x, place[1] + y


def _begun_by(way: BlockWay, it: RoutedEdge) -> RoutedEdge:
    """An edge with its way through the block before it."""
    return RoutedEdge(it.edge, (*way.legs, *it.legs), it.words, it.square, (*way.dots, *it.dots), False, it.strength)


def block_shape(it: ParameterBlock, axes: GateAxes) -> NodeShape:
    """A block as a box around its own middle, as it is drawn."""
    half = it.box.right, (it.box.bottom - it.box.top) / 2
    return NodeShape(0.0, axes.turned_box(Box(-half[0], -half[1], half[0], half[1])))


def load_of(ids: Iterable[Sequence[str]]) -> Load | None:
    """What flows along a stretch, the edges of each source by themselves."""
    loads = [Load(tuple(some)) for some in ids if some]
    return summed_beside(loads) if loads else None
