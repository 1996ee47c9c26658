"""A figure in, DOT out: what its nodes and edges are and say, for Graphviz and whatever else reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from app.drawing.figure import Figure
from app.drawing.nodelink import positions
from app.drawing.values import COMPUTED
from app.engine.graph import Edge, Node

MOST = 12
"""Longer vectors are told by their first entries."""


def dot(figure: Figure) -> bytes:
    """A directed graph: ids, labels, kinds; in a phase the values and gradients it has reached. `neato -n` draws it as
    we do, `dot` in its own way."""
    graph = figure.graph
    places = positions(figure.scene)
    height = figure.scene.height
    lines = [
        "digraph unfold {",
        f"  graph [{_attributes({'label': figure.scene.title, 'rankdir': 'LR'})}]",
        "  node [shape=circle]",
        *(f"  {_quoted(n.id)} [{_attributes(_node(figure, n, places, height))}]" for n in graph.nodes),
        *(f"  {_quoted(e.source)} -> {_quoted(e.target)} [{_attributes(_edge(e))}]" for e in graph.edges),
        "}",
    ]
    return ("\n".join(lines) + "\n").encode()


def _node(figure: Figure, node: Node, places: Mapping[str, Mapping[str, float]], height: float) -> Mapping[str, str]:
    told = {"label": "\n".join((node.label, *_numbers(figure, node))), "kind": node.kind, "var": node.var}
    if node.t is not None:
        told["t"] = str(node.t)
    told |= {"units": " ".join(map(str, node.shape)) or "1"} | ({"style": "dashed"} if node.start else {})
    place = places.get(node.id)
    return told | ({"pos": f"{place['x']:g},{height - place['y']:g}"} if place else {})


def _numbers(figure: Figure, node: Node) -> Iterator[str]:
    """The value and the gradient that the cursor has reached, a line each."""
    cursor = figure.cursor
    if cursor.phase is None or figure.graph.tau is None:
        return
    if node.id in cursor.valued:
        yield _number(figure.numbers.value(node.id))
    if node.id in cursor.graded and node.kind in COMPUTED:
        yield f"∇ {_number(figure.numbers.gradient(node.id))}"


def _number(array: object) -> str:
    flat = np.ravel(np.asarray(array, dtype=float))
    words = [f"{value:.3g}" for value in flat[:MOST].tolist()] + ["…"] * (flat.size > MOST)
    return words[0] if flat.size == 1 else f"[{' '.join(words)}]"


def _edge(edge: Edge) -> Mapping[str, str]:
    """`constraint`: what reaches over a delay pulls no node of a circuit along."""
    said = edge.function or ", ".join(edge.matrices)
    told = {"id": edge.id, "label": said, "params": " ".join(edge.params), "lag": str(edge.lag) if edge.lag else ""}
    return {key: value for key, value in told.items() if value} | ({"style": "dashed"} if edge.cut else {})


def _attributes(pairs: Mapping[str, str]) -> str:
    return ", ".join(f"{key}={_quoted(value)}" for key, value in pairs.items())


def _quoted(text: str) -> str:
    """A DOT string: a quote and a backslash stand for themselves, lines are centred."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
