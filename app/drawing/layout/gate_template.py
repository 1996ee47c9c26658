"""The template of a step at the detail `gates`: where its nodes stand and which way its wires run, on a grid.

Laid out once, every step is drawn with it: what the step before has is read from the circle that stands one period to
the left.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, hypot

from app.drawing.geometry import Box, Point
from app.drawing.layout.cell_places import PITCH, CellContents, CellPlaces, place_cell, spread
from app.drawing.layout.dimensions import RADIUS, SQUARE
from app.drawing.layout.edge_labels import LabelBlock, written
from app.drawing.layout.node_shapes import NodeShape, is_bare, node_shape, weight_words
from app.drawing.layout.place_labels import SMALLER
from app.drawing.layout.wire_grid import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Gate,
    GridSpot,
    Way,
    WireGrid,
    between,
    corners,
)
from app.drawing.lettering import Outline
from app.engine.graph import Edge, Graph, Node

Pair = tuple[str, str]

DELAY = NodeShape(0.0, Box(-SQUARE / 2, -SQUARE / 2, SQUARE / 2, SQUARE / 2))
DELAY_COLUMN = -5
"""The square of a delay, and where it stands before a cell of the circuit."""
COLUMN = 6
"""From a cell's frame to the circles of its states, in columns of the grid; and from them to the next frame."""
INPUT_ROWS, CIRCLE_ROWS, CIRCLE_COLUMNS = 7, 12, 12
"""From a cell to the data below it, and between circles."""
CELL_ROWS = 8
"""Between one cell and the next above it."""
WORD_GAP = 5.0
LINE_STRENGTH, RAIL_STRENGTH = 2.0, 0.85
"""How strong a state's line is drawn beside other wires, and what runs to layers from below."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a wire from corner to corner, in points, and the pairs of nodes whose wires share it."""

    points: tuple[Point, ...]
    pairs: tuple[Pair, ...]
    head: bool = False


@dataclass(frozen=True, slots=True)
class TemplateWire:
    """What is drawn of a pair's wire: its own stretches, where it branches off, whether it begins on another's.

    `strength`: how much stronger than usual it is drawn.
    """

    stretches: tuple[Stretch, ...]
    dots: tuple[Point, ...] = ()
    branch: bool = False
    strength: float = 1.0


@dataclass(frozen=True)
class PlacedWords:
    """Words and where their pen stands."""

    outline: Outline
    x: float
    y: float

    @property
    def box(self) -> Box:
        it = self.outline
        return Box(self.x + it.left, self.y - it.ascent, self.x + it.right, self.y + it.descent)


@dataclass(frozen=True)
class GateTemplate:
    """A step, in points: places by key, wires and words by pair of keys (or by key), frames of cells, its length."""

    places: Mapping[str, Point]
    wires: Mapping[Pair, TemplateWire]
    edge_words: Mapping[Pair, tuple[PlacedWords, ...]]
    node_words: Mapping[str, PlacedWords]
    frames: tuple[Box, ...]
    period: float
    loops: Mapping[str, tuple[Point, tuple[Point, ...]]]
    """In the circuit: for what was a step before, its square and the way there from the circle."""
    ports: Mapping[str, Point]
    """Where wires from and to elsewhere cross the upper edge: of what leaves, by its source; of what comes in."""


def key_before(key: str, lag: int) -> str:
    """The key of what a step reads from `lag` steps before."""
    return f"{key}:{lag}"


OUT = "@out"
"""The key of what leaves a step for elsewhere, as a target; what comes in from elsewhere has one that begins alike."""


def is_port(key: str) -> bool:
    """Whether a key is of no node, but of a place in the upper edge of a step."""
    return key.startswith("@")


class CannotPlace(Exception):
    """A graph that no template is made for; says what has no place."""


def gate_template(
    graph: Graph, nodes: Mapping[str, Node], edges: Mapping[Pair, Edge], labels: float = 1.0
) -> GateTemplate:
    """Lay out a step from its nodes by key, and its edges by the keys of their ends; `labels` makes these larger.

    In the circuit a black square stands where the step before has its circle, and a wire leads there from this one's.
    """
    return _TemplateMaker(graph, nodes, edges, labels).made()


@dataclass
class _Net:
    """The edges of one source, or of several with the same readers."""

    name: str
    sources: list[str]
    pairs: list[Pair] = field(default_factory=list)
    rows: frozenset[int] = frozenset()
    """Where its level wires are to run."""


class _TemplateMaker:
    def __init__(self, graph: Graph, nodes: Mapping[str, Node], edges: Mapping[Pair, Edge], labels: float) -> None:
        self.graph, self.nodes, self.edges, self.labels = graph, nodes, edges, labels
        self.spots: dict[str, GridSpot] = {}
        self.shapes: dict[str, NodeShape] = {key: node_shape(n) for key, n in nodes.items()}
        self.reads: dict[str, list[str]] = {key: [] for key in nodes}
        for source, target in edges:
            if target in nodes:
                self.reads[target].append(source)
        self.own = {t: s for s, t in edges if self.is_part(s) and not self.is_part(t) and self.owns(s, t)}
        self.cells: dict[str, CellPlaces] = {}
        self.at: dict[str, GridSpot] = {}
        """The origin of each cell."""
        self.turned: set[str] = set()
        """The parts and states of cells that run from the end, which are laid out from right to left."""
        self.frames: dict[str, tuple[GridSpot, GridSpot]] = {}

    def is_part(self, key: str) -> bool:
        return key in self.nodes and self.nodes[key].part is not None

    def owns(self, source: str, target: str) -> bool:
        """Whether a part makes what a circle shows."""
        return self.nodes[source].id.variable == target and self.reads[target] == [source]

    def made(self) -> GateTemplate:
        self.place_cells()
        self.place_circles()
        self.place_ports()
        self.grid = self.new_grid()
        self.find_wires()
        wires = self.wires()
        return GateTemplate(
            {key: self.point(spot) for key, spot in self.spots.items() if not is_port(key)},
            wires,
            self.words_on(wires),
            self.weights,
            tuple(self.box(low, high) for low, high in self.frames.values()),
            self.period * PITCH,
            self.loops(),
            self.ports(),
        )

    @staticmethod
    def point(spot: tuple[float, float]) -> Point:
        return spot[0] * PITCH, spot[1] * PITCH

    def box(self, low: GridSpot, high: GridSpot) -> Box:
        return Box(*self.point(low), *self.point(high))

    # places

    def cell_names(self) -> list[str]:
        return list(dict.fromkeys(n.part.cell for n in self.nodes.values() if n.part is not None))

    def place_cells(self) -> None:
        """The cells one above the other, the first below; the states beside them in one column."""
        names = self.cell_names()
        for name in names:
            parts = {k: n for k, n in self.nodes.items() if n.part is not None and n.part.cell == name}
            states = {t: s for t, s in self.own.items() if s in parts}
            reads = {k: self.reads[k] for k in parts}
            widths = {
                k: ceil((w.width + WORD_GAP) / PITCH)
                for k, n in parts.items()
                if not is_bare(n) and (w := weight_words(n, self.graph, self.labels))
            }
            contents = CellContents(parts, reads, states, len(self.buses(parts, states)), widths)
            self.cells[name] = place_cell(contents)
        if not names:
            raise CannotPlace
        self.width = max(cell.width for cell in self.cells.values())
        y = 0
        for name in names:
            cell = self.cells[name]
            self.at[name] = 0, y - cell.bottom
            y = self.at[name][1] + cell.top - CELL_ROWS
            ox, oy = self.at[name]
            back = self.runs_back(cell)
            if back:
                self.turned |= {*cell.parts, *cell.states}
            self.spots |= {key: (self.width - x if back else x, py + oy) for key, (x, py) in cell.parts.items()}
            column = -COLUMN if back else self.width + COLUMN
            self.spots |= {state: (column, py + oy) for state, py in cell.states.items()}
            self.frames[name] = (ox, oy + cell.top), (self.width, oy + cell.bottom)
        self.period = self.width + 2 * COLUMN

    def runs_back(self, cell: CellPlaces) -> bool:
        """Whether the states of a cell are read one step before their own."""
        return any(source.rpartition(":")[0] in cell.states and source.endswith(":-1") for source, _ in self.edges)

    def buses(self, parts: Mapping[str, Node], states: Mapping[str, str]) -> list[frozenset[str]]:
        """The sets of layers that read a source from outside the cell, each once."""
        lines = {s for s, own in states.items() if (part := parts[own].part) is not None and part.line == s}
        readers: dict[str, set[str]] = {}
        for key in parts:
            for source in self.reads[key]:
                inner = source in parts or (source in states and source in lines)
                if not inner and self.form(key) == "layer":
                    readers.setdefault(source, set()).add(key)
        return list(dict.fromkeys(frozenset(found) for found in readers.values() if len(found) > 1))

    def form(self, key: str) -> str:
        part = self.nodes[key].part if key in self.nodes else None
        return part.form if part is not None else ""

    def place_circles(self) -> None:
        """Data below what reads it, the readout below or above the state that it reads, what was before at the left."""
        bottom = max(high[1] for _, high in self.frames.values())
        top = min(low[1] for low, _ in self.frames.values())
        column = self.width + COLUMN
        given = [k for k, n in self.nodes.items() if k not in self.spots and n.kind in ("input",)]
        wanted = []
        for key in given:
            readers = [self.spots[t][0] for s, t in self.edges if s == key and t in self.spots]
            readers.sort()
            x = column if not readers else readers[0] if len(readers) == 1 else round((readers[0] + readers[1]) / 2)
            wanted.append((key, min(x, self.width - 2)))
        self.spots |= {k: (x, bottom + INPUT_ROWS) for k, x in spread(wanted, CIRCLE_COLUMNS).items()}
        rest = [k for k in self.nodes if k not in self.spots and self.nodes[k].kind != "target"]
        heights = [y for x, y in self.spots.values() if x in (column, -COLUMN)]
        for key in rest:
            columns = {self.spots[s][0] for s in self.reads[key] if s in self.spots}
            column = round(sum(columns) / len(columns)) if columns else column
            read = [self.spots[s] for s in self.reads[key] if s in self.spots]
            above = not any(s in self.spots and self.is_covered(s) for s in self.reads[key])
            if not read and not self.reads[key]:
                raise CannotPlace
            y = min([top, *heights]) - CIRCLE_ROWS if above else max([bottom - 3, *heights]) + CIRCLE_ROWS
            if above and not [h for h in heights if h < top]:
                y = top - INPUT_ROWS
            if not above and not [h for h in heights if h > bottom]:
                y = bottom + INPUT_ROWS
            near = [h for h in heights if (h < y) != above]
            while any(abs(h - y) < CIRCLE_ROWS for h in near):
                y += -1 if above else 1
            heights.append(y)
            self.spots[key] = column, y
        for key in (k for k in self.nodes if k not in self.spots):
            reader = next((self.spots[t] for s, t in self.edges if s == key and t in self.spots), (column, bottom))
            taken = {x for x, y in self.spots.values() if abs(y - reader[1]) < CIRCLE_ROWS - 2}
            x = reader[0] - CIRCLE_COLUMNS
            while any(abs(x - other) < CIRCLE_COLUMNS for other in taken):
                x -= 1
            self.spots[key] = x, reader[1]
        for source, _ in self.edges:
            if source not in self.nodes and not is_port(source):
                key, _, lag = source.rpartition(":")
                if key not in self.spots:
                    raise CannotPlace
                x, y = self.spots[key]
                delay = self.width - DELAY_COLUMN if key in self.turned else DELAY_COLUMN
                self.spots[source] = (x - int(lag) * self.period if self.graph.tau else delay), y
                self.shapes[source] = self.shapes[key] if self.graph.tau else DELAY

    def loops(self) -> dict[str, tuple[Point, tuple[Point, ...]]]:
        """The ways back in time, one within the other over the top of everything."""
        if self.graph.tau:
            return {}
        keys = sorted((k for k in self.spots if k not in self.nodes), key=lambda k: self.spots[k][1])
        reach = ceil(RADIUS / PITCH)
        wires = [spot for tree in self.grid.trees.values() for spot in tree.spots]
        right = max([*(x for x, _ in self.spots.values()), *(x - reach for x, _ in wires)]) + reach
        top = min([*map(self.top_of, self.spots), *(y for _, y in wires)]) - 2
        circles = (x - reach for k, (x, _) in self.spots.items() if k in self.nodes and not self.is_part(k))
        left = min([DELAY_COLUMN, *(x for x, _ in wires), *circles])
        found = {}
        for i, key in enumerate(keys):
            (sx, sy), (x, y) = self.spots[key.rpartition(":")[0]], self.spots[key]
            lane, track, back = right + 2 * (i + 1), top - 2 * i, left - 3 - 2 * i
            turned = self.base(key) in self.turned
            if turned:
                lane, back = back, lane
            way = [(sx, sy), (lane, sy), (lane, track), (back, track), (back, y), (x, y)]
            above = any(oy == sy and ox > sx for k, (ox, oy) in self.spots.items() if k in self.nodes)
            if above and sy < min(low[1] for low, _ in self.frames.values()) and not turned:
                way = [(sx, sy - reach), (sx, track), *way[3:]]
                points = [self.point(p) for p in way]
                points[0] = points[0][0], self.point((sx, sy))[1] + self.shapes[self.base(key)].bounds.top
                points[-1] = points[-1][0] + DELAY.bounds.left, points[-1][1]
                found[key] = self.point((x, y)), tuple(points)
                continue
            points = [self.point(p) for p in way]
            rim, edge = self.shapes[self.base(key)].bounds.right, DELAY.bounds.left
            points[0] = points[0][0] + (-rim if turned else rim), points[0][1]
            points[-1] = points[-1][0] + (-edge if turned else edge), points[-1][1]
            found[key] = self.point((x, y)), tuple(points)
        return found

    def top_of(self, key: str) -> int:
        tops = [low[1] for low, _ in self.frames.values()]
        return min(self.spots[key][1] - ceil(-self.shapes[key].bounds.top / PITCH), *tops)

    def is_covered(self, key: str) -> bool:
        """Whether a state's line lies above this circle in its column, or what is read is itself below."""
        column, y = self.spots[key]
        lines = [self.spots[s][1] for s, own in self.own.items() if (p := self.nodes[own].part) and p.line == s]
        bottom = max(high[1] for _, high in self.frames.values())
        return (y > bottom and column == self.width + COLUMN) or (
            len(self.cells) == 1 and any(line < y for line in lines)
        )

    def place_ports(self) -> None:
        """The upper edge, over everything, where wires from and to elsewhere cross it."""
        ports = {key for pair in self.edges for key in pair if is_port(key)}
        if ports:
            self.edge_row = min(self.top_of(key) for key in self.spots) - 4
            self.spots |= dict.fromkeys(ports, (self.width // 2, self.edge_row))

    def ports(self) -> dict[str, Point]:
        found = {}
        for pair, (name, way) in self.found.items():
            if pair[1] == OUT:
                found[pair[0]] = self.point(way[-1])
            elif is_port(pair[0]):
                found.setdefault(pair[0], self.point(self.grid.trees[name].roots[0]))
        return found | {source: self.point(way[0]) for source, (_, way) in self.joints.items() if is_port(source)}

    def along_the_edge(self, way: Way) -> list[Gate]:
        """Every place in the upper edge, for a wire that moves so."""
        return [Gate((x, self.edge_row), way) for x in range(1 - COLUMN, self.width + COLUMN + 1)]

    # wires

    def new_grid(self) -> WireGrid:
        xs = [x for x, _ in self.spots.values()]
        ys = [y for _, y in self.spots.values()]
        rows = [self.spots[s][1] for s, own in self.own.items() if self.is_on_line(own)]
        period = self.period if self.graph.tau else 0
        grid = WireGrid((min(xs) - 8, min(ys) - 10), (max(xs) + 8, max(ys) + 10), rows, period)
        for key, (x, y) in self.spots.items():
            if is_port(key):
                continue
            shape = self.shapes[key]
            if shape.radius > 2 * 14:
                reach = ceil(RADIUS / PITCH)
                near = [(dx, dy) for dx in range(-reach - 1, reach + 2) for dy in range(-reach - 1, reach + 2)]
                for dx, dy in near:
                    if hypot(dx, dy) * PITCH < RADIUS + 0.8 * PITCH:
                        grid.block((x + dx, y + dy), (x + dx, y + dy))
                continue
            wide, high = self.halves(key)
            grid.block((x - wide, y - high), (x + wide, y + high))
        for name, ((left, top), (right, bottom)) in self.frames.items():
            grid.fence((left, top), (right, bottom))
            lines = [y for state, y in self.cells[name].states.items() if self.is_on_line(self.own[state])]
            grid.avoid((left - 2, top - CELL_ROWS), (right + 1, top + 3 if lines else top - 1))
        self.weights = dict(self.place_weights())
        for words in self.weights.values():
            box = words.box.grown(2.5)
            low = ceil(box.left / PITCH), ceil(box.top / PITCH)
            grid.block(low, (int(box.right // PITCH), int(box.bottom // PITCH)))
        return grid

    def place_weights(self) -> Iterator[tuple[str, PlacedWords]]:
        """The parameters below a layer, right of where wires come in; beside a pointwise operation above it."""
        for key, n in self.nodes.items():
            words = weight_words(n, self.graph, self.labels)
            if words is None or is_bare(n):
                continue
            x, y = self.point(self.spots[key])
            bounds = self.shapes[key].bounds
            if self.form(key) == "layer":
                left = x - WORD_GAP - 2 - words.width if key in self.turned else x + WORD_GAP + 2
                yield key, PlacedWords(words, left - words.left, y + bounds.bottom + 7 + words.ascent)
            else:
                yield key, PlacedWords(words, x + bounds.right + 1 - words.left, y + bounds.top - 1)

    def halves(self, key: str) -> tuple[int, int]:
        """How many columns and rows of the grid a node reaches from its middle."""
        bounds = self.shapes[key].bounds
        return tuple(ceil(side / PITCH - 1e-6) for side in (bounds.right, bounds.bottom))  # type: ignore[return-value]

    def nets(self) -> list[_Net]:
        """What is wired together: each source with its readers; sources that the same layers read are one bus."""
        readers: dict[str, list[Pair]] = {}
        for source, target in self.edges:
            tapped = source in self.own and self.is_part(target)
            name = f"{source} {OUT}" if target == OUT else self.own[source] if tapped else source
            readers.setdefault(name, []).append((source, target))
        found: dict[object, _Net] = {}
        for source, pairs in sorted(readers.items(), key=lambda item: item[0] in self.nodes):
            targets = frozenset(t for _, t in pairs)
            layers = len(targets) > 1 and all(self.form(t) == "layer" for t in targets)
            shared = layers and source not in self.own and not self.is_part(source)
            key: object = targets if shared else source
            if key not in found:
                found[key] = _Net(source, [])
            found[key].sources.append(source.removesuffix(f" {OUT}"))
            found[key].pairs += pairs
        return list(found.values())

    def find_wires(self) -> None:
        nets = self.all_nets = self.nets()
        self.give_rows(nets)
        self.found: dict[Pair, tuple[str, list[GridSpot]]] = {}
        self.joints: dict[str, tuple[str, list[GridSpot]]] = {}
        for source, target in self.edges:
            if not is_port(source):
                self.grid.reserve(self.exits(source), self.base(source))
            if not is_port(target):
                self.grid.reserve(self.entries(source, target), target)
        jobs = [(self.urgency(net, pair), net, pair) for net in nets for pair in net.pairs if self.leads(net, pair)]
        jobs.sort(key=lambda job: job[0])
        for _, net, pair in jobs:
            ends = self.base(pair[0]), pair[1]
            begun = is_port(pair[0]) and self.grid.tree(net.name).roots
            exits = [] if begun else self.exits(pair[0])
            way = self.grid.connect(net.name, exits, self.entries(*pair), ends, net.rows)
            if way is None:
                raise CannotPlace(f"{pair[0]} -> {pair[1]}")
            self.found[pair] = net.name, way
        for net in nets:
            for source in net.sources[1:]:
                way = self.grid.join(net.name, self.exits(source), (self.base(source),))
                if way is None:
                    raise CannotPlace(f"{source} to {net.name}")
                self.joints[source] = net.name, way

    def base(self, key: str) -> str:
        """The key of a step's own node for what another step has of it."""
        return key if key in self.nodes else key.rpartition(":")[0]

    def give_rows(self, nets: list[_Net]) -> None:
        """A row for each bus, those of states first, as they come in at that height; the other rows for all."""
        free = {name: [y + self.at[name][1] for y in cell.rails] for name, cell in self.cells.items()}
        for net in nets:
            readers = [self.nodes[t].part for _, t in net.pairs if self.form(t) == "layer"]
            cell = next((part.cell for part in readers if part is not None), "")
            if len({t for _, t in net.pairs if self.form(t) == "layer"}) > 1 and not self.is_part(net.sources[0]):
                heights = [self.spots[s][1] for s in net.sources]
                row = next((y for y in free[cell] if y in heights), None)
                row = row if row is not None else next((y for y in free[cell] if y not in self.state_rows()), None)
                if row is not None:
                    free[cell].remove(row)
                    net.rows = frozenset({row})

    def state_rows(self) -> set[int]:
        return {self.spots[state][1] for state in self.own}

    def leads(self, net: _Net, pair: Pair) -> bool:
        """Whether a pair's own way is to be found: those of further sources share the first one's."""
        return pair[0] not in net.sources[1:]

    def urgency(self, net: _Net, pair: Pair) -> tuple[int, float]:
        """Lines first, then what is short, then what many read, its farthest reader first."""
        (x, y), (tx, ty) = (self.spots[key] for key in pair)
        if any(map(is_port, pair)):
            return 5, -abs(x - tx)
        line = y == ty and all(k not in self.nodes or self.is_on_line(k) for k in pair)
        if line:
            return 0, x
        if pair[0] in self.own and not self.is_part(pair[1]):
            return 4, abs(x - tx)
        if pair[1] in self.own and self.own[pair[1]] == pair[0]:
            return 1, x
        if len(net.pairs) > 1 and not self.is_part(pair[0]):
            return 3, -abs(x - tx)
        return 2, abs(x - tx) + abs(y - ty)

    def is_on_line(self, key: str) -> bool:
        part = self.nodes[key].part
        return part.line != "" if part is not None else key in self.own

    def sides(self, key: str, room: int) -> Iterator[tuple[GridSpot, Way]]:
        """The places around a node, each with the direction away from it."""
        x, y = self.spots[key]
        wide, high = self.halves(key)
        yield (x + wide + room, y), RIGHT
        yield (x - wide - room, y), LEFT
        yield (x, y - high - room), UP
        yield (x, y + high + room), DOWN

    def exits(self, key: str) -> list[Gate]:
        if is_port(key):
            return self.along_the_edge(DOWN)
        costs = {RIGHT: 0.0, UP: 0.0, DOWN: 1.0, LEFT: 6.0}
        if self.form(key) == "layer":
            costs = {DOWN: 0.0, RIGHT: 0.5} if self.hangs(key) else {UP: 0.0, RIGHT: 0.5, DOWN: 9.0}
        elif key in self.own or key not in self.nodes:
            costs = {RIGHT: 0.0, DOWN: 3.0, UP: 3.0, LEFT: 9.0}
        elif self.nodes[key].kind == "input":
            costs = {UP: 0.0, RIGHT: 9.0, LEFT: 9.0}
        costs = self.seen_from_behind(key, costs)
        return [Gate(spot, way, costs[way]) for spot, way in self.sides(key, 1) if way in costs]

    def seen_from_behind(self, key: str, costs: dict[Way, float]) -> dict[Way, float]:
        """Costs by side, left and right exchanged where a cell is laid out from right to left."""
        if self.base(key) not in self.turned:
            return costs
        return {(-x, y): cost for (x, y), cost in costs.items()}

    def entries(self, source: str, target: str) -> list[Gate]:
        if is_port(target):
            return self.along_the_edge(UP)
        costs = {RIGHT: 2.0, UP: 0.0, DOWN: 0.0, LEFT: 0.0}
        if self.form(target) == "layer":
            costs = {UP: 0.0, LEFT: 1.0, DOWN: 3.0}
            if not self.is_part(source) and not self.hangs(target):
                costs = {DOWN: 0.0, LEFT: 4.0}
        elif self.own.get(target) == source:
            costs = {LEFT: 0.0, UP: 6.0, DOWN: 6.0}
        elif self.form(target) == "pointwise" and self.is_on_line(target):
            costs = {LEFT: 0.0, DOWN: 0.0, UP: 0.0}
        costs = self.seen_from_behind(target, costs)
        found = [Gate(spot, (-way[0], -way[1]), costs[way]) for spot, way in self.sides(target, 2) if way in costs]
        if self.form(target) == "layer":
            (x, y), (_, high) = self.spots[target], self.halves(target)
            if DOWN in costs:
                side = 1 if target in self.turned else -1
                found += [Gate((x + side * dx, y + high + 2), UP, 1.5 * dx) for dx in (1, 2, 3)]
        return found

    def hangs(self, key: str) -> bool:
        return bool(self.reads[key]) and all(s in self.own and self.is_on_line(s) for s in self.reads[key])

    # what is drawn

    def wires(self) -> dict[Pair, TemplateWire]:
        """Each pair's own stretches, cut where others branch off, with the pairs that share each."""
        drawn: dict[Pair, TemplateWire] = {}
        for net in self.all_nets:
            tree = self.grid.trees[net.name]
            routes = {pair: way for pair, (name, way) in self.found.items() if name == net.name and pair in net.pairs}
            ends = {pair: way[-1] for pair, way in routes.items()}
            end_of = {pair[1]: end for pair, end in ends.items()}
            next(iter(routes))
            starts = {source: [self.joints[source][1][0]] for source in net.sources[1:]}
            uses: dict[frozenset[GridSpot], list[Pair]] = {}
            for pair in sorted(net.pairs, key=lambda pair: self.own.get(pair[1]) != pair[0]):
                way = between(tree, starts.get(pair[0], tree.roots), end_of[pair[1]])
                for one, two in zip(way[1:], way[:-1], strict=True):
                    shared = uses.setdefault(frozenset((one, two)), [])
                    if not any(self.own.get(other[1]) == other[0] for other in shared):
                        shared.append(pair)  # What makes a state carries all that is read of it.
            forks = {spot for spot, ways in tree.spots.items() if len(ways) > 2}
            done: set[GridSpot] = set()
            for pair, way in routes.items():
                drawn[pair] = self.own_wire(pair, way, uses, forks, done, way[0] not in tree.roots)
            for source in net.sources[1:]:
                way = self.joints[source][1]
                own = [pair for pair in net.pairs if pair[0] == source]
                drawn[own[0]] = self.own_wire((source, ""), way, uses, forks, done, False)
                drawn |= {pair: TemplateWire((), branch=True) for pair in own[1:]}
        return drawn

    def own_wire(
        self,
        pair: Pair,
        way: list[GridSpot],
        uses: Mapping[frozenset[GridSpot], list[Pair]],
        forks: set[GridSpot],
        done: set[GridSpot],
        branch: bool,
    ) -> TemplateWire:
        """The stretches of a way between forks and changes of what it carries; dots at forks not yet marked."""
        cuts = [0, *(i for i in range(1, len(way) - 1) if way[i] in forks), len(way) - 1]
        stretches = []
        for low, high in itertools.pairwise(cuts):
            piece = way[low : high + 1]
            points = [self.point(p) for p in piece]
            if low == 0 and not branch and not is_port(pair[0]):
                points.insert(0, self.touching(pair[0], points[0]))
            last = high == len(way) - 1 and pair[1] in self.nodes
            if last:
                points.append(self.touching(pair[1], points[-1]))
            points = corners(points)
            pairs = uses.get(frozenset(piece[:2]), [pair]) if len(piece) > 1 else [pair]
            stretches.append(Stretch(tuple(points), tuple(pairs), last))
        here = [way[i] for i in range(len(way)) if way[i] in forks and way[i] not in done]
        done.update(here)
        return TemplateWire(tuple(stretches), tuple(map(self.point, here)), branch, self.strength(pair))

    def strength(self, pair: Pair) -> float:
        """A state's line is strong, what brings states and data to layers is thin."""
        if all(key not in self.nodes or key in self.own or self.is_on_line(key) for key in pair if key):
            return LINE_STRENGTH if self.is_level(pair) else 1.0
        return (
            1.0 if self.is_part(pair[0]) or not self.is_part(pair[1] or self.first_reader(pair[0])) else RAIL_STRENGTH
        )

    def is_level(self, pair: Pair) -> bool:
        return pair[1] in self.spots and self.spots[pair[0]][1] == self.spots[pair[1]][1]

    def first_reader(self, key: str) -> str:
        return next(t for s, t in self.edges if s == key)

    def touching(self, key: str, at: Point) -> Point:
        """The end of a wire led on to the outline of its node."""
        (cx, cy), shape = self.point(self.spots[key]), self.shapes[key]
        x, y = at
        if abs(x - cx) < 1e-6 or abs(y - cy) < 1e-6:
            bounds = shape.bounds
            if abs(x - cx) < 1e-6:
                return x, cy + (bounds.bottom if y > cy else bounds.top)
            return cx + (bounds.right if x > cx else bounds.left), y
        return x, cy + (shape.bounds.bottom if y > cy else shape.bounds.top)

    # words

    def words_on(self, wires: Mapping[Pair, TemplateWire]) -> dict[Pair, tuple[PlacedWords, ...]]:
        """What multiplies on the way to a circle, beside the longest stretch of its wire that has room."""
        circles = ((key, spot) for key, spot in self.spots.items() if not is_port(key))
        taken = [self.shapes[key].bounds.moved(*self.point(spot)) for key, spot in circles]
        taken += [words.box for words in self.weights.values()]
        lines = [s.points for wire in wires.values() for s in wire.stretches]
        lines += [way for _, way in self.loops().values()]
        for left, top, right, bottom in (self.box(low, high) for low, high in self.frames.values()):
            lines.append(((left, top), (right, top), (right, bottom), (left, bottom), (left, top)))
        if self.graph.tau:  # The steps before and after have the same.
            beside = (-self.period * PITCH, self.period * PITCH)
            lines += [tuple((x + by, y) for x, y in line) for line in list(lines) for by in beside]
            taken += [box.moved(by, 0) for box in list(taken) for by in beside]
        found: dict[Pair, tuple[PlacedWords, ...]] = {}
        for pair, wire in wires.items():
            if is_port(pair[1]) or self.is_part(pair[1]):
                continue
            whole = written(self.edges[pair], self.graph, self.labels)
            labels = (*whole, *(label.smaller(share) for share in SMALLER for label in whole))
            places = [(label, at) for label in labels for at in self.beside(label, wire.stretches)]
            free = (it for it in places if self.is_free(it[0].box(*it[1]), taken, lines))
            if places:
                label, at = next(free, places[0])
                taken.append(label.box(*at))
                found[pair] = tuple(PlacedWords(*line) for line in label.around(*at))
        return found

    @staticmethod
    def beside(label: LabelBlock, stretches: Sequence[Stretch]) -> Iterator[Point]:
        """Places for a label's middle beside the straight pieces of a wire, the longest first."""
        pieces = [piece for s in stretches for piece in zip(s.points[:-1], s.points[1:], strict=True)]
        pieces.sort(key=lambda piece: -hypot(piece[1][0] - piece[0][0], piece[1][1] - piece[0][1]))
        for share in (0.45, 0.3, 0.6, 0.2, 0.75):
            for (x, y), (tx, ty) in pieces:
                mx, my = x + share * (tx - x), y + share * (ty - y)
                if abs(x - tx) < abs(y - ty):
                    reach = WORD_GAP + 1 + label.width / 2
                    yield from ((mx + reach, my), (mx - reach, my))
                else:
                    reach = WORD_GAP + label.height / 2
                    yield from ((mx, my - reach), (mx, my + reach))

    @staticmethod
    def is_free(box: Box, taken: Iterable[Box], lines: Iterable[tuple[Point, ...]]) -> bool:
        wide = box.grown(2.0)
        if any(wide.meets(other) for other in taken):
            return False
        for points in lines:
            for (x, y), (tx, ty) in itertools.pairwise(points):
                if wide.meets(Box(min(x, tx) - 0.5, min(y, ty) - 0.5, max(x, tx) + 0.5, max(y, ty) + 0.5)):
                    return False
        return True
