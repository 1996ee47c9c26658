"""What can be had of a link: one row each, `Resolved` → bytes. The service and the command line serve the same rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from math import prod
from typing import Any

from numpy.typing import ArrayLike
from pydantic import BaseModel
from pydantic_core import to_json

from app.drawing import FORMATS, Format, Scene, draw
from app.engine import Edge, Node
from app.language import Problems
from app.language.tex import tex
from app.link import Link, Resolved, afford
from app.systems import SYSTEMS, TASKS, System, Task, load
from app.web import schema

JSON = "application/json"


@dataclass(frozen=True)
class Answer:
    """A row: where it is served, what it is, how it is made. `model` describes it if it is JSON."""

    name: str
    path: str
    media_type: str
    suffix: str
    make: Callable[[Resolved], bytes]
    meaning: str
    model: type[BaseModel] | None = None

    def file_name(self, link: Link) -> str:
        """What a browser calls the file when it keeps it."""
        return f"{link.system if link.equations is None else 'equations'}-{link.tau}{self.suffix}"


def written(data: Any) -> bytes:
    """JSON, with null for numbers that are not finite."""
    return to_json(data, inf_nan_mode="null")


def graph(resolved: Resolved) -> dict[str, Any]:
    """The graph as node-link JSON; `view=folded` gives the circuit."""
    run, link = resolved.run, resolved.link
    shown = run.folded if link.view == "folded" else run.graph
    if link.values:
        _fits(resolved)
    nodes = [_node(n) | (_numbers(resolved, n) if link.values else {}) for n in shown.nodes]
    edges = [_edge(e) | ({"contribution": _list(run.contributions[e.id])} if link.values else {}) for e in shown.edges]
    about = {"detail": shown.detail, "tau": shown.tau, "of": run.of, "rows": list(shown.rows)}
    return {"directed": True, "multigraph": True, "graph": about, "nodes": nodes, "edges": edges}


def trace(resolved: Resolved) -> dict[str, Any]:
    """Every value of the forward pass, every gradient of the backward pass, and what flowed along each edge."""
    _fits(resolved)
    run, pass_ = resolved.run, resolved.run.trace
    return {
        "tau": run.tau,
        "loss": pass_.loss,
        "of": run.of,
        "task": run.loaded.task_name,
        "sizes": dict(run.recurrence.sizes),
        "parameters": _lists(pass_.parameters),
        "initial": _lists(pass_.initial),
        "values": _lists(pass_.values),
        "gradients": _lists(pass_.gradients),
        "contributions": [_contribution(resolved, e) for e in run.graph.edges],
        "seeds": _lists(run.seeds),
        "symbols": {name: list(symbols) for name, symbols in pass_.symbols.items()},
        "cut": [e.id for e in run.graph.edges if e.cut],
        "stopped": None if pass_.stopped is None else {"t": pass_.stopped.t, "variable": pass_.stopped.variable},
    }


def scene(resolved: Resolved, prefix: str = "fig", live: bool = False) -> Scene:
    """The figure of a link; `live` for a page whose scripts step through it."""
    run, link = resolved.run, resolved.link
    theme = link.theme or "light"
    return draw(run.graph, run.folded, link.view, resolved.numbers, resolved.cursor, theme, prefix, live)


def systems() -> list[dict[str, Any]]:
    """Every system in brief."""
    return [_brief(row) for row in SYSTEMS.values()]


def system(name: str) -> dict[str, Any]:
    """Everything about a system; KeyError if there is none of that name."""
    row = SYSTEMS[name]
    recurrence = row.recurrence
    return _brief(row) | {
        "equations": row.equations,
        "tex": tex(recurrence),
        "sizes": dict(recurrence.sizes),
        "tau": row.tau,
        "task": row.task,
        "parameters": {name: list(recurrence.shape(name)) for name in recurrence.names("parameter")},
        "tasks": [{"name": t.name, "title": t.title, "about": t.about} for t in tasks(row)],
    }


def tasks(row: System) -> list[Task]:
    """The tasks that can feed a system."""
    return [task for task in TASKS.values() if _feeds(task, row)]


def _feeds(task: Task, row: System) -> bool:
    try:
        return load(row.name, task=task.name).task is not None
    except Problems:
        return False


def _brief(row: System) -> dict[str, Any]:
    return {"name": row.name, "title": row.title, "source": row.source, "about": row.about}


def _node(node: Node) -> dict[str, Any]:
    return {field.name: getattr(node, field.name) for field in fields(node)}


def _edge(edge: Edge) -> dict[str, Any]:
    found = {"id": edge.id, "source": edge.source, "target": edge.target, "key": edge.id, "params": edge.params}
    return found | {"lag": edge.lag, "function": edge.function} | ({"cut": True} if edge.cut else {})


def _numbers(resolved: Resolved, node: Node) -> dict[str, Any]:
    trace = resolved.run.trace
    return {"value": _list(trace.value(node.id)), "gradient": _list(trace.gradient(node.id))}


def _contribution(resolved: Resolved, edge: Edge) -> dict[str, Any]:
    gradient = _list(resolved.run.contributions[edge.id])
    return {"source": edge.source, "target": edge.target, "params": edge.params, "gradient": gradient}


def _list(array: ArrayLike) -> Any:
    return array.tolist() if hasattr(array, "tolist") else array


def _lists(arrays: Mapping[str, ArrayLike]) -> dict[str, Any]:
    return {name: _list(array) for name, array in arrays.items()}


def _fits(resolved: Resolved) -> None:
    """Refuse an answer of too many numbers before any is computed."""
    recurrence, tau, shown = resolved.run.recurrence, resolved.run.tau, resolved.run.graph
    entries = sum(prod(recurrence.shape(n)) * (tau if v.indexed else 1) for n, v in recurrence.variables.items())
    count = 2 * entries + sum(prod(recurrence.shape(e.source.partition("[")[0])) for e in shown.edges)
    afford(resolved.link, "numbers", count)


def _data(name: str, make: Callable[[Resolved], dict[str, Any]], model: type[BaseModel], meaning: str) -> Answer:
    return Answer(name, f"/api/{name}", JSON, ".json", lambda resolved: written(make(resolved)), meaning, model)


def _figure(row: Format) -> Answer:
    name, meaning = f"figure{row.suffix}", f"The figure of a link: {row.meaning}"
    return Answer(name, f"/{name}", row.media_type, row.suffix, lambda resolved: row.render(scene(resolved)), meaning)


ANSWERS: Mapping[str, Answer] = {
    row.name: row
    for row in (
        _data("graph", graph, schema.Graph, "The computational graph of a link, as networkx and D3 read it"),
        _data("trace", trace, schema.Trace, "A whole pass: every value, every gradient, what flowed along each edge"),
        *map(_figure, FORMATS.values()),
    )
}
