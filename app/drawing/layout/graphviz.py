"""The one module that talks to Graphviz: it lays cells out with `dot`, and draws circles, lines and arrowheads.

Graphviz works in this process and keeps global state, so threads take turns. No word of a user enters the DOT: nodes
are n0, n1, …, edges e0, e1, ….
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from re import findall
from threading import Lock
from typing import NamedTuple
from xml.etree import ElementTree

import graphviz
from pygraphviz import AGraph
from pygraphviz import graphviz as library

from app.cache import cached
from app.drawing.geometry import Box, Path, Point
from app.drawing.layout.dimensions import DIAMETER, NODE_WIDTH

SVG = "{http://www.w3.org/2000/svg}"

_turn = Lock()


class PlacedEdge(NamedTuple):
    """An edge to draw from a circle around (0, 0) to one around `end`, y downwards; `attributes` are Graphviz's."""

    end: Point
    attributes: Mapping[str, str]


class DrawnArrow(NamedTuple):
    """An arrow as Graphviz drew it: its cubic pieces (first point, then three a piece) and its head's corners."""

    line: Path
    head: tuple[Point, ...] = ()

    def moved(self, x: float, y: float) -> DrawnArrow:
        return DrawnArrow(tuple((a + x, b + y) for a, b in self.line), tuple((a + x, b + y) for a, b in self.head))


def draw_edges(edges: Sequence[PlacedEdge]) -> list[DrawnArrow]:
    """All edges in one graph, each between nodes of its own; they may lie over each other."""
    graph = _digraph()
    for i, edge in enumerate(edges):
        for name, (x, y) in ((f"n{2 * i}", (0.0, 0.0)), (f"n{2 * i + 1}", edge.end)):
            graph.node(name, pos=f"{x:.3f},{-y:.3f}")
        graph.edge(f"n{2 * i}", f"n{2 * i + 1}", id=f"e{i}", **edge.attributes)
    groups = {group.get("id", ""): group for group in _svg(graph.source).iter(f"{SVG}g")}
    return [_arrow(groups[f"e{i}"]) for i in range(len(edges))]


@cached()
def circle_radius() -> float:
    """The radius of a node's circle as Graphviz draws it."""
    graph = _digraph()
    graph.node("n0", pos="0,0")
    return next(float(ellipse.attrib["rx"]) for ellipse in _svg(graph.source).iter(f"{SVG}ellipse"))


def lay_out(dot: str, nodes: int, boxes: int) -> tuple[list[Point], list[Path], list[Point | None], list[Box]]:
    """A graph laid out by `dot`: the centres of nodes, lines and the centres of what is on them, clusters."""
    found = json.loads(_rendered(dot, b"dot", b"json"))
    objects = {it["name"]: it for it in found.get("objects", ()) if "name" in it}
    lines = sorted(found.get("edges", ()), key=lambda edge: int(edge["id"][1:]))
    return (
        [_point(objects[f"n{i}"]["pos"]) for i in range(nodes)],
        [tuple(map(_point, edge["pos"].split())) for edge in lines],
        [_point(edge["lp"]) if "lp" in edge else None for edge in lines],
        [_box(objects[f"cluster_{i}"]["bb"]) for i in range(boxes)],
    )


def _digraph() -> graphviz.Digraph:
    node = {"shape": "circle", "fixedsize": "true", "width": f"{DIAMETER}", "label": "", "penwidth": f"{NODE_WIDTH}"}
    return graphviz.Digraph(graph_attr={"splines": "line", "notranslate": "true"}, node_attr=node)


def _rendered(dot: str, engine: bytes, kind: bytes) -> bytes:
    """A DOT text laid out and written."""
    with _turn:
        graph = AGraph(string=dot)
        context = library.gvContextWithBuiltins()
        library.gvLayout(context, graph.handle, engine)
        try:
            _, data = library.gvRenderData(context, graph.handle, kind)
            return bytes(data)
        finally:
            library.gvFreeLayout(context, graph.handle)
            library.gvFreeContext(context)
            graph.close()


def _svg(dot: str) -> ElementTree.Element:
    """The drawing of a DOT text with positions. Graphviz writes it seven times faster than as JSON."""
    return ElementTree.fromstring(_rendered(dot, b"nop2", b"svg"))


def _arrow(group: ElementTree.Element) -> DrawnArrow:
    """The line and the head in an edge's group."""
    line, head = group.find(f"{SVG}path"), group.find(f"{SVG}polygon")
    corners = _points(head.attrib["points"])[:-1] if head is not None else ()
    return DrawnArrow(_points(line.attrib["d"]) if line is not None else (), corners)


def _points(text: str) -> tuple[Point, ...]:
    numbers = [float(n) for n in findall(r"-?[\d.]+", text)]
    return tuple(zip(numbers[::2], numbers[1::2], strict=True))


def _point(text: str) -> Point:
    x, y = text.split(",")
    return float(x), -float(y)


def _box(text: str) -> Box:
    left, bottom, right, top = map(float, text.split(","))
    return Box(left, -top, right, -bottom)
