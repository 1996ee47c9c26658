"""Writes a figure as DOT: its nodes and edges with what they are, for Graphviz and other programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import prod
from typing import Any

import numpy as np

from app.drawing.formats.figure import Figure
from app.drawing.formats.placed import placed_nodes
from app.drawing.layout import DIAMETER
from app.drawing.scene import COMPUTED
from app.engine.graph import Edge, Node
from app.language import Read, substitute
from app.language.typeset import Notation, show

MOST = 12
"""Of longer vectors the first entries are written."""


def dot(figure: Figure) -> bytes:
    """A directed graph: ids, labels, kinds; in a phase the values and gradients it has reached. `neato -n` draws it as
    we do, `dot` in its own way."""
    graph = figure.graph
    places = placed_nodes(figure.scene.parts[-1].items, figure.scene)
    height = figure.scene.height
    lines = [
        "digraph unfold {",
        f"  graph [{_attributes({'label': figure.scene.title, 'rankdir': 'LR'})}]",
        f"  node [shape=circle, fixedsize=true, width={DIAMETER}]",
        *(f"  {_quoted(n.id)} [{_attributes(_node(figure, n, places, height))}]" for n in graph.nodes),
        *(
            f"  {_quoted(e.source)} -> {_quoted(e.target)} [{_attributes(_edge(e, graph.notation))}]"
            for e in graph.edges
        ),
        "}",
    ]
    return ("\n".join(lines) + "\n").encode()


def _node(figure: Figure, node: Node, places: Mapping[str, Mapping[str, Any]], height: float) -> Mapping[str, str]:
    """A node's label and facts; numbers that do not fit into a circle are its tooltip."""
    numbers = dict(_numbers(figure, node))
    said = "\n∇ ".join(numbers.values())
    told = {"label": node.label, "kind": node.kind, "var": node.var} | numbers
    if numbers:
        told |= {"tooltip": said} if prod(node.shape) > 1 else {"label": f"{node.label}\n{said}"}
    if node.t is not None:
        told["t"] = str(node.t)
    told |= {"units": " ".join(map(str, node.shape)) or "1"} | ({"style": "dashed"} if node.start else {})
    place = places.get(node.id)
    return told | ({"pos": f"{place['x']:g},{height - place['y']:g}"} if place else {})


def _numbers(figure: Figure, node: Node) -> Iterator[tuple[str, str]]:
    """The value and the gradient that the cursor has reached."""
    cursor = figure.cursor
    if cursor.phase is None or figure.graph.tau is None:
        return
    if node.id in cursor.valued:
        yield "value", _number(figure.numbers.value(node.id))
    if node.id in cursor.graded and node.kind in COMPUTED:
        yield "gradient", _number(figure.numbers.gradient(node.id))


def _number(array: object) -> str:
    flat = np.ravel(np.asarray(array, dtype=float))
    words = [f"{value:.3g}" for value in flat[:MOST].tolist()] + ["…"] * (flat.size > MOST)
    return words[0] if flat.size == 1 else f"[{' '.join(words)}]"


def _edge(edge: Edge, notation: Notation) -> Mapping[str, str]:
    """An edge's label and facts: what multiplies along it, its delay, and whether truncation cuts it."""
    spelled = (substitute(it, lambda read: Read(notation.spelled(read.name), read.time)) for it in edge.weights)
    said = notation.spelled(edge.function) if edge.function else ", ".join(map(show, spelled))
    told = {"id": edge.id, "label": said, "params": " ".join(edge.params), "lag": str(edge.lag) if edge.lag else ""}
    return {key: value for key, value in told.items() if value} | ({"style": "dashed"} if edge.cut else {})


def _attributes(pairs: Mapping[str, str]) -> str:
    return ", ".join(f"{key}={_quoted(value)}" for key, value in pairs.items())


def _quoted(text: str) -> str:
    """A DOT string: a quote and a backslash stand for themselves, lines are centred."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
