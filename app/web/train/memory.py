"""The page of memory: the same task at growing delays for every network that answers it with a number at each step."""

from __future__ import annotations

from typing import Any

import numpy as np
from fastapi import APIRouter
from numpy.typing import NDArray
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.language import Problem, Problems
from app.link import Link, Resolved, Training, query
from app.link.rows import MEMORY, on_page
from app.outputs.plots import DELAYED, after_training, remembering
from app.systems import TASKS, System
from app.systems.tasks.table import TaskDelay, TaskWord
from app.web.core.http import answer
from app.web.core.query_form import field_of
from app.web.core.templates import render
from app.web.train.page import PAGES, article, ask, carried, groups

router = APIRouter(include_in_schema=False)

PATH = "/train/memory"
Array = NDArray[np.float64]
HEADINGS = ("Networks", "Data", "Training")
START = {"task": "echo", "tau": 20, "batch": 16, "steps": 300, "clip": 1.0, "lr": 0.01, "carry_state": False}


def usual() -> Training:
    """What the page opens on."""
    sizes = Training.model_validate({"sizes": "h:12"}).sizes
    return article().model_copy(update=START | {"sizes": sizes})


@router.get(PATH)
def page(request: Request) -> Response:
    """The page, with what is wrong with its query at the controls."""
    found = ask(request.query_params.multi_items(), usual(), ("task", "tau", "sizes", "batch", "clip", "lr"))
    found = found.held(_has_delays)
    names, headed = on_page(Training, MEMORY), groups(found, MEMORY, HEADINGS)
    for shown in (c for group in headed.values() for c in group if c["name"] == "task"):
        shown |= {"choices": [(name, TASKS[name].title) for name in DELAYED], "value": _task(found.link)}
    html = render(
        "memory.html",
        groups=headed,
        carried=carried(found, names),
        elsewhere=[p for p in found.problems if field_of(p) not in names],
        plots=plots(found.link) if found.resolved and not found.problems else [],
        systems=[s.title for s in remembering()],
        pages=PAGES.items(),
        current=PATH,
    )
    if found.problems:
        return HTMLResponse(html, 422, {"Cache-Control": "no-store"})
    return answer(request, html.encode(), "text/html")


def _task(link: Link) -> str:
    return TaskWord.parse(link.task or "").name


def _has_delays(resolved: Resolved) -> None:
    """A problem where the task is none with a delay."""
    if (name := _task(resolved.link)) not in DELAYED:
        raise Problems(Problem(f"{name or 'no task'} has no delay that grows", "task", [*DELAYED]))


def plots(link: Link) -> list[dict[str, Any]]:
    """A plot for each delay: its runs, and the links of the network before and after."""
    assert isinstance(link, Training)
    plain = link.model_copy(update={"system": Link.model_fields["system"].default})
    return [
        {
            "title": delay.title,
            "runs": [_run(_delayed(link, delay), system) for system in remembering()],
            "asked": query(_delayed(plain, delay), Training),
        }
        for delay in TASKS[_task(link)].delays
    ]


def _delayed(link: Training, delay: TaskDelay) -> Training:
    """The same task at one of its delays."""
    return link.model_copy(update={"task": str(TaskWord(_task(link), delay.about)), "tau": delay.tau})


def _run(link: Training, system: System) -> dict[str, Any]:
    run = link.model_copy(update={"system": system.name})
    of = {"name": system.name, "system": system.title, "steps": run.steps, "run": query(run, Training)}
    return of | {"after": query(after_training(run)), "page": f"/train?{query(run, Training)}"}
