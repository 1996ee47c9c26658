"""Arranges an unfolded graph as cells: assigns every node to one, lays out a template for all steps, and places them.

A cell is a step, the starts at one side, what the steps share, or what comes before and after them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from app.drawing.geometry import Point
from app.drawing.layout.arrangement import USUAL_ARRANGEMENT, Arrangement
from app.drawing.layout.cell import (
    GUTTER,
    LABEL_ROOM,
    LANE,
    TRACK,
    PlacedCell,
    direct,
    entrance,
    group_labels,
    is_clear,
    template_node,
    ways_out,
)
from app.drawing.layout.cell_sketch import NODE_GAP
from app.drawing.layout.cell_template import CellTemplate, cell_template, mirrored
from app.drawing.layout.dimensions import RADIUS
from app.drawing.layout.edge_labels import LabelBlock, label_on
from app.drawing.layout.node_shapes import node_shape
from app.drawing.layout.parameter_blocks import ParameterBlock, parameter_blocks
from app.drawing.layout.parted_ways import Pair
from app.engine.graph import Edge, Graph, Group, Node
from app.language import is_operation


def is_step(n: Node, graph: Graph, outside: Collection[str] = ()) -> bool:
    """True if a node is drawn in the cell of its step; `outside` names those that stand beside the shown ones."""
    t = n.id.t
    if n.id in outside:
        return False
    return t is not None and 1 <= t <= (graph.tau or 0) and not (n.start and is_operation(n.id))


def _fullness(n: Node) -> tuple[bool, bool]:
    """How well a node stands for those of all steps: one with a tag has room for the others, a start is like none."""
    return node_shape(n).box is not None, not n.start


class ArrangedCells:
    """Every node in a cell, every cell at its place; edges within one, and those that cross with the lanes for them."""

    def __init__(
        self, graph: Graph, outside: Collection[str] = (), arrangement: Arrangement = USUAL_ARRANGEMENT
    ) -> None:
        self.graph, self.outside, self.arrangement = graph, outside, arrangement
        self.nodes: dict[str, Node] = {n.id: n for n in graph.nodes}
        self.steps: dict[int, dict[str, Node]] = {}
        self.where: dict[str, tuple[str, str]] = {}
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
        for n in self.graph.nodes:
            name, t = n.id.name, n.id.t
            if n.id in shown:
                self.where[n.id] = f"step {t}", name
            elif n.kind == "parameter":
                self.where[n.id] = "root", n.id
            elif t is not None:
                self.where[n.id] = f"start {t}", n.id
            else:
                late = any(self.where[s][0].startswith(("step", "late")) for s in into.get(n.id, ()))
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
        readers: dict[str, dict[str, None]] = {}
        self.crossing: list[tuple[Edge, str]] = []
        for e in graph.edges:
            (block, key), (target, reader) = self.where[e.source], self.where[e.target]
            kind = "step" if target.startswith("step") else target
            if block == target:
                own = self.block_of.get(key)
                self.draw(lines.setdefault(kind, {}), (own.key if own else key, reader), e)
                self.inner.append(e)
                continue
            port = self.port_of(e)
            self.crossing.append((e, port))
            ports.setdefault(kind, {})[port] = None
            self.draw(lines.setdefault(kind, {}), (port, reader), e)
            if kind == "step":
                readers.setdefault(port, {})[reader] = None
                if ":" in port:
                    self.lags[port] = e.lag
        self.readers = {port: list(keys) for port, keys in readers.items()}
        alike: dict[str, list[Node]] = {}
        for step in self.steps.values():
            for key, n in step.items():
                alike.setdefault(key, []).append(n)
        for nodes in alike.values():
            nodes.sort(key=_fullness, reverse=True)
        groups = {g.id: g for g in graph.groups}
        self.cell = self.new_template("step", alike, lines, ports, self.typical(alike, groups))
        self.cell = max((self.cell, mirrored(self.cell)), key=lambda it: len(direct(it, self.lags, self.readers)))
        found = direct(self.cell, self.lags, self.readers)
        self.direct = {port: reader for port, reader in found.items() if self.enters(port, reader)}
        self.blocks = self.placed(lines, ports)

    def draw(self, lines: dict[Pair, LabelBlock | None], pair: Pair, e: Edge) -> None:
        """A line for an edge. Where it has another label at another step there is room for the widest."""
        known, label = lines.get(pair), label_on(e, self.graph)
        lines[pair] = max((it for it in (known, label) if it is not None), key=lambda it: it.width, default=None)

    def enters(self, port: str, reader: str) -> bool:
        """True if a wire can enter from the side at every step: a start has no tag where the others have theirs."""
        side = -1 if self.lags[port] > 0 else 1
        shapes = {node_shape(self.nodes[e.target]) for e, own in self.crossing if own == port}
        heights = (entrance(self.cell, reader, side, shape)[1] for shape in shapes)
        return all(is_clear(self.cell, reader, y, side) for y in heights)

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
    ) -> CellTemplate:
        """The template of a block; `nodes`: those of all its steps that have a key, first what stands best for them."""
        blocks = dict.fromkeys(self.block_of[key] for key in nodes if key in self.block_of)
        apart = ((key, some) for key, some in nodes.items() if key not in self.block_of)
        seats = [template_node(key, some, some[0].group if some[0].group in groups else "") for key, some in apart]
        each = groups.values()
        labels = group_labels(each, self.graph.notation)
        spread = self.arrangement.spread
        return cell_template(seats, lines.get(block, {}), ports.get(block, {}), each, labels, spread, blocks)

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
            blocks[f"step {t}"] = PlacedCell(self.cell, nodes)
        self.lanes(blocks)
        self.in_a_row(blocks)
        return blocks

    def beside(self, nodes: Mapping[str, Node]) -> CellTemplate:
        """Starts at the heights of their variables, beside each other where these are the same."""
        seats = {id: template_node(id, [n]) for id, n in nodes.items()}
        places: dict[str, Point] = {}
        for id, n in nodes.items():
            y = self.height(n.var)
            level = [key for key, (_, other) in places.items() if abs(other - y) < 2 * RADIUS + NODE_GAP]
            places[id] = -len(level) * (2 * RADIUS + NODE_GAP), y
        return CellTemplate(seats, places, {}, {}, {}, {})

    def height(self, variable: str) -> float:
        """The height of a variable in the cells; below all else where no step that is shown has it."""
        places = self.cell.places
        return places[variable][1] if variable in places else max((y for _, y in places.values()), default=0.0)

    def level(self, block: PlacedCell) -> None:
        """Move a block of starts to the height of the first one's variable."""
        for id, n in block.nodes.items():
            if n.var in self.cell.places and not is_operation(id):
                block.y = self.height(n.var) - block.template.places[id][1]
                return

    def lanes(self, blocks: Mapping[str, PlacedCell]) -> None:
        """The lanes of a cell's sources on both sides, the lowest innermost; the tracks below for what they feed."""
        ends, starts = list[tuple[str, int]](), dict[str, list[tuple[str, int]]]()
        for e, _ in self.crossing:
            block, key = self.where[e.source]
            side = -1 if self.where[e.target][0].startswith("step") and e.lag < 0 else 1
            if block.startswith("start"):
                starts.setdefault(block, []).append((key, side))
                key = self.nodes[e.source].var
            if block.startswith(("step", "start")) and key in self.cell.places:
                ends.append((key, side))
        self.leaving = ways_out(self.cell, ends)
        self.lane: dict[tuple[str, int], float] = {}
        for side in (1, -1):
            keys = sorted((k for k in self.leaving if k[1] == side), key=lambda k: -self.leaving[k][-1][1])
            self.lane |= {k: GUTTER + i * LANE for i, k in enumerate(keys)}
        count = {side: sum(s == side for _, s in self.lane) for side in (1, -1)}
        self.reach = {side: GUTTER + LANE * (n - 1) if n else 0.0 for side, n in count.items()}
        """How far the lanes reach from a cell."""
        self.gutter = sum(self.reach.values()) + GUTTER
        for name in ("early", "late"):
            sources = (e.source for e, _ in self.crossing if self.where[e.source][0] == name)
            ways = ways_out(blocks[name].template, ((key, 1) for key in sources)) if name in blocks else {}
            self.leaving |= ways
            order = sorted(ways, key=lambda end: -ways[end][-1][1])
            self.lane |= {end: GUTTER + i * LANE for i, end in enumerate(order)}
            self.gutter = max(self.gutter, 2 * GUTTER + LANE * len(order))
        for name, own in starts.items():
            self.leaving |= ways_out(blocks[name].template, own)
        entries = [self.label_of(port) for port in self.direct]
        self.gutter += max((it.width + LABEL_ROOM for it in entries if it is not None), default=0.0)
        below = [port for port in self.lags if port not in self.direct]
        below.sort(key=lambda port: self.cell.ports[port][0])
        self.track: dict[tuple[str, int], float] = {}
        bottom = max(self.cell.bounds.bottom, *(b.bounds.bottom for name, b in blocks.items() if name != "late"))
        for port in below:
            for turn in range(abs(self.lags[port])):
                bottom += TRACK
                self.track[port, turn] = bottom
        self.bottom = bottom

    def label_of(self, port: str) -> LabelBlock | None:
        """The label on the wire of a direct entrance."""
        return next((label_on(e, self.graph) for e, own in self.crossing if own == port), None)

    def in_a_row(self, blocks: dict[str, PlacedCell]) -> None:
        timed = sorted((name for name in blocks if " " in name), key=lambda name: int(name.split()[1]))
        order = [name for name in ("early", *timed, "late") if name in blocks]
        x = 0.0
        for name in order:
            bounds = blocks[name].template.bounds
            blocks[name].x = x - bounds.left
            x += bounds.right - bounds.left + self.gutter
        self.right = x - self.gutter
