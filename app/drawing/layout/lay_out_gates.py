"""Lays out a graph at the detail `gates`: one template for all steps, repeated along time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from itertools import pairwise, product

from app.drawing.geometry import Point, shifted
from app.drawing.layout.arrange_cells import is_step
from app.drawing.layout.arrangement import SPREAD, USUAL_ARRANGEMENT, Arrangement
from app.drawing.layout.cell import wired
from app.drawing.layout.circuit_block import lay_out_circuit_cell
from app.drawing.layout.dimensions import EDGE_WIDTH, HEAD_SIZE
from app.drawing.layout.far_wires import FarWires
from app.drawing.layout.gate_axes import GateAxes
from app.drawing.layout.gate_joints import are_parted
from app.drawing.layout.gate_parameters import GateParameters, load_of
from app.drawing.layout.gate_starts import are_neighbours
from app.drawing.layout.gate_step import (
    ELSEWHERE,
    LOW,
    OUT,
    CannotPlace,
    NoInlet,
    NoRoom,
    NoWay,
    Pair,
    TooManyWires,
    key_before,
)
from app.drawing.layout.gate_stretches import Stretch
from app.drawing.layout.gate_template import GateTemplate, gate_template
from app.drawing.layout.grid import GroupFrame, Layout, Leg, Load, NodeWords, PlacedNode, RoutedEdge
from app.drawing.layout.wire_cells import lay_out_wired_cells
from app.engine.graph import Detail, Edge, Graph, Node
from app.language import NodeId

NEAR = 0.01
"""Places that are no further apart are one, in points."""
START_COLUMNS = 5
"""Between the circles of two starts."""
ROOM = 3
"""So many columns more are left beside cells where wires find no way at any spacing."""


def lay_out_gates(
    graph: Graph,
    outside: Collection[str] = (),
    labels: float = 1.0,
    arrangement: Arrangement = USUAL_ARRANGEMENT,
) -> Layout:
    """The steps of each detail alike, beside or above each other; what has no such step, and all steps beside one
    that has all its operations, is wired as these are.

    Where there is no room for a wire everything stands wider apart than is asked for.
    """
    if graph.has_operations:
        return lay_out_wired_cells(graph, outside, arrangement)
    for aside in (False, True) if graph.opened else (False,):
        if found := _at_some_spacing(graph, outside, labels, arrangement, aside):
            return found
    if graph.tau is None:
        return lay_out_circuit_cell(graph, arrangement)
    return lay_out_wired_cells(graph, outside, arrangement)


def _at_some_spacing(
    graph: Graph, outside: Collection[str], labels: float, arrangement: Arrangement, aside: bool
) -> Layout | None:
    """The steps as far apart as their wires need, if these find a way; `aside` as `CircleRows` has it.

    Where a layer has no room for all wires at any spacing, those of other cells' states come to it as one.
    """
    ways, lacking = product((False, True), (0, ROOM), dict.fromkeys((arrangement.spacing, *SPREAD))), False
    for gathered, room, spacing in ways:
        for inlets in (False, True) if lacking or not gathered else ():
            usual = GateAxes.of(arrangement._replace(spacing=spacing))
            axes = usual._replace(room=room, inlets=inlets, gathered=gathered)
            steps = partial(_Steps, graph, outside, labels, aside=aside)
            try:
                it = steps(axes)
                return (it.detours and _with_inlets(steps, axes, it.detours)) or it.layout()
            except NoRoom:
                lacking = True
                break
            except NoInlet:
                continue
            except TooManyWires:
                return None
            except NoWay:
                break
            except CannotPlace:
                return None
    return None


def _with_inlets(steps: Callable[[GateAxes], _Steps], axes: GateAxes, detours: int) -> Layout | None:
    """The same with room before layers for all that comes in there, where fewer wires then come in from aside."""
    try:
        it = steps(axes._replace(inlets=True))
        return it.layout() if it.detours < detours else None
    except (CannotPlace, NoInlet, NoRoom, NoWay, TooManyWires):
        return None


class _Steps:
    def __init__(
        self, graph: Graph, outside: Collection[str], labels: float, axes: GateAxes, aside: bool = False
    ) -> None:
        self.graph, self.axes, self.aside = graph, axes, aside
        self.steps: dict[int, dict[str, Node]] = {}
        self.beside: dict[str, Node] = {}
        ends = made_of_an_end(graph)
        for n in graph.nodes:
            if graph.tau is None or is_step(n, graph, outside):
                self.steps.setdefault(n.id.t or 0, {})[n.id.name] = n
            elif n.id in ends:
                self.steps.setdefault(ends[n.id], {})[n.id.name] = n
            else:
                self.beside[n.id] = n
        self.column_of_node = {n.id: t for t, step in self.steps.items() for n in step.values()}
        self.starts = {n.id for n in self.beside.values() if n.id.t is not None}
        self.first, self.last = min(self.steps, default=0), max(self.steps, default=0)
        self.details = {t: graph.detail_at(t) for t in self.steps}
        below = self.read_by_steps_alone()
        self.parameters = GateParameters(graph, self.column_of_node, below, axes)
        self.pairs: dict[str, tuple[int, Pair]] = {}
        self.passing: dict[tuple[int, Pair], dict[str, list[str]]] = {}
        """The edges along a pair's wire at a step, by source: those of a block's parameters along that of one."""
        keys: dict[Detail, dict[str, Node]] = {}
        for at, step in self.steps.items():
            known = keys.setdefault(self.detail_at(at), {})
            known |= {key: n for key, n in step.items() if key not in known and key == self.parameters.carrier(key)}
        samples: dict[Detail, dict[Pair, Edge]] = {detail: {} for detail in keys}
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
                    samples[self.detail_at(t)].setdefault(pair, e)
                continue
            if graph.tau is None or (t is not None and t not in self.steps and not begun):
                raise CannotPlace(e.id)
            moment = s is None or e.id in moments
            edge = LOW if e.source in below else ELSEWHERE
            source = self.parameters.carrier_below.get(e.source, e.source)
            port = self.far[e.id] = f"{edge}{source}" if moment else f"{ELSEWHERE}{e.source.name}:{(t or 0) - (s or 0)}"
            if s is not None and not (begun and e.source in self.starts and are_neighbours(e)):
                samples[self.detail_at(s)].setdefault((e.source.name, OUT), e)
            if t is not None and not begun:
                self.add(e, t, (port, e.target.name))
                samples[self.detail_at(t)].setdefault((port, e.target.name), e)
        self.templates = self.new_templates(keys, samples, labels)
        self.looped: set[str] = set()
        steps = {*self.steps, *(n.id.t for n in self.beside.values() if n.id.t is not None)}
        self.along = self.along_time(sorted(steps))
        if len(self.templates) > 1:
            self.look_between_steps()

    def new_templates(
        self,
        keys: Mapping[Detail, Mapping[str, Node]],
        samples: Mapping[Detail, Mapping[Pair, Edge]],
        labels: float,
    ) -> Mapping[Detail, GateTemplate]:
        """The template of the steps at each detail; first that with parts, in whose rows others have their circles."""
        graph, found = self.graph, dict[Detail, GateTemplate]()
        if not keys or (len(keys) > 1 and self.parameters.blocks):
            raise CannotPlace
        order = {n.id.name: i for i, n in reversed(list(enumerate(graph.nodes)))}
        rank = {name: i for i, name in enumerate(graph.rows)}
        for detail in sorted(keys, key=lambda detail: detail != "gates"):
            own = dict(sorted(keys[detail].items(), key=lambda item: (rank.get(item[0], 0), order[item[0]])))
            rows = found["gates"].rows._replace(aside=self.aside) if found else None
            blocks = self.parameters.blocks
            found[detail] = gate_template(
                graph, own, samples[detail], labels, self.axes, blocks, detail, rows, len(keys) > 1
            )
        return found

    @property
    def detours(self) -> int:
        """How many wires come in from aside where those of layers come from below."""
        return sum(it.detours for it in self.templates.values())

    def at(self, t: int) -> GateTemplate:
        """The template of a step, or of a start."""
        return self.templates[self.detail_at(t)]

    def detail_at(self, t: int) -> Detail:
        """The detail of a step; of a start, that of the step beside it."""
        return self.details.get(t) or self.graph.detail_at(min(max(t, self.first), self.last))

    def along_time(self, steps: Sequence[int]) -> Mapping[int, float]:
        """How far along time each step stands, its circles where the next one has those of the step before it; running
        up, the first is level with the cell of the circuit. Between two starts there is no cell, and no wire but
        straight up from those that stand alone."""
        found = {steps[0]: 0.0}
        lone = self.lone_starts()
        between = (2 * self.axes.radius + START_COLUMNS) * self.axes.pitch
        for t, after in pairwise(steps):
            skips = 1 + (after - t > 1)
            apart = min(skips * between, self.at(after).period) if {t, after} <= lone else self.at(after).period
            found[after] = found[t] + self.at(t).column - self.at(after).column + apart
        level = found[self.first] if self.axes.up else 0.0
        return {t: x - level for t, x in found.items()}

    def lone_starts(self) -> set[int]:
        """The times at which nothing stands but the start of one variable, which is no data."""
        found: dict[int, list[Node]] = {}
        for n in self.beside.values():
            if n.id.t is not None:
                found.setdefault(n.id.t, []).append(n)
        data = ("input", "target")
        return {t for t, (n, *more) in found.items() if t not in self.steps and not more and n.kind not in data}

    def look_between_steps(self) -> None:
        """See that steps at different details go together: what one reads of another stands where it is taken to, and
        nothing of one lies on anything of the other.

        Raises `CannotPlace` where they do not.
        """
        for e in self.graph.edges:
            s, t = self.step_of(e.source), self.step_of(e.target)
            if e.id not in self.pairs or e.id in self.far or s is None or t is None or self.at(s) is self.at(t):
                continue
            places = self.at(s).places[e.source.name], self.at(t).places[self.pairs[e.id][1][0]]
            (x, y), (u, v) = (self.axes.turned(*place) for place in places)
            if abs(self.x(s) + x - self.x(t) - u) > NEAR or abs(y - v) > NEAR:
                raise CannotPlace(e.id)
        for t, after in pairwise(sorted(self.steps)):
            one, other = self.at(t), self.at(after)
            by = self.axes.turned(self.x(after) - self.x(t), 0.0)
            if one is not other and not are_parted(one, other, (self.steps[t], self.steps[after]), by):
                raise CannotPlace(f"{t} beside {after}")

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
        """How far along time a step stands."""
        return self.along[t]

    def shift(self, t: int) -> Point:
        return self.axes.turned(self.x(t), 0.0)

    def lacks_its_beginning(self) -> str | None:
        """What has wires at some step that branch off one that is not drawn there, if anything has."""
        drawn = dict[tuple[int, str, str], bool]()
        for t, pair in self.pairs.values():
            if wire := self.at(t).wires.get(pair):
                tree = t, pair[0], wire.tree
                drawn[tree] = drawn.get(tree, False) or not wire.branch
        for e in self.graph.edges:
            s = self.step_of(e.source)
            wire = self.at(s).wires.get((e.source.name, OUT)) if e.id in self.far and s is not None else None
            if s is not None and wire is not None and wire.branch:
                if e.source in self.starts:  # Beside the steps nothing else of it is drawn.
                    return e.source
                drawn.setdefault((s, e.source.name, wire.tree), False)
        lacking = (its for its, begins in drawn.items() if not begins)
        made = {(t, target) for t, (_, target) in self.pairs.values()}
        return next(
            (
                source
                for t, source, tree in lacking
                if (source, tree) in self.at(t).begun or (source in self.steps[t] and (t, source) not in made)
            ),
            None,
        )

    def without_a_place(self) -> NodeId | None:
        """What stands beside the steps and is of a variable that none of these has, as data of one hidden step."""
        return next((id for id in self.starts if id.name not in self.at(self.step_of(id) or 0).places), None)

    def layout(self) -> Layout:
        if source := self.lacks_its_beginning() or self.without_a_place():
            raise CannotPlace(source)
        elsewhere = (
            FarWires(
                self.graph,
                tuple(self.templates.values()),
                self.at,
                self.axes,
                self.far,
                self.starts,
                self.parameters,
                self.step_of,
                self.x,
            )
            if self.far
            else None
        )
        spots = list(elsewhere.spots) if elsewhere else []
        placed = {spot.node.id for spot in spots}
        for n in self.graph.nodes:
            key, t = n.id.name, self.step_of(n.id)
            if n.id in placed or (t is not None and key in self.parameters.block_of):
                continue
            if key not in self.at(t or 0).places or (t is None and self.graph.tau is not None):
                raise CannotPlace(n.id)
            (x, y), (dx, dy) = self.at(t or 0).places[key], self.shift(t or 0)
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
                ((x, y), (dx, dy)) = self.at(t).places[carrier], self.shift(t)
                place = x + dx, y + dy
                spots += self.parameters.spots(carrier, place, self.steps[t])
                runs += self.parameters.runs(carrier, place, own, self.run)
        frames = tuple(
            GroupFrame(box.moved(*self.shift(t)), None, parts[0])
            for t in self.steps
            for cell, box in self.at(t).frames.items()
            if (parts := self.parts_of(cell, t))
        )
        names = tuple(
            NodeWords(step[key].id, words.moved(*self.shift(t)))
            for t, step in self.steps.items()
            for key, words in self.at(t).node_words.items()
            if key in step
        )
        efforts = frozenset(it.effort for it in self.templates.values())
        return Layout(tuple(spots), tuple(runs), frames, True, names, efforts=efforts, up=self.axes.up)

    def comes_out_of_a_block(self, source: NodeId) -> bool:
        """Whether a node is a parameter in a block, of a step or below all."""
        if self.step_of(source) is None:
            return source in self.parameters.carrier_below
        return source.name in self.parameters.block_of

    def parts_of(self, cell: str, t: int) -> list[str]:
        """The parts of a cell at a step: none where its state is set."""
        return [n.id for n in self.steps[t].values() if n.part is not None and n.part.cell == cell]

    def is_in_block(self, e: Edge, carrier: str, t: int) -> bool:
        """Whether an edge leads out of a block at a step."""
        block = self.parameters.block_of.get(e.source.name)
        return block is not None and block.carrier == carrier and e.id in self.pairs and self.pairs[e.id][0] == t

    def run(self, e: Edge) -> RoutedEdge:
        t, pair = self.pairs[e.id]
        template = self.at(t)
        wire = template.wires[pair]
        by = self.shift(t)
        legs = tuple(self.leg(stretch, t, wire.strength) for stretch in wire.stretches)
        words = tuple(w.moved(*by) for w in template.edge_words.get(pair, ()))
        dots = shifted(wire.dots, *by)
        along = self.on_others(pair, t) if self.graph.tau is None else ()
        if pair[0] in template.loops and pair[0] not in self.looped and not wire.branch:
            self.looped.add(pair[0])
            it = template.loops[pair[0]]
            back = tuple(self.leg(Stretch(way, (pair,)), t, wire.strength) for way in it.ways)
            branch, words = bool(it.joint), (*words, *it.words)
            return RoutedEdge(e, (*back, *legs), words, it.square, (*dots, *it.joint), branch, wire.strength, along)
        return RoutedEdge(e, legs, words, dots=dots, branch=wire.branch, strength=wire.strength, along=along)

    def on_others(self, pair: Pair, t: int) -> tuple[Leg, ...]:
        """The strokes of other wires on which one of a circuit runs: of steps their loads say so."""
        others = ((wire, it) for ends, wire in self.at(t).wires.items() if ends != pair for it in wire.stretches)
        return tuple(self.leg(it, t, wire.strength) for wire, it in others if pair in it.pairs)

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


def made_of_an_end(graph: Graph) -> Mapping[NodeId, int]:
    """What has no step of its own and is made of the last step alone, or of the first, each with that step; and what
    is read beside it."""
    if graph.tau is None:
        return {}
    return {id: t for t in (1, graph.tau) for id in _made_of(graph, t)}


def _made_of(graph: Graph, t: int) -> set[NodeId]:
    found = {n.id for n in graph.nodes if n.id.t is None}
    while True:
        wrong = {
            end
            for e in graph.edges
            for end in (e.source, e.target)
            if end in found and not (e.target in found and (e.source in found or (e.source.t == t and end == e.target)))
        }
        if not wrong:
            return found
        found -= wrong
