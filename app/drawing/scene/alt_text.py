"""Describes a figure, its nodes and its arrows in sentences, for people who hear the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from app.cache import cached
from app.drawing.layout import ELLIPSIS, ShownGraph, StubId
from app.engine.graph import Edge, Graph, Node
from app.language import is_operation, minus_signs, node_id, parse_node, variable_of
from app.language.typeset import Notation
from app.ops import OPS

MARKED = ", marked"
"""How the sentence of what a link marks ends."""
SAID = 8
"""The entries of a vector that are read out, at most."""


def title(shown: ShownGraph, view: str) -> str:
    """The figure in a line."""
    tau = shown.whole.tau
    rest = _left_out(shown)
    if tau is None:
        return f"A recurrence as a circuit{rest}"
    steps = f"{tau} step" + "s" * (tau != 1)
    part = "" if shown.spans == ((1, tau),) else f", of which {_spans(shown)} shown"
    opened = "".join(f", step {t} opened to its {detail}" for t, detail in shown.graph.opened)
    return f"A recurrence {'as a circuit and ' * (view == 'both')}unfolded over {steps}{part}{opened}{rest}"


def _left_out(shown: ShownGraph) -> str:
    """Which rows the figure leaves out; of operations it says so once."""
    names = dict.fromkeys("operations" if is_operation(n) else shown.whole.notation.plain(n) for n in shown.left_out)
    return f", without {joined_by_and(names)}" if names else ""


def _spans(shown: ShownGraph) -> str:
    """steps 1 to 4 and 97 to 100 are"""
    one = len(shown.spans) == 1 and shown.spans[0][0] == shown.spans[0][1]
    spans = (f"{a} to {b}" if a < b else f"{a}" for a, b in shown.spans)
    return f"step{'s' * (not one)} {joined_by_and(spans)} {'is' if one else 'are'}"


def description(graph: Graph) -> str:
    """Every way from one variable to another, once."""
    notation, words = graph.notation, _Words(graph.notation)
    var = {n.id: words.of(n) for n in graph.nodes}
    alike_edges = {(var[e.source], var[e.target], e.lag, e.function, e.params): e for e in graph.edges}
    ways = dict.fromkeys(
        f"{source} feeds {target}{_late(lag)}{_through(e, notation)}"
        for (source, target, lag, *_), e in alike_edges.items()
    )
    return "; ".join(ways) + "." if ways else f"{joined_by_and(dict.fromkeys(var.values()))}."


class _Words(dict[tuple[str, str], str]):
    """Nodes in words without their steps, alike ones once."""

    def __init__(self, notation: Notation) -> None:
        self.notation = notation

    def of(self, node: Node) -> str:
        key = node.var, node.op if node.kind == "operation" else ""
        if key not in self:
            self[key] = _word(node, self.notation)
        return self[key]


class _CalledNodes(dict[str, str]):
    """What nodes are called, by their ids: put into words as they are first asked for, since of a long run few are."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def __missing__(self, id: str) -> str:
        called = self[id] = called_in_words(self.graph.by_id[id], self.graph.notation)
        return called


class Sentences:
    """The sentences of the nodes and the arrows in sight. Each node and each parameter is put into words once."""

    def __init__(self, shown: ShownGraph) -> None:
        self.shown, self.notation = shown, shown.whole.notation
        self.circuit = shown.whole.tau is None
        self.called = _CalledNodes(shown.whole)
        self.words = _Words(self.notation)
        self.through = dict[tuple[str, tuple[str, ...]], str]()

    @cached_property
    def of_nodes(self) -> Mapping[str, str]:
        """The sentence of each node: where it is, how large, what feeds it and what it feeds, drawn or not."""
        shown = self.shown
        into: dict[str, list[Edge]] = {n.id: [] for n in shown.graph.nodes}
        out: dict[str, list[Edge]] = {n.id: [] for n in shown.graph.nodes}
        for edge in shown.whole.edges:
            if edge.target in into:
                into[edge.target].append(edge)
            if edge.source in out:
                out[edge.source].append(edge)
        nodes = shown.whole.by_id
        again = {
            id: f"{called_in_words(node, self.notation)} again, where its line goes on"
            for id, node in shown.repeated.items()
        }
        drawn = (n for n in shown.graph.nodes if n.id not in again)
        return again | {
            n.id: _hidden(n.id, self.notation)
            if isinstance(n.id, StubId)
            else self._sentence(nodes[n.id], into[n.id], out[n.id])
            for n in drawn
        }

    def of_edge(self, behind: Sequence[Edge]) -> str:
        """The sentence of an arrow that stands for these edges."""
        called = self.called
        return joined_by_and(
            [f"{called[e.source]} feeds {called[e.target]}{self._late(e.lag)}{self._through(e)}" for e in behind]
        )

    def _sentence(self, node: Node, into: Sequence[Edge], out: Sequence[Edge]) -> str:
        gate = ", a gate" if node.part is not None and node.part.gate else ""
        made = gate + (f", made by {_operation(node.op)}" if node.op and node.kind != "operation" else "")
        timed = "" if node.t is None or node.id == node.var else f" at t = {node.t}"
        told, called = [f"{self.words.of(node)}{timed}{made}{_start(node)}{_size(node.shape)}"], self.called
        if into:
            ways = [f"by {called[e.source]}{self._late(-e.lag)}{self._through(e)}" for e in into]
            told.append("fed " + joined_by_and(ways))
        if out:
            told.append("feeds " + joined_by_and([f"{called[e.target]}{self._late(e.lag)}" for e in out]))
        return "; ".join(told)

    def _late(self, lag: int) -> str:
        """In a circuit, how many steps later; where nodes have steps these say it."""
        return _late(lag) if self.circuit else ""

    def _through(self, edge: Edge) -> str:
        key = edge.function, edge.params
        if key not in self.through:
            self.through[key] = _through(edge, self.notation)
        return self.through[key]


def _hidden(stub: StubId, notation: Notation) -> str:
    """A stub's sentence."""
    return f"{notation.plain(stub.variable)} at t = {stub.t}{f' to {stub.last}' * (stub.last != stub.t)}, not drawn"


def said(array: Any, letters: Sequence[str] = ()) -> str:
    """A node's numbers in a line: the letter that they stand for, or the first of them."""
    flat: list[float] = array.ravel().tolist()
    if letters and sum(map(bool, flat)) == 1 and max(flat) == 1:
        return letters[flat.index(1)]
    shown = minus_signs(", ".join(f"{v:.3g}" for v in flat[:SAID]))
    return shown if len(flat) <= SAID else f"{shown} and {len(flat) - SAID} more"


def node_in_words(graph: Graph, id: str) -> str:
    """A node of a graph by its id, as sentences call it."""
    node = graph.by_id.get(id)
    return called_in_words(node, graph.notation) if node else graph.notation.node(id)


def called_in_words(node: Node, notation: Notation) -> str:
    """`yhat[2]` is ŷ(2); an operation is called by what it does and where."""
    return _called(node.id, node.op if node.kind == "operation" else "", notation)


@cached(16384)
def _called(id: str, operation: str, notation: Notation) -> str:
    node = parse_node(id)
    if operation:
        return f"{_operation(operation)} within {_called(node_id(node.variable, node.t), '', notation)}"
    if isinstance(id, StubId):
        return notation.plain(id.variable, f"{id.t}{ELLIPSIS}{id.last}")
    return notation.plain(node.variable, "" if node.t is None else str(node.t))


def _word(node: Node, notation: Notation) -> str:
    """The same without a step."""
    if node.kind == "operation":
        return f"{_operation(node.op)} within {notation.plain(variable_of(node.var))}"
    return notation.plain(node.var)


@cached(256)
def _operation(name: str) -> str:
    """An operation in a word: tanh, sum, product."""
    return name if name.isidentifier() else OPS[name].meaning.removeprefix("a ").split()[0].strip(",;")


def _start(node: Node) -> str:
    return ", where it starts" if node.start else ""


@cached(256)
def _size(shape: tuple[int, ...]) -> str:
    if not shape:
        return ", a number"
    units = " × ".join(map(str, shape))
    return f", {units} unit{'s' * (units != '1')}"


def _through(edge: Edge, notation: Notation) -> str:
    if edge.function:
        return f" through {notation.spelled(edge.function)}"
    return " through " + joined_by_and(map(notation.plain, edge.params)) if edge.params else ""


def _late(lag: int) -> str:
    """How many steps later, in words; nothing for the same step."""
    if not lag:
        return ""
    steps = f"{abs(lag)} step" + "s" * (abs(lag) != 1)
    return f" {steps} {'later' if lag > 0 else 'earlier'}"


def joined_by_and(words: Iterable[str]) -> str:
    """a, b and c; a long list by its ends."""
    each = list(words)
    if len(each) > 8:
        each = [*each[:3], f"{len(each) - 4} more", each[-1]]
    return f"{', '.join(each[:-1])} and {each[-1]}" if len(each) > 1 else each[0]
