"""The page of memory: one task at growing delays, for every network that can answer it at each step."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.drawing.plots import band_words
from app.language import Problem, Problems
from app.link import MEMORY, Link, Resolved, Training, parse, query, resolve
from app.outputs import DELAYED, after_training, asked_step, json_bytes, remembered_sentences, remembering
from app.systems import TASKS, System
from app.systems.tasks import TaskDelay, TaskWord
from app.web.core import TRAININGS, answer, refused, render, training_address
from app.web.train.navigation import PAGES
from app.web.train.previews import preview_of, preview_route
from app.web.train.training_form import TrainingForm, article_training, page_controls, read_training_form

PATH = PAGES["Memory"]
HEADINGS = ("Networks", "Data", "Training")
OWN_FIELDS = ("task", "tau", "sizes", "batch", "clip", "lr")
"""The fields that a query takes from the opening training where it leaves them out."""
START = {"task": "adding", "tau": 20, "batch": 16, "steps": 300, "clip": 1.0, "lr": 0.01, "carry_state": False}


def opening_training() -> Training:
    """The article's training with another task, and with twelve hidden units."""
    sizes = Training.model_validate({"sizes": "h:12"}).sizes
    return article_training().model_copy(update=START | {"sizes": sizes})


def memory_page(request: Request) -> Response:
    """The page; with wrong fields the rest of it, and each problem at its control."""
    form = read_training_form(request.query_params.multi_items(), opening_training(), OWN_FIELDS).checked(_check_delays)
    if form.problems:
        return refused(request, _html(form).encode(), "text/html")
    return answer(request, lambda: _html(form).encode(), "text/html")


def what_is_remembered(request: Request) -> Response:
    """What the networks of one delay have come to, in sentences, for the page's scripts."""
    link = parse(request.query_params.multi_items(), Training)
    assert isinstance(link, Training)

    def trained() -> bytes:
        with TRAININGS.place():
            return json_bytes({"said": remembered_sentences(link, remembering())})

    return answer(request, trained, "application/json")


def _html(form: TrainingForm) -> str:
    tasks = [(name, TASKS[name].title) for name in DELAYED]
    shown = form.resolved is not None and not form.problems
    return render(
        "memory.html",
        controls=page_controls(form, MEMORY, HEADINGS).changed("task", choices=tasks, value=_name_of_task(form.link)),
        bands=band_words(),
        plots=_delay_plots(form.link) if shown else [],
        systems=[(s.called, _count_of_parameters(form.link, s)) for s in remembering()] if shown else [],
        pages=PAGES.items(),
        current=PATH,
        preview=preview_of(form, PATH),
    )


def _count_of_parameters(link: Link, system: System) -> int:
    """How many numbers a network learns: with as many hidden units one with gates has more."""
    assert isinstance(link, Training)
    first = TASKS[_name_of_task(link)].delays[0]
    recurrence = resolve(_at_delay(link, first).model_copy(update={"system": system.name})).run.recurrence
    return sum(prod(recurrence.shape(name)) for name in recurrence.names("parameter"))


def _name_of_task(link: Link) -> str:
    return TaskWord.parse(link.task or "").name


def _check_delays(resolved: Resolved) -> None:
    """Refuse a task without a delay."""
    if (name := _name_of_task(resolved.link)) not in DELAYED:
        raise Problems(Problem(f"{name or 'no task'} has no delay that grows", "task", [*DELAYED]))


@dataclass(frozen=True)
class DelayPlot:
    """A task at one delay, as the template reads it; `asked` is the query of its picture."""

    title: str
    runs: list[dict[str, object]]
    """For the page's scripts: each network's training, the same afterwards, and the training's own page."""
    asked: str
    cell: tuple[int, int]
    """The last step, and the one at which what it is asked for was heard."""


def _delay_plots(link: Link) -> list[DelayPlot]:
    """A plot for each delay of the link's task."""
    assert isinstance(link, Training)
    default = link.model_copy(update={"system": Link.model_fields["system"].default})
    return [
        DelayPlot(
            delay.title,
            [_described_run(_at_delay(link, delay), system) for system in remembering()],
            query(_at_delay(default, delay), Training),
            (delay.tau, asked_step(_at_delay(default, delay))),
        )
        for delay in TASKS[_name_of_task(link)].delays
    ]


def _at_delay(link: Training, delay: TaskDelay) -> Training:
    """The training with its task at one of the delays."""
    return link.model_copy(update={"task": str(TaskWord(_name_of_task(link), delay.about)), "tau": delay.tau})


def _described_run(link: Training, system: System) -> dict[str, object]:
    run = link.model_copy(update={"system": system.name})
    about: dict[str, object] = {"name": system.called, "system": system.title, "steps": run.steps}
    training = query(run, Training)
    return about | {"run": training, "after": query(after_training(run)), "page": training_address(run)}


ROUTES = [
    Route(PATH, memory_page),
    Route("/api/memory", what_is_remembered),
    preview_route(PATH, "memory", _check_delays),
]
