"""The other systems that can be fed a link's data, whose gradients the page draws beside its own."""

from __future__ import annotations

from math import isfinite
from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.engine.graph import folding
from app.engine.ir import analyse
from app.engine.measure import reached_back
from app.language import Problems, Recurrence, parse_node
from app.link import Link, Resolved, options, parse, query, resolve
from app.outputs import (
    FollowedGradient,
    brief_sentence,
    follow,
    last_state,
    longest_sentence,
    norms_json,
    read_at_the_end,
)
from app.outputs import table as answers
from app.systems import SYSTEMS, System, load
from app.web.core import answer, resolve_in_turn

WITH = "with"
"""The systems to be compared with, in a query beside the fields of the link."""


def systems_beside(request: Request) -> Response:
    """The other systems that the data of a link can be fed to, and the curves of those that `with` names."""
    pairs = request.query_params.multi_items()
    resolved = resolve_in_turn(parse([(name, value) for name, value in pairs if name != WITH]))
    systems = other_systems(resolved)
    chosen = dict(pairs).get(WITH)
    names = [row["name"] for row in systems if row["chosen"]] if chosen is None else chosen.split(",")
    beside = [row for row in systems if row["name"] in names]
    found = {"own": _own_name(resolved), "systems": systems} | _compared_json(resolved, beside)
    return answer(request, answers.json_bytes(found), "application/json")


def gradient_norms_beside(request: Request) -> Response:
    """The norms of a system's gradients at every step, for the page's scripts."""
    resolved = resolve_in_turn(parse(request.query_params.multi_items()))
    return answer(request, answers.json_bytes(norms_json(resolved)), "application/json")


def _own_name(resolved: Resolved) -> str:
    """What a link's own network is called beside others."""
    return resolved.run.system.called if resolved.run.system else "this network"


def _compared_json(resolved: Resolved, beside: list[dict[str, Any]]) -> dict[str, Any]:
    """The gradients of the same objective in a link and in the systems beside it, each relative to its own end."""
    own = _own_name(resolved)
    state = last_state(resolved.run.recurrence)
    links = {own: resolved.link} | {SYSTEMS[row["name"]].called: parse(row["query"]) for row in beside}
    found = [one for name, link in links.items() if (one := _followed(name, link, state))] if beside and state else []
    curves = [_curve(one, 0 if one.title == own else 1 + i) for i, one in enumerate(found, -1)]
    whole = resolved.link.model_copy(update={"truncate": None})
    if found and resolved.link.truncate and (uncut := _followed(own, whole, state)):
        curves.insert(1, _curve(uncut, "ghost") | {"label": "without the cut"})
    sentences = (brief_sentence(found), longest_sentence(found)) if len(found) > 1 else ()
    return {"of": _objective(resolved, state), "curves": curves, "said": " ".join(filter(None, sentences))}


def _followed(name: str, link: Link, state: str) -> FollowedGradient | None:
    """A network's gradient of what the link differentiates, else of what stands in its state at the end."""
    try:
        resolved = resolve(link)
        own = last_state(resolved.run.recurrence, [state])
        return follow(name, resolved if link.of else resolve(read_at_the_end(link, own))) if own else None
    except Problems:
        return None


def _objective(resolved: Resolved, state: str) -> str:
    """What is differentiated in all of them, as it is written."""
    said, of = resolved.notation, resolved.link.of
    return said.node(of) if of else f"Σ{said.plain(state, resolved.run.tau)}"


def _curve(one: FollowedGradient, look: int | str) -> dict[str, Any]:
    shares = [share if isfinite(share) else None for share in one.kept.shares.tolist()]
    label = one.title if one.sole else f"{one.title}, {one.symbol}"
    return {"label": label, "values": shares, "look": look}


def other_systems(resolved: Resolved) -> list[dict[str, Any]]:
    """Every other system that takes the same data at the same sizes.

    `chosen` are those to begin with: the gated ones, and beside a gated one the first that is not.
    """
    rows = [row for row in SYSTEMS.values() if row != resolved.run.system and fed_alike(resolved, row)]
    plain = [row.name for row in rows if not analyse(row.recurrence).gated]
    beside = plain[:1] if analyse(resolved.run.recurrence).gated else []
    return [_described(resolved, row) | {"chosen": row.name in beside or row.name not in plain} for row in rows]


def fed_alike(resolved: Resolved, row: System) -> bool:
    """True if a system takes the link's data number for number, and has the variable that the link differentiates."""
    of = resolved.link.of
    if of and parse_node(of).variable not in {e.name for e in row.recurrence.equations}:
        return False
    run, seed = resolved.run, resolved.link.seed
    sizes = _shared_sizes(run.recurrence, row.recurrence, run.of)
    try:
        fed, mine = (
            load(row.name, None, sizes, _task_of_link(resolved)).bind(run.tau, seed),
            run.loaded.bind(run.tau, seed),
        )
    except Problems:
        return False
    names = fed.inputs.keys() == mine.inputs.keys()
    return names and all(np.array_equal(array, mine.inputs[name]) for name, array in fed.inputs.items())


def _task_of_link(resolved: Resolved) -> str:
    return resolved.run.loaded.task_name or "random"


def _described(resolved: Resolved, row: System) -> dict[str, Any]:
    return {"name": row.name, "title": row.title, "query": query(_link_fed_alike(resolved, row))}


def _link_fed_alike(resolved: Resolved, row: System) -> Link:
    sizes = _shared_sizes(resolved.run.recurrence, row.recurrence, resolved.run.of)
    fields = {name: option.default for name, option in options().items() if "beside" in option.row.dropped_by}
    fields |= {"system": row.name, "sizes": sizes, "task": _task_of_link(resolved)}
    return Link.model_validate(dict(resolved.link) | fields)


def other_system_link(link: Link, name: str) -> Link:
    """Another system's link beside a link: fed the same data where it can be, else its own; seen at the same detail."""
    resolved = resolve(link)
    own = Link(system=name, tau=link.tau, seed=link.seed)
    found = _link_fed_alike(resolved, SYSTEMS[name]) if fed_alike(resolved, SYSTEMS[name]) else own
    return found.model_copy(update={"view": link.view, "detail": link.detail})


def _shared_sizes(recurrence: Recurrence, other: Recurrence, of: str) -> dict[str, int]:
    """The sizes of the data and of the states that two systems both have by name."""
    kinds = folding(recurrence, "cells", of).kinds
    states = [name for name, kind in kinds.items() if kind == "state"] or reached_back(recurrence)
    sized = [name for name, kind in kinds.items() if kind in ("input", "target") or name in states]
    both = [name for name in sized if name in other.variables and other.variables[name].kind != "parameter"]
    return {name: recurrence.shape(name)[0] for name in both if recurrence.variables[name].rank == 1}


def comparison_offers(link: Link) -> list[tuple[str, list[tuple[str, str]]]]:
    """The links to compare a link with, under headings: each has its words, and a query or the name of a system."""
    other = link.bare.model_copy(update={"seed": (link.seed + 1) % 2**31})
    half = str(max(link.tau // 2, 1)) + "|"
    cut = link.bare.model_copy(update={"truncate": None if link.truncate else half})
    words = "not truncated" if link.truncate else f"cut after t = {half[:-1]}"
    systems = [(row.listed, row.name) for row in SYSTEMS.values() if row.name != link.system]
    return [("The same", [(f"seed {other.seed}", query(other)), (words, query(cut))]), ("Another system", systems)]


def first_offer(link: Link) -> str:
    """The query of the first of them."""
    return comparison_offers(link)[0][1][0][1]


ROUTES = [Route("/api/beside", systems_beside), Route("/api/norms", gradient_norms_beside)]
