"""The body of a request, piece by piece, so that one that is too long is refused before it is there."""

from __future__ import annotations

import re
import zlib
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Mapping
from contextlib import AsyncExitStack

from anyio import CapacityLimiter, fail_after
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from app.language import Problem
from app.limits import limit
from app.web.core.problems import Refusal

PATIENCE = 60.0
"""Seconds within which a body is to be there."""
LONG, ONE_LONG = 8_000_000, CapacityLimiter(1)
"""Bytes beyond which a body is long, and who may have one."""
Unpacker = Callable[[bytes, int], Iterable[bytes]]
"""The next bytes of a body, and how many of it are wanted at most, → what they are."""


def with_body(make: Callable[[Request, bytes], Response]) -> Callable[[Request], Awaitable[Response]]:
    """Answer with what is made, on a thread, of a request and its body.

    A body is refused as soon as it is longer than allowed, packed or unpacked, or late. Long ones are read one at a
    time, and the next when what was asked with it is made: what is read of them takes several times their room.
    """

    async def answered(request: Request) -> Response:
        async with AsyncExitStack() as held:
            return await run_in_threadpool(make, request, await _read(request, held))

    return answered


async def _read(request: Request, held: AsyncExitStack) -> bytes:
    most, announced = limit("body"), request.headers.get("Content-Length", "")
    if re.fullmatch("[0-9]{1,18}", announced) and int(announced) > most:
        raise too_long(most)
    coding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in CODINGS:
        raise unknown_coding(coding)
    try:
        with fail_after(PATIENCE):
            return await _whole(request.stream(), most, CODINGS[coding](), held)
    except ClientDisconnect:
        raise Refusal(400, Problem("the body broke off", "body")) from None
    except TimeoutError:
        raise too_late() from None
    except zlib.error:
        raise broken_coding(coding) from None


async def _whole(stream: AsyncIterable[bytes], most: int, unpacked: Unpacker, held: AsyncExitStack) -> bytes:
    """All of a stream, piece by piece, so that one that becomes long as it is unpacked is refused before it is."""
    parts, length = list[bytes](), 0
    async for part in stream:
        for piece in unpacked(part, most + 1):
            parts.append(piece)
            length += len(piece)
            if length > most:
                raise too_long(most)
            if length > LONG >= length - len(piece):
                await held.enter_async_context(ONE_LONG)
    return b"".join(parts)


def _as_it_is() -> Unpacker:
    return lambda part, most: (part,)


def _gunzip() -> Unpacker:
    """Of gzip, at most so many bytes at a time."""
    found = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    return lambda part, most: (found.decompress(part, most),)


CODINGS: Mapping[str, Callable[[], Unpacker]] = {"identity": _as_it_is, "gzip": _gunzip}


def too_long(most: int) -> Refusal:
    """A body of more bytes than that."""
    return Refusal(413, Problem(f"the body is longer than {most:,} bytes", "body", {"maximum": most}))


def too_late() -> Refusal:
    """A body that somebody stopped to send."""
    return Refusal(408, Problem(f"the body was not there within {PATIENCE:g} seconds", "body"))


def unknown_coding(coding: str) -> Refusal:
    """A body that is packed as nothing here unpacks it."""
    problem = Problem(f"a body is not read in the coding {coding[:40]}", "Content-Encoding", list(CODINGS))
    return Refusal(415, problem, {"Accept-Encoding": ", ".join(CODINGS)})


def broken_coding(coding: str) -> Refusal:
    """A body that is not packed as its headers say."""
    return Refusal(400, Problem(f"the body is not in the coding {coding}", "body"))
