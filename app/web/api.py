"""Every answer at its address, for GET by a query, for POST by JSON; the systems, and the description of the API."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app import __version__
from app.language import Problem, Problems, Subject, spelling_hint
from app.language.pasted import read_pasted
from app.limits import limit
from app.link import Link, parse, read, resolve
from app.outputs import JSON, OUTPUTS, Answer, json_bytes
from app.outputs import table as answers
from app.systems import SYSTEMS
from app.web.core import Refusal, answer, prefers, resolve_in_turn, root, with_body
from app.web.train import BEFORE_ALL, TrainingAnswer, TrainingEvents, last_event


def requested_link(row: Answer, request: Request, raw: bytes) -> Link:
    """The link of a query, or of the body of a POST."""
    if request.method != "POST":
        return row.meant(parse(request.query_params.multi_items(), row.asks))
    if request.query_params:
        message = "a POST says everything in its body: leave the query out"
        raise Problems(*(Problem(message, name) for name in request.query_params))
    return row.meant(read(raw, row.body))


def _serve_row(row: Answer, request: Request, raw: bytes) -> Response:
    """Answer a row of the table."""
    link = requested_link(row, request, raw)
    row = row.chosen(link)
    try:
        resolved = resolve_in_turn(link)
    except Problems as error:
        raise Problems(*_with_reader(link.equations or "", error.problems)) from None
    return answer(request, lambda: row.make(resolved), row.media_type, row.disposition(link))


def _with_reader(equations: str, problems: Sequence[Problem]) -> Iterator[Problem]:
    """The problems of a request; where its equations are a program or formulas, the first says what reads them."""
    foreign = len(equations) <= limit("pasted") and read_pasted(equations).foreign
    for problem in problems:
        if foreign and problem.about is Subject.EQUATIONS:
            yield replace(problem, hint="POST the text to /api/read first, whose answer has it as equations")
            foreign = False
        else:
            yield problem


def _serve_training(row: Answer, request: Request, raw: bytes) -> Response:
    """Answer a row that trains: with server-sent events as it goes on, or whole at its end."""
    resolved = resolve(requested_link(row, request, raw))
    row.check(resolved)
    last = last_event(request) if row.event else BEFORE_ALL
    if row.event and prefers(request.headers.get("Accept", ""), TrainingEvents.media_type):
        return TrainingEvents(resolved, last)
    return TrainingAnswer(request, resolved, row)


def systems_json(request: Request) -> Response:
    """Every system in brief."""
    return answer(request, lambda: json_bytes(answers.systems_in_brief()), JSON)


def system_json(request: Request) -> Response:
    """One system with its equations."""
    name: str = request.path_params["name"]
    if name not in SYSTEMS:
        problem = Problem(f"there is no system {name}", "name", list(SYSTEMS), spelling_hint(name, SYSTEMS))
        raise Refusal(404, problem)
    return answer(request, lambda: json_bytes(answers.system_in_full(name)), JSON)


async def health(_: Request) -> Response:
    """Say that the service is up, on the event loop, where no figure is waited for."""
    body = json_bytes({"status": "ok", "version": __version__})
    return Response(body, media_type=JSON, headers={"Cache-Control": "no-store"})


async def readiness(request: Request) -> Response:
    """Say whether the service is as fast as it will be: whether what it compiles beforehand is compiled."""
    warming = getattr(request.app.state, "warming", None)
    ready = warming is None or not warming.is_alive()
    body = json_bytes({"status": "ready" if ready else "warming", "version": __version__})
    return Response(body, 200 if ready else 503, media_type=JSON, headers={"Cache-Control": "no-store"})


def metrics(request: Request) -> Response:
    """What Prometheus reads of the service, of all its processes."""
    counts = request.app.state.counts
    if counts is None:
        raise Refusal(404, Problem("nothing is counted without prometheus-client: unfold[serve] brings it", ""))
    return Response(counts.text(), media_type="text/plain; version=0.0.4", headers={"Cache-Control": "no-store"})


def openapi_json(request: Request) -> Response:
    """The description of the API for programs."""
    from app.web.core import openapi

    return answer(request, lambda: openapi.document(root()), JSON)


def _served(row: Answer) -> Route:
    make = partial(_serve_training if row.run else _serve_row, row)
    return Route(row.path, with_body(make), methods=["GET", "POST"])


ROUTES = [
    Route("/api/systems", systems_json),
    Route("/api/systems/{name}", system_json),
    Route("/healthz", health),
    Route("/readyz", readiness),
    Route("/metrics", metrics),
    Route("/openapi.json", openapi_json),
    *map(_served, OUTPUTS.values()),
]
