"""A graph in, sentences out: what a reader of the screen is told of a figure, a node and an arrow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from app.engine.graph import Edge, Graph, Node
from app.engine.names import owner
from app.language.symbols import plain
from app.ops import OPS


def title(graph: Graph, view: str) -> str:
    """The figure in a line."""
    if graph.tau is None:
        return "A recurrence as a circuit"
    steps = f"{graph.tau} step" + "s" * (graph.tau != 1)
    return f"A recurrence {'as a circuit and ' * (view == 'both')}unfolded over {steps}"


def description(graph: Graph) -> str:
    """Every way from one variable to another, once."""
    var = {n.id: _word(n) for n in graph.nodes}
    ways = dict.fromkeys(f"{var[e.source]} feeds {var[e.target]}{_late(e.lag)}{_through(e)}" for e in graph.edges)
    return "; ".join(ways) + "." if ways else ""


def node_titles(graph: Graph) -> Mapping[str, str]:
    """Each node's sentence: where it is, how large, what feeds it and what it feeds."""
    into: dict[str, list[Edge]] = {}
    out: dict[str, list[Edge]] = {}
    for edge in graph.edges:
        into.setdefault(edge.target, []).append(edge)
        out.setdefault(edge.source, []).append(edge)
    return {id: _sentence(n, into.get(id, []), out.get(id, []), graph.by_id) for id, n in graph.by_id.items()}


def edge_title(graph: Graph, edge: Edge) -> str:
    """An arrow's sentence."""
    source, target = graph.by_id[edge.source], graph.by_id[edge.target]
    return f"{_call(source)} feeds {_call(target)}{_late(edge.lag) * (graph.tau is None)}{_through(edge)}"


def _sentence(node: Node, into: Sequence[Edge], out: Sequence[Edge], nodes: Mapping[str, Node]) -> str:
    made = f", made by {_operation(node.op)}" if node.op and node.kind != "operation" else ""
    told = [f"{_word(node)}{'' if node.t is None else f' at t = {node.t}'}{made}{_start(node)}{_size(node.shape)}"]
    late = node.t is None
    if into:
        told.append("fed by " + _list(f"{_call(nodes[e.source])}{_late(e.lag) * late}{_through(e)}" for e in into))
    if out:
        told.append("feeds " + _list(f"{_call(nodes[e.target])}{_late(e.lag) * late}" for e in out))
    return "; ".join(told)


def _call(node: Node) -> str:
    """`yhat[2]` is ŷ(2); an operation is called by what it does and where."""
    return _called(node.id, node.op if node.kind == "operation" else "")


@lru_cache(maxsize=16384)
def _called(id: str, operation: str) -> str:
    if operation:
        return f"{_operation(operation)} within {_called(owner(id), '')}"
    name, _, step = id.partition("[")
    return plain(name) + (f"({step.removesuffix(']')})" if step else "")


def _word(node: Node) -> str:
    """The same without a step."""
    if node.kind == "operation":
        return f"{_operation(node.op)} within {plain(owner(node.var).partition('[')[0])}"
    return plain(node.var)


@lru_cache(maxsize=256)
def _operation(name: str) -> str:
    """An operation in a word: tanh, sum, product."""
    return name if name.isidentifier() else OPS[name].meaning.removeprefix("a ").split()[0].strip(",;")


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
