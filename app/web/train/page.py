"""The page of a training: its controls, its equations, and the run, which scripts draw while it goes on."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from app.language import Problem, caret
from app.limits import limit
from app.link import TRAIN, Link, Training, left_in_words, query
from app.outputs import ANSWERS, BINARY
from app.systems import SYSTEMS, System
from app.web.core import (
    BEFORE,
    FieldProblem,
    NameShapes,
    answer,
    edited_query,
    edits_of,
    field_of,
    hidden_fields,
    name_shapes,
    refused,
    render,
    shown_notes,
    training_address,
)
from app.web.train.families import families
from app.web.train.navigation import PAGES, PATH
from app.web.train.previews import preview_of, preview_route
from app.web.train.run_data import run_data
from app.web.train.training_form import TrainingForm, article_training, page_controls, read_training_form

HEADINGS = ("Network", "Data", "Training")
"""The headings of the controls, in their order; fields without a control are carried along."""


def train_page(request: Request) -> Response:
    """The page of a training; with a wrong field the rest of it, and the problem at the field's control."""
    pairs, opening = request.query_params.multi_items(), article_training()
    form = read_training_form(pairs, opening, () if _names_network(pairs) else opening.model_fields_set)
    if form.resolved and edited_query(request.query_params, form, Training) is not None:
        return RedirectResponse(training_address(form.resolved.link), 303)
    if form.problems:
        return refused(request, _html(form).encode(), "text/html")
    return answer(request, lambda: _html(form).encode(), "text/html")


def _names_network(pairs: list[tuple[str, str]]) -> bool:
    """True if a query says what is trained; one that does not is about the run that the page opens on."""
    return bool({"system", "equations"} & {name for name, value in pairs if value})


def _html(form: TrainingForm) -> str:
    link = form.link
    system = SYSTEMS[link.system] if link.equations is None else None
    said = form.resolved
    data = run_data(form)
    fixed = [said.notation.plain(name) for name in said.run.recurrence.fixed] if said else []
    return render(
        "train.html",
        title=system.title if system else "Your own equations",
        controls=page_controls(form, TRAIN, HEADINGS, other=("equations",)),
        equations=_equations_form(form, system),
        fixed=", ".join(fixed),
        several=len(fixed) > 1,
        resolved=form.resolved is not None,
        pages=PAGES.items(),
        current=PATH,
        picture=f"/run.svg?{query(link, Training)}",
        files=_files(link),
        data=data,
        families=families([one["plain"] for one in data["run"]["parameters"]]) if data["run"] else [],
        preview=preview_of(form, PATH),
    )


@dataclass(frozen=True)
class EquationsForm:
    """The editor of the equations as the template reads it; each problem with its place in the text."""

    carried: list[tuple[str, str]]
    text: str
    problems: list[FieldProblem]
    shapes: NameShapes | None
    notes: tuple[FieldProblem, ...]
    left: tuple[str, ...]
    read_as: str
    longest: int


def _equations_form(form: TrainingForm, system: System | None) -> EquationsForm:
    own = "" if system else form.link.equations or ""
    written = form.written.get("equations", "")
    text = form.written.get("equations", own).replace("\r\n", "\n") or (system.equations if system else "")
    problems = [_problem_in_text(p, written.replace("\r\n", "\n")) for p in form.problems if field_of(p) == "equations"]
    shapes = name_shapes(form.resolved, text) if form.resolved else None
    told = shown_notes(form.resolved.run.recurrence) if form.resolved else ()
    edited = [("system", system.name)] if system and not written else [] if problems else [(BEFORE, text)]
    carried, most = [*edited, *hidden_fields(form, ("system", "equations"))], limit("equations_length")
    return EquationsForm(carried, text, problems, shapes, told, left_in_words(form.left), form.read_as, most)


def _problem_in_text(problem: Problem, text: str) -> FieldProblem:
    place = caret(text, problem)
    return FieldProblem("equations", problem.message, problem.hint, problem.line, "", place, edits_of(problem, text))


def _files(link: Link) -> list[tuple[str, str]]:
    """The run, and the weights that it ends with, in every format."""
    assert isinstance(link, Training)
    ended = link.model_copy(update={"trained": link.trained + link.steps})
    rows = [row for row in ANSWERS.values() if row.run or (row.media_type == BINARY and row.asks is Link)]
    queries = (query(link if row.run else ended, row.asks) for row in rows)
    names = (row.name if row.model is None else f"{row.name}{row.suffix}" for row in rows)
    return [(name, f"{row.path}?{text}") for name, row, text in zip(names, rows, queries, strict=True)]


ROUTES = [Route(PATH, train_page), preview_route(PATH, "run")]
