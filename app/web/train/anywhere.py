"""The page of a pattern that is hidden anywhere: a recurrent and a fully connected network by place, and its JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.drawing.plots import compared, figure
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
from app.web.train.page import PAGES, article, ask, carried, groups, trains
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


def drawn(resolved: Resolved, told: Told = None) -> bytes:
    """Both networks as plots: how often they are right by place, and their losses."""
    found, theme = anywhere(resolved, told), resolved.link.theme or "light"
    both = {"recurrent": found.network, "fully connected": found.dense}
    places = np.array(found.places, dtype=float)
    right = [(name, places, np.array(one.accuracy)) for name, one in both.items()]
    losses = [(name, np.arange(len(one.losses), dtype=float) + 0.5, one.losses) for name, one in both.items()]
    across = (1.0, max(2.0, float(len(places))))
    title = "Right at every step, by the place where the pattern begins"
    plots = (
        compared(title, right, (48, 34, 566, 150), theme, marks=True, domain=across, span=(0.0, 1.0)),
        compared(
            "Loss at each step of the training",
            losses,
            (48, 248, 566, 130),
            theme,
            log=True,
            domain=(0.0, float(len(found.network.losses))),
        ),
    )
    return figure(plots, theme, f"The pattern {found.bits} at every place", title).encode()


MEANING = "How well a pattern is found by place"
ROWS = tuple(
    Answer(name, path, media_type, suffix, lambda _: b"", MEANING, run=at_once(run), asks=Training)
    for name, path, media_type, suffix, run in (
        ("anywhere", "/api/anywhere", JSON, ".json", made),
        ("anywhere.svg", "/anywhere.svg", "image/svg+xml", ".svg", drawn),
    )
)


@router.get("/api/anywhere")
@router.get("/anywhere.svg")
def data(request: Request) -> Response:
    """What is found where, of a training on a hidden pattern: as numbers, as plots."""
    row = next(row for row in ROWS if row.path == request.url.path)
    return Finished(request, resolve(parse(request.query_params.multi_items(), Training)), row)


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
    return trains(system) and any(isinstance(fit, TaskFit) and fit.target and fit.target.indexed for fit in fits)


OWN: Mapping[str, Any] = {
    "system": lambda link: {
        "choices": [(s.name, s.title) for s in SYSTEMS.values() if finds(s) or s.name == link.system]
    },
    "task": lambda _: {"kind": "text", "wide": True},
}
"""Controls that are narrower here than elsewhere."""
