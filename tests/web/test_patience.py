"""Connections that nobody uses: what is not asked, and what is not taken, is waited for so long and no longer."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress
from queue import Queue
from urllib.parse import urlsplit

import pytest
from starlette.responses import Response

from app.cli import patient_protocol
from app.cli.patient_protocol import PatientProtocol
from tests.browsers import served

ASKED = b"GET /%s HTTP/1.1\r\nHost: localhost\r\n\r\n"
LONG = 20_000_000
"""Bytes that no buffer on the way has room for."""


async def service(scope: object, receive: object, send: object) -> None:
    """It answers with a letter, or with many."""
    assert isinstance(scope, dict)
    if scope["type"] == "http":
        await Response(b"a" * (LONG if scope["path"] == "/long" else 1))(scope, receive, send)  # type: ignore[arg-type]


@pytest.fixture
def lost(monkeypatch: pytest.MonkeyPatch) -> Queue[bool]:
    """Where a connection that ends is told, with whether something was waited for then."""
    found = Queue[bool]()
    usual = PatientProtocol.connection_lost

    def told(self: PatientProtocol, error: Exception | None) -> None:
        found.put(self.dropping is not None)
        usual(self, error)

    monkeypatch.setattr(PatientProtocol, "connection_lost", told)
    return found


@pytest.fixture
def address(lost: Queue[bool]) -> Iterator[tuple[str, int]]:
    with served(service, http=PatientProtocol, lifespan="off", timeout_keep_alive=600) as url:
        lost.get(timeout=60)  # Of whoever asked whether it is up.
        parts = urlsplit(url)
        yield str(parts.hostname), int(parts.port or 0)


@pytest.mark.parametrize(
    ("before", "said"),
    [(b"", b""), (b"", ASKED[:20]), (b"", ASKED % b"long"), (ASKED % b"short", ASKED[:20])],
    ids=["nothing", "half", "takes nothing", "half of another"],
)
def test_who_asks_half_or_takes_nothing_is_dropped(
    before: bytes, said: bytes, address: tuple[str, int], lost: Queue[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patient_protocol, "PATIENCE", 0.05)
    monkeypatch.setattr(patient_protocol, "SLOWEST", 10**12)
    with socket.create_connection(address, timeout=60) as connection:
        connection.sendall(before)
        answer = b""
        while before and not answer.endswith(b"\r\n\r\na"):
            answer += (piece := connection.recv(1000))
            assert piece, "the connection has ended before the second request"
        connection.sendall(said)
        assert lost.get(timeout=60)


CHUNKED = b"POST /short HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"


@pytest.mark.parametrize(
    "said",
    [
        ASKED % (b"a" * 70_000),
        ASKED[:24] + b"a" * 600_000,
        (ASKED % b"short")[:-2] + b"a: b\r\n" * 20_000 + b"\r\n",
        CHUNKED + b"a: b\r\n" * 100_000,
        (ASKED % b"short") * 20_000,
    ],
    ids=["an address", "a header without an end", "headers", "headers after a body", "requests"],
)
def test_who_asks_without_an_end_is_dropped(said: bytes, address: tuple[str, int], lost: Queue[bool]) -> None:
    with socket.create_connection(address, timeout=60) as connection, suppress(ConnectionError):
        connection.sendall(said)
        while connection.recv(100_000):
            pass
    lost.get(timeout=60)


def test_who_reads_is_waited_for(address: tuple[str, int], lost: Queue[bool]) -> None:
    with socket.create_connection(address, timeout=60) as connection:
        connection.sendall(ASKED % b"long" + ASKED % b"short")
        with connection.makefile("rb") as answer:
            for length in (LONG, 1):
                while b"content-length" not in answer.readline():
                    pass
                assert answer.readline() == b"\r\n" and answer.read(length) == b"a" * length
        assert lost.empty()
    assert not lost.get(timeout=60)
