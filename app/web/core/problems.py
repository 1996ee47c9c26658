"""Answers a request with its problems: as `application/problem+json` (RFC 9457), or as a page for a browser.

The page keeps what was right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from http import HTTPStatus
from typing import Any

from pydantic_core import to_json
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app.cache import cached
from app.language import NOT_READ, LineEdit, Problem, Problems, Recurrence, Subject, caret, line_edit, notes
from app.language.pasted import read_pasted
from app.link import EXPLORE, TRAIN, Link, by_labels, field_at_fault, labels, mend, query
from app.outputs import OUTPUTS
from app.web.core.http import prefers, refused
from app.web.core.root_path import route_path
from app.web.core.templates import render

MEDIA_TYPE = "application/problem+json"
MEANT = {
    404: "there is no page at this address",
    405: "this address does not take {method}",
    500: "something went wrong here, and it is written down; it is no fault of what you asked",
    503: "as many trainings are under way as this service does at a time ({runs}); try again in a few seconds",
}
"""The messages where no field is to blame."""
STATUS_NAMES = {413: "Request Entity Too Large", 422: "Unprocessable Entity"}
TITLES = {404: "Nothing here", 422: "Not quite", 500: "Our mistake", 503: "In a moment"}
"""The title of a problem's page by its status."""
OWN = {"about", "part", "pattern", "advice"}
"""What of a problem is for our own use."""
AGAIN = {"Retry-After": "5"}
"""A header: so many seconds later a client that was refused should try again."""


@dataclass(frozen=True)
class FieldProblem:
    """A problem as a page shows it at the control of its field: `allowed` in words, `caret` under its place.

    Each of `edits` would mend it; where no editor of equations stands beside it, `mended` has the pages with them made.
    """

    field: str
    message: str
    hint: str | None
    line: int | None
    allowed: str = ""
    caret: str = ""
    edits: tuple[LineEdit, ...] = ()
    mended: tuple[tuple[str, str], ...] = ()


@cached(64)
def shown_notes(recurrence: Recurrence) -> tuple[FieldProblem, ...]:
    """What of equations is perhaps not as it was meant, each with the line that would change it."""
    return tuple(
        FieldProblem(
            "equations", note.message, _hint_of(note, recurrence), note.line, edits=edits_of(note, recurrence.text)
        )
        for note in notes(recurrence)
    )


def _hint_of(note: Problem, recurrence: Recurrence) -> str | None:
    """What a note says to write; of a line that was pasted and not read, what its reader says of it."""
    line = recurrence.text[slice(*note.span)] if note.span else ""
    problems = read_pasted(line.removeprefix(NOT_READ)).problems if line.startswith(NOT_READ) else ()
    return problems[0].hint if problems else note.hint


def edits_of(problem: Problem, text: str) -> tuple[LineEdit, ...]:
    """What would mend a problem of a text, each as lines for it."""
    return tuple(line_edit(text, lines) for lines in problem.mendings)


class Refusal(Exception):
    """A request that is turned away as a whole."""

    def __init__(self, status: int, problem: Problem, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(problem.message)
        self.status, self.problem, self.headers = status, problem, headers


def forget_way(error: BaseException) -> None:
    """Let go of where an error came from once it is answered.

    What waited for a thread keeps the error, which keeps its way, and so that and all the numbers that were made on it:
    a circle, which would stay until Python's collector looks.
    """
    error.__traceback__ = None
    for one in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        forget_way(one)


def from_problems(request: Request, error: Exception) -> Response:
    """Answer 422 with everything that is wrong with the fields of a request."""
    assert isinstance(error, Problems)
    forget_way(error)
    return respond(request, 422, error.problems)


def from_refusal(request: Request, error: Exception) -> Response:
    """A request turned away as a whole."""
    assert isinstance(error, Refusal)
    forget_way(error)
    return respond(request, error.status, (error.problem,), error.headers)


def from_http(request: Request, error: Exception) -> Response:
    """Answer an address that does not exist, or not for this method."""
    assert isinstance(error, HTTPException)
    message = MEANT.get(error.status_code, error.detail).format(method=request.method)
    allowed = ", ".join(sorted((error.headers or {}).get("Allow", "GET, HEAD").split(", ")))
    headers = {"Allow": allowed} if error.status_code == 405 else None
    return respond(request, error.status_code, (Problem(message, ""),), headers)


def crashed(request: Request) -> Response:
    """Answer 500 for a fault of the service; the log alone has the details."""
    return respond(request, 500, (Problem(MEANT[500], ""),))


def stopping(request: Request) -> Response:
    """Answer 503 where the service is stopped before it has the answer: another process, or the next one, has it."""
    return respond(request, 503, (Problem("the service is stopping; ask again in a few seconds", ""),), AGAIN)


def respond(
    request: Request, status: int, problems: tuple[Problem, ...], headers: Mapping[str, str] | None = None
) -> Response:
    """The problems as JSON, or as a page where a page is asked for."""
    if prefers(request.headers.get("Accept", "")):
        return refused(request, _problem_page(request, status, problems).encode(), "text/html", status, headers)
    return refused(request, to_json(as_json(status, problems)), MEDIA_TYPE, status, headers)


def as_json(status: int, problems: tuple[Problem, ...]) -> dict[str, Any]:
    """The one shape that every refusal has."""
    return {
        "type": "about:blank",
        "title": status_name(status),
        "status": status,
        "detail": "; ".join(problem.message for problem in problems),
        "errors": [_error(problem) for problem in problems if problem.about],
    }


def status_name(status: int) -> str:
    """The name of a status, the same on every Python: from 3.13 on the library has newer names for some."""
    return STATUS_NAMES.get(status) or HTTPStatus(status).phrase


def _error(problem: Problem) -> dict[str, Any]:
    """A problem without what it leaves open."""
    said = {row.name: getattr(problem, row.name) for row in fields(problem) if row.name not in OWN}
    mendings = problem.mendings or (None,)
    found = {"field": field_at_fault(problem), **said, "lines": mendings[0], "mendings": problem.mendings or None}
    return {name: value for name, value in found.items() if value is not None}


def _problem_page(request: Request, status: int, problems: tuple[Problem, ...]) -> str:
    """The page: every problem with its place, and a link to what was right."""
    pairs = request.query_params.multi_items()
    row = next((row for row in OUTPUTS.values() if row.path == route_path(request.scope)), None)
    link, found = mend(pairs, row.asks if row else Link) if status == 422 else (Link(), ())
    text = dict(pairs).get("equations", "").replace("\r\n", "\n")
    page = EXPLORE if row is None or row.asks is Link else TRAIN
    called = labels(row.asks if row else Link, page)
    told = [by_labels(one, called) for one in (*problems, *(it for it in found if it not in problems))]
    rows = [(problem, caret(text, problem) if problem.about is Subject.EQUATIONS else "") for problem in told]
    return render("problem.html", title=TITLES.get(status, status_name(status)), rows=rows, query=query(link))


def allowed(problem: Problem) -> str:
    """The allowed names in words; bounds are in the message already."""
    rows = problem.allowed
    names = [str(row) for row in rows] if isinstance(rows, Sequence) and not isinstance(rows, str) else []
    return f"known: {', '.join(names)}" if names else ""
