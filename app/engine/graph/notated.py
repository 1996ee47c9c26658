"""Rewrites what a graph's nodes are called in another notation. Ids, edges and kinds stay: they are of the program."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from app.cache import cached
from app.engine.graph.graph import Graph, Node
from app.language import GREEK, Read, Time, owner
from app.language.typeset import Notation, tex
from app.ops import OPS

TAU = r"\tau"


@cached(64)
def notated(graph: Graph, notation: Notation) -> Graph:
    """The graph with labels, TeX and signs as this notation has them, which whatever draws it reads there too."""
    if notation == graph.notation:
        return graph
    nodes = tuple(_node(node, graph, notation) for node in graph.nodes)
    return replace(graph, nodes=nodes, notation=notation)


def _node(node: Node, graph: Graph, notation: Notation) -> Node:
    sign = notation.last_named(node.sign)
    if node.kind == "operation":
        typeset = node.tex.replace(TAU, notation.last_letter) if notation.last_letter != GREEK["tau"] else node.tex
        return node._replace(sign=sign, label=notation.last_named(node.label), tex=typeset)
    moment = None if node.t is None or node.id == node.var else Time("", node.t)
    below, above = notation.step_scripts("", "" if moment is None else str(node.t))
    label = notation.spelled(node.var) + (f"_{below}" if below else "") + above
    rank = graph.ranks.get(node.var, len(node.shape))
    return node._replace(sign=sign, label=label, tex=tex(Read(node.var, moment), {node.var: rank}, notation=notation))


def with_operations(notation: Notation, graph: Graph) -> Notation:
    """A notation that writes the operations of a graph as the letter of their variable with their sign below it."""
    return replace(notation, operations=tuple(_operation_signs(graph)))


def _operation_signs(graph: Graph) -> Iterator[tuple[str, str]]:
    """What stands below the letter of its variable for each operation: its sign, and a number where others have it."""
    known: dict[str, list[str]] = {}
    for n in graph.nodes:
        if n.kind == "operation":
            names = known.setdefault(f"{owner(n.var)} {OPS[n.op].drawn}", [])
            names += [] if n.var in names else [n.var]
    for key, names in known.items():
        sign = key.split(" ", 1)[1]
        yield from ((name, sign if len(names) == 1 else f"{sign}{i}") for i, name in enumerate(names, 1))
