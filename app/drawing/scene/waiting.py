"""Says why nodes have no number yet, from the graph and the cursor; a page's scripts say the same as it moves."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from app.drawing.scene.alt_text import called_in_words, joined_by_and, node_in_words
from app.engine.graph import GIVEN, Graph, Node


class Reached(Protocol):
    """Where the cursor is, and the nodes that have their value or their gradient by then."""

    @property
    def phase(self) -> str | None: ...
    @property
    def at(self) -> str | None: ...
    @property
    def valued(self) -> frozenset[str]: ...
    @property
    def graded(self) -> frozenset[str]: ...


def waiting_sentences(graph: Graph, cursor: Reached) -> Mapping[str, str]:
    """Node → why it has no value yet, or on the way back no gradient; those that wait for nothing are left out."""
    if cursor.phase == "forward":
        into: dict[str, list[str]] = {}
        for edge in graph.edges:
            into.setdefault(edge.target, []).append(edge.source)
        waiting = (n for n in graph.nodes if n.id not in cursor.valued and n.id in into)
        return {n.id: f"No value yet: {_of_sources(graph, n, into[n.id])}{_now(graph, cursor)}." for n in waiting}
    if cursor.phase == "backward":
        through: dict[str, list[str]] = {}
        for edge in graph.edges:
            if not edge.cut:
                through.setdefault(edge.source, []).append(edge.target)
        late = (n for n in graph.nodes if n.id not in cursor.graded and n.kind not in GIVEN)
        return {n.id: f"Nothing yet: {_sum(graph, n, through.get(n.id, []))}{_now(graph, cursor)}." for n in late}
    return {}


def gradient_to_come(graph: Graph, id: str, passed: Collection[str]) -> str:
    """What the gradient at a node is the sum of, and what of that has not been `passed` on the way back yet."""
    through = [*dict.fromkeys(e.target for e in graph.edges if e.source == id and not e.cut)]
    late = [target for target in through if target not in passed]
    if not through:
        return f"it comes from {graph.notation.node(graph.of)} itself, where the way back begins."
    what = f"{'the sum of ' * (len(through) > 1)}what comes through {_named(graph, through)}"
    if not late:
        return f"{what}; all of that is there now."
    if late == through:
        return f"{what}, on the way back."
    return f"{what}; {_named(graph, late)} {'is' if len(late) == 1 else 'are'} still to come."


def _of_sources(graph: Graph, node: Node, sources: list[str]) -> str:
    return f"{called_in_words(node, graph.notation)} is computed from {_named(graph, sources)}"


def _sum(graph: Graph, node: Node, through: list[str]) -> str:
    """The gradient at a node is the sum of what comes through the nodes that read it."""
    of, name = graph.notation.node(graph.of), called_in_words(node, graph.notation)
    gradient = f"the gradient at {name}" if node.kind == "operation" else f"∂{of}/∂{name}"
    if not through:
        return f"{gradient} comes from {of} itself"
    return f"{gradient} is {'the sum of ' * (len(through) > 1)}what comes through {_named(graph, through)}"


def _named(graph: Graph, ids: Sequence[str]) -> str:
    return joined_by_and(node_in_words(graph, id) for id in dict.fromkeys(ids))


def _now(graph: Graph, cursor: Reached) -> str:
    return f"; the pass is at {node_in_words(graph, cursor.at)}" if cursor.at else ""
