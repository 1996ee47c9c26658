"""Lays out a graph at the detail `gates`: one template for all steps, repeated along time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from functools import partial
from itertools import product

from app.drawing.geometry import Box, Point, shifted
from app.drawing.layout.arrange_cells import is_step
from app.drawing.layout.arrangement import SPREAD, USUAL_ARRANGEMENT, Arrangement
from app.drawing.layout.cell import wired
from app.drawing.layout.circuit_block import lay_out_circuit_cell
from app.drawing.layout.dimensions import EDGE_WIDTH, HEAD_SIZE
from app.drawing.layout.far_wires import FarWires
from app.drawing.layout.gate_axes import GateAxes
from app.drawing.layout.gate_parameters import GateParameters, load_of
from app.drawing.layout.gate_step import ELSEWHERE, LOW, OUT, CannotPlace, NoWay, Pair, key_before
from app.drawing.layout.gate_stretches import Stretch
from app.drawing.layout.gate_template import gate_template
from app.drawing.layout.grid import GroupFrame, Layout, Leg, Load, PlacedNode, RoutedEdge
from app.drawing.layout.wire_cells import lay_out_wired_cells
from app.engine.graph import Edge, Graph, Node
from app.language import NodeId

ROOM = 3
"""So many columns more are left beside cells where wires of parameters find no way at any spacing."""


def lay_out_gates(
    graph: Graph,
    outside: Collection[str] = (),
    labels: float = 1.0,
    arrangement: Arrangement = USUAL_ARRANGEMENT,
) -> Layout:
    """Every step alike, beside or above each other; what has no such step, or a step that is opened, is wired as
    operations are.

    Where there is no room for a wire everything stands wider apart than is asked for.
    """
    opened = {t for t, _ in graph.opened}
    if any(n.id.t in opened and is_step(n, graph, outside) for n in graph.nodes):
        return lay_out_wired_cells(graph, outside, arrangement)
    rooms = (0,) if graph.parameters == "arrows" else (0, ROOM)
    for room, spacing in product(rooms, dict.fromkeys((arrangement.spacing, *SPREAD))):
        axes = GateAxes.of(arrangement._replace(spacing=spacing))._replace(room=room)
        try:
            return _Steps(graph, outside, labels, axes).layout()
        except NoWay:
            continue
        except CannotPlace:
            break
    if graph.tau is None:
        return lay_out_circuit_cell(graph, arrangement)
    return lay_out_wired_cells(graph, outside, arrangement)


class _Steps:
    def __init__(self, graph: Graph, outside: Collection[str], labels: float, axes: GateAxes) -> None:
        self.graph, self.axes = graph, axes
        self.steps: dict[int, dict[str, Node]] = {}
        self.beside: dict[str, Node] = {}
        last = after_the_last_step(graph)
        for n in graph.nodes:
            if graph.tau is None or is_step(n, graph, outside):
                self.steps.setdefault(n.id.t or 0, {})[n.id.name] = n
            elif n.id in last:
                self.steps.setdefault(graph.tau, {})[n.id.name] = n
            else:
                self.beside[n.id] = n
        self.column_of_node = {n.id: t for t, step in self.steps.items() for n in step.values()}
        self.starts = {id for id, n in self.beside.items() if n.id.t is not None}
        below = self.read_by_steps_alone()
        self.parameters = GateParameters(graph, self.column_of_node, below, axes)
        self.pairs: dict[str, tuple[int, Pair]] = {}
        self.passing: dict[tuple[int, Pair], dict[str, list[str]]] = {}
        """The edges along a pair's wire at a step, by source: those of a block's parameters along that of one."""
        keys: dict[str, Node] = {}
        for step in self.steps.values():
            keys |= {key: n for key, n in step.items() if key not in keys and key == self.parameters.carrier(key)}
        samples: dict[Pair, Edge] = {}
        self.far: dict[str, str] = {}
        moments = read_by_many_steps(graph)
        for e in graph.edges:
            s, t = self.step_of(e.source), self.step_of(e.target)
            if graph.tau is None:
                s, t = -e.lag, 0
            begun = e.target in self.starts
            if s is not None and t is not None and not begun and e.id not in moments and self.are_near(s, t):
                if t not in self.steps:
                    raise CannotPlace(e.id)
                pair = (e.source.name if s == t else key_before(e.source.name, t - s)), e.target.name
                self.add(e, t, pair)
                if pair[0] == self.parameters.carrier(pair[0]):
                    samples.setdefault(pair, e)
                continue
            if graph.tau is None or (t is not None and t not in self.steps and not begun):
                raise CannotPlace(e.id)
            moment = s is None or e.id in moments
            edge = LOW if e.source in below else ELSEWHERE
            source = self.parameters.carrier_below.get(e.source, e.source)
            port = self.far[e.id] = f"{edge}{source}" if moment else f"{ELSEWHERE}{e.source.name}:{(t or 0) - (s or 0)}"
            if s is not None and not (begun and e.source in self.starts):
                samples.setdefault((e.source.name, OUT), e)
            if t is not None and not begun:
                self.add(e, t, (port, e.target.name))
                samples.setdefault((port, e.target.name), e)
        if not keys:
            raise CannotPlace
        order = {n.id.name: i for i, n in reversed(list(enumerate(graph.nodes)))}
        rank = {name: i for i, name in enumerate(graph.rows)}
        keys = dict(sorted(keys.items(), key=lambda item: (rank.get(item[0], 0), order[item[0]])))
        self.template = gate_template(graph, keys, samples, labels, axes, self.parameters.blocks)
        self.first = min(self.steps)
        self.looped: set[str] = set()
        steps = {*self.steps, *(n.id.t for n in self.beside.values() if n.id.t is not None)}
        self.column = {t: i for i, t in enumerate(sorted(steps))}

    def read_by_steps_alone(self) -> set[NodeId]:
        """The data without a step that nothing but steps read: they stand below all, as a step's own do below that."""
        made = {e.target for e in self.graph.edges}
        lone = {n.id for n in self.graph.nodes if self.step_of(n.id) is None and n.id not in made}
        return lone - {e.source for e in self.graph.edges if e.target in self.starts or self.step_of(e.target) is None}

    def add(self, e: Edge, t: int, pair: Pair) -> None:
        """An edge that is drawn, all of it or its end, as the wire of a pair at a step."""
        self.pairs[e.id] = t, pair
        carried = self.passing.setdefault((t, (self.parameters.carrier(pair[0]), pair[1])), {})
        carried.setdefault(e.source, []).append(e.id)

    def are_near(self, source: int, target: int) -> bool:
        """Whether a step reads another directly; in the circuit every delay leads there."""
        return self.graph.tau is None or abs(target - source) <= 1

    def x(self, t: int) -> float:
        """How far along time a step stands; running up, the first is level with the cell of the circuit."""
        return (self.column[t] - (self.column[self.first] if self.axes.up else 0)) * self.template.period

    def shift(self, t: int) -> Point:
        return self.axes.turned(self.x(t), 0.0)

    def lacks_its_beginning(self) -> str | None:
        """What has wires at some step that branch off one that is not drawn there, if anything has."""
        wires, drawn = self.template.wires, dict[tuple[int, str], bool]()
        for t, pair in self.pairs.values():
            if pair in wires:
                drawn[t, pair[0]] = drawn.get((t, pair[0]), False) or not wires[pair].branch
        begun = {pair[0] for pair, wire in wires.items() if not wire.branch}
        return next((source for (_, source), begins in drawn.items() if source in begun and not begins), None)

    def layout(self) -> Layout:
        if source := self.lacks_its_beginning():
            raise CannotPlace(source)
        it = self.template
        elsewhere = (
            FarWires(self.graph, it, self.axes, self.far, self.starts, self.parameters, self.step_of, self.x)
            if self.far
            else None
        )
        spots = list(elsewhere.spots) if elsewhere else []
        placed = {spot.node.id for spot in spots}
        for n in self.graph.nodes:
            key, t = n.id.name, self.step_of(n.id)
            if n.id in placed or (t is not None and key in self.parameters.block_of):
                continue
            if key not in it.places or (t is None and self.graph.tau is not None):
                raise CannotPlace(n.id)
            (x, y), (dx, dy) = it.places[key], self.shift(t or 0)
            spots.append(PlacedNode(n, x + dx, y + dy))
        runs = [
            elsewhere.run(e, self.run) if elsewhere and e.id in self.far else self.run(e)
            for e in self.graph.edges
            if not self.comes_out_of_a_block(e.source)
        ]
        if elsewhere:
            for carrier, place in elsewhere.blocks.items():
                own = [e for e in self.graph.edges if self.parameters.carrier_below.get(e.source) == carrier]
                runs += self.parameters.runs(carrier, place, own, partial(elsewhere.run, rest=self.run))
        for t, carrier in product(self.steps, self.parameters.carried):
            own = [e for e in self.graph.edges if self.is_in_block(e, carrier, t)]
            if own:
                ((x, y), (dx, dy)) = it.places[carrier], self.shift(t)
                place = x + dx, y + dy
                spots += self.parameters.spots(carrier, place, self.steps[t])
                runs += self.parameters.runs(carrier, place, own, self.run)
        frames = tuple(
            self.frame(it.frames[cell], t) for t in self.steps for cell in it.frames if self.has_cell(cell, t)
        )
        names = tuple(
            w.moved(*self.shift(t)) for t, step in self.steps.items() for key, w in it.node_words.items() if key in step
        )
        return Layout(tuple(spots), tuple(runs), frames, True, names)

    def comes_out_of_a_block(self, source: NodeId) -> bool:
        """Whether a node is a parameter in a block, of a step or below all."""
        if self.step_of(source) is None:
            return source in self.parameters.carrier_below
        return source.name in self.parameters.block_of

    def has_cell(self, cell: str, t: int) -> bool:
        """Whether a step has parts of a cell: none where its state is set."""
        return any(n.part is not None and n.part.cell == cell for n in self.steps[t].values())

    def is_in_block(self, e: Edge, carrier: str, t: int) -> bool:
        """Whether an edge leads out of a block at a step."""
        block = self.parameters.block_of.get(e.source.name)
        return block is not None and block.carrier == carrier and e.id in self.pairs and self.pairs[e.id][0] == t

    def frame(self, box: Box, t: int) -> GroupFrame:
        return GroupFrame(box.moved(*self.shift(t)), None)

    def run(self, e: Edge) -> RoutedEdge:
        t, pair = self.pairs[e.id]
        wire = self.template.wires[pair]
        by = self.shift(t)
        legs = tuple(self.leg(stretch, t, wire.strength) for stretch in wire.stretches)
        words = tuple(w.moved(*by) for w in self.template.edge_words.get(pair, ()))
        dots = shifted(wire.dots, *by)
        if pair[0] in self.template.loops and pair[0] not in self.looped and not wire.branch:
            self.looped.add(pair[0])
            it = self.template.loops[pair[0]]
            back = tuple(self.leg(Stretch(way, (pair,)), t, wire.strength) for way in it.ways)
            branch, words = bool(it.joint), (*words, *it.words)
            return RoutedEdge(e, (*back, *legs), words, it.square, (*dots, *it.joint), branch, wire.strength)
        return RoutedEdge(e, legs, words, dots=dots, branch=wire.branch, strength=wire.strength)

    def leg(self, it: Stretch, t: int, strength: float) -> Leg:
        load = None
        shared = len(it.pairs) > 1 or len(self.passing.get((t, it.pairs[0]), ())) > 1
        if shared and self.graph.tau is not None:
            load = self.load(it, t)
        found = wired(list(shifted(it.points, *self.shift(t))), it.head)
        if strength > 1:
            found = found._replace(arrow=found.arrow._replace(width=EDGE_WIDTH * strength, size=HEAD_SIZE * 1.15))
        return found._replace(load=load)

    def load(self, it: Stretch, t: int) -> Load | None:
        """What flows along a stretch at a step, by source; data is nobody's to change."""
        sources: dict[str, list[str]] = {}
        for pair in it.pairs:
            for source, edges in self.passing.get((t, pair), {}).items():
                sources.setdefault(source, []).extend(edges)
        return load_of(sources.values())

    def step_of(self, id: NodeId) -> int | None:
        """The step that a node stands at: its own, or the last one."""
        return self.column_of_node.get(id, id.t)


def read_by_many_steps(graph: Graph) -> set[str]:
    """The edges by which a part or a variable reads the same node at several steps, as h[1] in `z[t] = h[1] * x[t]`.

    What is read so many steps later of every node, as of h[1] in `h[t] = h[t-1] + h[t-2]`, is none of these.
    """
    by_lag: dict[tuple[str, str, int], list[Edge]] = {}
    for e in graph.edges:
        if e.source.t is not None and e.target.t is not None:
            by_lag.setdefault((e.source.name, e.target.name, e.target.t - e.source.t), []).append(e)
    lone = [e for (e, *others) in by_lag.values() if not others]
    read = Counter((e.source, e.target.name) for e in lone)
    return {e.id for e in lone if read[e.source, e.target.name] > 1}


def after_the_last_step(graph: Graph) -> set[str]:
    """What has no step of its own and is made of the last step alone, with what is read beside it."""
    if graph.tau is None:
        return set()
    found: set[str] = {n.id for n in graph.nodes if n.id.t is None}
    while True:
        wrong = {
            end
            for e in graph.edges
            for end in (e.source, e.target)
            if end in found
            and not (e.target in found and (e.source in found or (e.source.t == graph.tau and end == e.target)))
        }
        if not wrong:
            return found
        found -= wrong
