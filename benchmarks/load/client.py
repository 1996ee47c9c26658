"""Readers of a service: each has one connection, asks, reads the whole answer, and asks again."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from time import perf_counter
from typing import cast
from urllib.parse import urlsplit

from httptools import HttpResponseParser

PATIENCE = 60.0
"""Seconds after which an answer does not count as one."""


@dataclass
class Tally:
    """What came of the requests of one kind."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    """0 for a connection that broke, or an answer that did not come in time."""
    bytes: int = 0
    lasted: float = 0.0

    @property
    def rate(self) -> float:
        """Answers a second, those that refuse left out."""
        return self.statuses[200] / self.lasted if self.lasted else 0.0

    @property
    def failed(self) -> int:
        """What was answered by anything but what was asked for."""
        return self.statuses.total() - self.statuses[200]

    def within(self, share: float) -> float:
        """The seconds within which such a share of the answers came."""
        ordered = sorted(self.seconds)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0


class Connection(asyncio.Protocol):
    """One connection that is kept."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.transport: asyncio.Transport | None = None
        self.parser, self.length = HttpResponseParser(self), 0
        self.answer: asyncio.Future[int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self.length += len(data)
        self.parser.feed_data(data)

    def on_message_complete(self) -> None:
        if self.answer and not self.answer.done():
            self.answer.set_result(self.parser.get_status_code())
        self.parser = HttpResponseParser(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        if self.answer and not self.answer.done():
            self.answer.set_result(0)

    async def ask(self, path: str) -> int:
        """The status of the answer; 0 where none came."""
        if self.transport is None:
            return 0
        self.answer = asyncio.get_running_loop().create_future()
        asked = f"GET {path} HTTP/1.1\r\nHost: {self.host}\r\nAccept: */*\r\nAccept-Encoding: gzip, zstd\r\n\r\n"
        self.transport.write(asked.encode())
        try:
            return await asyncio.wait_for(self.answer, PATIENCE)
        except TimeoutError:
            self.close()
            return 0

    def close(self) -> None:
        if self.transport:
            self.transport.abort()


async def connected(address: str) -> Connection:
    """A connection to a service at an address as http://127.0.0.1:8000."""
    parts = urlsplit(address)
    loop = asyncio.get_running_loop()
    _, found = await loop.create_connection(lambda: Connection(parts.netloc), parts.hostname or "", parts.port or 80)
    return found


async def ask_for(
    address: str, path: Callable[[int], str], numbers: Iterator[int], connections: int, seconds: float
) -> Tally:
    """Ask over so many connections for so long, or until the numbers end; what is under way then is waited for."""
    tally, begun = Tally(), perf_counter()
    await asyncio.gather(*(_reads(address, path, numbers, begun + seconds, tally) for _ in range(connections)))
    tally.lasted = perf_counter() - begun
    return tally


async def _reads(address: str, path: Callable[[int], str], numbers: Iterator[int], end: float, tally: Tally) -> None:
    connection: Connection | None = None
    while (asked := perf_counter()) < end and (number := next(numbers, None)) is not None:
        if connection is None or connection.transport is None:
            with suppress(OSError):
                connection = await connected(address)
        before = connection.length if connection else 0
        status = await connection.ask(path(number)) if connection else 0
        tally.statuses[status] += 1
        tally.bytes += (connection.length if connection else 0) - before
        tally.seconds.append(perf_counter() - asked)
        if status == 0:
            await asyncio.sleep(0.05)
    if connection:
        connection.close()


@contextmanager
def fast_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """A loop for the readers: uvloop's where it is installed, so that they take less of the machine that they ask."""
    try:
        from uvloop import new_event_loop
    except ImportError:
        from asyncio import new_event_loop
    loop: asyncio.AbstractEventLoop = new_event_loop()
    try:
        yield loop
    finally:
        loop.close()
