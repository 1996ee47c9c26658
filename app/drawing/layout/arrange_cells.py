"""Arranges an unfolded graph as cells: assigns every node to one, lays out a template for all steps, and places them.

A cell is a step, the starts at one side, what the steps share, or what comes before and after them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, count, pairwise
from typing import NamedTuple

from app.drawing.geometry import Box, Point
from app.drawing.layout.arrangement import USUAL_ARRANGEMENT, Arrangement
from app.drawing.layout.cell import (
    CLEARANCE,
    GUTTER,
    LABEL_RISE,
    LABEL_ROOM,
    LANE,
    TRACK,
    PlacedCell,
    direct,
    entrance,
    entrance_level_with,
    group_labels,
    is_clear,
    leave_freely,
    shape_in_plane,
    template_node,
    ways_out,
)
from app.drawing.layout.cell_sketch import NODE_GAP
from app.drawing.layout.cell_template import CellTemplate, cell_template, mirrored
from app.drawing.layout.dimensions import RADIUS
from app.drawing.layout.edge_labels import LabelBlock, label_on
from app.drawing.layout.node_shapes import NodeShape, node_shape
from app.drawing.layout.parameter_blocks import ParameterBlock, parameter_blocks
from app.drawing.layout.parted_ways import Pair
from app.engine.graph import Edge, Graph, Group, Node
from app.language import is_operation

ROOMIER = 1.3, 1.6, 2.0, 3.0, 4.0
"""How many times farther apart the circles of a crowded step stand, one after the other, until all wires out of it have
room."""
WHOLE_WAY = 1000.0
"""From a step to the next one, as it is counted while it is open how far they stand apart."""


def is_step(n: Node, graph: Graph, outside: Collection[str] = ()) -> bool:
    """True if a node is drawn in the cell of its step; `outside` names those that stand beside the shown ones."""
    t = n.id.t
    if n.id in outside:
        return False
    return t is not None and 1 <= t <= (graph.tau or 0) and not (n.start and is_operation(n.id))


def _fullness(n: Node) -> tuple[bool, bool]:
    """How well a node stands for those of all steps: one with a tag has room for the others, a start is like none."""
    return node_shape(n).box is not None, not n.start


class LevelPiece(NamedTuple):
    """A level piece of a wire between two steps, with the label on it; one that comes in from the side is the `entry`
    from one kind of step into another, instead of at that port."""

    source: str
    box: Box
    entry: tuple[str, str, str] | None = None
    turn: float = 0.0
    """How far below the level at which its wire left the piece is."""
    side: int = 1
    """The side of its source to which it leads."""


def _between(side: int, near: float, far: float, y: float) -> Box:
    """A level piece between two steps that begins and ends so far from the one it comes from, which is on the left, 1,
    or on the right, -1."""
    left, right = (near, far) if side > 0 else (WHOLE_WAY - far, WHOLE_WAY - near)
    return Box(left, y, right, y)


class ArrangedCells:
    """Every node in a cell, every cell at its place; edges within one, and those that cross with the lanes for them."""

    def __init__(
        self, graph: Graph, outside: Collection[str] = (), arrangement: Arrangement = USUAL_ARRANGEMENT
    ) -> None:
        self.graph, self.outside, self.arrangement = graph, outside, arrangement
        self.up = arrangement.up
        """Whether all is mirrored at a diagonal once it is laid out."""
        self.nodes: dict[str, Node] = {n.id: n for n in graph.nodes}
        self.steps: dict[int, dict[str, Node]] = {}
        self.where: dict[str, tuple[str, str]] = {}
        self.kinds_of: dict[str, str] = {}
        self.sort()
        blocks = parameter_blocks(graph, self.is_gathered)
        self.block_of: dict[str, ParameterBlock] = {key: it for it in blocks for key in it.members}
        """The block of each parameter that stands in one, by its name."""
        self.inner = list[Edge]()
        self.build()

    # what belongs where

    def sort(self) -> None:
        """The block that each node belongs to, and its key there. A step that has starts alone is a block of these."""
        into: dict[str, list[str]] = {}
        out: dict[str, list[str]] = {}
        for e in self.graph.edges:
            into.setdefault(e.target, []).append(e.source)
            out.setdefault(e.source, []).append(e.target)
        within = [n for n in self.graph.nodes if is_step(n, self.graph, self.outside)]
        steps = {n.id.t for n in within if not n.start} or {n.id.t for n in within}
        shown = {n.id for n in within if n.id.t in steps}
        last = max((t for t in steps if t is not None), default=0)
        beside = (n.id for n in self.graph.nodes if n.id in self.outside)
        self.behind = frozenset(id for id in beside if id.t is not None and id.t > last)
        """What stands for steps behind those that are shown."""
        for n in self.graph.nodes:
            name, t = n.id.name, n.id.t
            if n.id in shown:
                self.where[n.id] = f"step {t}", name
            elif n.kind == "parameter":
                self.where[n.id] = "root", n.id
            elif t is not None:
                self.where[n.id] = f"start {t}", n.id
            else:
                late = any(
                    self.where[s][0].startswith(("step", "late")) or s in self.behind for s in into.get(n.id, ())
                )
                self.where[n.id] = "late" if late else "early", n.id
        for n in reversed(self.graph.nodes):
            readers = {self.where[t][0] for t in out.get(n.id, ())}
            if self.where[n.id][0] in ("early", "root") and len(readers) == 1:
                (block,) = readers
                if block == "late" or block.startswith("start"):
                    self.where[n.id] = block, n.id
        for n in self.graph.nodes:
            if self.where[n.id][0].startswith("step"):
                self.steps.setdefault(n.id.t or 0, {})[self.where[n.id][1]] = n

    def is_gathered(self, e: Edge) -> bool:
        """Whether a parameter's edge could come out of a block: below all steps, or in the step of its reader."""
        source, target = self.where[e.source][0], self.where[e.target][0]
        return source == "root" or (source == target and source.startswith("step"))

    def port_of(self, e: Edge) -> str:
        """The port that an edge from another block comes in by."""
        if e.source.name in self.block_of:
            return self.block_of[e.source.name].key
        block, target = self.where[e.source][0], self.where[e.target][0]
        if e.lag and block.startswith(("step", "start")) and target.startswith("step") and e.source not in self.moments:
            return f"{e.source.name}:{e.lag}"
        return self.pools[e.source.name, e.target] if block.startswith("step") and target == "late" else e.source

    def pooled(self) -> dict[tuple[str, str], str]:
        """The port of the last cell by which what is named so at the steps comes in for each reader.

        Those that read it at the same steps share one.
        """
        steps: dict[tuple[str, str], list[str]] = {}
        for e in self.graph.edges:
            if self.where[e.source][0].startswith("step") and self.where[e.target][0] == "late":
                steps.setdefault((e.source.name, e.target), []).append(e.source)
        first: dict[tuple[str, ...], str] = {}
        return {
            (name, reader): first.setdefault((name, *sources), f"{name} {reader}")
            for (name, reader), sources in steps.items()
        }

    # templates

    def build(self) -> None:
        graph = self.graph
        self.moments, self.pools = self.read_whole(), self.pooled()
        lines: dict[str, dict[Pair, LabelBlock | None]] = {}
        ports: dict[str, dict[str, None]] = {}
        self.lags: dict[str, int] = {}
        readers: dict[str, dict[str, dict[str, None]]] = {}
        self.crossing: list[tuple[Edge, str]] = []
        for e in graph.edges:
            (block, key), (target, reader) = self.where[e.source], self.where[e.target]
            kind = self.kind_of(target)
            if block == target:
                own = self.block_of.get(key)
                self.draw(lines.setdefault(kind, {}), (own.key if own else key, reader), e)
                self.inner.append(e)
                continue
            port = self.port_of(e)
            self.crossing.append((e, port))
            ports.setdefault(kind, {})[port] = None
            self.draw(lines.setdefault(kind, {}), (port, reader), e)
            if target.startswith("step"):
                readers.setdefault(kind, {}).setdefault(port, {})[reader] = None
                if ":" in port:
                    self.lags[port] = e.lag
        self.cells: dict[str, CellTemplate] = {}
        """The template of each kind of step, first that of most steps."""
        self.direct: dict[str, dict[str, str]] = {}
        """Of each kind of step, the ports whose one reader is entered from the side: port → reader."""
        for kind, steps in self.kinds().items():
            self.cells[kind] = self.new_cell(kind, steps, lines, ports, readers.get(kind, {}))
        self.blocks = self.placed(lines, ports)

    def kind_of(self, block: str) -> str:
        """What blocks have in common that are drawn alike: steps at one detail; each other block is a kind."""
        if block not in self.kinds_of:
            name, _, t = block.partition(" ")
            self.kinds_of[block] = f"step {self.graph.detail_at(int(t))}" if name == "step" else block
        return self.kinds_of[block]

    def kinds(self) -> Mapping[str, list[dict[str, Node]]]:
        """The nodes of the steps of each kind, first those that most steps are of."""
        found: dict[str, list[dict[str, Node]]] = {}
        for t, step in self.steps.items():
            found.setdefault(self.kind_of(f"step {t}"), []).append(step)
        usual = f"step {self.graph.detail}"
        return {kind: found[kind] for kind in sorted(found, key=lambda kind: kind != usual)}

    def new_cell(
        self,
        kind: str,
        steps: Iterable[Mapping[str, Node]],
        lines: Mapping[str, dict[Pair, LabelBlock | None]],
        ports: Mapping[str, dict[str, None]],
        read_by: Mapping[str, Mapping[str, None]],
    ) -> CellTemplate:
        """The template of steps that are drawn alike; `read_by`: what reads what comes in by each of its ports."""
        alike: dict[str, list[Node]] = {}
        for step in steps:
            for key, n in step.items():
                alike.setdefault(key, []).append(n)
        for nodes in alike.values():
            nodes.sort(key=_fullness, reverse=True)
        groups = {g.id: g for g in self.graph.groups}
        readers = {port: list(keys) for port, keys in read_by.items()}
        lags = {port: self.lags[port] for port in readers if port in self.lags}
        groups_here = self.typical(alike, groups)

        def made(farther: float = 1.0) -> CellTemplate:
            it = self.new_template(kind, alike, lines, ports, groups_here, farther)
            ways = (it,) if it.up and it.frames else (it, mirrored(it))
            return max(ways, key=lambda it: len(direct(it, lags, readers)))

        cell = made()
        if self.graph.crowded and not leave_freely(cell, self.ends_of(kind)):
            farther = (made(farther) for farther in ROOMIER)
            cell = next((it for it in farther if leave_freely(it, self.ends_of(kind))), cell)
        found = direct(cell, lags, readers)
        self.direct[kind] = {port: reader for port, reader in found.items() if self.enters(cell, kind, port, reader)}
        return cell

    def ends_of(self, kind: str) -> Iterator[tuple[str, int]]:
        """What wires leave a kind of step from, and to which side."""
        for e, port in self.crossing:
            block, key = self.where[e.source]
            if block.startswith("step") and self.kind_of(block) == kind:
                yield key, -1 if port in self.lags and e.lag < 0 else 1

    def draw(self, lines: dict[Pair, LabelBlock | None], pair: Pair, e: Edge) -> None:
        """A line for an edge. Where it has another label at another step there is room for the widest."""
        known, label = lines.setdefault(pair, None), self.label(e)
        if label is not None and (known is None or label.width > known.width):
            lines[pair] = label

    def enters(self, cell: CellTemplate, kind: str, port: str, reader: str) -> bool:
        """True if a wire can enter from the side at every step: a start has no tag where the others have theirs."""
        side = -1 if self.lags[port] > 0 else 1
        own = (e for e, its in self.crossing if its == port and self.kind_of(self.where[e.target][0]) == kind)
        heights = (entrance(cell, reader, side, shape)[1] for shape in {self.shape(e.target) for e in own})
        return all(is_clear(cell, reader, y, side) for y in heights)

    def typical(self, template: Mapping[str, Sequence[Node]], groups: Mapping[str, Group]) -> dict[str, Group]:
        """The groups of one step by their ids at that step, which serve for all."""
        found: dict[str, Group] = {}
        for n, *_ in template.values():
            id = n.group
            while id and id in groups:
                found[id] = groups[id]
                id = groups[id].parent
        return {g.id: g for g in self.graph.groups if g.id in found}

    def new_template(
        self,
        block: str,
        nodes: Mapping[str, Sequence[Node]],
        lines: Mapping[str, dict[Pair, LabelBlock | None]],
        ports: Mapping[str, dict[str, None]],
        groups: Mapping[str, Group],
        farther: float = 1.0,
    ) -> CellTemplate:
        """The template of a block; `nodes`: those of all its steps that have a key, first what stands best for them.
        They stand so many times `farther` apart than they would."""
        blocks = dict.fromkeys(self.block_of[key] for key in nodes if key in self.block_of)
        apart = ((key, some) for key, some in nodes.items() if key not in self.block_of)
        own = ((key, some, some[0].group) for key, some in apart)
        seats = [template_node(key, some, group if group in groups else "", self.up) for key, some, group in own]
        each = groups.values()
        labels = group_labels(each, self.graph.notation)
        spread = self.arrangement.spread * farther
        return cell_template(
            seats, lines.get(block, {}), ports.get(block, {}), each, labels, spread, blocks, up=self.up
        )

    def read_whole(self) -> set[str]:
        """The nodes of single steps that many steps read, as h[1] in `z[t] = h[1] * x[t]`."""
        count: dict[tuple[str, str], int] = {}
        for e in self.graph.edges:
            if self.where[e.source][0].startswith(("step", "start")) and self.where[e.target][0].startswith("step"):
                pair = e.source, self.where[e.target][1]
                count[pair] = count.get(pair, 0) + 1
        return {source for (source, _), n in count.items() if n > max(2, len(self.steps) / 2)}

    # places

    def placed(
        self, lines: Mapping[str, dict[Pair, LabelBlock | None]], ports: Mapping[str, dict[str, None]]
    ) -> dict[str, PlacedCell]:
        """Every block at its place, from left to right."""
        graph = self.graph
        groups = {g.id: g for g in graph.groups}
        others: dict[str, dict[str, Node]] = {}
        for n in graph.nodes:
            if (block := self.where[n.id][0]) != "root" and not block.startswith("step"):
                others.setdefault(block, {})[n.id] = n
        blocks: dict[str, PlacedCell] = {}
        for name in sorted(others, key=lambda name: (name.startswith("start"), name)):
            nodes = others[name]
            if name.startswith("start") and name not in ports and name not in lines:
                blocks[name] = PlacedCell(self.beside(nodes), nodes)
            else:
                alone = {id: [n] for id, n in nodes.items()}
                made = self.new_template(name, alone, lines, ports, self.typical(alone, groups))
                blocks[name] = PlacedCell(made, nodes)
                if name.startswith("start"):
                    self.level(blocks[name])
        for t, nodes in self.steps.items():
            blocks[f"step {t}"] = PlacedCell(self.cells[self.kind_of(f"step {t}")], nodes)
        self.lanes(blocks)
        self.in_a_row(blocks)
        return blocks

    def beside(self, nodes: Mapping[str, Node]) -> CellTemplate:
        """Starts at the heights of their variables, beside each other where these are the same."""
        seats = {id: template_node(id, [n], up=self.up) for id, n in nodes.items()}
        places: dict[str, Point] = {}
        for id, n in nodes.items():
            y = self.height(n.var)
            level = [key for key, (_, other) in places.items() if abs(other - y) < 2 * RADIUS + NODE_GAP]
            places[id] = -len(level) * (2 * RADIUS + NODE_GAP), y
        return CellTemplate(seats, places, {}, {}, {}, {}, up=self.up)

    def height(self, variable: str) -> float:
        """The height of a variable in the cells; below all else where no step that is shown has it."""
        known = (cell.places[variable][1] for cell in self.cells.values() if variable in cell.places)
        usual = next(iter(self.cells.values())).places
        return next(known, max((y for _, y in usual.values()), default=0.0))

    def level(self, block: PlacedCell) -> None:
        """Move a block of starts to the height of the first one's variable."""
        for id, n in block.nodes.items():
            if any(n.var in cell.places for cell in self.cells.values()) and not is_operation(id):
                block.y = self.height(n.var) - block.template.places[id][1]
                return

    def lanes(self, blocks: Mapping[str, PlacedCell]) -> None:
        """The lanes of a cell's sources on both sides, the lowest innermost; the tracks below for what they feed."""
        ends: dict[str, list[tuple[str, int]]] = {kind: [] for kind in self.cells}
        starts = dict[str, list[tuple[str, int]]]()
        for e, port in self.crossing:
            block, key = self.where[e.source]
            side = -1 if port in self.lags and e.lag < 0 else 1
            if block.startswith("start"):
                starts.setdefault(block, []).append((key, side))
                key = self.nodes[e.source].var
            if block.startswith(("step", "start")) and (kind := self.kind_with(block, key)):
                ends[kind].append((key, side))
        self.leaving: dict[tuple[str, str, int], list[Point]] = {}
        """The way of a node out of a kind of block to a side."""
        self.lane: dict[tuple[str, str, int], float] = {}
        self.reach: dict[tuple[str, int], float] = {}
        """How far the lanes reach from a kind of step, or from a start's block."""
        for kind, its in ends.items():
            ways = ways_out(self.cells[kind], its)
            self.leaving |= {(kind, *end): way for end, way in ways.items()}
            for side in (1, -1):
                keys = sorted((end for end in ways if end[1] == side), key=lambda end: -ways[end][-1][1])
                self.lane |= {(kind, *end): GUTTER + i * LANE for i, end in enumerate(keys)}
                self.reach[kind, side] = GUTTER + LANE * (len(keys) - 1) if keys else 0.0
        for name, own in starts.items():
            self.leaving |= {(name, *end): way for end, way in ways_out(blocks[name].template, own).items()}
            self.lanes_of_start(name, own)
        self.gutter = sum(max(x for (_, its), x in self.reach.items() if its == side) for side in (1, -1)) + GUTTER
        for name in ("early", "late"):
            sources = (e.source for e, _ in self.crossing if self.where[e.source][0] == name)
            ways = ways_out(blocks[name].template, ((key, 1) for key in sources)) if name in blocks else {}
            self.leaving |= {(name, *end): way for end, way in ways.items()}
            order = sorted(ways, key=lambda end: -ways[end][-1][1])
            self.lane |= {(name, *end): GUTTER + i * LANE for i, end in enumerate(order)}
            self.gutter = max(self.gutter, 2 * GUTTER + LANE * len(order))
        self.part_levels(blocks)
        entries = [it for kind, direct in self.direct.items() for port in direct for it in self.labels_of(kind, port)]
        self.gutter += max((it.width + LABEL_ROOM for it in entries), default=0.0)
        self.track: dict[tuple[str, int], float] = {}
        bottom = max(b.bounds.bottom for name, b in (*blocks.items(), *self.templates_at_place()) if name != "late")
        for port in self.led_below():
            for turn in range(abs(self.lags[port])):
                bottom += TRACK
                self.track[port, turn] = bottom
        self.bottom = bottom

    def lanes_of_start(self, name: str, own: Iterable[tuple[str, int]]) -> None:
        """The lanes of what stands with a start and at no step, beside those of what both have."""
        ends = dict.fromkeys((self.nodes[key].var, side) for key, side in own)
        alone = [end for end in ends if self.kind_with(name, end[0]) is None]
        kinds = ((self.kind_with(name, var), var, side) for var, side in ends)
        taken = {(self.lane[kind, var, side], side) for kind, var, side in kinds if kind is not None}
        for var, side in alone:
            lane = next(x for x in count(GUTTER, LANE) if (x, side) not in taken)
            taken.add((lane, side))
            self.lane[name, var, side] = lane
            self.reach[name, side] = max(lane, self.reach.get((name, side), 0.0))

    def kind_with(self, block: str, key: str) -> str | None:
        """The kind of step whose lanes are those of what has this key in a block: of a start the first that has it."""
        kinds = (self.kind_of(block),) if block.startswith("step") else tuple(self.cells)
        return next((kind for kind in kinds if key in self.cells[kind].places), None)

    def lane_of(self, source: str, side: int) -> float:
        """How far from its block the lane of a node is to one side."""
        block, key = self.where[source]
        if block.startswith(("step", "start")):
            key = self.nodes[source].var if block.startswith("start") else key
            block = self.kind_with(block, key) or block
        return self.lane.get((block, key, side), GUTTER)

    def port_place(self, port: str) -> float:
        """How far right a port is in the first kind of step that has it."""
        return next((cell.ports[port][0] for cell in self.cells.values() if port in cell.ports), 0.0)

    def templates_at_place(self) -> list[tuple[str, PlacedCell]]:
        """The templates of steps, which all stand on one line."""
        return [(kind, PlacedCell(cell, {})) for kind, cell in self.cells.items()]

    def led_below(self) -> list[str]:
        """The ports of steps that wires come to from below, from left to right in the first kind that has them."""
        kinds = self.cells.items()
        parted = {port for _, _, port in self.parted}
        below = [
            p
            for p in self.lags
            if p in parted or any(p in it.ports and p not in self.direct[kind] for kind, it in kinds)
        ]
        return sorted(below, key=self.port_place)

    def labels_of(self, kind: str, port: str) -> list[LabelBlock]:
        """The labels on the wires of a direct entrance into a kind of step."""
        own = (e for e, its in self.crossing if its == port and self.kind_of(self.where[e.target][0]) == kind)
        return [label for e in own if (label := self.label(e)) is not None]

    def shape(self, id: str) -> NodeShape:
        """The shape of a node before all is mirrored."""
        return shape_in_plane(self.nodes[id], self.up)

    def label(self, e: Edge) -> LabelBlock | None:
        """The label of an edge, with the room that it takes before all is mirrored."""
        found = label_on(e, self.graph)
        return found.upright() if found and self.up else found

    def part_levels(self, blocks: Mapping[str, PlacedCell]) -> None:
        """Have what would come in from the side come from below where its last piece, or the label on it, would lie on
        another level piece between two steps, or run through what stands there.

        Within one kind no two level pieces meet, as it is made, but those that come in from both sides.
        """
        self.parted = set[tuple[str, str, str]]()
        self.parted.update(self.passing(blocks))
        for left, right in self.neighbours():
            if left != right:
                self.parted.update(self.jogs(left, right))
            while clashes := self.clashing(left, right):
                self.parted.add(max(clashes, key=lambda entry: clashes[entry]))

    def neighbours(self) -> list[tuple[str, str]]:
        """The kinds that stand beside each other, the left one first."""
        kinds = [self.kind_of(f"step {t}") for t in sorted(self.steps)]
        return list(dict.fromkeys(pairwise(kinds)))

    def reader_beside(self, source: str, target: str, port: str) -> str | None:
        """What a wire that comes from one kind of step, or from a start, into another enters from the side."""
        return None if (source, target, port) in self.parted else self.direct[target].get(port)

    def passing(self, blocks: Mapping[str, PlacedCell]) -> Iterator[tuple[str, str, str]]:
        """The entrances from the side before which the operations of a start stand, which is set within the run."""
        row = self.row_of(blocks)
        place = {name: i for i, name in enumerate(row)}
        for e, port in self.crossing:
            (block, key), target = self.where[e.source], self.where[e.target][0]
            kinds = self.kind_of(block), self.kind_of(target)
            if port not in self.direct.get(kinds[1], ()):
                continue
            first, last = sorted((place[block], place[target]))
            for passed in (blocks[name] for name in row[first + 1 : last]):
                side = 1 if self.lags[port] > 0 else -1
                level = self.leaving[kinds[0], key, side][-1][1]
                reader, shape = self.direct[kinds[1]][port], self.shape(e.target)
                y = self.entrance(*kinds, reader, -side, level, shape)[1] - passed.y
                boxes = (*passed.template.boxes.values(), *passed.template.words.values())
                if any(box.top - CLEARANCE < y < box.bottom + CLEARANCE for box in boxes):
                    yield *kinds, port

    def jogs(self, left: str, right: str) -> Iterator[tuple[str, str, str]]:
        """The entrances from the side that a wire hardly has to turn for, out of a lane that other wires of its source
        go on along: it would run on these."""
        ports: dict[tuple[str, str], set[str]] = {}
        for e, port in self.crossing:
            block, key = self.where[e.source]
            ports.setdefault((self.kind_of(block), key), set()).add(port)
        for it in self.level_pieces(left, right):
            if it.entry is None or not 0 < abs(it.turn) < 2 * TRACK:
                continue
            if len(ports.get((it.entry[0], it.source), ())) > 1:  # Of a start alone that has a lane there are none.
                yield it.entry

    def clashing(self, left: str, right: str) -> Counter[tuple[str, str, str]]:
        """How many level pieces between two kinds of step each entrance from the side lies on."""
        found = Counter[tuple[str, str, str]]()
        apart = CLEARANCE if left != right else TRACK / 2
        for one, other in combinations(self.level_pieces(left, right), 2):
            compared = left != right or (one.entry and other.entry and one.side != other.side)
            if compared and one.source != other.source and one.box.meets(other.box.grown(apart)):
                found.update(piece.entry for piece in (one, other) if piece.entry is not None)
        return found

    def level_pieces(self, left: str, right: str) -> Iterator[LevelPiece]:
        """The level pieces between a step and the next one, as far right as their ends are from the left one; those of
        entrances with their labels."""
        for side, source, target in ((1, left, right), (-1, right, left)):
            for (kind, key, way), out in self.leaving.items():
                if kind == source and way == side:
                    y, lane = out[-1][1], self.lane[kind, key, side]
                    yield LevelPiece(key, _between(side, 0.0, lane, y))
                    for port in self.direct[target]:
                        reader = self.reader_beside(source, target, port)
                        if reader and port.rpartition(":")[0] == key and self.lags[port] == side:
                            yield self.entrance_piece(key, lane, side, (source, target, port), reader, y)

    def entrance(
        self, source: str, target: str, reader: str, side: int, level: float, shape: NodeShape | None = None
    ) -> Point:
        """Where a wire that leaves one kind of step, or a start, at some level comes in at the side of a node in
        another."""
        if source == target or source not in self.cells:
            return entrance(self.cells[target], reader, side, shape)
        return entrance_level_with(self.cells[target], reader, side, level, shape)

    def entrance_piece(
        self, key: str, lane: float, side: int, entry: tuple[str, str, str], reader: str, level: float
    ) -> LevelPiece:
        """The last piece of a wire that comes in from the side, out of this lane."""
        source, target, port = entry
        y = self.entrance(source, target, reader, -side, level)[1]
        box = _between(side, lane, WHOLE_WAY, y)
        for label in self.labels_of(target, port):
            rise = label.height + LABEL_RISE
            box = (
                Box(box.left, min(box.top, y - rise), box.right, box.bottom)
                if side > 0
                else Box(box.left, box.top, box.right, max(box.bottom, y + rise))
            )
        return LevelPiece(key, box, entry, y - level, side)

    @staticmethod
    def row_of(blocks: Mapping[str, PlacedCell]) -> list[str]:
        """The names of all blocks from left to right: a start's before the step that it is set at."""
        timed = sorted((name for name in blocks if " " in name), key=lambda name: int(name.split()[1]))
        return [name for name in ("early", *timed, "late") if name in blocks]

    def in_a_row(self, blocks: dict[str, PlacedCell]) -> None:
        x = 0.0
        for name in self.row_of(blocks):
            bounds = blocks[name].template.bounds
            blocks[name].x = x - bounds.left
            x += bounds.right - bounds.left + self.gutter
        self.right = x - self.gutter

    @property
    def first(self) -> float:
        """Where the first step begins."""
        return self.blocks[f"step {min(self.steps)}"].bounds.left
