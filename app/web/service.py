"""The service: every answer at its address, for GET by a query and for POST by JSON; the pages; the rest refused."""

from __future__ import annotations

import re
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from app import __version__
from app.language import Problem, Problems
from app.language.resolve import spelling_hint
from app.limits import limit
from app.link import Link, parse, read, resolve
from app.outputs import table as answers
from app.outputs.plots import OUTPUTS
from app.outputs.table import JSON, Answer, written
from app.systems import SYSTEMS
from app.web import compare, explore, gallery, language
from app.web.core import openapi, problems
from app.web.core.admission import placed
from app.web.core.http import STATIC_CACHE, Common, answer, prefers
from app.web.core.templates import STATIC, render
from app.web.train import anywhere, hopfield, memory
from app.web.train import page as train
from app.web.train.stream import Finished, Told

router = APIRouter()


def create_app() -> FastAPI:
    """The service, ready to be served or tested. Its own `openapi` describes it, so FastAPI's does not."""
    app = FastAPI(title="Unfold", version=__version__, openapi_url=None, docs_url=None, redoc_url=None)
    for row in OUTPUTS.values():
        endpoint = partial(_serve_training if row.run else _serve_row, row)
        app.add_api_route(row.path, endpoint, methods=["GET", "POST"], response_model=None)
    app.include_router(router)
    app.include_router(explore.router)
    app.include_router(compare.router)
    app.include_router(language.router)
    app.include_router(gallery.router)
    app.include_router(train.router)
    app.include_router(anywhere.router)
    app.include_router(hopfield.router)
    app.include_router(memory.router)
    app.mount("/static", _Static(directory=STATIC))
    app.add_exception_handler(Problems, problems.from_problems)
    app.add_exception_handler(problems.Refusal, problems.from_refusal)
    app.add_exception_handler(HTTPException, problems.from_http)
    app.add_middleware(GZipMiddleware, compresslevel=4)
    app.add_middleware(Common, crashed=problems.crashed)
    return app


async def body(request: Request) -> bytes:
    """The body of a request, refused as soon as it is longer than allowed."""
    most, parts, length = limit("body"), [], 0
    announced = request.headers.get("Content-Length", "")
    if re.fullmatch("[0-9]{1,18}", announced) and int(announced) > most:
        raise _too_long(most)
    try:
        async for part in request.stream():
            parts.append(part)
            length += len(part)
            if length > most:
                raise _too_long(most)
    except ClientDisconnect:
        raise problems.Refusal(400, Problem("the body broke off", "body")) from None
    return b"".join(parts)


def _too_long(most: int) -> problems.Refusal:
    return problems.Refusal(413, Problem(f"the body is longer than {most:,} bytes", "body", {"maximum": most}))


def requested_link(row: Answer, request: Request, raw: bytes) -> Link:
    """What a query, or the body of a POST, asks for."""
    if request.method != "POST":
        return row.meant(parse(request.query_params.multi_items(), row.asks))
    if request.query_params:
        message = "a POST says everything in its body: leave the query out"
        raise Problems(*(Problem(message, name) for name in request.query_params))
    return row.meant(read(raw, row.body))


def _serve_row(row: Answer, request: Request, raw: Annotated[bytes, Depends(body)]) -> Response:
    """A row of the table at its address. `def`, so that the work is done on a thread."""
    link = requested_link(row, request, raw)
    row = row.chosen(link)
    return answer(request, row.make(placed(link)), row.media_type, row.disposition(link))


def _serve_training(row: Answer, request: Request, raw: Annotated[bytes, Depends(body)]) -> Response:
    """A row that takes its time: with server-sent events, or whole at its end."""
    resolved = resolve(requested_link(row, request, raw))
    if row.event and prefers(request.headers.get("Accept", ""), Told.media_type):
        return Told(request, resolved)
    return Finished(request, resolved, row)


@router.get("/api/systems")
def systems_json(request: Request) -> Response:
    """Every system in brief."""
    return answer(request, written(answers.systems()), JSON)


@router.get("/api/systems/{name}")
def system_json(request: Request, name: str) -> Response:
    """One system with its equations."""
    if name not in SYSTEMS:
        problem = Problem(f"there is no system {name}", "name", list(SYSTEMS), spelling_hint(name, SYSTEMS))
        raise problems.Refusal(404, problem)
    return answer(request, written(answers.system(name)), JSON)


@router.get("/healthz")
def health() -> Response:
    """Whether the service is up."""
    body = written({"status": "ok", "version": __version__})
    return Response(body, media_type=JSON, headers={"Cache-Control": "no-store"})


@router.get("/docs")
def docs_page(request: Request) -> Response:
    """The description to read and to try, from this server alone."""
    return answer(request, render("docs.html").encode(), "text/html")


@router.get("/openapi.json")
def openapi_json(request: Request) -> Response:
    """The description for programs."""
    return answer(request, openapi.document(), JSON)


class _Static(StaticFiles):
    """The files of `static/`; a browser asks each time whether they are still the same."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = STATIC_CACHE
        return response
