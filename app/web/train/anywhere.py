"""The page of a pattern hidden anywhere in the sequence: a recurrent and a fully connected network by its place."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.link import ANYWHERE, HIDING, OnSteps, Resolved, Training, anywhere, hidden, parse, query, resolve, seen_places
from app.outputs import JSON, Answer, at_once, json_bytes, lists
from app.systems import SYSTEMS, TASKS, System
from app.systems.tasks import TaskFit, TaskWord
from app.web.core import answer, refused, render
from app.web.train.navigation import PAGES
from app.web.train.previews import preview_of, preview_route
from app.web.train.stream import TrainingAnswer
from app.web.train.training_form import TrainingForm, article_training, page_controls, read_training_form

PATH = PAGES["Anywhere in the sequence"]
HEADINGS = ("Network", "Data", "Training")
OWN_FIELDS = ("system", "task")
"""The fields that a query takes from the opening training where it leaves them out."""
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


def opening_training() -> Training:
    """The article's network, trained on a pattern that begins in the first half alone."""
    sizes = Training.model_validate({"sizes": START["sizes"]}).sizes
    return article_training().model_copy(update=START | {"sizes": sizes})


def _networks_json(resolved: Resolved, told: OnSteps = None) -> bytes:
    """The losses and the accuracy of both networks."""
    found = asdict(anywhere(resolved, told))
    for name in ("network", "dense"):
        found[name] |= lists({part: found[name][part] for part in ("losses", "accuracy")})
    return json_bytes(found)


ROW = Answer(
    "anywhere", "/api/anywhere", JSON, ".json", lambda _: b"", "How well a pattern is found by place",
    run=at_once(_networks_json), asks=Training, check=hidden,
)  # fmt: skip


def anywhere_json(request: Request) -> Response:
    """Trains both networks and answers how often each finds the pattern, by its place."""
    resolved = resolve(parse(request.query_params.multi_items(), Training))
    ROW.check(resolved)
    return TrainingAnswer(request, resolved, ROW)


def anywhere_page(request: Request) -> Response:
    """The page; with wrong fields the rest of it, and each problem at its control."""
    form = read_training_form(request.query_params.multi_items(), opening_training(), OWN_FIELDS).checked(hidden)
    if form.problems:
        return refused(request, _html(form).encode(), "text/html")
    return answer(request, lambda: _html(form).encode(), "text/html")


def _html(form: TrainingForm) -> str:
    systems = [(s.name, s.listed) for s in SYSTEMS.values() if finds_patterns(s) or s.name == form.link.system]
    controls = page_controls(form, ANYWHERE, HEADINGS)
    right = form.resolved if not form.problems else None
    return render(
        "anywhere.html",
        controls=controls.changed("system", choices=systems).changed("task", kind="text", wide=True),
        asked=query(form.link, Training) if right else None,
        frame=right and _frame(right),
        pages=PAGES.items(),
        current=PATH,
        preview=preview_of(form, PATH),
    )


def _frame(resolved: Resolved) -> dict[str, Any]:
    """What of the result is known before the training, so that its plots and its table stand from the start."""
    assert isinstance(resolved.link, Training)
    seen = seen_places(resolved)
    return {"places": [*seen], "seen": [*seen.values()], "steps": resolved.link.steps}


def finds_patterns(system: System) -> bool:
    """True if a system can be trained to say at every step if a pattern ends there."""
    fits = [TASKS[name].fit(system.recurrence, TaskWord(name)) for name in HIDING]
    return system.trains and any(isinstance(fit, TaskFit) and fit.target and fit.target.indexed for fit in fits)


ROUTES = [Route(ROW.path, anywhere_json), Route(PATH, anywhere_page), preview_route(PATH, "anywhere", hidden)]
