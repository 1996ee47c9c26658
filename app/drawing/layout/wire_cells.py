"""Lays out a graph whose operations or parameters are nodes: cells in a row, wired.

A wire leaves its node to the side, runs down (or up) a lane between two steps, and enters the next cell directly or at
its port below. What every step reads, a parameter or a one-value variable, runs along below all steps on a line of its
own, with a branch into each; what is pooled over time is gathered on a line above them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import count
from math import inf

import numpy as np

from app.drawing.geometry import Box, Point
from app.drawing.layout.arrange_cells import ArrangedCells, is_step
from app.drawing.layout.arrangement import USUAL_ARRANGEMENT, Arrangement
from app.drawing.layout.cell import (
    BLOCK_DROP,
    CLEARANCE,
    GUTTER,
    LABEL_RISE,
    LABEL_ROOM,
    ROOT_DROP,
    ROOT_GAP,
    TRACK,
    PlacedCell,
    beside,
    entrance,
    frames_of,
    inner_runs,
    is_clear,
    way_out,
    wired,
)
from app.drawing.layout.circuit_block import lay_out_circuit_cell
from app.drawing.layout.edge_labels import PlacedLabel, label_on
from app.drawing.layout.grid import GroupFrame, Layout, Leg, Load, PlacedNode, RoutedEdge
from app.drawing.layout.node_shapes import SMALL, node_shape
from app.drawing.layout.parameter_blocks import ParameterBlock
from app.drawing.layout.wires import BlockWay, Wire, block_runs, fanned, gathered, joining, summed_beside
from app.engine.graph import Edge, Graph
from app.language import NodeId

ROW_CLEARANCE = 5.0
"""Between a circle and the line that goes up beside it from the row below."""


def lay_out_wired_cells(
    graph: Graph, outside: Collection[str] = (), arrangement: Arrangement = USUAL_ARRANGEMENT
) -> Layout:
    """Every step as the one cell, what comes before and after them at their sides, shared sources below. If time is to
    run up, all is mirrored at a diagonal: cells stand above each other, the first one level with the circuit, and
    shared sources on the left.

    `outside` names the nodes of steps that are not drawn but for these.
    """
    if not any(is_step(n, graph, outside) for n in graph.nodes):
        return lay_out_circuit_cell(graph, arrangement)
    cells = ArrangedCells(graph, outside, arrangement)
    found = _Wiring(cells).layout()
    return found.moved(-cells.first, 0.0).upwards() if cells.up else found


class _Wiring:
    """The wires between arranged cells."""

    def __init__(self, cells: ArrangedCells) -> None:
        self.cells = cells
        self.wires = dict[tuple[str, str], Wire]()
        self.runs = dict[str, RoutedEdge]()

    def layout(self) -> Layout:
        self.gather()
        shared: dict[NodeId, list[Wire]] = {}
        pooled: dict[str, list[Wire]] = {}
        for wire in self.wires.values():
            name = self.cells.where[wire.source][0]
            if wire.port in self.cells.lags and wire.block is not self.cells.blocks.get("late"):
                self.lagged(wire)
            elif wire.block is self.cells.blocks.get("late") and (
                name.startswith("step") or wire.source in self.cells.behind
            ):
                pooled.setdefault(wire.port, []).append(wire)
            else:
                shared.setdefault(wire.source, []).append(wire)
        self.pool(pooled)
        roots = self.share(shared)
        self.within()
        spots = [PlacedNode(n, *b.place(key)) for b in self.cells.blocks.values() for key, n in b.nodes.items()]
        frames = [f for b in self.cells.blocks.values() for f in self.frames(b)]
        return Layout((*spots, *roots), tuple(self.runs[e.id] for e in self.cells.graph.edges), tuple(frames), True)

    def within(self) -> None:
        """The edges that stay in their cell."""
        where, blocks, graph = self.cells.where, self.cells.blocks, self.cells.graph
        joined: dict[tuple[str, ParameterBlock], dict[str, list[Edge]]] = {}
        alone: dict[str, list[Edge]] = {}
        for e in self.cells.inner:
            name, key = where[e.source]
            if own := self.cells.block_of.get(key):
                joined.setdefault((name, own), {}).setdefault(key, []).append(e)
            else:
                alone.setdefault(e.source, []).append(e)
        for source, read in alone.items():
            name, key = where[source]
            self.add(inner_runs(read, blocks[name], [(key, where[e.target][1]) for e in read], graph))
        for (name, own), edges in joined.items():
            readers = [where[e.target][1] for e in edges[own.carrier]]
            self.add(block_runs(own, blocks[name], edges, readers, graph))

    def frames(self, block: PlacedCell) -> Iterator[GroupFrame]:
        """The boxes of groups that have a node in the block."""
        used = {n.group for n in block.nodes.values()}
        if used - {""}:
            yield from frames_of(block, self.cells.graph)

    def gather(self) -> None:
        """Edges that come from one node in by one port are one wire."""
        for e, port in self.cells.crossing:
            name = self.cells.where[e.target][0]
            own = self.cells.block_of.get(e.source.name)
            source = self.cells.nodes[own.carrier].id if own else e.source
            wire = self.wires.setdefault((f"{source} {name}", port), Wire(source, self.cells.blocks[name], port))
            (wire.edges if e.source == source else wire.joined.setdefault(e.source, [])).append(e)

    def leave(self, source: str, side: int) -> list[Point]:
        """Corners from a node out of its block and to its lane."""
        name, key = self.cells.where[source]
        block = self.cells.blocks[name]
        lane = self.cells.lane_of(source, side)
        out = self.cells.leaving.get((self.cells.kind_of(name), key, side)) or way_out(block.template, key, side)
        bounds = block.bounds
        x = bounds.right + lane if side > 0 else bounds.left - lane
        corners = [(px + block.x, py + block.y) for px, py in out]
        return [*corners, (x, corners[-1][1])]

    def fan(self, wire: Wire, first: tuple[Leg, ...], dots: tuple[Point, ...] = (), branch: bool = False) -> None:
        """The edges behind a port: the first brings what leads there."""
        readers = [self.cells.where[e.target][1] for e in wire.edges]
        self.add(fanned(wire, readers, self.cells.graph, first, dots, branch))

    def add(self, runs: Iterable[RoutedEdge]) -> None:
        self.runs |= {run.edge.id: run for run in runs}

    def lagged(self, wire: Wire) -> None:
        """From one step to another: into the node's side, or along below and in at the port."""
        lag = self.cells.lags[wire.port]
        corners = self.leave(wire.source, 1 if lag > 0 else -1)
        lane = corners[-1][0]
        source, kind = (self.cells.kind_of(self.cells.where[end][0]) for end in (wire.source, wire.edges[0].target))
        reader = self.cells.reader_beside(source, kind, wire.port)
        if reader is not None:
            (edge,) = wire.edges
            shape, side = self.cells.shape(edge.target), -1 if lag > 0 else 1
            level = corners[-1][1] - wire.block.y
            x, y = self.cells.entrance(source, kind, reader, side, level, shape)
            end = x + wire.block.x, y + wire.block.y
            way = wired([*corners, (lane, end[1]), end], head=True)
            self.runs[edge.id] = RoutedEdge(edge, (way,), self.entering(edge, wire.block, kind, end[1], side))
            return
        x, y = wire.block.port(wire.port)
        turn = (wire.source.t or 0) % abs(lag)
        track = self.cells.track[wire.port, turn]
        self.fan(wire, (wired([*corners, (lane, track), (x, track), (x, y)], load=wire.load),))

    def entering(self, edge: Edge, block: PlacedCell, kind: str, y: float, side: int) -> tuple[PlacedLabel, ...]:
        """The label above a wire's last piece, below one that runs back, between the lanes and the cell."""
        label = self.cells.label(edge)
        if label is None:
            return ()
        x = (block.bounds.left if side < 0 else block.bounds.right) + side * (
            self.cells.reach[kind, side] + LABEL_ROOM / 3
        )
        return label.around(x + side * label.width / 2, y + side * (LABEL_RISE + label.height / 2))

    def pool(self, pooled: Mapping[str, list[Wire]]) -> None:
        """The wires from the steps to the last cell: of the last one straight, of several gathered above."""
        late = self.cells.blocks.get("late")
        if late is None:
            return
        if not pooled:
            late.y = min(0.0, self.lowest - late.bounds.bottom)
            return
        single = {port for port, wires in pooled.items() if self.goes_straight(wires)}
        top = min(block.bounds.top for name, block in self.cells.blocks.items() if name != "late")
        heights = {port: self.leave(pooled[port][0].source, 1)[-1][1] for port in single}
        for port in (p for p in pooled if p not in single):
            out = self.leave(pooled[port][0].source, 1)[-1][1]
            top = min((top, *self.levels_passed(self.only_source(pooled[port]), out)))
            heights[port] = out if out < top - CLEARANCE / 2 else top - 1.5 * TRACK
            top = min(top, heights[port] - CLEARANCE)
        beside = self.read_from_the_side(pooled)
        late.y = min(heights.values()) - TRACK - late.template.bounds.bottom
        level = None if beside is None else self.level_with(pooled, beside, min(heights.values()))
        late.y, beside = (late.y, None) if level is None else (level, beside)
        self.drawn_near(pooled, single)
        for port, wires in pooled.items():
            wires.sort(key=lambda w: w.source.t or 0)
            self.gathered(port, wires, heights[port], beside)

    def drawn_near(self, pooled: Mapping[str, Sequence[Wire]], single: Collection[str]) -> None:
        """Move the last cell towards the last step, where that leaves it room at its height, if it is to stand near and
        its wires all come straight from there."""
        blocks, late = self.cells.blocks, self.cells.blocks["late"]
        read = any(self.cells.where[e.source][0] == "late" for e, _ in self.cells.crossing)
        alone = {*pooled} == {*single} == {*late.template.ports} and not read
        if not (self.cells.arrangement.tight and alone):
            return
        step = blocks[self.cells.where[next(iter(pooled.values()))[0].source][0]]
        room = late.bounds.grown(CLEARANCE)
        pieces = step.template.pieces + np.array([step.x, step.y])
        beside = (pieces[:, :, 1].max(axis=1) > room.top) & (pieces[:, :, 1].min(axis=1) < room.bottom)
        boxes = [it.moved(step.x, step.y) for it in (*step.template.boxes.values(), *step.template.words.values())]
        boxes += [it.moved(step.x, step.y) for it in step.template.frames.values()]
        ends = [it.right for it in boxes if it.top < room.bottom and it.bottom > room.top]
        end = max([*ends, *pieces[beside][:, :, 0].ravel().tolist()], default=-inf)
        late.x -= max(0.0, late.bounds.left - end - 2 * GUTTER)

    def levels_passed(self, own: str | None, level: float) -> Iterator[float]:
        """The heights at which wires leave the steps, but for those of one key at its own level, and what stands after
        these."""
        for (kind, key, _), out in self.cells.leaving.items():
            if kind in self.cells.cells:
                if (key, out[-1][1]) != (own, level):
                    yield out[-1][1]
            elif kind.startswith("start") and int(kind.split()[1]) > min(self.cells.steps):
                yield out[-1][1] + self.cells.blocks[kind].y

    def only_source(self, wires: Sequence[Wire]) -> str | None:
        """What alone is gathered in some wires, if no other wire leaves it at another step: its height is theirs."""
        keys = {self.cells.where[wire.source][1] for wire in wires}
        gathered_here = {wire.source for wire in wires}
        leaving = {e.source for e, _ in self.cells.crossing if self.cells.where[e.source][1] in keys}
        return keys.pop() if leaving <= gathered_here else None

    def read_from_the_side(self, pooled: Mapping[str, list[Wire]]) -> str | None:
        """What alone reads all that is pooled, if a wire can come in at its left: it stands level with that wire."""
        late = self.cells.blocks["late"].template
        wires = [wire for wires in pooled.values() for wire in wires]
        readers = {self.cells.where[e.target][1] for wire in wires for e in wire.edges}
        written = any(label_on(e, self.cells.graph) for wire in wires for e in wire.edges)
        if len(pooled) > 1 or len(readers) > 1 or written or any(len(wire.edges) > 1 for wire in wires):
            return None
        (reader,) = readers
        return reader if is_clear(late, reader, entrance(late, reader, -1)[1], -1) else None

    def level_with(self, pooled: Mapping[str, list[Wire]], reader: str, height: float) -> float | None:
        """How far the last cell is moved so that what reads all that is pooled stands in its row, the line coming down
        to it; but not above that line. None where it would reach lower than the other cells."""
        late, sources = self.cells.blocks["late"].template, [wires[0].source for wires in pooled.values()]
        row = max(self.place(source)[1] for source in sources) - late.places[reader][1]
        least, most = height - entrance(late, reader, -1)[1], self.lowest - late.bounds.bottom
        return max(min(row, most), least) if least <= most else None

    @cached_property
    def lowest(self) -> float:
        """How far down all cells but the last reach: what they share runs along below."""
        return max(block.bounds.bottom for name, block in self.cells.blocks.items() if name != "late")

    def place(self, id: NodeId) -> Point:
        """Where a node of a cell stands."""
        name, key = self.cells.where[id]
        return self.cells.blocks[name].place(key)

    def goes_straight(self, wires: list[Wire]) -> bool:
        """Whether a wire comes from the last step alone, and nothing stands between that and the last cell."""
        behind = [
            name for name in self.cells.blocks if " " in name and int(name.split()[1]) >= (wires[0].source.t or 0)
        ]
        return len(wires) == 1 and behind == [self.cells.where[wires[0].source][0]]

    def gathered(self, port: str, wires: list[Wire], height: float, beside: str | None) -> None:
        """Each source's way up to the common line and on to where the next one joins; the last one's to the port.

        `beside`: what it leads to from the side.
        """
        ways = [self.leave(w.source, 1) for w in wires]
        if ways[0][-1][1] == height:
            ways = [corners[:-1] for corners in ways]
        for i, (wire, corners) in enumerate(zip(wires, ways, strict=True)):
            joint = corners[-1][0], height
            last = i + 1 == len(wires)
            x, y = wire.block.port(port) if last else (ways[i + 1][-1][0], height)
            rest = [joint, (x, height), (x, y)] if last else [joint, (x, y)]
            level = last and beside is not None
            if last and beside is not None:
                x, y = entrance(wire.block.template, beside, -1)
                end = wire.block.x + x, wire.block.y + y
                down = wire.block.bounds.left - CLEARANCE
                rest = [joint, (down, height), (down, end[1]), end] if end[1] > height else [joint, end]
            # Where the line of those before joins, no corner is round: it would not come to there.
            legs = (wired([*corners, joint]), wired(rest, level)) if i else (wired([*corners, *rest], level),)
            dots = (joint,) if i else ()
            if last and not level:
                self.fan(wire, legs, dots)
                continue
            for j, e in enumerate(wire.edges):
                own = RoutedEdge(e, legs, dots=dots)
                self.runs[e.id] = RoutedEdge(e, (), branch=True, along=legs) if j else own

    def share(self, shared: Mapping[NodeId, list[Wire]]) -> list[PlacedNode]:
        """A line below all steps for each source that they share; parameters stand in a row below these."""
        order = sorted(shared, key=lambda s: min(self.cells.port_place(w.port) for w in shared[s]))
        heights = {source: self.cells.bottom + TRACK * (i + 1.5) for i, source in enumerate(order)}
        roots = [source for source in order if self.cells.where[source][0] == "root"]
        y = self.cells.bottom + TRACK * (len(order) + 0.5) + (BLOCK_DROP if self.cells.block_of else ROOT_DROP)
        ports = {source: [w.block.port(w.port)[0] for w in wires] for source, wires in shared.items()}
        ways = {source: self.leave(source, 1) for source in order if source not in roots}
        middles = self.beside_each_other(roots, ports, [corners[-1][0] for corners in ways.values()])
        spots = list[PlacedNode]()
        for source in order:
            if source in middles:
                x, down = middles[source]
                spots += self.root(source, x, y + down)
                block, radius = self.cells.block_of.get(source), node_shape(self.cells.nodes[source]).radius
                corners = [(x, y + down + (block.box.top if block else -radius))]
            else:
                corners = ways[source]
            corners.append((corners[-1][0], heights[source]))
            self.branches(shared[source], corners, heights[source])
        return spots

    def root(self, source: NodeId, x: float, y: float) -> Iterator[PlacedNode]:
        """A parameter in that place, or those of its block, the first row there."""
        block = self.cells.block_of.get(source)
        places = block.places if block else {source: (0.0, 0.0)}
        yield from (PlacedNode(self.cells.nodes[key], x + px, y + py) for key, (px, py) in places.items())

    def beside_each_other(
        self, roots: Sequence[NodeId], ports: Mapping[NodeId, Sequence[float]], lanes: Sequence[float]
    ) -> dict[NodeId, Point]:
        """Where parameters, and blocks of them, stand in the middle below the steps, and how far below the first of
        them: none with its line on one that goes up to a port, or comes down a lane, and what has one port nearby right
        below it. Where they are to be no wider than the steps, and would be, they stand in two rows, in turn."""
        blocks = [self.cells.block_of.get(source) for source in roots]
        boxes = [
            it.box if it else node_shape(self.cells.nodes[id]).bounds for id, it in zip(roots, blocks, strict=True)
        ]
        rooms = [it.right - it.left + ROOT_GAP - 2 * SMALL for it in boxes]
        first, last = (self.cells.blocks[f"step {t}"].bounds for t in (min(self.cells.steps), max(self.cells.steps)))
        taken = [*lanes, *(x for some in ports.values() for x in some)]
        if self.cells.arrangement.tight and not any(blocks) and sum(rooms) > last.right - first.left:
            return dict(zip(roots, _in_two_rows(first.left, last.right, boxes, taken), strict=True))
        left = (first.left + last.right - sum(rooms)) / 2
        middles = (left + sum(rooms[:i]) + room / 2 for i, room in enumerate(rooms))
        free = {source: beside(x, taken) for source, x in zip(roots, middles, strict=True)}
        near = {source: some[0] for source, some in ports.items() if len(some) == 1}
        return {
            source: (near[source] if abs(near.get(source, inf) - x) < CLEARANCE else x, 0.0)
            for source, x in free.items()
        }

    def branches(self, wires: list[Wire], corners: list[Point], height: float) -> None:
        """A line from its source to both sides, with a branch up into every block."""
        x = corners[-1][0]
        taps = sorted(((w.block.port(w.port), w) for w in wires), key=lambda tap: tap[0])
        right, left = [t for t in taps if t[0][0] >= x], [t for t in taps if t[0][0] < x][::-1]
        sides = [(side, _loads([wire for _, wire in side])) for side in (right, left)]
        forks = bool(right and left)
        total = [Load((), each) for each in zip(*(loads[0] for side, loads in sides if side), strict=True)]
        strokes = self.through_block(wires[0], corners[0], total)
        lead, dots, _ = first = strokes.get(wires[0].source, BlockWay())
        if forks:
            lead, dots = (*lead, wired(corners, load=summed_beside(total))), (*dots, (x, height))
        for side, loads in sides:
            here = [(x, height)] if forks else corners
            branch = forks and not lead
            for i, (((px, py), wire), load) in enumerate(zip(side, map(summed_beside, loads), strict=True)):
                if i == len(side) - 1:
                    self.fan(wire, (*lead, wired([*here, (px, height), (px, py)], load=load)), dots, branch)
                else:
                    up = wired([(px, height), (px, py)], load=wire.load)
                    legs = wired([*here, (px, height)], load=load), up
                    self.fan(wire, (*lead, *legs), (*dots, (px, height)), branch)
                here, lead, dots, branch = [(px, height)], (), (), True
        nearest = [wire for side, _ in sides for _, wire in side]
        lines = [self.runs[e.id].legs for wire in nearest for e in wire.edges]
        lines[0] = lines[0][len(first.legs) :]
        for key in wires[0].joined:
            self.add(joining([e for wire in nearest for e in wire.joined[key]], strokes[key], lines))

    def through_block(self, wire: Wire, exit: Point, total: list[Load]) -> Mapping[str, BlockWay]:
        """The ways of parameters through their block, whose line leaves it there; none for one that stands alone."""
        block = self.cells.block_of.get(wire.source)
        if block is None:
            return {}
        return gathered(block, (exit[0], exit[1] - block.box.top), dict(zip(wire.sources, total, strict=True)))


def _in_two_rows(left: float, right: float, boxes: Sequence[Box], taken: Sequence[float]) -> Iterator[Point]:
    """Places of circles between two ends, or about these where there are too many, in two rows, in turn: lines from the
    lower one go up between those of the upper one, and all beside other lines."""
    radius = max(box.right for box in boxes)
    apart = max(radius + ROW_CLEARANCE, (right - left - 2 * radius) / len(boxes))
    x = (left + right - apart * (len(boxes) + 1)) / 2
    for i in range(len(boxes)):
        x = next(at for at in count(x + apart, 0.5) if all(abs(at - other) >= 0.8 * CLEARANCE for other in taken))
        yield x, (i % 2) * 2 * (radius + ROW_CLEARANCE)


def _loads(wires: list[Wire]) -> list[tuple[Load, ...]]:
    """The loads of the shared line before each of the wires, the nearest first: that wire's and all those behind it, of
    each source by themselves."""
    chains = [_chain(loads) for loads in zip(*(wire.loads for wire in wires), strict=True)]
    return list(zip(*chains, strict=True))


def _chain(loads: Sequence[Load]) -> list[Load]:
    found: list[Load] = []
    for it in reversed(loads):
        found.append(Load(it.edges, tuple(found[-1:])))
    return found[::-1]
