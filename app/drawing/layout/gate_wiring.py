"""Finds the wires of a step at the detail `gates` on a grid: what is wired together, where wires leave and come in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import hypot, inf

from app.drawing.geometry import Point
from app.drawing.layout.dimensions import HEAD_HALF, RADIUS
from app.drawing.layout.edge_labels import PlacedLabel
from app.drawing.layout.gate_loops import lag_words
from app.drawing.layout.gate_places import CELL_ROWS, GatePlaces
from app.drawing.layout.gate_step import (
    ELSEWHERE,
    OUT,
    NoInlet,
    NoRoom,
    NoWay,
    Pair,
    TooManyWires,
    is_low_port,
    is_port,
)
from app.drawing.layout.node_shapes import POINTWISE
from app.drawing.layout.wire_grid import DOWN, LEFT, RIGHT, UP, WAYS, Gate, GridSpot, Way, WireGrid

CROWD = 3
"""In the circuit more sources than this that one layer alone reads come in together, as those that several read do.

Unfolded the first steps may not have them all.
"""
BESIDE_MIDDLE = 3.0
"""What it costs to come to a circle beside the middle of its side."""


@dataclass
class WireNet:
    """The edges of one source, or of several with the same readers."""

    name: str
    sources: list[str]
    pairs: list[Pair] = field(default_factory=list)
    rows: frozenset[int] = frozenset()
    """Where its level wires are to run."""


def source_of(name: str) -> str:
    """The key of the source whose wires have this name: those that leave it apart from others have their target's."""
    return name.partition(" ")[0]


class GateWiring:
    """The wires that are found between placed nodes, around what is written at these."""

    def __init__(self, places: GatePlaces, weights: Mapping[str, PlacedLabel]) -> None:
        self.places, self.step = places, places.step
        self.grid = self.new_grid(weights)
        self.read = {self.step.base(source) for source, _ in self.step.edges}
        """What anything reads."""
        self.crowded = frozenset[str]()
        """The layers that read more than has room at them."""
        self.all_nets = self.nets()
        lacking = self.lacking_room()
        self.crowded = frozenset(key for key in lacking if self.step.form(key) == "layer")
        if self.crowded:
            self.all_nets = self.nets()
            lacking = self.lacking_room()
        for target, count in lacking.items():
            raise NoRoom(f"{count} wires to {target}")
        self.found: dict[Pair, tuple[str, list[GridSpot]]] = {}
        """For each pair of keys the name of its net and its way."""
        self.joints: dict[str, tuple[str, list[GridSpot]]] = {}
        """For each further source of a net the way on to it."""
        self.find_wires()

    def new_grid(self, weights: Mapping[str, PlacedLabel]) -> WireGrid:
        axes = self.places.axes
        xs = [x for x, _ in self.places.spots.values()]
        ys = [y for _, y in self.places.spots.values()]
        rows = [self.places.spots[s][1] for s, own in self.step.own.items() if self.step.is_on_line(own)]
        period = self.places.period if self.step.graph.tau else 0
        after = axes.radius + 1 if self.step.joined else 8  # There the next step may be another.
        ports = list(filter(is_port, self.places.spots))  # Beyond the edges that they are in others have their tracks.
        over, under = (10 * all(map(is_low_port, ports))), (10 * (not any(map(is_low_port, ports))))
        grid = WireGrid((min(xs) - 8, min(ys) - over), (max(xs) + after, max(ys) + under), rows, period)
        if self.step.rows is not None:
            grid.level_only.update(self.places.of_the_step_before(grid.low))
            grid.closed.update(self.places.circles_of_the_step_before())
        for key, (x, y) in self.places.spots.items():
            if is_port(key):
                continue
            shape = self.places.shapes[key]
            if shape.radius > 2 * POINTWISE:
                reach, pitch = axes.radius, axes.pitch
                near = [(dx, dy) for dx in range(-reach - 1, reach + 2) for dy in range(-reach - 1, reach + 2)]
                for dx, dy in near:
                    if hypot(dx, dy) * pitch < RADIUS + 0.8 * pitch:
                        grid.block((x + dx, y + dy), (x + dx, y + dy))
                continue
            wide, high = self.places.halves(key)
            grid.block((x - wide, y - high), (x + wide, y + high))
        for name, ((left, top), (right, bottom)) in self.places.frames.items():
            grid.fence((left, top), (right, bottom))
            lines = [
                y for state, y in self.places.cells[name].states.items() if self.step.is_on_line(self.step.own[state])
            ]
            grid.avoid((left - 2, top - CELL_ROWS), (right + 1, top + 3 if lines else top - 1))
        lags = (it for key in filter(self.step.is_delay, self.places.spots) for it in self.lag_of(key))
        written = WireGrid(grid.low, grid.high, (), period)
        for words in (*weights.values(), *lags):
            grid.block(*axes.within(words.box.grown(2.5)))
            written.block(*axes.within(words.box.grown(HEAD_HALF + 1.5)))
        self.written = frozenset(written.blocked)
        """Where something is written, with room for heads: also before a node."""
        return grid

    def lag_of(self, key: str) -> Iterable[PlacedLabel]:
        """What stands at the square of a delay."""
        return lag_words(key, self.places.axes.point(self.places.spots[key]), self.places.axes)

    def nets(self) -> list[WireNet]:
        """What is wired together: each source with its readers; sources that the same layers read are one bus, where
        it begins at what every step has."""
        readers: dict[str, list[Pair]] = {}
        for source, target in self.step.edges:
            tapped = source in self.step.own and self.step.is_part(target)
            together = tapped and self.comes_together(source, target)
            apart = target == OUT or together
            name = f"{source} {target}" if apart else self.step.own[source] if tapped else source
            readers.setdefault(name, []).append((source, target))
        buses = {source: self.bus(source, pairs) for source, pairs in readers.items()}
        targets = Counter(targets for targets, _ in buses.values())
        begun = {bus for source, bus in buses.items() if not self.may_lack(source)}
        found: dict[object, WireNet] = {}
        crowd = {s for s, (own, _) in buses.items() if len(own) == 1 and self.is_crowd(own, targets[own])}
        for source in sorted(readers, key=lambda source: self.order_in_a_bus(source, source in crowd)):
            key: object = source
            bus, pairs = buses[source], readers[source]
            if self.may_be_shared(source_of(source), bus[0]) and (len(bus[0]) > 1 or source in crowd):
                whole = bus in begun or not self.may_lack(source)
                key = bus if whole else (bus, source.rpartition(":")[2])
            if key not in found:
                found[key] = WireNet(source, [])
            found[key].sources.append(source_of(source))
            found[key].pairs += pairs
        return list(found.values())

    def comes_together(self, state: str, layer: str) -> bool:
        """Whether a state comes to a layer with others: one of another cell, where the layer has no room for each."""
        if not self.places.axes.gathered or layer not in self.crowded:
            return False
        parts = self.step.nodes[self.step.own[state]].part, self.step.nodes[layer].part
        return len({part.cell for part in parts if part is not None}) > 1

    def bus(self, source: str, pairs: Iterable[Pair]) -> tuple[frozenset[str], str]:
        """What reads a source, and, if that is one layer alone, whether it is data, which comes in from below, or a
        state of another cell."""
        targets, key = frozenset(t for _, t in pairs), source_of(source)
        if len(targets) > 1:
            return targets, ""
        return targets, "data" if self.is_data(self.step.base(key)) else "state" if key in self.step.own else ""

    def is_crowd(self, targets: frozenset[str], sources: int) -> bool:
        """Whether so many sources that one layer alone reads come in together."""
        return sources > (1 if targets <= self.crowded else CROWD if self.step.graph.tau is None else inf)

    def may_be_shared(self, source: str, targets: frozenset[str]) -> bool:
        """Whether a source comes in with others: from outside, into layers."""
        outside = not self.step.is_part(source) and source not in self.step.blocks
        return outside and all(self.step.form(t) == "layer" for t in targets)

    def may_lack(self, source: str) -> bool:
        """Whether some step has no such source: data of another step, which have no start, what is read from further
        away, and a moment, h[3], where what so many steps before has is read too: at some step that is the same."""
        if self.step.graph.tau is None or source in self.step.nodes:
            return False
        if is_port(source):
            return ":" in source or self.is_read_by_lag(source)
        return self.is_data(self.step.base(source))

    def is_read_by_lag(self, moment: str) -> bool:
        """Whether the variable of a moment is read so many steps later too."""
        name, bracket, _ = moment.removeprefix(ELSEWHERE).partition("[")
        lagged = {source.removeprefix(ELSEWHERE).partition(":")[0] for source, _ in self.step.edges}
        return bracket != "" and name in lagged

    def order_in_a_bus(self, source: str, is_in_a_crowd: bool) -> tuple[int, int]:
        """First what comes in at its own height, last what steps may lack; of a crowd, what is nearest to its layer."""
        order = 2 if self.may_lack(source) else int(source in self.step.nodes)
        if not is_in_a_crowd:
            return order, 0
        key = source_of(source)
        x, there = (self.places.spots[it][0] for it in (key, self.step.first_reader(key)))
        return order, abs(x - there)

    def lacking_room(self) -> dict[str, int]:
        """The parts that read more than has room at them, and how much: for most wires ways would be found, and for
        the last none."""
        wires: dict[str, set[str]] = {}
        rooms: dict[str, set[GridSpot]] = {}
        for it, (source, target) in ((net, pair) for net in self.all_nets for pair in net.pairs):
            if self.leads(it, (source, target)):
                wires.setdefault(target, set()).add(it.name)
                rooms.setdefault(target, set()).update(gate.spot for gate in self.entries(source, target))
        return {target: len(names) for target, names in wires.items() if len(names) > len(rooms[target])}

    def find_wires(self) -> None:
        self.give_rows(self.all_nets)
        for source, target in self.step.edges:
            if not is_port(source):
                around = [Gate(*side) for side in self.sides(source, 1)] if self.step.is_delay(source) else []
                self.grid.reserve(around or self.exits(source), self.step.base(source))
            if not is_port(target):
                self.grid.reserve(self.entries(source, target), target)
        jobs = [
            (self.urgency(net, pair), net, pair) for net in self.all_nets for pair in net.pairs if self.leads(net, pair)
        ]
        jobs.sort(key=lambda job: job[0])
        for i, (_, net, pair) in enumerate(jobs):
            self.grid.allow(i / len(jobs))
            ends = self.step.base(pair[0]), pair[1]
            begun = is_port(pair[0]) and self.grid.tree(net.name).roots
            exits = [] if begun else self.exits(pair[0])
            way = self.grid.connect(net.name, exits, self.entries(*pair), ends, net.rows)
            if way is None and pair[1] == OUT and (home := self.net_of(pair[0])) is not None:
                way = self.grid.connect(home.name, [], self.entries(*pair), ends)
                self.all_nets.remove(net)
                home.pairs.append(pair)
                net = home
            if way is None:
                raise self.no_way(f"{pair[0]} -> {pair[1]}", NoInlet if self.comes_from_below(*pair) else NoWay)
            self.found[pair] = net.name, way
        leaving = {spot for (_, target), (_, way) in self.found.items() if target == OUT for spot in way[1:]}
        for net in self.all_nets:
            sure = [spot for spot in self.grid.tree(net.name).spots if spot not in leaving]
            for source in net.sources[1:]:
                way = self.grid.join(net.name, self.exits_aside(source), (self.step.base(source),), sure)
                if way is None:
                    raise self.no_way(f"{source} to {net.name}")
                self.joints[source] = net.name, way
                if not self.may_lack(source):
                    sure += [spot for spot in way if spot not in sure]

    def net_of(self, source: str) -> WireNet | None:
        """The wires of data within their step, which what leaves it may branch off where it has no way of its own."""
        nets = (net for net in self.all_nets if net.sources[0] == source and net.pairs[0][1] != OUT)
        return next(nets, None) if self.is_data(source) else None

    def no_way(self, between: str, usual: type[NoWay] = NoWay) -> NoWay:
        return TooManyWires(between) if self.grid.is_exhausted else usual(between)

    def give_rows(self, nets: list[WireNet]) -> None:
        """A row for each bus, those of states first, as they come in at that height; the other rows for all."""
        free = {name: [y + self.places.at[name][1] for y in cell.rails] for name, cell in self.places.cells.items()}
        for net in nets:
            if self.step.rows is not None and len(net.pairs) > 1 and self.is_data(net.sources[0]):
                # Beside the data, so that there is room for what is written before each reader.
                net.rows = frozenset({self.places.spots[net.sources[0]][1] - self.places.axes.radius - 3})
            parts = {t: self.step.nodes[t].part for _, t in net.pairs if self.step.form(t) == "layer"}
            cells = [part.cell for part in parts.values() if part is not None]
            if len(cells) > 1 and not self.step.is_part(net.sources[0]):
                cell = cells[0]
                heights = [self.places.spots[s][1] for s in net.sources]
                row = next((y for y in free[cell] if y in heights), None)
                row = row if row is not None else next((y for y in free[cell] if y not in self.state_rows()), None)
                if row is not None:
                    free[cell].remove(row)
                    net.rows = frozenset({row})

    def is_data(self, key: str) -> bool:
        return key in self.step.nodes and self.step.nodes[key].kind == "input"

    def state_rows(self) -> set[int]:
        return {self.places.spots[state][1] for state in self.step.own}

    def leads(self, net: WireNet, pair: Pair) -> bool:
        """Whether a pair's own way is to be found: those of further sources share the first one's."""
        return pair[0] not in net.sources[1:]

    def urgency(self, net: WireNet, pair: Pair) -> tuple[int, float]:
        """Lines first, then what is short, then what many read, its farthest reader first."""
        (x, y), (tx, ty) = (self.places.spots[key] for key in pair)
        if any(map(is_port, pair)):
            return 5, -abs(x - tx)
        line = y == ty and all(self.step.is_along(key) for key in pair)
        if line:
            return 0, x
        if pair[0] in self.step.own and not self.step.is_part(pair[1]):
            return 4, abs(x - tx)
        if pair[1] in self.step.own and self.step.own[pair[1]] == pair[0]:
            return 1, x
        if len(net.pairs) > 1 and not self.step.is_part(pair[0]):
            return 3, -abs(x - tx)
        return 2, abs(x - tx) + abs(y - ty)

    def sides(self, key: str, room: int) -> Iterator[tuple[GridSpot, Way]]:
        """The places around a node, each with the direction away from it."""
        x, y = self.places.spots[key]
        wide, high = self.places.halves(key)
        yield (x + wide + room, y), RIGHT
        yield (x - wide - room, y), LEFT
        yield (x, y - high - room), UP
        yield (x, y + high + room), DOWN

    def exits(self, key: str) -> list[Gate]:
        if is_port(key):
            way, row = (UP, self.places.low_row) if is_low_port(key) else (DOWN, self.places.edge_row)
            return self.along_the_edge(way, row)
        costs = {RIGHT: 0.0, UP: 0.0, DOWN: 1.0, LEFT: 6.0}
        if self.step.form(key) == "layer":
            costs = {DOWN: 0.0, RIGHT: 0.5} if self.step.hangs(key) else {UP: 0.0, RIGHT: 0.5, DOWN: 9.0}
        elif key in self.step.own or key not in self.step.nodes:
            costs = {RIGHT: 0.0, DOWN: 3.0, UP: 3.0, LEFT: 9.0}
            if self.step.is_delay(key):
                costs.pop(LEFT)
                if any(self.lag_of(key)):  # Which stands over the square.
                    costs.pop(UP)
        elif key in self.step.blocks:
            costs = {UP: 0.0}
        elif self.is_data(key):
            costs = {UP: 0.0, RIGHT: 9.0, LEFT: 9.0}
        costs = self.seen_from_behind(key, costs)
        found = [Gate(spot, way, costs[way]) for spot, way in self.sides(key, 1) if way in costs]
        if self.step.rows is not None and self.is_crowded(self.step.base(key)):
            found += self.beside_middles(key, 1, costs)
        return found

    def exits_aside(self, key: str) -> list[Gate]:
        """Where a wire that joins another leaves a source: a state, not along time, where its own goes on."""
        along = LEFT if key in self.places.turned else RIGHT
        return [gate for gate in self.exits(key) if key not in self.step.own or gate.way != along]

    def beside_middles(self, key: str, room: int, costs: Mapping[Way, float]) -> Iterator[Gate]:
        """The places beside the middle of each side of a circle, each with the direction away from it."""
        for (x, y), (dx, dy) in self.sides(key, room):
            if (dx, dy) in costs:
                for by in (2, -2):
                    yield Gate((x + by * abs(dy), y + by * abs(dx)), (dx, dy), costs[dx, dy] + BESIDE_MIDDLE)

    def entries(self, source: str, target: str) -> list[Gate]:
        if is_port(target):
            return self.along_the_edge(UP, self.places.edge_row)
        costs = {RIGHT: 2.0, UP: 0.0, DOWN: 0.0, LEFT: 0.0}
        if self.step.form(target) == "layer":
            costs = {UP: 0.0, LEFT: 1.0, DOWN: 3.0}
            if self.comes_from_above(source, target):
                costs = {UP: 0.0, DOWN: 4.0, LEFT: 4.0}
            elif self.comes_from_below(source, target):
                costs = {DOWN: 0.0, LEFT: 12.0}
            if self.places.has_words_before(target):
                costs.pop(LEFT, None)
        elif self.step.own.get(target) == source or source in self.step.blocks or self.step.is_aside:
            costs = {LEFT: 0.0, UP: 6.0, DOWN: 6.0}
        elif self.step.form(target) == "pointwise" and self.step.is_on_line(target):
            costs = {LEFT: 0.0, DOWN: 0.0, UP: 0.0}
        costs = self.seen_from_behind(target, costs)
        found = [Gate(spot, (-way[0], -way[1]), costs[way]) for spot, way in self.sides(target, 2) if way in costs]
        if self.is_crowded(target):
            gates = self.beside_middles(target, 2, costs)
            found += [gate._replace(way=(-gate.way[0], -gate.way[1])) for gate in gates]
        if self.step.form(target) == "layer":
            (x, y), (_, high) = self.places.spots[target], self.places.halves(target)
            side = 1 if target in self.places.turned else -1
            beside = [(x + side * dx, 1.5 * dx) for dx in (1, 2, 3) if self.places.has_edge(target, dx)]
            if self.places.axes.up:  # The edge is short, and there is room for more on both sides of its middle alone.
                beside += [(2 * x - tx, cost + 1.0) for tx, cost in beside]
            if DOWN in costs:
                found += [Gate((tx, y + high + 2), UP, costs[DOWN] + cost) for tx, cost in beside]
            if self.comes_from_above(source, target):
                found += [Gate((tx, y - high - 2), DOWN, cost) for tx, cost in beside]
        return [gate for gate in found if self.grid.wrapped(gate.spot) not in self.written] or found

    def is_crowded(self, key: str) -> bool:
        """Whether more comes to a circle, or leaves it, than it has sides."""
        if self.step.is_part(key):
            return False
        if self.step.rows is not None:  # What this step reads of it and what the next does may leave it apart.
            leaving = 2 * (key in self.read) + ((key, OUT) in self.step.edges)
            return self.step.is_aside or len(self.step.reads[key]) + leaving > len(WAYS)
        return len(self.step.reads[key]) + (key in self.read) >= len(WAYS)

    def comes_from_below(self, source: str, target: str) -> bool:
        """Whether what a layer reads is led to its lower edge: what comes from outside the cell, if not from above."""
        inside = self.step.is_part(source) or self.step.form(target) != "layer" or self.step.hangs(target)
        return not inside and not self.comes_from_above(source, target)

    def comes_from_above(self, source: str, target: str) -> bool:
        """Whether what a layer reads is led to its top: what comes from elsewhere, and data that stand above."""
        if self.step.base(source) in self.step.own or self.step.is_part(source):
            return False
        if is_port(source):
            return not is_low_port(source)
        return self.places.spots[source][1] < self.places.spots[target][1]

    def seen_from_behind(self, key: str, costs: dict[Way, float]) -> dict[Way, float]:
        """Costs by side, left and right exchanged where a cell is laid out from right to left."""
        if self.step.base(key) not in self.places.turned:
            return costs
        return {(-x, y): cost for (x, y), cost in costs.items()}

    def along_the_edge(self, way: Way, row: int) -> list[Gate]:
        """Every place in the upper edge or the lower, for a wire that moves so."""
        left = 1 - self.places.beside if self.step.rows is None else self.places.from_before
        columns = range(left, self.places.width + self.places.beside + 1)
        return [Gate((x, row), way) for x in columns]

    def ports(self) -> dict[str, Point]:
        found = {}
        for pair, (name, way) in self.found.items():
            if pair[1] == OUT:
                found[pair[0]] = self.places.axes.point(way[-1])
            elif is_port(pair[0]):
                found.setdefault(pair[0], self.places.axes.point(self.grid.trees[name].roots[0]))
        return found | {
            source: self.places.axes.point(way[0]) for source, (_, way) in self.joints.items() if is_port(source)
        }
