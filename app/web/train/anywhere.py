"""The page of a pattern that is hidden anywhere: a recurrent and a fully connected network by place, and its JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.link import Resolved, Training, parse, query, resolve
from app.link.anywhere import HIDING, Told, anywhere, hidden
from app.link.rows import ANYWHERE, on_page
from app.outputs.measurements import lists
from app.outputs.table import JSON, Answer, at_once, written
from app.systems import SYSTEMS, TASKS, System
from app.systems.tasks.table import TaskFit, TaskWord
from app.web.core.http import answer
from app.web.core.query_form import field_of
from app.web.core.templates import render
from app.web.train.page import PAGES, article, ask, carried, groups
from app.web.train.stream import Finished

router = APIRouter(include_in_schema=False)

PATH = "/train/anywhere"
HEADINGS = ("Network", "Data", "Training")
START = {
    "sizes": "h:12",
    "tau": 10,
    "task": f"{HIDING[0]}:101@1-4",
    "batch": 32,
    "steps": 600,
    "clip": 1.0,
    "carry_state": False,
}
START |= {"lr": 0.01}


def usual() -> Training:
    """What the page opens on: the article's network, told about a pattern in the first half alone."""
    sizes = Training.model_validate({"sizes": START["sizes"]}).sizes
    return article().model_copy(update=START | {"sizes": sizes})


def made(resolved: Resolved, told: Told = None) -> bytes:
    """Both networks, as JSON."""
    found = asdict(anywhere(resolved, told))
    for name in ("network", "dense"):
        found[name] |= lists({part: found[name][part] for part in ("losses", "accuracy")})
    return written(found)


ROW = Answer(
    "anywhere", "/api/anywhere", JSON, ".json", lambda _: b"", "How well a pattern is found by place",
    run=at_once(made), asks=Training,
)  # fmt: skip


@router.get(ROW.path)
def data(request: Request) -> Response:
    """What is found where, of a training on a hidden pattern."""
    return Finished(request, resolve(parse(request.query_params.multi_items(), Training)), ROW)


@router.get(PATH)
def page(request: Request) -> Response:
    """The page, with everything that is wrong with its query at the controls."""
    found = ask(request.query_params.multi_items(), usual(), ("system", "task")).held(hidden)
    names, headed = on_page(Training, ANYWHERE), groups(found, ANYWHERE, HEADINGS)
    for shown in (c for group in headed.values() for c in group if c["name"] in OWN):
        shown |= OWN[shown["name"]](found.link)
    html = render(
        "anywhere.html",
        groups=headed,
        carried=carried(found, names),
        elsewhere=[p for p in found.problems if field_of(p) not in names],
        asked=query(found.link, Training) if found.resolved and not found.problems else None,
        pages=PAGES.items(),
        current=PATH,
    )
    if found.problems:
        return HTMLResponse(html, 422, {"Cache-Control": "no-store"})
    return answer(request, html.encode(), "text/html")


def finds(system: System) -> bool:
    """Whether a system can be told at every step where the pattern ends."""
    fits = [TASKS[name].fit(system.recurrence, TaskWord(name)) for name in HIDING]
    return system.trains and any(isinstance(fit, TaskFit) and fit.target and fit.target.indexed for fit in fits)


OWN: Mapping[str, Any] = {
    "system": lambda link: {
        "choices": [(s.name, s.title) for s in SYSTEMS.values() if finds(s) or s.name == link.system]
    },
    "task": lambda _: {"kind": "text", "wide": True},
}
"""Controls that are narrower here than elsewhere."""
