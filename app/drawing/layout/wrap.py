"""Wraps a long run into lines, as a text: a line begins with what it reads of the line before, dashed.

Lines are laid out each by itself and stand below each other, their columns below each other's; where time runs up they
stand beside each other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import ceil
from typing import NamedTuple

from app.drawing.geometry import Point
from app.drawing.layout.arrangement import USUAL_ARRANGEMENT, Arrangement
from app.drawing.layout.grid import Layout, lay_out_steps
from app.drawing.layout.lay_out_gates import lay_out_gates, made_of_an_end
from app.drawing.layout.window import ELLIPSIS, ShownGraph, as_repeated, window, with_rows
from app.drawing.layout.wire_cells import lay_out_wired_cells
from app.engine.graph import Edge, Graph, Node
from app.language import NodeId, parse_node

FARTHEST = 3
"""Steps before a line, or behind it, that are repeated beside it, at most: what reads farther back is not wrapped."""
LINE_GAP = 34.0
"""Between two lines."""


def columns_of(shown: ShownGraph) -> int:
    """The columns of steps that a graph is drawn in, before which there may be starts."""
    first, last = _ends_of_columns(shown)
    return last - first + 1


def _ends_of_columns(shown: ShownGraph) -> tuple[int, int]:
    columns = [_column(n, shown) for n in shown.graph.nodes if n.t is not None and not n.start]
    return min(columns, default=1), max(columns, default=0)


def wrapped(shown: ShownGraph, steps: int) -> ShownGraph | None:
    """The graph in lines of so many steps; None where one would be empty, or have to repeat too much of others."""
    graph = shown.graph
    if graph.tau is None or columns_of(shown) <= steps:
        return None
    if graph.wired:
        return _wired_lines(shown, steps)
    line = _lines(shown, steps)
    if len({*line.values()}) <= max(line.values()):
        return None
    apart = (e for e in graph.edges if line[e.source] != line[e.target])
    if not all(_near(graph.node(e.source), graph.node(e.target), shown, steps, line) for e in apart):
        return None
    return _with_repeats(shown, steps, line)


def _wired_lines(shown: ShownGraph, steps: int) -> ShownGraph | None:
    """The lines of cells that are wired, each a part of the run: what it reads of hidden steps stands beside it.

    What is made of all steps stands behind the last line; what it gathers of others leads to it there, dashed.
    """
    graph = shown.graph
    stepless = Stepless.of(graph)
    alone = not graph.has_operations and (graph.has_parts or graph.crowded)
    if (alone and (graph.parameters != "arrows" or stepless.early or stepless.closing)) or stepless.read_again:
        return None
    computed = min((n.t for n in graph.nodes if n.t is not None and not n.start), default=1)
    lines = [
        (t if t > computed else first, min(t + steps - 1, last))
        for first, last in shown.spans
        for t in range(max(first, computed), last + 1, steps) or (first,)
    ]
    rows = frozenset((*graph.rows, *(n.var for n in graph.nodes)))
    raw = [with_rows(window(shown.whole, (line,)), rows if shown.left_out else None) for line in lines]
    end = stepless.closing_line(raw)
    at = {id: 0 if t == 1 else len(lines) - 1 for id, t in stepless.ends.items()} | dict.fromkeys(stepless.closing, end)
    elsewhere = frozenset(e.id for e in raw[end].graph.edges)
    parts = [stepless.line(part, i, at, elsewhere) for i, part in enumerate(raw)]
    numbered = [*enumerate(parts)][::-1]  # What has no step of its own is in every line, and repeated after the first.
    inside = {n.id: i for i, part in numbered for n in part.graph.nodes if n.id not in part.outside}
    beside = {n.id: i for i, part in enumerate(parts) for n in part.graph.nodes}
    gathered = frozenset(e.id for e in graph.edges if e.target in stepless.closing and e.id not in elsewhere)
    return replace(_with_repeats(shown, steps, beside | inside | at, gathered), parts=tuple(parts))


class Stepless(NamedTuple):
    """What has no step of its own and is made of other nodes.

    `ends`: of the last step alone, or of the first, with that step; `early`: of nothing that has a step; `closing`: of
    several steps, or of what is. `read_again`: some of the last is read by steps. `joined`: all nodes that have lines.
    """

    ends: Mapping[NodeId, int]
    early: frozenset[NodeId]
    closing: frozenset[NodeId]
    read_again: bool
    joined: frozenset[str]

    @classmethod
    def of(cls, graph: Graph) -> Stepless:
        ends, (into, out) = made_of_an_end(graph), _ends(graph.edges)
        made = [n.id for n in graph.nodes if n.id.t is None and n.id in into and n.id not in ends]
        timed, closing = {n.id for n in graph.nodes if n.id.t is not None}, set[NodeId]()
        while more := {id for id in made if id not in closing and not (timed | {*ends} | closing).isdisjoint(into[id])}:
            closing |= more
        again = any(not timed.isdisjoint(out.get(id, ())) for id in closing)
        return cls(ends, frozenset(made) - closing, frozenset(closing), again, frozenset({*into, *out}))

    def closing_line(self, parts: Sequence[ShownGraph]) -> int:
        """The line in which what is made of several steps stands: the last one that it reads a step of."""
        ends = ([e for e in part.graph.edges if e.target in self.closing] for part in parts)
        read = [i for i, edges in enumerate(ends) if any(e.source.t is not None for e in edges)]
        return max(read, default=len(parts) - 1)

    def line(self, part: ShownGraph, number: int, at: Mapping[NodeId, int], elsewhere: Collection[str]) -> ShownGraph:
        """A line without what is made of steps `at` another one, and after the first without what makes what has no
        step: that is repeated as it is. What its own steps lead to in the closing line, whose edges are `elsewhere`,
        stands for itself."""
        away = {id for id, line in at.items() if line != number}
        gathered = {e.id for e in part.graph.edges if e.target in self.closing & away and e.id not in elsewhere}
        edges = [e for e in part.graph.edges if e.id in gathered or not {e.source, e.target} & away]
        again = self.early if number else frozenset[NodeId]()
        return self.cut_down(part, [e for e in edges if e.target not in again], again | (self.closing & away))

    def cut_down(self, part: ShownGraph, edges: Sequence[Edge], repeated: Collection[str]) -> ShownGraph:
        """A line with these edges alone, without what these do not join of other lines and of what has no step; what is
        repeated stands there as starts do."""
        met = {id for e in edges for id in (e.source, e.target)}
        own = {n.id for n in part.graph.nodes if n.id.t is not None} - part.outside
        kept = (n for n in part.graph.nodes if n.id in met or n.id in own or n.id not in self.joined)
        nodes = (as_repeated(n) if n.id in repeated else n for n in kept)
        return replace(part, graph=part.graph.part(nodes, edges), outside=part.outside & met)


def _with_repeats(
    shown: ShownGraph, steps: int, line: Mapping[NodeId, int], gathered: Collection[str] = ()
) -> ShownGraph:
    """The graph with a node in each line for each node that it reads of another, and for each in another that it alone
    gives some of what is `gathered` there."""
    graph = shown.graph
    lines = dict[str, int](line.items())
    repeated: dict[str, Node] = {}
    across: dict[str, Edge] = {}
    edges = list[Edge]()
    for edge in graph.edges:
        here, end = (line[edge.source], edge.target) if edge.id in gathered else (line[edge.target], edge.source)
        if line[end] != here:
            id = _again(end, here)
            repeated[id], lines[id], across[edge.id] = graph.node(end), here, edge
            edge = _with_repeat(edge, end, here)
        edges.append(edge)
    copies = (as_repeated(node)._replace(id=parse_node(id)) for id, node in repeated.items())
    whole = replace(graph, nodes=(*graph.nodes, *copies), edges=tuple(edges))
    last = dict[int, int]()
    for id in (n.id for n in graph.nodes):
        last[line[id]] = max(last.get(line[id], 0), id.t or 0)
    ends = (n.id for n in repeated.values() if n.id.t == last[line[n.id]])
    return replace(
        shown, graph=whole, repeated=repeated, across=across, lines=lines, steps=steps, going_on=frozenset(ends)
    )


def _again(id: NodeId, line: int) -> NodeId:
    """What a node is called that a line repeats."""
    return parse_node(f"{id}{ELLIPSIS}{line + 1}")


def _with_repeat(edge: Edge, end: NodeId, line: int) -> Edge:
    """An edge that in a line begins, or ends, at what that repeats."""
    id = _again(end, line)
    return edge._replace(source=id) if end == edge.source else edge._replace(target=id)


def lay_out_lines(shown: ShownGraph, labels: float = 1.0, arrangement: Arrangement = USUAL_ARRANGEMENT) -> Layout:
    """Lay out a wrapped graph, line below line, or beside line where time runs up; where lines are laid out in several
    ways, all begin level with each other."""
    lines = _wired_layouts(shown, labels, arrangement) if shown.parts else _plain_layouts(shown, labels, arrangement)
    layouts = list[Layout]()
    for it in lines:
        if layouts:
            it = it.moved(*_after(it, layouts[0], layouts[-1], bool(shown.graph.opened)))
        layouts.append(it)
    return replace(
        layouts[0],
        spots=tuple(spot for it in layouts for spot in it.spots),
        runs=tuple(run for it in layouts for run in it.runs),
        frames=tuple(frame for it in layouts for frame in it.frames),
        words=tuple(word for it in layouts for word in it.words),
        efforts=frozenset[int]().union(*(it.efforts for it in layouts)),
    )


def _after(it: Layout, first: Layout, before: Layout, level: bool) -> Point:
    """How far a line is moved to stand after the one before it; `level`, to begin where the first one does."""
    box = it.box
    if it.up:
        return before.box.right + LINE_GAP - box.left, level * (first.box.bottom - box.bottom)
    return level * (first.box.left - box.left), before.box.bottom + LINE_GAP - box.top


def _plain_layouts(shown: ShownGraph, labels: float, arrangement: Arrangement) -> Iterator[Layout]:
    for line in range(max(shown.lines.values()) + 1):
        part = _part(shown.graph, shown.lines, line)
        columns = {n.t: _column(n, shown) - line * shown.steps for n in part.nodes if n.t is not None}
        yield lay_out_steps(part, columns, labels, arrangement)


def _wired_layouts(shown: ShownGraph, labels: float, arrangement: Arrangement) -> Iterator[Layout]:
    """The lines laid out by the names that their nodes have in the run, and then with those that are drawn."""
    for line, part in enumerate(shown.parts):
        it = _line_layout(part, labels, arrangement)
        again = {n.id: _again(n.id, line) for n in part.graph.nodes if shown.lines[n.id] != line}
        spots = (spot._replace(node=_renamed(spot.node, again)) for spot in it.spots)
        runs = (run._replace(edge=_between(run.edge, again)) for run in it.runs)
        yield replace(it, spots=tuple(spots), runs=tuple(runs))


def _between(edge: Edge, again: Mapping[NodeId, NodeId]) -> Edge:
    """An edge between what a line repeats, if it is."""
    return edge._replace(source=again.get(edge.source, edge.source), target=again.get(edge.target, edge.target))


def _line_layout(part: ShownGraph, labels: float, arrangement: Arrangement) -> Layout:
    """A line of a run of cells that are wired: in rows and columns where others have parts, and none of its own."""
    if part.graph.has_parts:
        return lay_out_gates(part.graph, part.outside, labels, arrangement)
    if part.graph.in_cells:
        return _from_its_first_step(lay_out_wired_cells(part.graph, part.outside, arrangement), part)
    if part.graph.crowded:
        return lay_out_wired_cells(part.graph, part.outside, arrangement)
    first = min(n.t for n in part.graph.nodes if n.t is not None)
    columns = {n.t: n.t - first for n in part.graph.nodes if n.t is not None}
    return lay_out_steps(part.graph, columns, labels, arrangement)


def _from_its_first_step(it: Layout, part: ShownGraph) -> Layout:
    """A line with its first step at 0, below that of the line before."""
    first, _ = part.spans[0]
    left = min((spot.x for spot in it.spots if spot.node.id.t == first and not spot.node.start), default=0.0)
    return it if it.up else it.moved(-left, 0.0)


def _renamed(node: Node, again: Mapping[NodeId, NodeId]) -> Node:
    return as_repeated(node)._replace(id=again[node.id]) if node.id in again else node


def _part(graph: Graph, lines: Mapping[str, int], line: int) -> Graph:
    nodes = (n for n in graph.nodes if lines[n.id] == line)
    return graph.part(nodes, (e for e in graph.edges if lines[e.target] == line))


def _column(node: Node, shown: ShownGraph) -> int:
    return shown.columns.get(node.t or 0, node.t or 0)


def _lines(shown: ShownGraph, steps: int) -> dict[NodeId, int]:
    """The line of each node. What has no step stands with the last that it reads, else with the first that reads it."""
    graph = shown.graph
    last, (first, _) = ceil(columns_of(shown) / steps) - 1, _ends_of_columns(shown)
    found = {n.id: min(max((_column(n, shown) - first) // steps, 0), last) for n in graph.nodes if n.t is not None}
    rest = [n.id for n in graph.nodes if n.t is None]
    into, out = _ends(graph.edges)
    for id in rest:
        if known := [found[s] for s in into.get(id, ()) if s in found]:
            found[id] = max(known)
    for id in reversed(rest):
        found.setdefault(id, min((found[t] for t in out.get(id, ()) if t in found), default=0))
    return found


def _ends(edges: Iterable[Edge]) -> tuple[dict[NodeId, list[NodeId]], dict[NodeId, list[NodeId]]]:
    """What each node reads, and what reads it."""
    into: dict[NodeId, list[NodeId]] = {}
    out: dict[NodeId, list[NodeId]] = {}
    for edge in edges:
        into.setdefault(edge.target, []).append(edge.source)
        out.setdefault(edge.source, []).append(edge.target)
    return into, out


def _near(source: Node, target: Node, shown: ShownGraph, steps: int, line: Mapping[NodeId, int]) -> bool:
    """Whether the source can be repeated beside the target's line."""
    if source.t is None:
        return True
    first = line[target.id] * steps + _ends_of_columns(shown)[0]
    column = _column(source, shown)
    return target.t is not None and first - FARTHEST <= column < first + steps + FARTHEST
