"""The page of memory: the same task at growing delays for every network that answers it with a number at each step."""

from __future__ import annotations

from typing import Any

import numpy as np
from fastapi import APIRouter
from numpy.typing import NDArray
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.drawing.lettering.labels import Label
from app.drawing.plots import Triangle, compared, figure
from app.engine.measure.instruments import jacobians
from app.language import Problem, Problems
from app.link import Link, Resolved, Training, parse, query, resolve
from app.link.rows import MEMORY, on_page
from app.outputs.table import Answer, Told, at_once
from app.systems import SYSTEMS, TASKS, System
from app.systems.tasks.table import TaskDelay, TaskFit, TaskWord
from app.web.core.http import answer
from app.web.core.query_form import field_of
from app.web.core.templates import render
from app.web.train.page import PAGES, article, ask, carried, groups, trains
from app.web.train.stream import Finished

router = APIRouter(include_in_schema=False)

PATH = "/train/memory"
Array = NDArray[np.float64]
BOX, SIZE = (48, 34, 300, 130), (720, 198)
"""Where the losses stand on their sheet, and how large it is."""
HEADINGS = ("Networks", "Data", "Training")
DELAYED = tuple(name for name, task in TASKS.items() if task.delays)
"""The tasks that can be asked for at several delays."""
START = {"task": "echo", "tau": 20, "batch": 16, "steps": 300, "clip": 1.0, "lr": 0.01, "carry_state": False}


def usual() -> Training:
    """What the page opens on."""
    sizes = Training.model_validate({"sizes": "h:12"}).sizes
    return article().model_copy(update=START | {"sizes": sizes})


def remembers(system: System) -> bool:
    """Whether a system can be asked for a number at every step, in each of the tasks."""
    fits = [TASKS[name].fit(system.recurrence, TaskWord(name)) for name in DELAYED]
    targets = [fit.target for fit in fits if isinstance(fit, TaskFit)]
    return trains(system) and len(targets) == len(fits) and all(t and t.indexed and not t.classes for t in targets)


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
        systems=[s.title for s in SYSTEMS.values() if remembers(s)],
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
            "runs": [_run(_delayed(link, delay), system) for system in _systems()],
            "asked": query(_delayed(plain, delay), Training),
        }
        for delay in TASKS[_task(link)].delays
    ]


def _delayed(link: Training, delay: TaskDelay) -> Training:
    """The same task at one of its delays."""
    return link.model_copy(update={"task": str(TaskWord(_task(link), delay.about)), "tau": delay.tau})


def _systems() -> list[System]:
    return [system for system in SYSTEMS.values() if remembers(system)]


def _run(link: Training, system: System) -> dict[str, Any]:
    run = link.model_copy(update={"system": system.name})
    of = {"name": system.name, "system": system.title, "steps": run.steps, "run": query(run, Training)}
    return of | {"after": query(_after(run)), "page": f"/train?{query(run, Training)}"}


def _after(run: Training) -> Link:
    """The network as its run leaves it."""
    return parse(query(run.model_copy(update={"trained": run.steps, "batch": 1})))


def drawn(resolved: Resolved, told: Told = None) -> bytes:
    """The losses of every network that can be asked for the task of a link, and the gradient triangle of each."""
    link, theme = resolved.link, resolved.link.theme or "light"
    assert isinstance(link, Training)
    lines, triangles = list[tuple[str, Array, Array]](), list[Triangle]()
    for i, system in enumerate(_systems()):
        run = link.model_copy(update={"system": system.name})
        losses = resolve(run).train(told).losses
        lines.append((system.name, np.arange(len(losses), dtype=float) + 0.5, losses))
        if (norms := _norms(_after(run))) is not None:
            triangles.append(Triangle(Label(system.name), norms, (440 + 94.0 * i, 62), 84))
    plot = compared(f"{link.task}, τ = {link.tau}", lines, BOX, theme, log=True, domain=(0.0, float(link.steps)))
    about = "The losses by step; the gradient triangles: how much the state at a step hangs on that at another"
    return figure([plot, *triangles], theme, plot.title, about, SIZE).encode()


def _norms(link: Link) -> Array | None:
    """Of the Jacobians between the states of a trained network; none of one that diverged."""
    try:
        found = jacobians(resolve(link).run.trace)
    except Problems:
        return None
    return np.asarray(found.norms) if found.states else None


MEANING = "Memory at a delay"
NAME = "memory.svg"
ROW = Answer(NAME, f"/{NAME}", "image/svg+xml", ".svg", lambda _: b"", MEANING, run=at_once(drawn), asks=Training)


@router.get(ROW.path)
def picture(request: Request) -> Response:
    """A plot for one delay, that of the link's task."""
    link = parse(request.query_params.multi_items(), Training)
    return Finished(request, resolve(link.model_copy(update={"system": _systems()[0].name})), ROW)
