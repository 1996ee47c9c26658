"""The template of a step at the detail `gates`: where its nodes stand and which way its wires run, on a grid.

Laid out once, every step is drawn with it: what the step before has is read from the circle that stands one period to
the left.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType

from app.cache import cached
from app.drawing.geometry import Box, Point
from app.drawing.layout.edge_labels import PlacedLabel
from app.drawing.layout.gate_axes import GateAxes
from app.drawing.layout.gate_loops import GateLoop, gate_loops
from app.drawing.layout.gate_places import GatePlaces
from app.drawing.layout.gate_step import OUT, CircleRows, GateStep, NoWay, Pair, is_port
from app.drawing.layout.gate_stretches import TemplateWire, WireDrawing
from app.drawing.layout.gate_wiring import GateWiring
from app.drawing.layout.gate_words import part_words, wire_words
from app.drawing.layout.parameter_blocks import ParameterBlock
from app.engine.graph import Detail, Edge, Graph, Node, Parameters
from app.language import node_of
from app.language.typeset import Notation

LOOKED = 6
"""So many places are looked at in the time in which rows and columns hold a way against one line."""


@dataclass(frozen=True)
class GateTemplate:
    """A step, in points: places by key, wires and words by pair of keys (or by key), frames by cell, its length."""

    places: Mapping[str, Point]
    wires: Mapping[Pair, TemplateWire]
    edge_words: Mapping[Pair, tuple[PlacedLabel, ...]]
    node_words: Mapping[str, PlacedLabel]
    frames: Mapping[str, Box]
    period: float
    loops: Mapping[str, GateLoop]
    """In the circuit: for what was some steps before, its square and the way there from the circle."""
    ports: Mapping[str, Point]
    """Where wires from and to elsewhere cross the upper edge: of what leaves, by its source; of what comes in."""
    rows: CircleRows
    column: float
    """How far along time the circles stand that the next step reads."""
    detours: int
    """How many wires from outside come to layers around a corner and then from aside."""
    effort: int
    """How much it took to find ways for its wires, in the unit of `Layout.efforts`."""

    @cached_property
    def begun(self) -> frozenset[tuple[str, str]]:
        """The keys of what has a wire that does not branch off another, each with the tree that begins there; what
        leaves the step has one of its own."""
        own = (
            (source, wire.tree) for (source, target), wire in self.wires.items() if target != OUT and not wire.branch
        )
        return frozenset(own)


def gate_template(
    graph: Graph,
    nodes: Mapping[str, Node],
    edges: Mapping[Pair, Edge],
    labels: float,
    axes: GateAxes,
    blocks: tuple[ParameterBlock, ...] = (),
    detail: Detail = "gates",
    rows: CircleRows | None = None,
    joined: bool = False,
) -> GateTemplate:
    """Lay out a step of a graph: its nodes by key, its edges by the keys of their ends, at a detail that may have no
    parts; then its circles stand in the rows of a step that has.

    In the circuit a black square stands where the step before has its circle, and a wire leads there from this one's.
    `joined`: whether the steps beside it may be others.
    `labels` makes what is written larger. `blocks` stand where the parameters that carry them do.
    Whatever the run's length and its numbers, the template is found once.
    Raises `NoWay` where there is no room for a wire.
    """
    names = tuple(graph.ranks.items()), graph.notation
    is_circuit = graph.tau is None
    found = _template(
        tuple((key, _of_any_step(n)) for key, n in nodes.items()),
        tuple((pair, _along_any_step(e)) for pair, e in edges.items()),
        is_circuit,
        *names,
        labels,
        axes,
        blocks,
        graph.parameters,
        detail,
        rows,
        joined,
    )
    if isinstance(found, NoWay):
        raise type(found)(*found.args)
    return found


def _of_any_step(n: Node) -> Node:
    """A node without its step, so that a part of a run that begins later is laid out like any other."""
    return n._replace(id=node_of(n.id, None), label="", tex="", t=None)


def _along_any_step(e: Edge) -> Edge:
    return e._replace(id="", source=node_of(e.source, None), target=node_of(e.target, None))


@cached(64)
def _template(
    nodes: tuple[tuple[str, Node], ...],
    edges: tuple[tuple[Pair, Edge], ...],
    is_circuit: bool,
    ranks: tuple[tuple[str, int], ...],
    notation: Notation,
    labels: float,
    axes: GateAxes,
    blocks: tuple[ParameterBlock, ...],
    parameters: Parameters,
    detail: Detail,
    rows: CircleRows | None,
    joined: bool,
) -> GateTemplate | NoWay:
    """The template, or why there is none, which takes longest to find."""
    tau = None if is_circuit else 1
    graph = Graph(detail, tau, (), (), ranks=dict(ranks), notation=notation, parameters=parameters)
    step = GateStep(graph, dict(nodes), dict(edges), labels, axes, {it.carrier: it for it in blocks}, rows, joined)
    places = GatePlaces(step)
    weights = dict(part_words(places))
    try:
        wiring = GateWiring(places, weights)
        wires = WireDrawing(wiring).wires()
        taken = [spot for tree in wiring.grid.trees.values() for spot in tree.spots]
        loops = [end for loop in gate_loops(places, taken).values() for end in loop.ends()]
        words = wire_words(places, wires, weights, loops)
    except NoWay as none:
        return type(none)(*none.args)
    taken += [spot for block in words.values() for it in block for spot in axes.within(it.box)]
    return GateTemplate(
        MappingProxyType({key: axes.point(spot) for key, spot in places.spots.items() if not is_port(key)}),
        MappingProxyType(wires),
        MappingProxyType(words),
        MappingProxyType(weights),
        MappingProxyType({name: axes.box(low, high) for name, (low, high) in places.frames.items()}),
        places.period * axes.pitch,
        MappingProxyType(dict(gate_loops(places, taken))),
        MappingProxyType(dict(wiring.ports())),
        places.circle_rows_beside(),
        (places.width + places.beside) * axes.pitch,
        sum(_comes_from_aside(step, pair, wire) for pair, wire in wires.items()),
        wiring.grid.looked // LOOKED,
    )


def _comes_from_aside(step: GateStep, pair: Pair, wire: TemplateWire) -> bool:
    """Whether what a layer reads of no other part comes to it around a corner and then from aside."""
    into_a_layer = step.is_part(pair[1]) and step.form(pair[1]) == "layer"
    if step.is_part(pair[0]) or not into_a_layer or not wire.stretches:
        return False
    corners = [point for stretch in wire.stretches for point in stretch.points]
    *before, last = (step.axes.turned(u - x, v - y) for (x, y), (u, v) in pairwise(corners))
    return wire.stretches[-1].head and last[0] != 0 and any(down for _, down in before)
