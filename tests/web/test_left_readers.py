"""Readers who leave: what is made for one stops, whatever it is, and nothing of it is taken for a fault."""

from __future__ import annotations

import logging
from tempfile import TemporaryFile
from threading import Event
from typing import IO, Any

import anyio
import pytest

from app.cache import clear_caches
from app.readers import READER, Reader
from app.web.core import left_readers
from app.web.core.admission import TRAININGS
from app.web.service import create_app
from tests.loops import run_async

DEAR = {
    "a figure": ("GET", "/figure.svg", b"system=lstm&tau=12&detail=operations&phase=backward&window=1..tau"),
    "frames": ("GET", "/figure.zip", b"system=lstm&tau=4&phase=backward&frames=true"),
    "a page": ("GET", "/", b"system=gru&tau=4"),
    "a trace": ("POST", "/api/trace", b'{"system": "lstm", "tau": 9}'),
    "a check": ("GET", "/api/gradient-check", b"system=gru&tau=5"),
    "instruments": ("POST", "/api/instruments", b'{"system": "gru", "tau": 7}'),
    "a trained network": ("GET", "/api/trace", b"system=rnn-regression&tau=10&trained=900"),
    "a plot of a run": ("GET", "/run.svg", b"system=rnn-regression&tau=10&steps=900"),
    "a pasted text": ("GET", "/api/read", b"text=h_t = \\tanh(W h_{t-1})"),
}
"""Each kind of work, by its address and what is sent."""


class Leaving(Reader):
    """A reader who leaves when the work for him asks for the first time whether he is there."""

    def __init__(self) -> None:
        self.asks, self.going, self.gone = 0, anyio.Event(), Event()

    @property
    def left(self) -> bool:
        self.asks += 1
        anyio.from_thread.run_sync(self.going.set)
        assert self.gone.wait(60)
        return True

    @left.setter
    def left(self, gone: bool) -> None:
        assert gone
        self.gone.set()


async def asked(app: Any, method: str, path: str, said: bytes) -> tuple[list[Any], Leaving]:
    """What is sent to a reader who leaves as soon as work for him has begun."""
    sent: list[Any] = []
    parts = [{"type": "http.request", "body": b"" if method == "GET" else said, "more_body": False}]
    readers: list[Leaving] = []

    def come() -> Leaving:
        readers.append(Leaving())
        return readers[-1]

    async def receive() -> Any:
        if parts:
            return parts.pop()
        await readers[0].going.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    length = [] if method == "GET" else [(b"content-length", str(len(said)).encode())]
    scope = {"type": "http", "method": method, "path": path, "query_string": said if method == "GET" else b""}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(left_readers, "Reader", come)
        await app({**scope, "headers": [(b"accept", b"text/html,*/*"), *length]}, receive, send)
    return sent, readers[0]


@pytest.mark.parametrize("kind", DEAR)
def test_what_is_made_for_a_reader_stops_when_he_leaves(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    clear_caches()
    sent, reader = run_async(asked, create_app(), *DEAR[kind])
    assert reader.asks == 1 and not sent
    assert not TRAININGS.line and not TRAININGS.running.borrowed_tokens
    assert not [it for it in caplog.records if it.levelno >= logging.WARNING]
    assert READER.get() is None


async def taken(app: Any, coding: str, most: int) -> int:
    """How many messages a reader took who leaves after so many, while the next waits to be taken."""
    gone, sent = anyio.Event(), 0

    async def receive() -> Any:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        nonlocal sent
        if sent == most:
            gone.set()
            await anyio.sleep_forever()
        sent += 1

    scope = {"type": "http", "method": "GET", "path": "/api/trace", "query_string": b"system=lstm&tau=9"}
    await app({**scope, "headers": [(b"accept-encoding", coding.encode())]}, receive, send)
    return sent


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_the_file_of_a_long_answer_is_closed_when_its_reader_leaves(
    coding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = list[IO[bytes]]()

    def watched() -> IO[bytes]:
        opened.append(TemporaryFile())  # noqa: SIM115
        return opened[-1]

    monkeypatch.setattr("app.web.core.http.PIECE", 4000)
    monkeypatch.setattr("app.web.core.http.TemporaryFile", watched)
    app = create_app()
    for most in range(4):
        assert run_async(taken, app, coding, most) == most
        assert [file.closed for file in opened] == [True] * (most + 1)
