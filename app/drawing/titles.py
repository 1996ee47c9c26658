"""A graph in, sentences out: what a reader of the screen is told of a figure, a node and an arrow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from app.drawing.window import ELLIPSIS, Shown
from app.engine.graph import Edge, Graph, Node
from app.language.symbols import plain


def title(shown: Shown, view: str) -> str:
    """The figure in a line."""
    tau = shown.whole.tau
    if tau is None:
        return "A recurrence as a circuit"
    steps = f"{tau} step" + "s" * (tau != 1)
    part = "" if shown.spans == ((1, tau),) else f", of which {_spans(shown)} shown"
    return f"A recurrence {'as a circuit and ' * (view == 'both')}unfolded over {steps}{part}"


def _spans(shown: Shown) -> str:
    """steps 1 to 4 and 97 to 100 are"""
    one = len(shown.spans) == 1 and shown.spans[0][0] == shown.spans[0][1]
    spans = (f"{a} to {b}" if a < b else f"{a}" for a, b in shown.spans)
    return f"step{'s' * (not one)} {_list(spans)} {'is' if one else 'are'}"


def description(graph: Graph) -> str:
    """Every way from one variable to another, once."""
    var = {n.id: n.var for n in graph.nodes}
    ways = dict.fromkeys(
        f"{plain(var[e.source])} feeds {plain(var[e.target])}{_late(e.lag)}{_through(e)}" for e in graph.edges
    )
    return "; ".join(ways) + "." if ways else ""


def node_titles(shown: Shown) -> Mapping[str, str]:
    """The sentence of each node in sight: where it is, how large, what feeds it and what it feeds, drawn or not."""
    into: dict[str, list[Edge]] = {n.id: [] for n in shown.graph.nodes}
    out: dict[str, list[Edge]] = {n.id: [] for n in shown.graph.nodes}
    for edge in shown.whole.edges:
        if edge.target in into:
            into[edge.target].append(edge)
        if edge.source in out:
            out[edge.source].append(edge)
    circuit = shown.whole.tau is None
    return {
        n.id: _hidden(n) if n.id in shown.stubs else _sentence(n, into[n.id], out[n.id], circuit)
        for n in shown.graph.nodes
    }


def edge_title(shown: Shown, edge: Edge) -> str:
    """An arrow's sentence."""
    circuit = shown.whole.tau is None
    ways = (
        f"{_call(e.source)} feeds {_call(e.target)}{_late(e.lag) * circuit}{_through(e)}" for e in shown.behind(edge)
    )
    return _list(ways)


def _hidden(node: Node) -> str:
    """A stub's sentence."""
    first, _, last = node.id.partition("[")[2].removesuffix("]").partition(ELLIPSIS)
    return f"{plain(node.var)} at t = {first}{f' to {last}' * (last != first)}, not drawn"


def _sentence(node: Node, into: Sequence[Edge], out: Sequence[Edge], circuit: bool) -> str:
    told = [f"{plain(node.var)}{f' at t = {node.t}' * (node.id != node.var)}{_start(node)}{_size(node.shape)}"]
    if into:
        told.append("fed " + _list(f"by {_call(e.source)}{_late(-e.lag) * circuit}{_through(e)}" for e in into))
    if out:
        told.append("feeds " + _list(f"{_call(e.target)}{_late(e.lag) * circuit}" for e in out))
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
