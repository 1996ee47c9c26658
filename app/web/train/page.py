"""The page of a training: its controls, and everything that its scripts need to draw the run as it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.engine import OPTIMIZERS
from app.engine.training.free_running import fed
from app.engine.training.train import asked, said
from app.language import Problem, Problems, Recurrence, caret
from app.language.symbols import plain_symbol
from app.limits import limit
from app.link import Link, Option, Resolved, Training, TrainingBody, mended, options, query, resolve
from app.link.fields import TRAININGS
from app.link.rows import TRAIN, on_page
from app.outputs.table import ANSWERS, BINARY
from app.systems import SYSTEMS
from app.systems.tasks.data_roles import data_slots
from app.web.core.controls import tasks
from app.web.core.http import answer
from app.web.core.query_form import field_of
from app.web.core.templates import render

router = APIRouter(include_in_schema=False)

PATH = "/train"
PAGES = {
    "Train a network": PATH,
    "Anywhere in the sequence": "/train/anywhere",
    "Memory": "/train/memory",
    "Recall: Hopfield networks": "/train/hopfield",
}
"""What there is under this address, as it is called and where."""
HEADINGS = ("Network", "Data", "Training")
"""What the controls are about, in this order; fields without a control are carried along."""
OF_SOME_OPTIMIZERS = {name for row in OPTIMIZERS.values() for name in row.reads}
"""Fields that say something only of the optimizers that read them."""
LENGTHS = (3, 10, 40, 200)
"""The lengths at which a trained network is tried."""
PARTS = ("equations", *on_page(Training, TRAIN))
"""What the page has a place for."""


@dataclass(frozen=True)
class Asked:
    """What a query asks for: what was written, the training that is left of it, and what is wrong with the rest."""

    written: Mapping[str, str]
    resolved: Resolved | None
    problems: tuple[Problem, ...]

    @property
    def link(self) -> Link:
        return self.resolved.link if self.resolved else Training()

    def held(self, needs: Callable[[Resolved], object]) -> Asked:
        """The same with what is wrong for a page that needs more of its training."""
        if not self.resolved or self.problems:
            return self
        try:
            needs(self.resolved)
        except Problems as wrong:
            return replace(self, problems=wrong.problems)
        return self


def article() -> Training:
    """What the page opens on: the first of the trainings to try, for as many steps as a training has."""
    first = TRAININGS[next(iter(TRAININGS))]
    assert isinstance(first, dict)
    return TrainingBody.model_validate({n: v for n, v in first.items() if n != "steps"}).link  # type: ignore[return-value]


def ask(pairs: Iterable[tuple[str, str]], usual: Training, own: Iterable[str] = ()) -> Asked:
    """What is left of a query without its wrong fields; a page without any query is what it opens on.

    Of its `own` fields those that a query does not name are what it opens on too.
    """
    written = dict(pairs)
    if not any(written.values()):
        return Asked({}, resolve(usual), ())
    written = {name: _written(getattr(usual, name)) for name in own if "equations" not in written} | written
    resolved, problems = mended(written.items(), Training)
    wrong = {field_of(p) for p in problems}
    return Asked(written, resolved if "equations" not in wrong and wrong <= written.keys() else None, problems)


@router.get(PATH)
def page(request: Request) -> Response:
    """The page of a training; with a wrong field the rest of it, and what is wrong at the field's control."""
    found = ask(request.query_params.multi_items(), article())
    html = render("train.html", **context(found))
    if found.problems:
        return HTMLResponse(html, 422, {"Cache-Control": "no-store"})
    return answer(request, html.encode(), "text/html")


def context(found: Asked) -> dict[str, Any]:
    """All that the page's template reads."""
    link, rows = found.link, options(Training)
    system = SYSTEMS[link.system] if link.equations is None else None
    own = "" if system else link.equations or ""
    return {
        "title": system.title if system else "Your own equations",
        "groups": groups(found, TRAIN, HEADINGS),
        "elsewhere": [p for p in found.problems if field_of(p) not in PARTS],
        "carried": carried(found, PARTS[1:]),
        "beside": carried(found, ("system", "equations", "sizes", "task")),
        "text": found.written.get("equations", own).replace("\r\n", "\n") or (system.equations if system else ""),
        "problems": [
            (p, caret(found.written.get("equations", ""), p)) for p in found.problems if field_of(p) == PARTS[0]
        ],
        "longest": limit("equations_length"),
        "resolved": found.resolved is not None,
        "pages": PAGES.items(),
        "current": PATH,
        "picture": f"/run.svg?{query(link, Training)}",
        "files": files(link),
        "data": data(found, rows),
    }


def files(link: Link) -> list[tuple[str, str]]:
    """The run, and the weights that it ends with, in every form that they can be had in."""
    assert isinstance(link, Training)
    ended = link.model_copy(update={"trained": link.trained + link.steps})
    rows = [
        (row, query(link if row.run else ended, row.asks))
        for row in ANSWERS.values()
        if row.run or row.media_type == BINARY
    ]
    return [
        (row.name if row.model is None else f"{row.name}{row.suffix}", f"{row.path}?{asked}") for row, asked in rows
    ]


def groups(found: Asked, page: str, headings: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """The controls of a page under its headings."""
    known = options(Training)
    return {
        heading: [control(found, known[name], page) for name in on_page(Training, page, heading)]
        for heading in headings
    }


def control(found: Asked, row: Option, page: str) -> dict[str, Any]:
    """A field as its control shows it: its value or what was written there, what is allowed, what is wrong."""
    link = found.link
    unsaid = row.name == "system" and link.equations is not None
    value = found.written.get(row.name) or ("" if unsaid else _written(getattr(link, row.name)))
    wrong = [p for p in found.problems if field_of(p) == row.name]
    shown = row.name in OPTIMIZERS[link.optimizer].reads or row.name not in OF_SOME_OPTIMIZERS or bool(wrong)
    return {
        "name": row.name,
        "label": row.called(page).format(most=row.schema.get("maximum")),
        "kind": "text" if row.control == "text" else "number" if row.control == "range" else row.control,
        "value": value,
        "choices": choices(found, row),
        "least": row.schema.get("minimum", ""),
        "most": row.schema.get("maximum", ""),
        "whole": row.schema.get("type") == "integer",
        "empty": row.default is None,
        "about": row.meaning + (f" ({row.expects})" if not row.choices and row.control != "checkbox" else ""),
        "example": example(found, row, page),
        "problems": wrong,
        "shown": shown,
        "wide": row.control == "select",
    }


def example(found: Asked, row: Option, page: str) -> Any:
    """What stands in an empty control: what it comes to where that is not its default, or a value to try."""
    if row.name == "sizes":
        return _written(tuple(found.resolved.run.recurrence.sizes.items())) if found.resolved else "h:5"
    place = row.row.on(page)
    return place.empty if place and place.empty else row.example


def choices(found: Asked, row: Option) -> list[tuple[str, str]]:
    """What a selection offers, with what it is called."""
    offered = {
        "system": lambda: (
            [("", "Own equations")] * (found.link.equations is not None)
            + [(s.name, s.title) for s in SYSTEMS.values() if s.trains]
        ),
        "task": lambda: list(tasks(found.resolved)),
        "optimizer": lambda: [(o.name, o.title) for o in OPTIMIZERS.values()],
    }
    return offered[row.name]() if row.name in offered else []


def _written(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(f"{name}:{size}" for name, size in value)
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def carried(found: Asked, without: Iterable[str]) -> list[tuple[str, str]]:
    """The fields of the query that a form has no control for, so that it keeps them."""
    wrong = {field_of(p) for p in found.problems}
    link = found.link
    written = found.written or {
        n: _written(getattr(link, n)) for n in type(link).model_fields if n in link.model_fields_set
    }
    return [(n, v) for n, v in written.items() if v and n not in without and n not in wrong]


def data(found: Asked, rows: Mapping[str, Option]) -> dict[str, Any]:
    """What the page's scripts know from the start: the link, its defaults, the forms of what will be told."""
    link = found.link
    assert isinstance(link, Training)
    known = options() | {"steps": rows["steps"]}
    usual = [(name, "" if row.default in (None, ()) else str(row.default).lower()) for name, row in known.items()]
    about = {"query": query(link, Training), "path": PATH, "fields": usual, "first": link.trained, "steps": link.steps}
    taus = {s.name: s.tau for s in SYSTEMS.values()}
    about |= {"tau": link.tau, "lengths": LENGTHS, "feeds": feeds(found.resolved) if found.resolved else []}
    return about | {"taus": taus, "run": shapes(found.resolved) if found.resolved else None}


def feeds(resolved: Resolved) -> list[str]:
    """What could be read from the network's own output instead of being given."""
    recurrence = resolved.run.recurrence
    output = said(recurrence)
    return [
        f"{name}:{output}" for name in recurrence.names("given") if output and _can_be_fed(recurrence, name, output)
    ]


def _can_be_fed(recurrence: Recurrence, name: str, output: str) -> bool:
    """Whether the same parameters, in the same shapes, could go on with it."""
    try:
        found = fed(recurrence, f"{name}:{output}")
    except Problems:
        return False
    return all(found.shape(parameter) == recurrence.shape(parameter) for parameter in recurrence.names("parameter"))


def shapes(resolved: Resolved) -> dict[str, Any]:
    """How the prediction and the target of a step look, and which parameters there are."""
    recurrence, link = resolved.run.recurrence, resolved.link
    name, target = said(recurrence), asked(recurrence)
    indexed = name is not None and recurrence.variables[name].indexed
    classes = [place for place in data_slots(recurrence, "target") if place.classes]
    symbols = resolved.run.loaded.data(link.tau, link.seed).symbols.get(target or "", ())
    return {
        "said": name,
        "plain": plain_symbol(name) if name else "",
        "target": target,
        "points": link.tau if indexed else 1,
        "indexed": indexed,
        "scored": "loss" in recurrence.variables,
        "size": prod(recurrence.shape(name)) if name else 0,
        "classes": bool(classes),
        "symbols": list(symbols),
        "parameters": [
            {"name": n, "plain": plain_symbol(n), "shape": list(recurrence.shape(n))}
            for n in recurrence.names("parameter")
        ],
        "heard": [p.name for p in data_slots(recurrence, "input") if p.indexed and p.shape == (1,)],
    }
