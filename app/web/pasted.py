"""Reads pasted text for programs and for the pages' editors: the answer at `/api/read`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.language import Problem, Problems
from app.link import json_object
from app.outputs import JSON, json_bytes, pasted_json
from app.web.core import answer, with_body

PLAIN = ("text/", "application/x-www-form-urlencoded")
"""The beginnings of the types of a body that is the text; the second is what curl says where nothing else is said."""

SEND = 'send {"text": "h_t = \\\\tanh(W h_{t-1})"}'


def read_text(request: Request, raw: bytes) -> Response:
    """What was read of a text."""
    return _read_query(request) if request.method == "GET" else _read_body(request, raw)


def _read_query(request: Request) -> Response:
    """What was read of the text of a query."""
    unknown = [name for name in request.query_params if name != "text"]
    texts = request.query_params.getlist("text")
    if unknown or len(texts) != 1:
        raise Problems(*(_no_field(name) for name in unknown), *([] if len(texts) == 1 else [_one_text()]))
    return _answered(request, texts[0])


def _read_body(request: Request, raw: bytes) -> Response:
    """What was read of the text of a body: `{"text": "…"}`, or the text itself, as `curl --data-binary` sends it."""
    if request.headers.get("Content-Type", "").startswith(PLAIN):
        return _answered(request, _decoded(raw))
    from app.outputs import schema

    try:
        asked = schema.PastedTextJson.model_validate(_sent(raw), strict=True)
    except ValidationError as error:
        unknown = [str(e["loc"][0]) for e in error.errors() if e["type"] == "extra_forbidden"]
        raise Problems(*map(_no_field, unknown) if unknown else [_one_text()]) from None
    return _answered(request, asked.text)


def _answered(request: Request, text: str) -> Response:
    """The answer; what is wrong with the whole text is told at its field here."""
    try:
        return answer(request, json_bytes(pasted_json(text)), JSON)
    except Problems as error:
        raise Problems(*(replace(problem, about="text") for problem in error.problems)) from None


def _sent(raw: bytes) -> dict[str, Any]:
    """The JSON of a body; what is wrong with it says how it is to be."""
    try:
        return json_object(raw)
    except Problems as error:
        raise Problems(*(replace(problem, hint=SEND) for problem in error.problems)) from None


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Problems(Problem("the body is no text in UTF-8", "text", hint="send the file as UTF-8")) from None


def _no_field(name: str) -> Problem:
    return Problem(f"there is no field {name}", name, ["text"])


def _one_text() -> Problem:
    return Problem("text is to be one text", "text", hint=SEND)


ROUTES = [Route("/api/read", with_body(read_text), methods=["GET", "POST"])]
