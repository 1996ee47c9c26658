"""`Folded` × τ → `Graph`: a node for every drawn variable at every step, an edge for every read."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import lru_cache
from heapq import heappop, heappush

from app.engine.flat import flat, start_name
from app.engine.fold import Folded, folding
from app.engine.graph import Detail, Edge, Graph, Node
from app.language.syntax import NOW, Equation, Read, Recurrence, Time, reads
from app.language.tex import tex


def unfold(
    recurrence: Recurrence,
    tau: int,
    detail: Detail = "cells",
    of: str | None = None,
    cuts: frozenset[int] = frozenset(),
) -> Graph:
    """The unfolded computational graph for τ steps; `cuts` marks the edges that truncation closes to the gradient."""
    folded = folding(recurrence, detail, of)
    return _Unfolder(folded, tau, cuts).graph()


def fold(recurrence: Recurrence, detail: Detail = "cells", of: str | None = None) -> Graph:
    """The folded graph: each variable once, an edge for each lag at which it is read."""
    folded = folding(recurrence, detail, of)
    nodes = tuple(_node(folded, name, None, name) for name in folded.rows)
    edges: dict[str, Edge] = {}
    for e in folded.drawn:
        for read in node_reads(folded, e):
            lag = -read.time.offset if e.indexed and read.time and read.time.base == "t" else 0
            key = f"{read.name}->{e.name}"
            key = f"{key}:{lag}" if key in edges and edges[key].lag != lag else key
            _join(edges, _edge(folded, e, read, key, read.name, e.name, lag), folded)
    return Graph(folded.detail, None, nodes, tuple(edges.values()), folded.rows, _ranks(recurrence), folded.pooled)


def node_reads(folded: Folded, e: Equation, every: bool = False) -> list[Read]:
    """The distinct reads of drawn (or hidden) variables and data in an equation, left to right; or `every` read."""
    hidden = {h.name for h in folded.hidden}
    found = (Read(r.name, r.time) for r in reads(e.expr))
    return list(dict.fromkeys(r for r in found if every or folded.is_node(r.name) or r.name in hidden))


def sources(read: Read, e: Equation, t: int | None, tau: int) -> list[int | None]:
    """The steps that a read of an equation at t names; None for a one-value variable."""
    if read.time is None:
        return [None]
    if read.time.base == "t" and t is None:
        return [s + read.time.offset for s in range(1, tau + 1)]
    return [read.time.at(t or 0, tau)]


class _Unfolder:
    def __init__(self, folded: Folded, tau: int, cuts: frozenset[int]) -> None:
        self.folded, self.tau, self.cuts = folded, tau, cuts
        self.nodes: dict[str, Node] = {}
        self.joined: dict[str, Edge] = {}
        pairs = flat(folded.recurrence).starts
        self.starts = {start for starts in pairs.values() for _, start in starts}
        texts = {start_name(s.name, s.time) for s in folded.recurrence.starts}
        self.first = {s for s in texts if s not in self.starts}

    def graph(self) -> Graph:
        folded = self.folded
        for name in folded.rows:
            for node in self.steps(name):
                self.nodes[node.id] = node
        for e in folded.drawn:
            found = [r for r in node_reads(folded, e) if folded.is_node(r.name)]
            for t in range(1, self.tau + 1) if e.indexed else (None,):
                if not (t and self.begins(e.name, t)):
                    for edge in self.into(e, t, found):
                        _join(self.joined, edge, folded)
        place = {n: i for i, n in enumerate(_ordered(self.nodes, self.joined.values(), folded.rows))}
        nodes = tuple(sorted(self.nodes.values(), key=lambda n: place[n.id]))
        edges = tuple(sorted(self.joined.values(), key=lambda e: place[e.target]))
        return Graph(folded.detail, self.tau, nodes, edges, folded.rows, _ranks(folded.recurrence), folded.pooled)

    def steps(self, name: str) -> Iterator[Node]:
        v = self.folded.recurrence.variables[name]
        if v.indexed:
            for t in range(1, self.tau + 1):
                yield _node(self.folded, name, t, f"{name}[{t}]", start=self.begins(name, t))
        else:
            late = v.kind == "computed" or self.folded.kinds[name] == "target"
            yield _node(self.folded, name, self.tau if late else None, name)

    def begins(self, name: str, t: int) -> bool:
        """Whether the text sets this variable at this step within the run."""
        return any(s in self.first for s in self.keys(name, t))

    def keys(self, name: str, t: int) -> tuple[str, str]:
        """The names that a start at step t may have."""
        return start_name(name, Time("", t)), start_name(name, Time("tau", t - self.tau))

    def into(self, e: Equation, t: int | None, found: list[Read]) -> Iterator[Edge]:
        """The edges of one equation at one step."""
        target = f"{e.name}[{t}]" if t else e.name
        for read in found:
            for s in sources(read, e, t, self.tau):
                source = read.name if s is None else f"{read.name}[{s}]"
                if source in self.nodes or self.start(read.name, s, source):
                    lag = (t or self.tau) - s if s is not None else 0
                    cut = self.is_cut(read, e, s, t)
                    yield _edge(self.folded, e, read, f"{source}->{target}", source, target, lag, cut)

    def start(self, name: str, s: int | None, id: str) -> bool:
        """Add the start node at a step outside the run, where there is one."""
        if s is None or not self.starts.intersection(self.keys(name, s)):
            return False
        self.nodes[id] = _node(self.folded, name, s, id, start=True)
        return True

    def is_cut(self, read: Read, e: Equation, s: int | None, t: int | None) -> bool:
        loops = self.folded.loops
        if s is None or t is None or read.time == NOW or loops.get(read.name, -1) != loops.get(e.name):
            return False
        low, high = sorted((s, t))
        return any(low <= c < high for c in self.cuts)


def _join(edges: dict[str, Edge], edge: Edge, folded: Folded) -> None:
    """One edge stands for all ways between two nodes: what multiplies along any of them is written on it."""
    known = edges.get(edge.id)
    if known is not None:
        order = folded.recurrence.variables
        params = tuple(n for n in order if n in known.params + edge.params)
        edge = replace(edge, params=params, matrices=tuple(n for n in params if order[n].rank == 2))
    edges[edge.id] = edge


def _ordered(nodes: dict[str, Node], edges: Collection[Edge], rows: tuple[str, ...]) -> list[str]:
    """Dependency order, ties by t, then by row."""
    waiting = dict.fromkeys(nodes, 0)
    feeds: dict[str, list[str]] = {}
    for e in edges:
        waiting[e.target] += 1
        feeds.setdefault(e.source, []).append(e.target)

    def key(id: str) -> tuple[int, int, str]:
        node = nodes[id]
        return (node.t or 0, rows.index(node.var), id)

    ready: list[tuple[int, int, str]] = []
    for id, count in waiting.items():
        if not count:
            heappush(ready, key(id))
    order = []
    while ready:
        id = heappop(ready)[2]
        order.append(id)
        for target in feeds.get(id, ()):
            waiting[target] -= 1
            if not waiting[target]:
                heappush(ready, key(target))
    return order


def _node(folded: Folded, name: str, t: int | None, id: str, start: bool = False) -> Node:
    timed = id != name
    symbol = _symbol(name, folded.recurrence.variables[name].rank)
    label, typeset = (f"{name}({t})", f"{symbol}^{{({t})}}") if timed else (id, symbol)
    return Node(id, label, typeset, name, t, folded.kinds[name], folded.recurrence.shape(name), start)


@lru_cache(maxsize=1024)
def _symbol(name: str, rank: int) -> str:
    return tex(Read(name), {name: rank})


def _edge(
    folded: Folded, e: Equation, read: Read, id: str, source: str, target: str, lag: int, cut: bool = False
) -> Edge:
    params, matrices = folded.factors(e, read)
    function = (
        folded.functions.get(e.name, "") if folded.kinds[read.name] == "state" and read.time not in (NOW, None) else ""
    )
    return Edge(id, source, target, params, matrices, lag, function, cut)


def _ranks(recurrence: Recurrence) -> dict[str, int]:
    return {name: v.rank for name, v in recurrence.variables.items()}
