"""Wraps a long run into lines, as a text: a line begins with what it reads of the line before, dashed.

Lines are laid out each by itself and stand below each other, their columns below each other's; where time runs up they
stand beside each other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from math import ceil

from app.drawing.geometry import Point
from app.drawing.layout.arrangement import USUAL_ARRANGEMENT, Arrangement
from app.drawing.layout.grid import Layout, lay_out_steps
from app.drawing.layout.lay_out_gates import lay_out_gates, made_of_an_end
from app.drawing.layout.window import ELLIPSIS, ShownGraph, window, with_rows
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
    if graph.has_parts or graph.crowded:
        return _wired_lines(shown, steps)
    line = None if graph.wired else _lines(shown, steps)
    if line is None or len({*line.values()}) <= max(line.values()):
        return None
    apart = (e for e in graph.edges if line[e.source] != line[e.target])
    if not all(_near(graph.node(e.source), graph.node(e.target), shown, steps, line) for e in apart):
        return None
    return _with_repeats(shown, steps, line)


def _wired_lines(shown: ShownGraph, steps: int) -> ShownGraph | None:
    """The lines of cells that are wired, each a part of the run: what it reads of hidden steps stands beside it."""
    graph = shown.graph
    ends, made = made_of_an_end(graph), {e.target for e in graph.edges}
    across = any(n.id.t is None and n.id in made and n.id not in ends for n in graph.nodes)
    if graph.parameters != "arrows" or across:
        return None
    computed = min((n.t for n in graph.nodes if n.t is not None and not n.start), default=1)
    lines = [
        (t if t > computed else first, min(t + steps - 1, last))
        for first, last in shown.spans
        for t in range(max(first, computed), last + 1, steps) or (first,)
    ]
    rows = frozenset((*graph.rows, *(n.var for n in graph.nodes)))
    parts = list[ShownGraph]()
    for line in lines:
        part = with_rows(window(shown.whole, (line,)), rows if shown.left_out else None)
        own = (1,) * (line is lines[0]) + (graph.tau,) * (line is lines[-1])
        parts.append(_without(part, {id for id, t in ends.items() if t not in own}))
    numbered = [*enumerate(parts)][::-1]  # What has no step of its own is in every line, and repeated after the first.
    inside = {n.id: i for i, part in numbered for n in part.graph.nodes if n.id not in part.outside}
    beside = {n.id: i for i, part in enumerate(parts) for n in part.graph.nodes}
    return replace(_with_repeats(shown, steps, beside | inside), parts=tuple(parts))


def _without(part: ShownGraph, left_out: Collection[str]) -> ShownGraph:
    """A line without what is made of an end of the run that is in another."""
    edges = tuple(e for e in part.graph.edges if e.source not in left_out and e.target not in left_out)
    unread = part.outside - {e.source for e in edges}
    nodes = (n for n in part.graph.nodes if n.id not in left_out and n.id not in unread)
    return replace(part, graph=part.graph.part(nodes, edges), outside=part.outside - unread)


def _with_repeats(shown: ShownGraph, steps: int, line: Mapping[NodeId, int]) -> ShownGraph:
    """The graph with a node in each line for each node that it reads of another."""
    graph = shown.graph
    lines = dict[str, int](line.items())
    repeated: dict[str, Node] = {}
    across: dict[str, Edge] = {}
    for edge in graph.edges:
        if line[edge.source] != line[edge.target]:
            id = _again(edge.source, line[edge.target])
            repeated[id], lines[id], across[edge.id] = graph.node(edge.source), line[edge.target], edge
    edges = (_from_repeat(e, line[e.target]) if e.id in across else e for e in graph.edges)
    copies = (node._replace(id=parse_node(id), start=True, sign="") for id, node in repeated.items())
    whole = replace(graph, nodes=(*graph.nodes, *copies), edges=tuple(edges))
    last = dict[int, int]()
    for node in graph.nodes:
        last[line[node.id]] = max(last.get(line[node.id], 0), node.t or 0)
    ends = (n.id for n in repeated.values() if n.t == last[line[n.id]])
    return replace(
        shown, graph=whole, repeated=repeated, across=across, lines=lines, steps=steps, going_on=frozenset(ends)
    )


def _again(id: NodeId, line: int) -> NodeId:
    """What a node is called that a line repeats."""
    return parse_node(f"{id}{ELLIPSIS}{line + 1}")


def _from_repeat(edge: Edge, line: int) -> Edge:
    return edge._replace(source=_again(edge.source, line))


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
        runs = (run._replace(edge=_from_repeat(run.edge, line)) if run.edge.source in again else run for run in it.runs)
        yield replace(it, spots=tuple(spots), runs=tuple(runs))


def _line_layout(part: ShownGraph, labels: float, arrangement: Arrangement) -> Layout:
    """A line of a run of cells that are wired: in rows and columns where others have parts, and none of its own."""
    if part.graph.has_parts:
        return lay_out_gates(part.graph, part.outside, labels, arrangement)
    if part.graph.crowded:
        return lay_out_wired_cells(part.graph, part.outside, arrangement)
    first = min(n.t for n in part.graph.nodes if n.t is not None)
    columns = {n.t: n.t - first for n in part.graph.nodes if n.t is not None}
    return lay_out_steps(part.graph, columns, labels, arrangement)


def _renamed(node: Node, again: Mapping[NodeId, NodeId]) -> Node:
    return node._replace(id=again[node.id], sign="") if node.id in again else node


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
