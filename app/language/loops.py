"""The order of computation: which equations form a loop through time, which way it runs, what is plain.

An edge for each read, marked with its lag or "whole" (a moment, a pooling, a one-value name). A strongly connected
component with a cycle is a loop: legal if no whole edge lies inside, all non-zero lags have one sign (its direction)
and the lag-0 edges are acyclic. A start that is made of something computed is one value that its variable reads whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from app.language.rewrite import expand
from app.language.syntax import Equation, Function, Start, reads


class Dependency(NamedTuple):
    """`target` reads `source`; `lag` steps back (negative: ahead), None where it reads the whole or a moment."""

    source: str
    target: str
    lag: int | None


@dataclass(frozen=True, slots=True)
class Component:
    """Equations computed together, in order.

    `direction` 0: all steps at once; +1, -1: a loop from the first step, from the last.
    """

    names: tuple[str, ...]
    direction: int


@dataclass(frozen=True, slots=True)
class IllegalLoop:
    """A loop that cannot run: the names on it and why."""

    names: tuple[str, ...]
    why: str


def ordered(
    equations: Iterable[Equation], functions: Sequence[Function], starts: Iterable[Start] = ()
) -> tuple[list[Equation], list[Component | IllegalLoop]]:
    """The equations with their functions written out, and the order in which they can be computed."""
    written = [replace(e, expr=expand(e.expr, functions)) for e in equations]
    return written, components(written, [replace(s, expr=expand(s.expr, functions)) for s in starts])


def dependencies(equations: Sequence[Equation]) -> list[Dependency]:
    """Every read of a computed variable, calls of functions already written out."""
    indexed = {e.name: e.indexed for e in equations}
    found: dict[Dependency, None] = {}
    for e in equations:
        for read in reads(e.expr):
            if read.name in indexed:
                timed = e.indexed and indexed[read.name] and read.time is not None and read.time.base == "t"
                lag = -read.time.offset if timed and read.time is not None else None
                found[Dependency(read.name, e.name, lag)] = None
    return list(found)


def components(equations: Sequence[Equation], starts: Sequence[Start] = ()) -> list[Component | IllegalLoop]:
    """The strongly connected components of the equations in an order in which they can be computed.

    What is wrong with the starts is among them: a cycle that leads through one.
    """
    through = _through_starts({e.name for e in equations}, starts)
    edges, begun = [*dependencies(equations), *through], {str(s): s for s in starts}
    names = dict.fromkeys((*(e.name for e in equations), *(end for e in through for end in (e.source, e.target))))
    sources: dict[str, list[str]] = {name: [] for name in names}
    for edge in edges:
        sources[edge.target].append(edge.source)
    place = {name: i for i, name in enumerate(sources)}
    groups = [sorted(names, key=place.__getitem__) for names in _strongly_connected(sources)]
    group = {name: i for i, names in enumerate(groups) for name in names}
    inside: list[list[Dependency]] = [[] for _ in groups]
    for edge in edges:
        if group[edge.source] == group[edge.target]:
            inside[group[edge.source]].append(edge)
    found = [
        _cycle_through_start(names, within, begun) or _ordered_component(names, within)
        for names, within in zip(groups, inside, strict=True)
    ]
    return [c for c in found if not (isinstance(c, Component) and c.names[0] in begun)]


def _through_starts(computed: Collection[str], starts: Sequence[Start]) -> list[Dependency]:
    """What each start reads of the computed variables and of the other starts, and that its variable reads it."""
    known = {str(s) for s in starts}
    found: dict[Dependency, None] = {}
    for s in starts:
        for read in reads(s.expr):
            moment = f"{read.name}[{read.time}]"
            outside = read.time is not None and read.time.outside
            if moment in known or (read.name in computed and not outside):
                found[Dependency(moment if moment in known else read.name, str(s), None)] = None
    made = dict.fromkeys(end for e in found for end in (e.source, e.target) if end in known)
    own = [Dependency(str(s), s.name, None) for s in starts if str(s) in made and s.name in computed]
    return [*found, *own]


def _cycle_through_start(
    names: Sequence[str], inside: Sequence[Dependency], starts: Collection[str]
) -> IllegalLoop | None:
    """A loop that has a start in it; none can be run."""
    start = next((e.target for e in inside if e.target in starts), None)
    return IllegalLoop(tuple(names), f"{start} is made of what begins with it") if start else None


def reachable(names: Iterable[str], edges: Mapping[str, list[str]]) -> set[str]:
    """Everything that can be come to from the names along the edges, they themselves among it."""
    found: set[str] = set()
    work = list(names)
    while work:
        name = work.pop()
        if name not in found:
            found.add(name)
            work.extend(edges.get(name, ()))
    return found


def _ordered_component(names: list[str], inside: list[Dependency]) -> Component | IllegalLoop:
    """A component in order, from the reads within it."""
    if not inside:
        return Component(tuple(names), 0)
    whole = [e for e in inside if e.lag is None]
    if whole:
        return IllegalLoop(tuple(names), f"{whole[0].target} reads {whole[0].source} as a whole while it is being made")
    signs = {(e.lag or 0) > 0 for e in inside if e.lag}
    if len(signs) > 1:
        return IllegalLoop(tuple(names), "reads both back and ahead in time")
    now: dict[str, list[str]] = {n: [] for n in names}
    for e in inside:
        if e.lag == 0:
            now[e.target].append(e.source)
    order = list(_strongly_connected(now))
    stuck = next((group for group in order if len(group) > 1 or group[0] in now[group[0]]), None)
    if stuck:
        return IllegalLoop(tuple(n for n in names if n in stuck), "each needs the other within one step")
    return Component(tuple(group[0] for group in order), 1 if signs == {True} else -1)


def _strongly_connected(sources: Mapping[str, list[str]]) -> Iterator[list[str]]:
    """Strongly connected components, sources before targets (Tarjan 1972), without recursion."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on: set[str] = set()
    for root in sources:
        work = [(root, iter(sources[root]))] if root not in index else []
        if work:
            index[root] = low[root] = len(index)
            stack.append(root)
            on.add(root)
        while work:
            node, rest = work[-1]
            for source in rest:
                if source not in index:
                    index[source] = low[source] = len(index)
                    stack.append(source)
                    on.add(source)
                    work.append((source, iter(sources[source])))
                    break
                if source in on:
                    low[node] = min(low[node], index[source])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    cut = stack.index(node)
                    group, stack = stack[cut:], stack[:cut]
                    on.difference_update(group)
                    yield group
