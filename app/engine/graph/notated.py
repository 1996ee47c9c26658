"""Rewrites what a graph's nodes are called in another notation. Ids, edges and kinds stay: they are of the program."""

from __future__ import annotations

from dataclasses import replace

from app.cache import cached
from app.engine.graph.graph import Graph, Node
from app.language import GREEK, Read, Time
from app.language.typeset import Notation, tex

TAU = r"\tau"


def notated(graph: Graph, notation: Notation) -> Graph:
    """The graph with labels, TeX and signs as this notation has them, which whatever draws it reads there too."""
    return graph if notation == graph.notation else _renamed(graph, notation)


@cached(64)
def _renamed(graph: Graph, notation: Notation) -> Graph:
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
