"""Shapes to draw in, their geometry out: the one module that talks to Graphviz.

Positions are ours (engine `nop2`); the outlines of nodes, the clipping of straight lines and the arrowheads are
Graphviz's. One cell of operations is laid out by `dot`. Steps of a recurrence look alike, so each distinct arrow is
drawn once and the figure repeats it. No word of a user enters the DOT: nodes are n0, n1, …, edges e0, e1, ….
"""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from re import findall
from threading import Lock
from typing import Any, NamedTuple

import graphviz
from pygraphviz import AGraph
from pygraphviz import graphviz as library

from app.cache import Kept, cached
from app.drawing.geometry.curves import Box, Cubic, Point, before, enters, leaves, part, point
from app.drawing.geometry.paths import Path, headed

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


class Arrow(NamedTuple):
    """An arrow to draw, from a shape around (0, 0) to one around `end`, y downwards, in points.

    `curve` is what it follows from centre to centre, None for the straight line. Without `head` it is a plain line. A
    shape that is not a circle is met where the curve begins or ends. A `path` is drawn as it is, from end to end.
    """

    end: Point
    curve: Cubic | None = None
    width: float = EDGE_WIDTH
    size: float = HEAD_SIZE
    head: bool = True
    from_circle: bool = True
    to_circle: bool = True
    path: Path = ()

    def reversed(self, size: float, head: bool) -> Arrow:
        """The same way back, with a head of this size or none; seen from the other end."""
        x, y = self.end
        path = tuple((px - x, py - y) for px, py in self.path[::-1])
        curve: Any = self.curve and tuple((px - x, py - y) for px, py in self.curve[::-1])
        return Arrow((-x, -y), curve, self.width, size, head, self.to_circle, self.from_circle, path)


class Drawn(NamedTuple):
    """What Graphviz drew: the line's cubic pieces (first point, then three a piece) and the head's corners."""

    line: tuple[Point, ...]
    head: tuple[Point, ...] = ()

    def moved(self, x: float, y: float) -> Drawn:
        return Drawn(tuple((a + x, b + y) for a, b in self.line), tuple((a + x, b + y) for a, b in self.head))


_kept: Kept[Arrow, Drawn] = Kept(f"{__name__}.drawn", KEPT)


def drawn(arrows: Iterable[Arrow]) -> Mapping[Arrow, Drawn]:
    """Every arrow as Graphviz draws it, relative to its start."""
    paths, wanted = list[Arrow](), list[Arrow]()
    for arrow in dict.fromkeys(arrows):
        (paths if arrow.path else wanted).append(arrow)
    return {**_kept_or_new(wanted), **{a: Drawn(*headed(a.path, a.size)) if a.head else Drawn(a.path) for a in paths}}


def _kept_or_new(wanted: list[Arrow]) -> dict[Arrow, Drawn]:
    with _drawing:
        found = {arrow: known for arrow in wanted if (known := _kept.get(arrow)) is not None}
        if new := [arrow for arrow in wanted if arrow not in found]:
            found |= {arrow: _kept.keep(arrow, made) for arrow, made in zip(new, _arrows(new), strict=True)}
        return found


@dataclass(frozen=True, slots=True)
class Form:
    """What stands for a node in a cell: its size, whether it is a circle, and from where lines leave and come in.

    `low`: it stands in the lowest rank. `tail`, `head`: the side that lines are held to (`n`, `s`), or any.
    """

    width: float
    height: float
    circle: bool = False
    low: bool = False
    tail: str = ""
    head: str = ""
    box: int = -1
    """The number of the box that it stands in."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """A cell to lay out: forms, lines between them by number with the size of what is written on each, boxes.

    A box has its label's size and the number of the box that it stands in, or -1.
    """

    forms: tuple[Form, ...]
    lines: tuple[tuple[int, int, Point], ...]
    boxes: tuple[tuple[Point, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Laid:
    """A cell with its positions, y downwards: centres of forms, lines and the centres of what is on them, boxes."""

    centres: tuple[Point, ...]
    lines: tuple[Path, ...]
    words: tuple[Point | None, ...]
    boxes: tuple[Box, ...]


PLAIN = 'node[shape=box,fixedsize=true,label=""];edge[arrowhead=none];'
NODE_GAP, RANK_GAP = 13.0, 25.0
"""Between neighbours in a rank, and between ranks, in points."""


@cached(256)
def laid(sketch: Sketch) -> Laid:
    """Lay one cell out with `dot`, from below upwards."""
    with _drawing:
        found = json.loads(_rendered(_dot(sketch), b"dot", b"json"))
    objects = {o["name"]: o for o in found.get("objects", ()) if "name" in o}
    lines = sorted(found.get("edges", ()), key=lambda e: int(e["id"][1:]))
    return Laid(
        tuple(_place(objects[f"n{i}"]["pos"]) for i in range(len(sketch.forms))),
        tuple(_line(e) for e in lines),
        tuple(_place(e["lp"]) if "lp" in e else None for e in lines),
        tuple(_box(objects[f"cluster_{i}"]) for i in range(len(sketch.boxes))),
    )


def _dot(sketch: Sketch) -> str:
    """The cell in DOT, boxes as clusters."""
    parts = [f"digraph{{rankdir=BT;nodesep={NODE_GAP / 72:.3f};ranksep={RANK_GAP / 72:.3f};{PLAIN}"]
    parts += [_form(i, f) for i, f in enumerate(sketch.forms) if f.box < 0]
    parts += [_cluster(sketch, i) for i, (_, parent) in enumerate(sketch.boxes) if parent < 0]
    low = "".join(f"n{i};" for i, f in enumerate(sketch.forms) if f.low)
    parts.append(f"{{rank=min;{low}}}" if low else "")
    for i, (source, target, size) in enumerate(sketch.lines):
        ends = f"tailport={sketch.forms[source].tail or '_'},headport={sketch.forms[target].head or '_'}"
        parts.append(f"n{source}->n{target}[id=e{i},{ends}{f',label={_room(size)}' if size[0] else ''}];")
    return "".join(parts) + "}"


def _form(i: int, it: Form) -> str:
    shape = ",shape=circle" if it.circle else ""
    return f"n{i}[width={it.width / 72:.3f},height={it.height / 72:.3f}{shape}];"


def _cluster(sketch: Sketch, number: int) -> str:
    size, _ = sketch.boxes[number]
    inner = "".join(_form(i, f) for i, f in enumerate(sketch.forms) if f.box == number)
    inner += "".join(_cluster(sketch, i) for i, (_, parent) in enumerate(sketch.boxes) if parent == number)
    return f"subgraph cluster_{number}{{label={_room(size)};labelloc=b;labeljust=l;margin=9;{inner}}}"


def _room(size: Point) -> str:
    """A label that takes this room and shows nothing."""
    width, height = (max(1, round(side)) for side in size)
    return f'<<TABLE FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{height}" BORDER="0"><TR><TD></TD></TR></TABLE>>'


def _place(text: str) -> Point:
    x, y = text.split(",")
    return float(x), -float(y)


def _line(edge: dict[str, Any]) -> Path:
    return tuple(_place(p) for p in edge["pos"].split())


def _box(it: dict[str, Any]) -> Box:
    left, bottom, right, top = map(float, it["bb"].split(","))
    return Box(left, -top, right, -bottom)


@cached(1)
def radius() -> float:
    """The radius of a node's circle as Graphviz draws it."""
    graph = _digraph()
    graph.node("n0", pos="0,0")
    with _drawing:
        ellipse = next(e for e in _svg(graph.source).iter() if e.tag.endswith("ellipse"))
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
    for group in _svg(graph.source).iter("{http://www.w3.org/2000/svg}g"):
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


def _svg(dot: str) -> ET.Element:
    """Graphviz's own SVG of a DOT text with positions."""
    return ET.fromstring(_rendered(dot, b"nop2", b"svg"))


def _rendered(dot: str, engine: bytes, kind: bytes) -> bytes:
    """A DOT text laid out and written by Graphviz, in process."""
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
