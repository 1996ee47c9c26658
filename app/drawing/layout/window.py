"""Cuts a graph down to the steps that are shown: what is cut away is one dashed node a variable.

The hidden steps between two shown ones share a column. There each variable that a line enters or leaves is one node,
s(…), and the others are dots; so layout, arrows and cursor meet a graph like any other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self

from app.engine.graph import Detail, Edge, Graph, Node, Opened, in_program_order
from app.language import NodeId

Span = tuple[int, int]
"""The first and the last of some neighbouring steps."""


@dataclass(frozen=True, slots=True)
class Legible:
    """How many steps are legible on a slide, so that a longer run is shown in parts."""

    whole: int
    """Runs of up to this number of steps are drawn whole."""
    ends: int
    """The steps that a longer run shows at either end."""
    around: int
    """Where the cursor is between them, the steps that are seen on either side: it is in their middle."""


NARROW, BROAD = Legible(12, 4, 2), Legible(7, 3, 1)
"""Of columns, and of cells that lie on their side."""
LEGIBLE: Mapping[Detail, Legible] = {"states": NARROW, "cells": NARROW, "gates": BROAD, "operations": NARROW}
ELLIPSIS = "…"


class StubId(NodeId):
    """`h[2…5]`: what stands for a variable at the steps from `t` to `last`, which are not drawn."""

    __slots__ = ("last",)
    last: int

    def __new__(cls, variable: str, t: int, last: int) -> Self:
        return cls._spelled(f"{variable}[{t}{ELLIPSIS}{last}]", variable=variable, t=t, op=None, last=last)


@dataclass(frozen=True)
class ShownGraph:
    """The part of a graph that is drawn.

    `columns`: where steps stand that are not at their own number; `stubs`: the nodes that stand for hidden ones;
    `joined`: for each line that has lost an end (they are dashed), by its id, the edges that it stands for.
    """

    graph: Graph
    whole: Graph
    spans: tuple[Span, ...] = ()
    columns: Mapping[int, int] = field(default_factory=dict)
    stubs: frozenset[str] = frozenset()
    joined: Mapping[str, tuple[Edge, ...]] = field(default_factory=dict)
    outside: frozenset[str] = frozenset()
    """Nodes of hidden steps that shown ones read, where these are drawn themselves."""

    left_out: tuple[str, ...] = ()
    """The rows that are not drawn."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """Of a run that is wrapped, the line of each node; in a line there are so many `steps`."""
    steps: int = 0
    repeated: Mapping[str, Node] = field(default_factory=dict)
    """By their ids, the nodes that a line repeats of others."""
    parts: tuple[ShownGraph, ...] = ()
    """The lines as they are laid out, where cells are wired."""
    going_on: frozenset[str] = frozenset()
    """The nodes that end a line and that the next one repeats."""
    across: Mapping[str, Edge] = field(default_factory=dict)
    """The edges from one line into another, as they are in the whole graph; drawn they begin at what is repeated."""

    @property
    def whole_run(self) -> bool:
        """Whether every step is in sight."""
        return self.spans in ((), ((1, self.whole.tau),))

    def behind(self, edge: Edge) -> tuple[Edge, ...]:
        """The edges of the whole graph that an arrow stands for."""
        return self.joined.get(edge.id) or (self.across.get(edge.id, edge),)

    @cached_property
    def dots(self) -> frozenset[str]:
        """The nodes that no line enters or leaves."""
        met = {id for e in self.graph.edges for id in (e.source, e.target)}
        return self.stubs - met


def with_rows(shown: ShownGraph, rows: frozenset[str] | None) -> ShownGraph:
    """The graph without the nodes of other variables, and without what leads to or from them; None keeps all.

    A parameter that nothing in sight reads is not drawn. The parts of a cell stay while a state of it is there.
    """
    if rows is None:
        return shown
    graph = shown.graph
    cells = {
        n.part.cell for n in graph.nodes if n.part is not None and n.id.variable in rows and n.var != n.id.variable
    }
    rows |= {n.var for n in graph.nodes if n.part is not None and n.part.cell in cells}
    kept = {node.id for node in graph.nodes if node.var in rows}
    edges = tuple(edge for edge in graph.edges if edge.source in kept and edge.target in kept)
    read = {edge.source for edge in edges}
    nodes = tuple(n for n in graph.nodes if n.id in kept and (n.kind != "parameter" or n.id in read))
    smaller = replace(graph.part(nodes, edges), rows=tuple(n for n in graph.rows if n in rows))
    return replace(shown, graph=smaller, left_out=tuple(name for name in graph.rows if name not in rows))


def spans(
    tau: int, detail: Detail, at: int | None = None, asked: Span | None = None, opened: Opened = ()
) -> tuple[Span, ...]:
    """The steps to show: those that are asked for, else all of a short run, else its ends, those at the cursor, and
    those that are opened. The steps before and after the cursor's are in sight wherever it is."""
    if asked is not None:
        return (asked,)
    it = LEGIBLE[detail]
    if tau <= it.whole:
        return ((1, tau),)
    if at is None or not it.ends <= at <= tau - it.ends + 1:
        parts = [(1, it.ends), (tau - it.ends + 1, tau)]
    else:
        middle = min(max(at, it.ends + 1), tau - it.ends)
        parts = [(1, 1), (middle - it.around, middle + it.around), (tau, tau)]
    return tuple(_merged(sorted([*parts, *((t, t) for t, _ in opened)])))


def spelled(shown: Iterable[Span]) -> str:
    """`1..4,997..1000`"""
    return ",".join(f"{first}..{last}" for first, last in shown)


def _merged(parts: Iterable[Span]) -> Iterator[Span]:
    """The parts with those put together that hide a single step between them."""
    kept: Span | None = None
    for first, last in parts:
        if kept and first <= kept[1] + 2:
            kept = kept[0], max(last, kept[1])
            continue
        if kept:
            yield kept
        kept = first, last
    if kept:
        yield kept


def window(graph: Graph, shown: tuple[Span, ...]) -> ShownGraph:
    """The graph with what lies outside these steps (in order, apart) cut away. The circuit has no steps."""
    tau = graph.tau
    if tau is None:
        return ShownGraph(graph, graph)
    if shown == ((1, tau),):
        columns = {} if graph.wired else _Cut(graph, tau, shown).moved_columns
        return ShownGraph(graph, graph, shown, columns)
    return _wired(graph, shown) if graph.wired else _Cut(graph, tau, shown).shown()


def _wired(graph: Graph, shown: tuple[Span, ...]) -> ShownGraph:
    """The steps in sight; what they read of hidden ones stands beside them as a start does, without what made it.

    So does one of them that alone what has no step reads, of all steps that it reads those in sight. A start goes with
    the step beside it, and neither one that hidden steps alone read, unless something makes it, nor a parameter that
    nothing in sight reads is drawn.
    """

    def inside(id: NodeId) -> bool:
        t = id.t
        return t is None or any(first <= nearest_step(t, graph.tau or t) <= last for first, last in shown)

    whole = Counter((e.source.name, e.target) for e in graph.edges if e.target.t is None)

    def beside(e: Edge) -> bool:
        return inside(e.source) or whole[e.source.name, e.target] < 2

    far = _read_by_hidden_steps(graph, inside, {e.target for e in graph.edges})
    edges = tuple(e for e in graph.edges if inside(e.target) and e.target not in far and beside(e))
    outside = frozenset(e.source for e in edges if not inside(e.source))
    read = {e.source for e in edges}
    kept = (
        n
        for n in graph.nodes
        if n.id in outside or (inside(n.id) and n.id not in far and (n.kind != "parameter" or n.id in read))
    )
    nodes = (as_repeated(n) if n.id in outside else n for n in kept)
    return ShownGraph(graph.part(nodes, edges), graph, shown, outside=outside)


def _read_by_hidden_steps(graph: Graph, inside: Callable[[NodeId], bool], kept: Collection[NodeId] = ()) -> set[NodeId]:
    """The starts that something reads, but nothing that is in sight, and what they alone are made of; but those that
    are kept."""
    readers: dict[NodeId, list[NodeId]] = {}
    for e in graph.edges:
        if e.source.t is not None and not 1 <= e.source.t <= (graph.tau or 0) and e.source not in kept:
            readers.setdefault(e.source, []).append(e.target)
    found = set[NodeId]()
    while more := {
        id for id, by in readers.items() if id not in found and not any(inside(t) for t in by if t not in found)
    }:
        found |= more
    return found


def as_repeated(node: Node) -> Node:
    """A node where it stands without what makes it, as a start does: of that an operation alone keeps its sign."""
    return node._replace(start=True, sign=node.sign if node.kind == "operation" else "")


def nearest_step(t: int, tau: int) -> int:
    """The step of the run beside which a start stands; of a step of the run itself."""
    return min(max(t, 1), tau)


@dataclass(frozen=True)
class _Gap:
    """Hidden steps from `first` to `last`, and the column they share; `inner`: between two parts that are shown."""

    first: int
    last: int
    column: int
    inner: bool


class _Cut:
    def __init__(self, graph: Graph, tau: int, spans: tuple[Span, ...]) -> None:
        self.graph, self.tau, self.spans = graph, tau, spans
        self.columns, self.gaps = _counted(tau, spans)
        self.place_starts(1, -1)
        self.place_starts(tau, 1)
        self.hidden = {n.id: gap for n in graph.nodes if (gap := self.gap(n))}
        self.names = {
            n.id: StubId(n.var, gap.first, gap.last) if (gap := self.hidden.get(n.id)) else n.id for n in graph.nodes
        }

    def gap(self, node: Node) -> _Gap | None:
        """The gap that hides a node. What has no step of its own always shows; starts go with the step beside them, but
        for those that hidden steps alone read."""
        if node.t is None or node.id == node.var:
            return None
        return self.gaps.get(node.t) or self.gaps.get(nearest_step(node.t, self.tau))

    def place_starts(self, end: int, way: int) -> None:
        """Give the starts on a side of the run their columns: one for all that are hidden between two others, or that
        there are not; so is what reads far back not far from what it reads."""
        times = sorted({n.t for n in self.graph.nodes if n.t is not None and way * (n.t - end) > 0}, reverse=way < 0)
        if end in self.gaps:
            return
        far = _read_by_hidden_steps(
            self.graph, lambda id: id.t is None or nearest_step(id.t, self.tau) not in self.gaps
        )
        kept = {n.t for n in self.graph.nodes if n.id not in far}
        column, before, hidden = self.columns[end], end, list[int]()
        for t in times:
            if t not in kept:
                hidden.append(t)
                continue
            skips = abs(t - before) > 1
            self.gaps |= dict.fromkeys(hidden, _Gap(min(hidden, default=0), max(hidden, default=0), column + way, True))
            column += way * (1 + skips)
            self.columns[t], before, hidden = column, t, []
        self.gaps |= dict.fromkeys(hidden, _Gap(min(hidden, default=0), max(hidden, default=0), column + way, False))

    @property
    def moved_columns(self) -> dict[int, int]:
        """The columns of those that are not at their own number."""
        return {t: column for t, column in self.columns.items() if column != t}

    def shown(self) -> ShownGraph:
        edges, joined = self.edges()
        met = {id for e in edges for id in (e.source, e.target)}
        nodes: dict[str, Node] = {}
        for node in self.graph.nodes:
            gap, name = self.hidden.get(node.id), self.names[node.id]
            if name not in nodes and (gap is None or gap.inner or name in met):
                nodes[name] = node if gap is None else _stub(node, name, gap)
        graph = self.graph.part(nodes.values(), edges)
        columns = {n.t: self.column(n.t) for n in nodes.values() if n.t is not None}
        return ShownGraph(graph, self.graph, self.spans, columns, frozenset(nodes.keys() - self.names.keys()), joined)

    def column(self, t: int) -> int:
        step = t if t in self.gaps or t in self.columns else nearest_step(t, self.tau)
        return self.gaps[step].column if step in self.gaps else self.columns[step] + t - step

    def edges(self) -> tuple[tuple[Edge, ...], dict[str, tuple[Edge, ...]]]:
        """Those with both ends in sight as they are; of the others one for each pair of ends, and what it stands for.

        Between two hidden ends of one step a line is drawn if lines from outside meet both.
        """
        whole: list[Edge] = []
        cut: dict[tuple[NodeId, NodeId], list[Edge]] = {}
        inside: dict[tuple[NodeId, NodeId], list[Edge]] = {}
        for edge in self.graph.edges:
            gaps = self.hidden.get(edge.source), self.hidden.get(edge.target)
            ends = self.names[edge.source], self.names[edge.target]
            if gaps == (None, None):
                whole.append(edge)
            elif None in gaps:
                cut.setdefault(ends, []).append(edge)
            elif gaps[0] is gaps[1] and not edge.lag:
                inside.setdefault(ends, []).append(edge)
        met = {id for ends in cut for id in ends}
        inside = {ends: edges for ends, edges in inside.items() if met.issuperset(ends)}
        joined = {edges[0].id: tuple(edges) for edges in (cut | inside).values()}
        return (*whole, *(self.join(ends, edges) for ends, edges in (cut | inside).items())), joined

    def join(self, ends: tuple[NodeId, NodeId], edges: list[Edge]) -> Edge:
        """One line for edges with the same ends in sight. Its id is the first one's."""
        known = {name for e in edges for name in e.params}
        params = tuple(name for name in self.graph.ranks if name in known)
        weights = in_program_order((w for e in edges for w in e.weights), self.graph.ranks)
        return edges[0]._replace(source=ends[0], target=ends[1], params=params, weights=weights)


def _counted(tau: int, spans: tuple[Span, ...]) -> tuple[dict[int, int], dict[int, _Gap]]:
    """The column of each step that is shown, the gap of each that is not."""
    columns, gaps, column, due = dict[int, int](), dict[int, _Gap](), 0, 1
    for first, last in (*spans, (tau + 1, tau)):
        if first > due:
            column += due > 1
            gaps |= dict.fromkeys(range(due, first), _Gap(due, first - 1, column, due > 1 and first <= tau))
        columns |= {t: column + t - first + 1 for t in range(first, last + 1)}
        column, due = column + last - first + 1, last + 1
    return columns, gaps


def _stub(node: Node, id: NodeId, gap: _Gap) -> Node:
    """The node in place of a variable's steps in a gap."""
    tex = node.tex.replace(f"({node.t})", r"(\dots)")
    return node._replace(id=id, label=f"{node.var}({ELLIPSIS})", tex=tex, t=gap.first, start=False)
