"""The page of recall: patterns that a network keeps, its way from a start to rest, and how many it can keep.

It needs no scripts: every point and button is a link, and the address holds what is drawn.
"""

from __future__ import annotations

from dataclasses import asdict, replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.language import Problem, Problems
from app.link import RECALL, TASK, Link, Resolved, keeps_patterns, mended, parse, recall, recall_names
from app.outputs import JSON, json_bytes, keeping, no_patterns
from app.systems import SYSTEMS
from app.web.core import TRAININGS, answer, preview_path, refused, render
from app.web.train.navigation import PAGES
from app.web.train.recall_view import recall_view
from app.web.train.training_form import PageControls, TrainingForm, page_controls

PATH = PAGES["Recall: Hopfield networks"]
HEADINGS = ("Network",)


def recall_json(request: Request) -> Response:
    """Measures how well a network recalls, by its load; the first time it takes a moment."""
    link = parse(request.query_params.multi_items())
    if problem := no_patterns(link):
        raise Problems(problem)

    def measured() -> bytes:
        with TRAININGS.place():
            return json_bytes(asdict(recall(link.system, link.seed)))

    return answer(request, measured, JSON)


def hopfield_page(request: Request) -> Response:
    """The page; with wrong fields the rest of it, and each problem at its control."""
    pairs = _with_opening(request.query_params.multi_items())
    resolved, problems = mended(pairs)
    missing = _missing_patterns(resolved)
    form = TrainingForm(dict(pairs), resolved, problems or ((missing,) if missing else ()))
    html = render(
        "hopfield.html",
        controls=_controls(form),
        shown=None if missing else recall_view(resolved),
        taus={s.name: s.tau for s in SYSTEMS.values() if keeps_patterns(s)},
        pages=PAGES.items(),
        current=PATH,
        preview=preview_path(form.link.model_copy(update={"phase": "forward"})),
    )
    if form.problems:
        return refused(request, html.encode(), "text/html")
    return answer(request, html.encode(), "text/html")


def _with_opening(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The query, with a network where it names none: one whose units take turns, so that its energy can only fall."""
    named = {name for name, value in pairs if value}
    if {"system", "equations"} & named:
        return pairs
    system = next(s for s in SYSTEMS.values() if keeps_patterns(s) and recall_names(s.recurrence).turns)
    opening = {"system": system.name, "tau": str(system.tau)}
    return [(name, value) for name, value in opening.items() if name not in named] + pairs


def _missing_patterns(resolved: Resolved) -> Problem | None:
    """The problem of a link whose network keeps no patterns, or is fed none to keep."""
    task = resolved.run.loaded.task
    if problem := no_patterns(resolved.link):
        return problem
    if task is not None and task.keeps_patterns:
        return None
    return Problem(f"what is kept is said by {TASK}", "task", [f"{TASK}:LTX"])


def _controls(form: TrainingForm) -> PageControls:
    """The controls; the choice of a network is empty for one that keeps no patterns."""
    systems = [*keeping().items()]
    offered = systems if form.link.system in keeping() else [("", ""), *systems]
    controls = replace(page_controls(form, RECALL, HEADINGS, Link), carried=[])
    return controls.changed("system", choices=offered).changed("task", kind="text", example=f"{TASK}:LTX", wide=True)


ROUTES = [Route("/api/recall", recall_json), Route(PATH, hopfield_page)]
