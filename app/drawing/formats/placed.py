"""Writes a figure as data: its graph, and where all that is drawn of it stands.

Lengths are points from the canvas's top left, y downwards; a box is its left, top, right and bottom.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic_core import to_json

from app.drawing.formats.figure import Figure
from app.drawing.formats.node_link import node_link
from app.drawing.geometry import Box, Point, bounds
from app.drawing.scene import STOPPED, Cells, Curve, Disc, Ink, Item, ItemGroup, Polygon, Rect, Scene
from app.language.typeset import box_tex

BAND = ("marked", "mark-edge")
"""The strokes behind what a link marks."""
ASIDE = (*BAND, STOPPED)
"""The strokes that no way runs along."""
FLOWS = {"line": "full", "rail": "hollow", "nothing": "nothing"}
"""What a stroke of the way back says of what flows along it: a hollow one is drawn as two rails."""
Places = dict[str, dict[str, Any]]
"""What is drawn of nodes or of edges, by their ids."""


def placed_node(figure: Figure) -> bytes:
    """The graph as node-link data in JSON, each node and each edge with its place, and the stubs of hidden steps and
    the boxes of functions beside them; of two graphs also the places of the circuit's."""
    scene = figure.scene
    data = node_link(figure.graph, figure.of, figure.numbers if figure.values else None)
    part = scene.parts[-1]
    drawn = part.items
    nodes, edges = placed_nodes(drawn, scene), _edges(drawn, scene)
    data["graph"] |= {"width": scene.width, "height": scene.height, "title": scene.title}
    data["graph"] |= {"stubs": _stubs(drawn, scene), "frames": _frames(drawn, scene), "words": _words(drawn, scene)}
    if scene.notice:
        data["graph"]["notice"] = scene.notice
    if repeats := _repeats(drawn, scene):
        data["graph"]["repeats"] = repeats
    for node in data["nodes"]:
        node |= nodes.get(node["id"], {})
    for edge in data["edges"]:
        edge |= edges.get(edge["id"], {})
    data["graph"] |= _crowded(part)
    for circuit in scene.parts[:-1]:
        data["circuit"] = _alone(circuit.items, scene) | _crowded(circuit)
    return to_json(data, inf_nan_mode="null")


def placed_nodes(items: Sequence[Item], scene: Scene) -> Places:
    """The middle of each drawn node, its outline, its labels and cells.

    An outline is the radius of its circle or the card of its bitmap, its box, or both.
    """
    return {id: _node(group, scene) for group, id in _groups(items, "node")}


def _edges(items: Sequence[Item], scene: Scene) -> Places:
    """Each drawn edge's strokes, tail first (a point, then three for each cubic piece), the corners of its heads, the
    square of its delay, the dots where it joins others, and its labels; of the way back, how much each stroke says to
    flow."""
    found = {id: _edge(group, scene) for group, id in _groups(items, "edge")}
    for group, id in _groups(items, "joint"):
        found[id]["dots"] = [_point((it.x, it.y), scene) for it in group.items if isinstance(it, Disc)]
    return found


def _stubs(items: Sequence[Item], scene: Scene) -> list[dict[str, Any]]:
    """What stands for hidden steps where lines end, as `h[5…9]`."""
    return [{"id": id} | _node(group, scene) for group, id in _groups(items, "stub")]


def _repeats(items: Sequence[Item], scene: Scene) -> list[dict[str, Any]]:
    """What a line of a wrapped run repeats of another, by the node's id: edges of that line begin there, or end."""
    return [{"id": id} | _node(group, scene) for group, id in _groups(items, "repeats")]


def _frames(items: Sequence[Item], scene: Scene) -> list[dict[str, Any]]:
    """The boxes around functions, with their names, and around the parts of cells."""
    groups = (item for item in items if isinstance(item, ItemGroup) and item.role in ("function", "cell"))
    return [
        {"box": _box(item, scene), "labels": _labels(group, scene)}
        for group in groups
        for item in group.items
        if isinstance(item, Rect)
    ]


def _words(items: Sequence[Item], scene: Scene) -> list[dict[str, Any]]:
    """What is written at the parts of cells: their parameters."""
    groups = (item for item in items if isinstance(item, ItemGroup) and item.role == "weights")
    return [label for group in groups for label in _labels(group, scene)]


def _crowded(part: ItemGroup) -> dict[str, bool]:
    """That its lines are wires, which branch, where rows and columns have no room for all."""
    return {"crowded": True} if part.fact("crowded") else {}


def _alone(items: Sequence[Item], scene: Scene) -> dict[str, Any]:
    """All that is drawn of a graph beside another."""
    ends = {
        id: {"source": group.fact("source"), "target": group.fact("target"), "lag": int(group.fact("lag"))}
        for group, id in _groups(items, "edge")
    }
    return {
        "nodes": [{"id": id, "kind": group.fact("kind")} | _node(group, scene) for group, id in _groups(items, "node")],
        "edges": [{"id": id} | ends[id] | edge for id, edge in _edges(items, scene).items()],
        "frames": _frames(items, scene),
        "words": _words(items, scene),
    }


def _groups(items: Sequence[Item], fact: str) -> Iterator[tuple[ItemGroup, str]]:
    """The groups that have this fact, and it."""
    for item in items:
        if isinstance(item, ItemGroup) and (value := item.fact(fact)):
            yield item, value


def _node(group: ItemGroup, scene: Scene) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in group.items:
        if isinstance(item, Disc | Rect | Polygon) and item.paint.role == "disc":
            box = _box(item, scene)
            if not found:
                found |= {"x": round((box[0] + box[2]) / 2, 2), "y": round((box[1] + box[3]) / 2, 2)}
            if "box" in found:
                found["card"] = found["box"]
            found |= {"box": box} if isinstance(item, Rect) else {"radius": round((box[2] - box[0]) / 2, 2)}
    found |= _marked(group)
    cells = [_box(item, scene) for item in _within(group) if isinstance(item, Cells)]
    return found | {"labels": _labels(group, scene)} | ({"cells": cells} if cells else {})


def _edge(group: ItemGroup, scene: Scene) -> dict[str, Any]:
    strokes = [item for item in _within(group) if isinstance(item, Curve) and item.paint.role not in ASIDE]
    back = any(isinstance(item, ItemGroup) and item.role == "backward" for item in group.items)
    heads = [item for item in _within(group) if isinstance(item, Polygon)]
    squares = [_box(item, scene) for item in group.items if isinstance(item, Rect)]
    return {
        "curves": [_points(it, scene) for it in strokes],
        **({"flows": [FLOWS[it.paint.role] for it in strokes]} if back else {}),
        "heads": [_points(it, scene) for it in heads],
        "labels": _labels(group, scene),
        **({"square": squares[0]} if squares else {}),
        **_marked(group),
    }


def _marked(group: ItemGroup) -> dict[str, Any]:
    """That the link marks it, where it does."""
    marked = any(isinstance(item, Disc | Rect | Curve) and item.paint.role in BAND for item in group.items)
    return {"marked": True} if marked else {}


def _labels(group: ItemGroup, scene: Scene) -> list[dict[str, Any]]:
    """What is written in a group, as LaTeX, and the box of its ink."""
    inks = (item for item in _within(group) if isinstance(item, Ink) and item.outline.glyphs)
    return [{"tex": box_tex(ink.outline.box), "box": _box(ink, scene)} for ink in inks]


def _within(group: ItemGroup) -> Iterator[Item]:
    for item in group.items:
        if isinstance(item, ItemGroup):
            yield from _within(item)
        else:
            yield item


def _box(item: Disc | Rect | Cells | Polygon | Ink, scene: Scene) -> list[float]:
    box = _bounds(item).moved(-scene.left, -scene.top)
    return [round(side, 2) for side in box]


def _bounds(item: Disc | Rect | Cells | Polygon | Ink) -> Box:
    match item:
        case Disc(x, y, radius):
            return Box(x - radius, y - radius, x + radius, y + radius)
        case Polygon(points, x, y):
            return bounds(points).moved(x, y)
        case Ink(outline, x, y):
            return Box(x + outline.left, y - outline.ascent, x + outline.right, y + outline.descent)
        case _:
            return Box(item.x, item.y, item.x + item.width, item.y + item.height)


def _points(it: Curve | Polygon, scene: Scene) -> list[list[float]]:
    return [_point((x + it.x, y + it.y), scene) for x, y in it.points]


def _point(at: Point, scene: Scene) -> list[float]:
    return [round(at[0] - scene.left, 2), round(at[1] - scene.top, 2)]
