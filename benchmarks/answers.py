"""What answers cost, asked of the service without a server: a known one beside an empty route of FastAPI that answers
as many bytes, a training beside the engine alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from itertools import count
from urllib.parse import urlencode

from fastapi import FastAPI
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Scope

from app.engine import train
from app.link import Training, parse, resolve
from app.link.training import recipe
from app.web.service import create_app
from benchmarks.measure import race
from benchmarks.race import Contestant

PATH, QUERY = "/figure.svg", "system=lstm&tau=3"
MANY = 100
"""Requests of one turn."""
STEPS = 15_000
"""Of a training: as many as the limit of work leaves an LSTM."""


def known_to_empty(seconds: float, tiny: bool = False) -> float:
    """The time of a figure that was asked for before, over that of the empty route."""
    loop = asyncio.new_event_loop()
    try:
        service, asked = create_app(), _scope(PATH, QUERY, {"accept-encoding": "gzip"})
        body = _run(loop, service, asked, 1)
        times = 2 if tiny else MANY
        known, empty = (Contestant(partial(_run, loop, app, asked, times), dict) for app in (service, _empty(body)))
        return race({("known", 1): known, ("empty", 1): empty}, seconds).ratio(("known", 1), ("empty", 1))
    finally:
        loop.close()


def run_to_engine(fields: Mapping[str, str], accept: str, seconds: float, tiny: bool = False) -> float:
    """The time of a training that nobody has asked for, over that of the same run in the engine, which tells nobody."""
    loop, service, seeds = asyncio.new_event_loop(), create_app(), count()
    asked = {**fields, "tau": "10", "lr": "0.02", "steps": str(50 if tiny else STEPS)}
    run = resolve(parse(urlencode(asked), Training)).run
    how = recipe(run.link, int(asked["steps"]), run.cuts)

    def answered() -> None:
        _run(loop, service, _scope("/api/train", urlencode(asked | {"seed": str(next(seeds))}), {"accept": accept}), 1)

    def alone() -> None:
        train(run.recurrence, run.tau, how, run.window)

    try:
        contestants = {(name, 1): Contestant(work, dict) for name, work in (("API", answered), ("engine", alone))}
        return race(contestants, seconds).ratio(("API", 1), ("engine", 1))
    finally:
        loop.close()


def words_to_one(others: str, seconds: float, tiny: bool = False) -> float:
    """The time of a training on words of several lengths, over that on one word; in the engine, which tells nobody."""

    def trained(words: str) -> Contestant:
        asked = {"system": "lstm", "task": f"next-character:{words}", "tau": "4", "steps": str(50 if tiny else STEPS)}
        run = resolve(parse(urlencode(asked), Training)).run
        return Contestant(
            partial(train, run.recurrence, run.tau, recipe(run.link, int(asked["steps"]), run.cuts), run.window), dict
        )

    word = others.partition(",")[0]
    contestants = {(words, 1): trained(words) for words in (others, word)}
    return race(contestants, seconds).ratio((others, 1), (word, 1))


def _run(loop: asyncio.AbstractEventLoop, app: ASGIApp, asked: Scope, times: int) -> bytes:
    return loop.run_until_complete(_asked(app, asked, times))


def _empty(body: bytes) -> ASGIApp:
    app = FastAPI()
    app.add_api_route(PATH, partial(_same, body), response_class=Response)
    return app


async def _same(body: bytes) -> Response:
    return Response(body, media_type="image/svg+xml", headers={"Content-Encoding": "gzip"})


async def _asked(app: ASGIApp, asked: Scope, times: int) -> bytes:
    """The last bytes of the last of so many requests, whose reader stays."""
    body, left = b"", asyncio.Event()

    async def receive() -> Message:
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        nonlocal body
        body = message.get("body", b"")
        assert message.get("status", 200) == 200

    for _ in range(times):
        await app({**asked, "state": {}}, receive, send)
    return body


def _scope(path: str, query: str, said: Mapping[str, str]) -> Scope:
    headers = [(name.encode(), value.encode()) for name, value in {"host": "127.0.0.1:8000", **said}.items()]
    asked = {
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": headers,
    }
    about = {"type": "http", "http_version": "1.1", "scheme": "http", "root_path": "", "asgi": {"version": "3.0"}}
    return {**about, **asked, "server": ("127.0.0.1", 8000), "client": ("127.0.0.1", 1)}
