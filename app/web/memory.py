"""The page of memory: the same task at growing delays for every network that answers it with a number at each step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.link import Link, Training, options, query
from app.systems import SYSTEMS, TASKS, System
from app.systems.tasks import Fit, Word
from app.web.http import answer
from app.web.templates import render
from app.web.train import PAGES, article, ask, carried, control, root, trains

router = APIRouter(include_in_schema=False)

PATH = "/train/memory"
GROUPS: Mapping[str, tuple[str, ...]] = {
    "Networks": ("sizes", "seed"),
    "Data": ("task", "batch"),
    "Training": ("steps", "optimizer", "lr", "clip"),
}
DELAYS: Mapping[str, tuple[tuple[str, Mapping[str, Any]], ...]] = {
    "echo": tuple((f"{k} steps later", {"task": f"echo:{k}", "tau": 20}) for k in (2, 5, 10)),
    "adding": tuple((f"over {tau} steps", {"task": "adding", "tau": tau}) for tau in (10, 20, 40)),
}
"""The tasks, and for each the delays from the shortest: what a plot is called, the fields that make it."""
START = {"task": "echo", "tau": 20, "batch": 16, "steps": 300, "clip": 1.0, "lr": 0.01, "carry_state": False}


def usual() -> Training:
    """What the page opens on."""
    sizes = Training.model_validate({"sizes": "h:12"}).sizes
    return article().model_copy(update=START | {"sizes": sizes})


def remembers(system: System) -> bool:
    """Whether a system can be asked for a number at every step, in each of the tasks."""
    fits = [TASKS[name].fit(system.recurrence, Word(name)) for name in DELAYS]
    targets = [fit.target for fit in fits if isinstance(fit, Fit)]
    return trains(system) and len(targets) == len(fits) and all(t and t.indexed and not t.classes for t in targets)


@router.get(PATH)
def page(request: Request) -> Response:
    """The page, with what is wrong with its query at the controls."""
    found = ask(request.query_params.multi_items(), usual())
    rows, names = options(Training), [name for group in GROUPS.values() for name in group]
    groups = {group: [control(found, rows[name]) for name in fields] for group, fields in GROUPS.items()}
    for shown in (c for group in groups.values() for c in group if c["name"] == "task"):
        shown |= {"choices": [(name, TASKS[name].title) for name in DELAYS], "value": _task(found.link)}
    html = render(
        "memory.html",
        groups=groups,
        carried=carried(found, names),
        elsewhere=[p for p in found.problems if root(p) not in names],
        plots=plots(found.link) if found.resolved and not found.problems else [],
        systems=[s.title for s in SYSTEMS.values() if remembers(s)],
        pages=PAGES.items(),
        current=PATH,
    )
    if found.problems:
        return HTMLResponse(html, 422, {"Cache-Control": "no-store"})
    return answer(request, html.encode(), "text/html")


def _task(link: Link) -> str:
    name = Word.parse(link.task or "").name
    return name if name in DELAYS else next(iter(DELAYS))


def plots(link: Link) -> list[dict[str, Any]]:
    """A plot for each delay: its runs, and the links of the network before and after."""
    return [{"title": title, "runs": [_run(link, s, more) for s in _systems()]} for title, more in DELAYS[_task(link)]]


def _systems() -> list[System]:
    return [system for system in SYSTEMS.values() if remembers(system)]


def _run(link: Link, system: System, more: Mapping[str, Any]) -> dict[str, Any]:
    assert isinstance(link, Training)
    run = link.model_copy(update={**more, "system": system.name})
    after = run.model_copy(update={"trained": link.steps, "batch": 1})
    of = {"system": system.title, "steps": link.steps, "run": query(run, Training), "after": query(after)}
    return of | {"page": f"/train?{query(run, Training)}"}
