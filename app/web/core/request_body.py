"""The body of a request, piece by piece, so that one that is too long is refused before it is there."""

from __future__ import annotations

import re
import zlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import nullcontext
from tempfile import SpooledTemporaryFile
from typing import IO

from anyio import CapacityLimiter, fail_after
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from app.cores import PLACES
from app.language import Problem
from app.limits import limit
from app.web.core.problems import Refusal

PATIENCE = 60.0
"""Seconds within which a body is to be there."""
HELD = 1 << 16
"""Bytes of a body that are held in memory while it comes; a longer one waits for its end in a file."""
LONG, ONE_LONG = 8_000_000, CapacityLimiter(1)
"""Bytes beyond which a body is long, and who may read one."""
Pieces = Iterable[bytes]


def with_body(make: Callable[[Request, bytes], Response]) -> Callable[[Request], Awaitable[Response]]:
    """Answer with what is made, on a thread, of a request and its body.

    A body is refused as soon as it is longer than allowed, packed or unpacked, or late. Whoever sends slowly holds
    nothing that others wait for: memory is taken once all is there, and for long bodies one at a time, until what was
    asked with it is made, since what is read of them takes several times their room.
    """

    async def answered(request: Request) -> Response:
        unpacked = _coding(request)
        with SpooledTemporaryFile(HELD) as file:
            length = await _come(request, file)
            async with ONE_LONG if unpacked or length > LONG else nullcontext():
                return await run_in_threadpool(PLACES.in_place(lambda: make(request, _read(file, unpacked))))

    return answered


def _coding(request: Request) -> Unpacker | None:
    """What unpacks the body of a request."""
    coding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in CODINGS:
        raise unknown_coding(coding)
    return CODINGS[coding]


async def _come(request: Request, file: IO[bytes]) -> int:
    """Put what comes into a file, and say how much it was."""
    most, announced, length = limit("body"), request.headers.get("Content-Length", ""), 0
    if re.fullmatch("[0-9]{1,18}", announced) and int(announced) > most:
        raise too_long(most)
    try:
        with fail_after(PATIENCE):
            async for piece in request.stream():
                length += file.write(piece)
                if length > most:
                    raise too_long(most)
    except ClientDisconnect:
        raise Refusal(400, Problem("the body broke off", "body")) from None
    except TimeoutError:
        raise too_late() from None
    return length


def _read(file: IO[bytes], unpacked: Unpacker | None) -> bytes:
    """All of a file, unpacked."""
    file.seek(0)
    if unpacked is None:
        return file.read()
    most, parts, length = limit("body"), list[bytes](), 0
    for piece in unpacked(iter(lambda: file.read(HELD), b"")):
        parts.append(piece)
        length += len(piece)
        if length > most:
            raise too_long(most)
    return b"".join(parts)


def _gunzip(packed: Pieces) -> Pieces:
    """What gzip has packed, at most so many bytes at a time."""
    found = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        for part in packed:
            while part and not found.eof:
                yield found.decompress(part, HELD)
                part = found.unconsumed_tail
        yield found.flush()
    except zlib.error:
        raise broken_coding("gzip") from None
    if not found.eof:
        raise broken_coding("gzip")


Unpacker = Callable[[Pieces], Pieces]
CODINGS: Mapping[str, Unpacker | None] = {"identity": None, "gzip": _gunzip}


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
