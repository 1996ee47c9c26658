"""Shapes to draw in, their geometry out: the one module that talks to Graphviz.

Positions are ours (engine `nop2`); the outlines of nodes, the clipping of straight lines and the arrowheads are
Graphviz's. Steps of a recurrence look alike, so each distinct arrow is drawn once and the figure repeats it. No word
of a user enters the DOT: nodes are n0, n1, …, edges e0, e1, ….
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from re import findall
from threading import Lock

import graphviz
from pygraphviz import AGraph
from pygraphviz import graphviz as library

from app.drawing.curves import Cubic, Point, before, enters, leaves, part, point

DIAMETER = 0.76
"""Of a node's circle, in inches."""
RADIUS = DIAMETER * 36
"""Of a node's circle, in points."""
SQUARE = 15.0
"""The side of a delay's black square, in points."""
NODE_WIDTH, EDGE_WIDTH, HEAD_SIZE = 1.25, 1.15, 0.7

TOUCH = RADIUS + 0.38
"""Where lines end: Graphviz lets an arrow's tip reach into a circle's stroke by this much less than its half."""
KEPT = 4096
"""How many drawn arrows are remembered."""

_drawing = Lock()
"""Graphviz keeps global state; threads take turns."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow to draw, from a shape around (0, 0) to one around `end`, y downwards, in points.

    `curve` is what it follows from centre to centre, None for the straight line. Without `head` it is a plain line. A
    shape that is not a circle is met where the curve begins or ends.
    """

    end: Point
    curve: Cubic | None = None
    width: float = EDGE_WIDTH
    size: float = HEAD_SIZE
    head: bool = True
    from_circle: bool = True
    to_circle: bool = True

    def reversed(self, size: float) -> Arrow:
        """The same way back, with a head of this size; seen from the other end."""
        x, y = self.end
        back = None
        if self.curve is not None:
            back = tuple((px - x, py - y) for px, py in self.curve[::-1])
        return Arrow((-x, -y), back, self.width, size, self.head, self.to_circle, self.from_circle)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What Graphviz drew: the line's cubic pieces (first point, then three a piece) and the head's corners."""

    line: tuple[Point, ...]
    head: tuple[Point, ...] = ()

    def moved(self, x: float, y: float) -> Drawn:
        return Drawn(tuple((a + x, b + y) for a, b in self.line), tuple((a + x, b + y) for a, b in self.head))


_kept: dict[Arrow, Drawn] = {}


def drawn(arrows: Iterable[Arrow]) -> Mapping[Arrow, Drawn]:
    """Every arrow as Graphviz draws it, relative to its start."""
    wanted = tuple(dict.fromkeys(arrows))
    with _drawing:
        new = [a for a in wanted if a not in _kept]
        if len(_kept) + len(new) > KEPT:
            _kept.clear()
            new = list(wanted)
        if new:
            _kept.update(zip(new, _arrows(new), strict=True))
        return {a: _kept[a] for a in wanted}


@lru_cache(maxsize=1)
def radius() -> float:
    """The radius of a node's circle as Graphviz draws it."""
    graph = _digraph()
    graph.node("n0", pos="0,0")
    with _drawing:
        ellipse = next(e for e in _rendered(graph.source).iter() if e.tag.endswith("ellipse"))
    return float(ellipse.attrib["rx"])


def _digraph() -> graphviz.Digraph:
    node = {"shape": "circle", "fixedsize": "true", "width": f"{DIAMETER}", "label": "", "penwidth": f"{NODE_WIDTH}"}
    return graphviz.Digraph(graph_attr={"splines": "line", "notranslate": "true"}, node_attr=node)


def _arrows(arrows: list[Arrow]) -> list[Drawn]:
    """Draw all arrows in one graph, each between nodes of its own; they may lie over each other."""
    graph = _digraph()
    for i, arrow in enumerate(arrows):
        for name, (x, y) in ((f"n{2 * i}", (0.0, 0.0)), (f"n{2 * i + 1}", arrow.end)):
            graph.node(name, pos=f"{x:.3f},{-y:.3f}")
        graph.edge(f"n{2 * i}", f"n{2 * i + 1}", id=f"e{i}", **_attributes(arrow))
    shapes: dict[str, Drawn] = {}
    for group in _rendered(graph.source).iter("{http://www.w3.org/2000/svg}g"):
        if group.get("class") == "edge":
            shapes[group.attrib["id"]] = _read(group)
    return [shapes[f"e{i}"] for i in range(len(arrows))]


def _attributes(arrow: Arrow) -> dict[str, str]:
    plain = {"penwidth": f"{arrow.width:.2f}", "arrowsize": f"{arrow.size:.2f}"}
    if not arrow.head:
        plain["dir"] = "none"
    return plain if arrow.curve is None else {**plain, "pos": _position(arrow, arrow.curve)}


def _position(arrow: Arrow, curve: Cubic) -> str:
    """Graphviz's `pos` of a bent edge, clipped to the shapes at its ends with room for the head."""
    start = leaves(curve, TOUCH) if arrow.from_circle else 0.0
    end = enters(curve, TOUCH) if arrow.to_circle else 1.0
    tip = ""
    if arrow.head:
        x, y = point(curve, end)
        tip, end = f"e,{x:.3f},{-y:.3f} ", before(curve, end, 10 * arrow.size + 1.42 * arrow.width)
    return tip + " ".join(f"{x:.3f},{-y:.3f}" for x, y in part(curve, start, end))


def _rendered(dot: str) -> ET.Element:
    """Graphviz's own SVG of a DOT text with positions, in process."""
    graph = AGraph(string=dot)
    context = library.gvContextWithBuiltins()
    library.gvLayout(context, graph.handle, b"nop2")
    try:
        _, data = library.gvRenderData(context, graph.handle, b"svg")
    finally:
        library.gvFreeLayout(context, graph.handle)
        library.gvFreeContext(context)
        graph.close()
    return ET.fromstring(data)


def _read(group: ET.Element) -> Drawn:
    """The line and the head in an edge's group of Graphviz's SVG."""
    line: tuple[Point, ...] = ()
    head: tuple[Point, ...] = ()
    for shape in group:
        if shape.tag.endswith("path"):
            line = _points(shape.attrib["d"])
        elif shape.tag.endswith("polygon"):
            head = _points(shape.attrib["points"])[:-1]
    return Drawn(line, head)


def _points(text: str) -> tuple[Point, ...]:
    numbers = [float(n) for n in findall(r"-?[\d.]+", text)]
    return tuple(zip(numbers[::2], numbers[1::2], strict=True))
