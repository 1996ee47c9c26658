"""Reads which rows of the graph a link's figure shows, by variables and kinds: `state,x`, or all but `-target,-L`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import get_args

from app.engine.graph import Graph, Node, NodeKind
from app.language import Problem, Problems, owner, spelling_hint
from app.link.named_fields import naming, plainly

OUT = "-"


def rows_shown(rows: str, graphs: Sequence[Graph], window: tuple[int, int] | None = None) -> frozenset[str]:
    """The variables (and operations) whose nodes are drawn; of each graph some.

    What is named alone is shown; with a minus before it, it is left out of those. Problems say which word names
    nothing, or that nothing is left, of the steps of the window if there is one.
    """
    words = [word for word in rows.replace(" ", "").split(",") if word]
    nodes = {node.var: node for graph in graphs for node in graph.nodes}
    known = [*dict.fromkeys((*(owner(node.var) for node in nodes.values()), *get_args(NodeKind)))]
    if unknown := [word for word in words if word.removeprefix(OUT) not in known]:
        raise Problems(*(_unknown(word.removeprefix(OUT), known) for word in unknown))
    wanted = [word for word in words if not word.startswith(OUT)]
    left_out = [word.removeprefix(OUT) for word in words if word.startswith(OUT)]
    shown = {name for name, node in nodes.items() if not wanted or _named(node, wanted)}
    kept = frozenset(name for name in shown if not _named(nodes[name], left_out))
    if any(all(node.kind == "parameter" or node.var not in kept for node in _seen(graph, window)) for graph in graphs):
        raise Problems(naming("{rows} leaves nothing to draw", "rows", known))
    return kept


def _seen(graph: Graph, window: tuple[int, int] | None) -> Iterator[Node]:
    """The nodes of the steps of a window, those beside the run with its first and last, and what has no step."""
    first, last = window or (1, graph.tau or 1)
    for node in graph.nodes:
        if node.t is None or graph.tau is None or first <= min(max(node.t, 1), graph.tau) <= last:
            yield node


def _named(node: Node, words: Sequence[str]) -> bool:
    """By its kind, or by the variable that it is or belongs to."""
    return node.kind in words or owner(node.var) in words


def _unknown(word: str, known: Sequence[str]) -> Problem:
    message = f"{{rows}}: {plainly(word)} is neither a variable of the figure nor a kind of node"
    return naming(message, "rows", known, spelling_hint(word, known))
