"""A link in, the systems out that can be fed the same data, each with its link: what stands beside it through time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.engine.instruments import reached_back
from app.language import Problems, Recurrence
from app.language.loops import Component, components
from app.language.rewrite import expand
from app.language.syntax import Apply, walk
from app.link import Link, Resolved, options, parse, query, resolve
from app.systems import SYSTEMS, System, load
from app.web import answers
from app.web.http import answer

router = APIRouter(include_in_schema=False)

OWN = ("equations", "sizes", "task", "of", "feed", "radius", "set", "detail", "view", "phase", "at", "theme")
"""What a link says of its own system; the rest, truncation and training too, goes for every system."""
GATE = "sigmoid"
"""The operation whose results are between 0 and 1, so that they let through."""


@router.get("/api/beside")
def beside(request: Request) -> Response:
    """The other systems that the data of a link can be fed to, for the page's scripts."""
    resolved = resolve(parse(request.query_params.multi_items()))
    found, own = others(resolved), resolved.run.system.name if resolved.run.system else "own equations"
    return answer(request, answers.written({"own": own, "systems": found}), "application/json")


def others(resolved: Resolved) -> list[dict[str, Any]]:
    """Every other system that takes the same data at the same sizes.

    `chosen` are those to begin with: the gated ones, and beside a gated one the first that is not.
    """
    rows = [row for row in SYSTEMS.values() if row != resolved.run.system and fed_alike(resolved, row)]
    plain = [row.name for row in rows if not gated(row.recurrence)]
    beside = plain[:1] if gated(resolved.run.recurrence) else []
    return [_other(resolved, row) | {"chosen": row.name in beside or row.name not in plain} for row in rows]


def fed_alike(resolved: Resolved, row: System) -> bool:
    """Whether a system can be fed the data of a link."""
    run, sizes = resolved.run, _sizes(resolved.run.recurrence, row.recurrence)
    try:
        loaded = load(row.name, None, sizes, run.loaded.task_name or "random")
    except Problems:
        return False
    return _given(loaded.recurrence) == _given(run.recurrence)


def _other(resolved: Resolved, row: System) -> dict[str, Any]:
    sizes = _sizes(resolved.run.recurrence, row.recurrence)
    fields = {name: option.default for name, option in options().items() if name in OWN}
    fields |= {"system": row.name, "sizes": sizes, "task": resolved.run.loaded.task_name or "random"}
    return {"name": row.name, "title": row.title, "query": query(Link.model_validate(dict(resolved.link) | fields))}


def _sizes(recurrence: Recurrence, other: Recurrence) -> dict[str, int]:
    """The sizes of the data and of the states that two systems both have."""
    names = [name for name in _sized(recurrence) if name in _sized(other)]
    return {name: recurrence.shape(name)[0] for name in names}


def _sized(recurrence: Recurrence) -> list[str]:
    states = reached_back(recurrence)
    return [n for n, v in recurrence.variables.items() if v.rank == 1 and (v.kind == "given" or n in states)]


def _given(recurrence: Recurrence) -> dict[str, tuple[int, ...]]:
    return {name: recurrence.shape(name) for name in recurrence.names("given")}


def gated(recurrence: Recurrence) -> bool:
    """Whether a loop has gates: something between 0 and 1 that multiplies, entry by entry."""
    written = [replace(e, expr=expand(e.expr, recurrence.functions)) for e in recurrence.equations]
    inside = {n for c in components(written) if isinstance(c, Component) and c.direction for n in c.names}
    parts = (part for e in written if e.name in inside for part in walk(e.expr))
    return any(isinstance(part, Apply) and part.op == GATE for part in parts)
