"""Writes a graph as node-link data, as networkx and D3 read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from app.drawing.scene import Numbers
from app.engine.graph import Edge, Graph, Node

OF_OPERATIONS, DRAWN = ("op", "sign", "group", "part"), ("letters", "up")
"""Fields that a node has at the details `gates` and `operations` alone; what it has in a drawing alone."""


def node_link(graph: Graph, of: str, numbers: Numbers | None = None) -> dict[str, Any]:
    """Nodes and edges; with numbers each node's value and gradient, each edge's contribution."""
    flows: Mapping[str, Any] = numbers.contributions(graph) if numbers else {}
    nodes = [_node(n) | (_numbers(n, numbers) if numbers else {}) for n in graph.nodes]
    edges = [_edge(e) | ({"contribution": listed(flows[e.id])} if numbers else {}) for e in graph.edges]
    about: dict[str, Any] = {"detail": graph.detail, "parameters": graph.parameters, "tau": graph.tau, "of": of}
    about |= {"rows": list(graph.rows)} | ({"groups": [asdict(g) for g in graph.groups]} if graph.groups else {})
    about |= {"opened": {str(t): detail for t, detail in graph.opened}} if graph.opened else {}
    return {"directed": True, "multigraph": True, "graph": about, "nodes": nodes, "edges": edges}


def _node(node: Node) -> dict[str, Any]:
    """Its fields; what only an operation or a part of a cell has, where it is one."""
    its = node._asdict().items()
    found = {name: value for name, value in its if name not in DRAWN and (value or name not in OF_OPERATIONS)}
    return found if node.part is None else found | {"part": node.part._asdict()}


def _edge(edge: Edge) -> dict[str, Any]:
    found = {"id": edge.id, "source": edge.source, "target": edge.target, "key": edge.id, "params": edge.params}
    return found | {"lag": edge.lag, "function": edge.function} | ({"cut": True} if edge.cut else {})


def _numbers(node: Node, numbers: Numbers) -> dict[str, Any]:
    return {"value": listed(numbers.value(node.id)), "gradient": listed(numbers.gradient(node.id))}


def listed(array: Any) -> Any:
    """An array as nested lists."""
    return array.tolist() if hasattr(array, "tolist") else array
