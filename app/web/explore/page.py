"""A link in, the page of it out: controls, figure, panel and steps, complete before any script runs.

`steps` is the page's twin for its scripts: the panels of many steps at once, from the very same template.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from fastapi import APIRouter
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.drawing import FORMATS, Format, stylesheet
from app.drawing.formats.css import shades
from app.drawing.layout.window import spans, spelled
from app.engine import Step
from app.language import Problem, Problems, caret
from app.language.symbols import plain_symbol
from app.language.typeset.numerals import numeral
from app.limits import limit
from app.link import Link, Option, Resolved, options, parse, query, resolve
from app.outputs import table as answers
from app.systems import SYSTEMS, TASKS
from app.systems.tasks.table import TaskWord
from app.web.core import controls
from app.web.core.http import answer
from app.web.core.node_names import called
from app.web.core.problems import allowed
from app.web.core.query_form import CURSOR, Asked, ask, beside, carried, root
from app.web.core.stream import placed
from app.web.core.templates import render
from app.web.explore import numbers
from app.web.explore import other_systems as through
from app.web.explore.panel import Walk, panel, typeset, walked
from app.web.explore.parameter_cards import parameters
from app.web.explore.step_bar import hrefs, track
from app.web.explore.written_out import written_out
from app.web.gallery import thumbnails

router = APIRouter(include_in_schema=False)

SCISSORS = "truncate"
"""The field that stands beside the charts through time."""
CHUNK = 16
"""Panels in one answer to the page's scripts."""
COPIES = (("numpy", "NumPy"), ("csv", "CSV"), ("latex", "LaTeX"))
"""The forms in which scripts copy all numbers."""
TEXTS = (
    ("image", "HTML", "an <img> that draws itself"),
    ("markdown", "Markdown", "the figure, with a link to this page"),
    ("latex", "LaTeX", "\\includegraphics, and where to get it"),
)
"""The forms in which scripts copy the link."""
SPEEDS = (0.5, 1, 2, 4)
"""How many times as fast as usual the player can go."""


@router.get("/")
def page(request: Request) -> Response:
    """The page of a link; with a wrong field the rest of it, and what is wrong at the field's control."""
    asked = ask(request.query_params.multi_items())
    html = render("explore.html", **context(asked))
    if asked.problems:
        return HTMLResponse(html, 422, {"Cache-Control": "no-store"})
    return answer(request, html.encode(), "text/html")


@router.get("/api/steps")
def steps(request: Request) -> Response:
    """The panels of the steps from `first` on, as HTML, for the page's scripts."""
    pairs = request.query_params.multi_items()
    first = next((value for name, value in pairs if name == "first"), "0")
    if not (first.isascii() and first.isdigit() and len(first) < 10):
        raise Problems(Problem("first is to be the number of a step", "first", {"minimum": 0}))
    explored = Explored(placed(parse([pair for pair in pairs if pair[0] != "first"])), inline=False)
    places = range(int(first), min(int(first) + CHUNK, explored.total + 1))
    rows = [{"said": explored.said(i), "html": explored.panel_html(i), "window": explored.window_at(i)} for i in places]
    return answer(request, answers.written({"first": int(first), "panels": rows}), "application/json")


@router.get("/api/figure")
def figure(request: Request) -> Response:
    """The page's figure at a step, for its scripts where the window moves with the cursor."""
    explored = Explored(resolve(parse(request.query_params.multi_items())), inline=False)
    return answer(request, explored.figure.encode(), "text/html")


@router.get("/api/letters")
def letters(request: Request) -> Response:
    """A card for each parameter, as HTML, for the page's scripts."""
    explored = Explored(resolve(parse(request.query_params.multi_items())))
    found = parameters(explored.resolved.run.trace)
    cards = {name: render("partials/parameter.html", p=p) for name, p in found.items()}
    return answer(request, answers.written(cards), "application/json")


@router.get("/figure.css")
def figure_css(request: Request) -> Response:
    """What shows the reached layers of a page's figure, in the colours of either theme; its scale for the charts."""
    return answer(request, (stylesheet() + shades()).encode(), "text/css")


@dataclass(frozen=True)
class Explored:
    """A resolved link as the templates read it. Step 0 is before the first one, where the structure alone is shown.

    `inline`: whether its figure, its panels and its table have everything written out, for who has no scripts.
    """

    resolved: Resolved
    inline: bool = True

    @property
    def link(self) -> Link:
        return self.resolved.link

    @cached_property
    def walk(self) -> Walk:
        return walked(self.resolved, self.inline)

    @property
    def places(self) -> tuple[Step, ...]:
        return self.resolved.run.steps

    @property
    def total(self) -> int:
        return len(self.places)

    @cached_property
    def here(self) -> int:
        """The cursor's step; where a phase is complete, its last one."""
        link = self.link
        found = [i for i, s in enumerate(self.places, 1) if s.phase == link.phase and link.at in (None, s.at)]
        return found[-1] if found else 0

    def href(self, index: int) -> str:
        """The link of a step."""
        step = self.places[index - 1] if index else None
        at = {"phase": step.phase if step else None, "at": step.at if step else None}
        return "/?" + query(self.link.model_copy(update=at))

    @property
    def figure(self) -> Markup:
        return Markup(answers.inline(self.resolved, titled=self.inline))

    @property
    def panel(self) -> Any:
        return self.panel_at(self.here)

    def panel_at(self, index: int) -> Any:
        return panel(self.walk, index - 1) if index else self.overview

    def panel_html(self, index: int) -> str:
        return render("partials/panel.html", panel=self.panel_at(index))

    def said(self, index: int) -> str:
        """A step in a line, for a reader who hears the page."""
        if not index:
            return "Before the first step: the structure"
        step = self.places[index - 1]
        if step.phase == "backward":
            return f"Backward: gradient at {called(step.at)}"
        given = self.kinds.get(step.at) in ("input", "target")
        return f"Forward: {called(step.at)} is {'given' if given else 'computed'}"

    @cached_property
    def kinds(self) -> Mapping[str, str]:
        return {n.id: n.kind for n in self.resolved.run.graph.nodes}

    def window_at(self, index: int) -> str:
        """The steps that the figure shows at a step of the cursor; the circuit has none."""
        if self.link.view == "folded":
            return ""
        t = self.times.get(self.places[index - 1].at) if index else None
        return spelled(spans(self.link.tau, t, self.resolved.window))

    @cached_property
    def times(self) -> Mapping[str, int | None]:
        return {n.id: n.t for n in self.resolved.run.graph.nodes if n.id != n.var}

    @cached_property
    def overview(self) -> Mapping[str, Any]:
        """What is said before the first step: the system and all its equations."""
        system = self.resolved.run.system
        return {
            "phase": "overview",
            "title": system.title if system else "Your own equations",
            "about": system.about if system else "",
            "source": system.source if system else "",
            "equations": typeset(self.resolved.run.recurrence),
            "nested": self.nested,
            "first": called(self.places[0].at) if self.places else "",
        }

    @property
    def nested(self) -> tuple[Markup, ...]:
        """The last state written out, where there is one state alone."""
        trace = self.resolved.run.trace
        lines = (written_out(trace, f"{n}[{trace.tau}]") for n, v in trace.recurrence.variables.items() if v.indexed)
        return next(filter(None, lines), ())

    @property
    def of(self) -> str:
        return plain_symbol(self.resolved.run.of)

    @property
    def loss(self) -> str:
        loss = self.resolved.run.trace.loss
        return "" if loss is None else numeral(loss)

    @property
    def sizes(self) -> str:
        return ", ".join(f"{plain_symbol(name)} {size}" for name, size in self.resolved.run.recurrence.sizes.items())

    @property
    def batch(self) -> int:
        """How many sequences go through at once."""
        return self.resolved.run.bindings.batch

    @property
    def defaulted(self) -> str:
        """The sizes that one's own equations leave open."""
        return "" if self.resolved.run.system else ", ".join(map(plain_symbol, self.resolved.run.recurrence.defaulted))

    @property
    def task(self) -> str:
        """The task and the word it is about."""
        named = self.resolved.run.loaded.task_name
        if named is None:
            return "random numbers"
        word = TaskWord.parse(named)
        symbols = next(iter(self.resolved.run.trace.symbols), None)
        spelled = self._spelled(symbols) if symbols else ""
        return TASKS[word.name].title.lower() + (f", “{spelled}”" if spelled else "")

    def _spelled(self, name: str) -> str:
        trace = self.resolved.run.trace
        letters = trace.symbols[name]
        steps = range(1, min(self.link.tau, 16) + 1)
        return "".join(letters[int(trace.value(f"{name}[{t}]").argmax())] for t in steps)

    @cached_property
    def count(self) -> int:
        """How many numbers the link has."""
        return numbers.count(self.resolved)

    @property
    def groups(self) -> Iterable[numbers.Group] | None:
        """All of them as a table, where it is not too long for this page; empty for who can ask for it."""
        if self.count > numbers.ON_PAGE:
            return None
        return numbers.groups(self.resolved.run.trace) if self.inline else ()

    @property
    def numbers_href(self) -> str:
        return "/numbers?" + query(self.link)

    @property
    def stopped(self) -> str:
        """Where the numbers leave the finite range."""
        stopped = self.resolved.run.trace.stopped
        if stopped is None:
            return ""
        where = called(stopped.variable if stopped.t is None else f"{stopped.variable}[{stopped.t}]")
        return f"The numbers grow beyond what can be written: the run diverges at {where}."

    @property
    def twins(self) -> list[tuple[str, str]]:
        """The same link as data."""
        return [(row.name + row.suffix, row.path + self.asked) for row in answers.ANSWERS.values() if row.model]

    @property
    def files(self) -> list[tuple[Format, str]]:
        """The figure in every format."""
        return [(row, f"/figure{row.suffix}{self.asked}") for row in FORMATS.values()]

    @property
    def asked(self) -> str:
        """The link as the end of an address."""
        return f"?{query(self.link)}".removesuffix("?")


def context(asked: Asked, inline: bool = True) -> dict[str, Any]:
    """All that the page's templates read; `inline` as `Explored` has it."""
    explored = Explored(asked.resolved, inline) if asked.resolved else None
    link = asked.resolved.link if asked.resolved else Link()
    rows, problems = options(), _at_controls(asked)
    found = controls.controls(rows, asked.written, link, asked.resolved, problems)
    more = controls.groups(found)
    return {
        "title": explored.overview["title"] if explored else _title(asked, link),
        "explored": explored,
        "panel": explored.panel if explored else None,
        "form": form(asked, link),
        "problems": problems,
        "elsewhere": [replace(p, allowed=allowed(p)) for p in asked.problems if root(p) not in problems],
        "controls": found,
        "more": more,
        "more_changed": controls.changed(found),
        "more_wrong": any(c.problems for group in more for c in group.controls),
        "sizes": _sizes(asked.resolved),
        "most_size": limit("size"),
        "carried": carried(asked, (*(problems.keys() - {SCISSORS}), *CURSOR)),
        "beside_equations": carried(asked, ("system", "equations", *CURSOR)),
        "beside_truncate": carried(asked, (SCISSORS,)),
        "compared": query(link.bare),
        "standing": query(link),
        "offers": through.offers(link),
        "truncate": asked.written.get(SCISSORS) or link.truncate or "",
        "system_title": _title(asked, link),
        "systems": thumbnails(),
        "longest": limit("equations_length"),
        "next_seed": "/?" + query(link.model_copy(update={"seed": (link.seed + 1) % 2**31})),
        "here": explored.here if explored else 0,
        "total": explored.total if explored else 0,
        "said": explored.said(explored.here) if explored else "",
        "track": track(explored) if explored else None,
        "speeds": SPEEDS,
        "copies": COPIES,
        "texts": TEXTS,
        "hrefs": hrefs(explored) if explored else {},
        "data": data(link, explored, rows) | beside(asked),
    }


def form(asked: Asked, link: Link) -> dict[str, Any]:
    """The system or the equations as they were written, right or wrong."""
    text = asked.written.get("equations") or SYSTEMS[link.system].equations
    system, equations = (asked.written.get(name) or getattr(link, name) for name in ("system", "equations"))
    return {"system": system, "equations": equations, "text": text.replace("\r\n", "\n")}


def _title(asked: Asked, link: Link) -> str:
    """What the page calls its system."""
    written = form(asked, link)
    named = SYSTEMS.get(written["system"])
    return "Own equations" if written["equations"] else named.title if named else str(written["system"])


def _sizes(resolved: Resolved | None) -> list[tuple[str, str, int]]:
    """Every size by its name, as it is written and as it is shown."""
    return [(n, plain_symbol(n), size) for n, size in resolved.run.recurrence.sizes.items()] if resolved else []


def _at_controls(asked: Asked) -> dict[str, list[dict[str, Any]]]:
    text = asked.written.get("equations", "").replace("\r\n", "\n")
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in controls.fields()}
    for p in asked.problems:
        if root(p) in found:
            words = {"message": p.message, "hint": p.hint, "line": p.line, "allowed": ""}
            found[root(p)].append(words | {"caret": caret(text, p) if p.field == "equations" else ""})
    return found


def data(link: Link, it: Explored | None, rows: Mapping[str, Option]) -> dict[str, Any]:
    """What the page's scripts know from the start: the link without its cursor, and the way of the cursor."""
    steps = it.places if it else ()
    places = {phase: [s.at for s in steps if s.phase == phase] for phase in ("forward", "backward")}
    usual = [(name, controls.usual(row)) for name, row in rows.items()]
    about: dict[str, Any] = {"name": f"{link.system if link.equations is None else 'equations'}-{link.tau}"}
    about |= {"parameters": it.resolved.run.recurrence.names("parameter") if it else []}
    about |= {"variables": numbers.variables(it.resolved.run.recurrence, it.resolved.run.of) if it else []}
    return about | {"query": query(link.bare), "here": it.here if it else 0, "chunk": CHUNK, "fields": usual, **places}
