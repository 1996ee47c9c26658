"""What a known answer costs, beside an empty route of FastAPI that answers as many bytes: both without a server."""

from __future__ import annotations

import asyncio
from functools import partial

from fastapi import FastAPI
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Scope

from app.web.service import create_app
from benchmarks.measure import race
from benchmarks.race import Contestant

PATH, QUERY = "/figure.svg", b"system=lstm&tau=3"
HEADERS = [(b"host", b"127.0.0.1:8000"), (b"accept", b"*/*"), (b"accept-encoding", b"gzip"), (b"user-agent", b"wrk")]
MANY = 100
"""Requests of one turn."""


def known_to_empty(seconds: float, tiny: bool = False) -> float:
    """The time of a figure that was asked for before, over that of the empty route."""
    loop = asyncio.new_event_loop()
    try:
        service = create_app()
        body = _run(loop, service, 1)
        times = 2 if tiny else MANY
        known, empty = (Contestant(partial(_run, loop, app, times), dict) for app in (service, _empty(body)))
        return race({("known", 1): known, ("empty", 1): empty}, seconds).ratio(("known", 1), ("empty", 1))
    finally:
        loop.close()


def _run(loop: asyncio.AbstractEventLoop, app: ASGIApp, times: int) -> bytes:
    return loop.run_until_complete(_asked(app, times))


def _empty(body: bytes) -> ASGIApp:
    app = FastAPI()
    app.add_api_route(PATH, partial(_same, body), response_class=Response)
    return app


async def _same(body: bytes) -> Response:
    return Response(body, media_type="image/svg+xml", headers={"Content-Encoding": "gzip"})


async def _asked(app: ASGIApp, times: int) -> bytes:
    """The bytes of the last of so many requests."""
    body = b""

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal body
        body = message.get("body", b"")

    for _ in range(times):
        await app(_scope(), receive, send)
    return body


def _scope() -> Scope:
    asked = {"method": "GET", "path": PATH, "raw_path": PATH.encode(), "query_string": QUERY, "headers": [*HEADERS]}
    about = {"type": "http", "http_version": "1.1", "scheme": "http", "root_path": "", "asgi": {"version": "3.0"}}
    return {**about, **asked, "server": ("127.0.0.1", 8000), "client": ("127.0.0.1", 1), "state": {}}
