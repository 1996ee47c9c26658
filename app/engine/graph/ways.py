"""Finds all ways from one node of a graph to another: the nodes and arrows that lie on any of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.engine.graph.graph import Graph


def ways(graph: Graph, source: str, target: str) -> frozenset[str]:
    """The ids of nodes and edges through which something of one node comes to another; none where no way leads."""
    after: dict[str, list[str]] = {}
    before: dict[str, list[str]] = {}
    for edge in graph.edges:
        after.setdefault(edge.source, []).append(edge.target)
        before.setdefault(edge.target, []).append(edge.source)
    on_the_way = _reached(source, after) & _reached(target, before)
    lines = {e.id for e in graph.edges if e.source in on_the_way and e.target in on_the_way}
    return frozenset(on_the_way | lines)


def _reached(start: str, following: Mapping[str, Iterable[str]]) -> set[str]:
    """A node and all that comes after it."""
    found, waiting = {start}, [start]
    while waiting:
        for other in following.get(waiting.pop(), ()):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found
