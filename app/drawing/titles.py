"""A graph in, sentences out: what a reader of the screen is told of a figure, a node and an arrow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.engine.graph import Edge, Graph, Node
from app.language.symbols import plain

SAID = 8
"""So many entries of a vector are read out."""


def title(graph: Graph, view: str) -> str:
    """The figure in a line."""
    if graph.tau is None:
        return "A recurrence as a circuit"
    steps = f"{graph.tau} step" + "s" * (graph.tau != 1)
    return f"A recurrence {'as a circuit and ' * (view == 'both')}unfolded over {steps}"


def description(graph: Graph) -> str:
    """Every way from one variable to another, once."""
    var = {n.id: n.var for n in graph.nodes}
    ways = dict.fromkeys(
        f"{plain(var[e.source])} feeds {plain(var[e.target])}{_late(e.lag)}{_through(e)}" for e in graph.edges
    )
    return "; ".join(ways) + "." if ways else ""


def node_titles(graph: Graph) -> Mapping[str, str]:
    """Each node's sentence: where it is, how large, what feeds it and what it feeds."""
    nodes = {n.id: n for n in graph.nodes}
    into: dict[str, list[Edge]] = {}
    out: dict[str, list[Edge]] = {}
    for edge in graph.edges:
        into.setdefault(edge.target, []).append(edge)
        out.setdefault(edge.source, []).append(edge)
    return {id: _sentence(n, into.get(id, []), out.get(id, []), nodes) for id, n in nodes.items()}


def edge_title(graph: Graph, edge: Edge) -> str:
    """An arrow's sentence."""
    return f"{_call(edge.source)} feeds {_call(edge.target)}{_late(edge.lag) * (graph.tau is None)}{_through(edge)}"


def said(array: Any, letters: Sequence[str] = ()) -> str:
    """A node's numbers in a line: the letter that they stand for, or the first of them."""
    flat: list[float] = array.ravel().tolist()
    if letters and sum(map(bool, flat)) == 1 and max(flat) == 1:
        return letters[flat.index(1)]
    shown = ", ".join(f"{v:.3g}" for v in flat[:SAID]).replace("-", "−")
    return shown if len(flat) <= SAID else f"{shown} and {len(flat) - SAID} more"


def _sentence(node: Node, into: Sequence[Edge], out: Sequence[Edge], nodes: Mapping[str, Node]) -> str:
    told = [f"{plain(node.var)}{'' if node.t is None else f' at t = {node.t}'}{_start(node)}{_size(node.shape)}"]
    late = node.t is None
    if into:
        told.append("fed by " + _list(f"{_call(e.source)}{_late(e.lag) * late}{_through(e)}" for e in into))
    if out:
        told.append("feeds " + _list(f"{_call(e.target)}{_late(e.lag) * late}" for e in out))
    return "; ".join(told)


def _call(id: str) -> str:
    """`yhat[2]` is ŷ(2)."""
    name, _, step = id.partition("[")
    return plain(name) + (f"({step.removesuffix(']')})" if step else "")


def _start(node: Node) -> str:
    return ", where it starts" if node.start else ""


def _size(shape: tuple[int, ...]) -> str:
    if not shape:
        return ", a number"
    units = " × ".join(map(str, shape))
    return f", {units} unit{'s' * (units != '1')}"


def _through(edge: Edge) -> str:
    if edge.function:
        return f" through {edge.function}"
    return " through " + _list(map(plain, edge.params)) if edge.params else ""


def _late(lag: int) -> str:
    """How many steps later, in words; nothing for the same step."""
    if not lag:
        return ""
    steps = f"{abs(lag)} step" + "s" * (abs(lag) != 1)
    return f" {steps} {'later' if lag > 0 else 'earlier'}"


def _list(words: Iterable[str]) -> str:
    """a, b and c; a long list by its ends."""
    each = list(words)
    if len(each) > 8:
        each = [*each[:3], f"{len(each) - 4} more", each[-1]]
    return " and ".join(filter(None, (", ".join(each[:-1]), each[-1])))
