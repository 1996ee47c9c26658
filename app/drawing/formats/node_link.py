"""Writes a graph as node-link data, as networkx and D3 read it; with a picture, where everything stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pydantic_core import to_json

from app.drawing.formats.figure import Figure
from app.drawing.geometry import Point, shifted
from app.drawing.scene import Curve, Disc, Item, ItemGroup, Numbers, Polygon, Rect, Scene
from app.engine.graph import Edge, Graph, Node

OF_OPERATIONS = ("op", "sign", "group")
"""Fields that a node has at the detail `operations` alone."""


def node_link(graph: Graph, of: str, numbers: Numbers | None = None) -> dict[str, Any]:
    """Nodes and edges; with numbers each node's value and gradient, each edge's contribution."""
    flows: Mapping[str, Any] = numbers.contributions(graph) if numbers else {}
    nodes = [_node(n) | (_numbers(n, numbers) if numbers else {}) for n in graph.nodes]
    edges = [_edge(e) | ({"contribution": listed(flows[e.id])} if numbers else {}) for e in graph.edges]
    about: dict[str, Any] = {"detail": graph.detail, "parameters": graph.parameters, "tau": graph.tau, "of": of}
    about |= {"rows": list(graph.rows)} | ({"groups": [asdict(g) for g in graph.groups]} if graph.groups else {})
    return {"directed": True, "multigraph": True, "graph": about, "nodes": nodes, "edges": edges}


def placed_node(figure: Figure) -> bytes:
    """The same as JSON with the size of the canvas, the middles of nodes and the lines of edges, in points from its
    top left, y downwards."""
    scene = figure.scene
    data = node_link(figure.graph, figure.of, figure.numbers if figure.values else None)
    data["graph"] |= {"width": scene.width, "height": scene.height, "title": scene.title}
    places, lines = positions(scene), _lines(scene)
    for node in data["nodes"]:
        node |= places.get(node["id"], {})
    for edge in data["edges"]:
        edge |= {"curves": lines[edge["id"]]} if edge["id"] in lines else {}
    return to_json(data, inf_nan_mode="null")


def positions(scene: Scene) -> Mapping[str, dict[str, float]]:
    """Where each drawn node's middle is."""
    found = {}
    for group in scene.parts[-1].items:
        if isinstance(group, ItemGroup) and (id := group.fact("node")):
            x, y = next(middle for item in group.items if (middle := _middle(item)))
            found[id] = {"x": round(x - scene.left, 2), "y": round(y - scene.top, 2)}
    return found


def _middle(item: Item) -> Point | None:
    if isinstance(item, Rect):
        return item.x + item.width / 2, item.y + item.height / 2
    return (item.x, item.y) if isinstance(item, Disc | Polygon) else None


def _lines(scene: Scene) -> Mapping[str, list[Any]]:
    """Each drawn edge's strokes, tail first: a point, then three for each cubic piece."""
    found: dict[str, list[Any]] = {}
    for group in scene.parts[-1].items:
        if isinstance(group, ItemGroup) and (id := group.fact("edge")):
            inner = (i for layer in group.items if isinstance(layer, ItemGroup) for i in layer.items)
            found[id] = [_points(i, scene) for i in inner if isinstance(i, Curve)]
    return found


def _points(it: Curve, scene: Scene) -> list[list[float]]:
    return [[round(x, 2), round(y, 2)] for x, y in shifted(it.points, it.x - scene.left, it.y - scene.top)]


def _node(node: Node) -> dict[str, Any]:
    """Its fields; what only an operation has, where it is one."""
    return {name: value for name, value in node._asdict().items() if value or name not in OF_OPERATIONS}


def _edge(edge: Edge) -> dict[str, Any]:
    found = {"id": edge.id, "source": edge.source, "target": edge.target, "key": edge.id, "params": edge.params}
    return found | {"lag": edge.lag, "function": edge.function} | ({"cut": True} if edge.cut else {})


def _numbers(node: Node, numbers: Numbers) -> dict[str, Any]:
    return {"value": listed(numbers.value(node.id)), "gradient": listed(numbers.gradient(node.id))}


def listed(array: Any) -> Any:
    """An array as nested lists."""
    return array.tolist() if hasattr(array, "tolist") else array
