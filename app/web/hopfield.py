"""The page of recall: patterns that a network keeps, the way from a noisy start, and how many it can keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.language import Problem, Problems
from app.language.resolve import near
from app.link import Link, mend, options, parse, query, resolve
from app.link.recall import TASK, keeps, parts, recall
from app.systems import SYSTEMS
from app.systems.bitmaps import LETTERS, bitmap
from app.web.answers import JSON, written
from app.web.http import answer
from app.web.templates import render
from app.web.train import PAGES, Asked, control, root
from app.web.training import HOUSE

router = APIRouter(include_in_schema=False)

PATH = "/train/hopfield"
FIELDS = ("system", "task", "tau", "seed")


def usual() -> Link:
    """What the page opens on: a network whose units take turns, so that its energy can only fall."""
    system = next(s for s in SYSTEMS.values() if keeps(s) and parts(s.recurrence).turns)
    return Link(system=system.name, tau=system.tau)


@router.get("/api/recall")
def data(request: Request) -> Response:
    """How well a system recalls, by its load."""
    link = parse(request.query_params.multi_items())
    named = {s.name: s for s in SYSTEMS.values() if keeps(s)}
    if link.equations is not None or link.system not in named:
        problem = Problem(f"{link.system} keeps no patterns", "system", list(named), near(link.system, named))
        raise Problems(problem)
    with HOUSE.visit():
        return answer(request, written(asdict(recall(link.system, link.seed))), JSON)


@router.get(PATH)
def page(request: Request) -> Response:
    """The page, with what is wrong with its query at the controls."""
    pairs = request.query_params.multi_items()
    link, problems = mend(pairs) if any(value for _, value in pairs) else (usual(), ())
    shown = not problems and link.equations is None and keeps(SYSTEMS[link.system])
    found = Asked(dict(pairs), resolve(link), problems)
    rows = options()
    controls = [{**control(found, rows[name]), **OWN.get(name, {})} for name in FIELDS]
    html = render(
        "hopfield.html",
        groups={"Network": controls},
        elsewhere=[p for p in problems if root(p) not in FIELDS],
        data=facts(link) if shown else None,
        pages=PAGES.items(),
        current=PATH,
    )
    if problems:
        return HTMLResponse(html, 422, {"Cache-Control": "no-store"})
    return answer(request, html.encode(), "text/html")


def facts(link: Link) -> dict[str, Any]:
    """What the page's scripts know from the start."""
    rows = options()
    usual = [(name, "" if row.default in (None, ()) else str(row.default).lower()) for name, row in rows.items()]
    named = asdict(parts(SYSTEMS[link.system].recurrence))
    letters = {letter: bitmap(letter).astype(int).tolist() for letter in LETTERS}
    taus = {s.name: s.tau for s in SYSTEMS.values() if keeps(s)}
    return {"query": query(link), "fields": usual, "parts": named, "letters": letters, "taus": taus, "task": TASK}


OWN: Mapping[str, Mapping[str, Any]] = {
    "system": {"choices": [(s.name, s.title) for s in SYSTEMS.values() if keeps(s)]},
    "task": {"kind": "text", "label": "Letters", "example": f"{TASK}:LTX"},
}
"""Controls that are narrower here than elsewhere."""
