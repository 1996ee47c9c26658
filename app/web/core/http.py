"""Responses that any cache may keep, and the headers that all responses share.

A strong ETag, 304 for what is unchanged, HEAD for every GET, headers that keep a browser from guessing.
"""

from __future__ import annotations

import logging
import math
from asyncio import CancelledError
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, cast
from urllib.parse import urlsplit, urlunsplit

from anyio import CapacityLimiter, to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.arrays import any_numbers
from app.cores import PLACES
from app.web.core.codings import CODINGS, Coding, accepted, coding_of, is_written
from app.web.core.previews import reached_at
from app.web.core.root_path import below_root, rooted
from app.web.core.validators import address_tag

LOG = logging.getLogger("unfold")
CACHE = "public, max-age=60, stale-while-revalidate=600"
STATIC_CACHE = "public, no-cache"
FOREVER = "public, max-age=31536000, immutable"
PIECE = 1 << 18
"""Bytes of a body that are sent at a time; a longer one waits in a file until its reader takes the next."""
READING = CapacityLimiter(math.inf)
"""Threads that read such files are beside those that make answers: they wait for nothing and compute nothing."""
HEAD = "unfold.head"
"""The key of a scope that says that only the headers of a GET are asked for."""
API_VERSION = "API-Version"
HEADERS = {
    API_VERSION: "1",
    "Content-Security-Policy": "default-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors *",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": f"ETag, Content-Disposition, Content-Range, Retry-After, {API_VERSION}",
}
"""Of every response. Whoever asks is nobody here, so that pages elsewhere may read, show and frame all of it."""
BEFOREHAND = {
    "Access-Control-Allow-Headers": "Content-Type, If-None-Match, If-Range, Range, Last-Event-ID",
    "Access-Control-Max-Age": "86400",
    "Cache-Control": "no-store",
}
"""Of the answer to an OPTIONS, beside the methods that its address takes."""


@dataclass(frozen=True)
class StoredBody:
    """A body in a file, because it may be too long for memory, with its length in bytes."""

    file: IO[bytes]
    length: int

    def pieces(self) -> Iterator[bytes]:
        """The bytes of the file, piece by piece."""
        self.file.seek(0)
        while piece := self.file.read(PIECE):
            yield piece


def store(pieces: Iterable[bytes], file: IO[bytes]) -> StoredBody:
    """Write the pieces of a body to a file one by one, so that no two are in memory together."""
    for piece in pieces:
        file.write(piece)
    return StoredBody(file, file.tell())


class PiecesResponse(StreamingResponse):
    """A body piece by piece, each made on a thread, of which the file that it is in is closed however it is sent:
    a reader may leave before the first piece, between two, or while one is made.

    Its end is None: an exception that a thread ends by refers to who waits for it, which refers to it.
    """

    def __init__(
        self,
        pieces: Iterable[bytes],
        headers: Mapping[str, str],
        media_type: str | None = None,
        limiter: CapacityLimiter | None = None,
        file: IO[bytes] | None = None,
    ) -> None:
        self.file = file or nullcontext()
        super().__init__(_on_threads(iter(pieces), limiter), headers=headers, media_type=media_type)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self.file:
            await super().__call__(scope, receive, send)


async def _on_threads(pieces: Iterator[bytes], limiter: CapacityLimiter | None) -> AsyncIterator[bytes]:
    make = next if limiter else PLACES.in_place(next)
    while (piece := await to_thread.run_sync(make, pieces, None, limiter=limiter)) is not None:
        yield piece


Made = bytes | StoredBody | Callable[[], bytes]
"""A body, or what makes it where it is asked for."""


def answer(
    request: Request,
    body: Made,
    media_type: str,
    disposition: str | None = None,
    pack: Callable[[Coding, bytes], bytes] = Coding.packed,
) -> Response:
    """The response to a GET with what caches need, or to a POST; `disposition` says what a browser does with it.

    A body that is made only here is made only for who has it to get: neither for a HEAD nor for who has the bytes.
    """
    if callable(body):
        if known := bodiless(request, media_type, disposition):
            return known
        body = body()
    elif unchanged := _unchanged(request, media_type):
        return unchanged
    headers = _headers(request, media_type, disposition)
    coding = _coding(request, media_type)
    if coding:
        headers["Content-Encoding"] = coding.name
    if isinstance(body, bytes):
        body, coding = pack(coding, body) if coding else body, None
        if len(body) <= PIECE:
            return Response(body, media_type=media_type, headers=headers)
        body = store([body], cast(IO[bytes], TemporaryFile()))  # noqa: SIM115
    if coding:
        return PiecesResponse(coding.pieces(body.pieces()), headers, media_type, file=body.file)
    headers["Content-Length"] = str(body.length)
    return PiecesResponse(body.pieces(), headers, media_type, READING, body.file)


def refused(
    request: Request, body: bytes, media_type: str, status: int = 422, headers: Mapping[str, str] | None = None
) -> Response:
    """The response to what cannot be answered as it was asked, which no cache keeps."""
    said, coding = (
        {"Cache-Control": "no-store", "Vary": "Accept, Accept-Encoding", **(headers or {})},
        coding_of(request.scope),
    )
    if coding:
        said["Content-Encoding"], body = coding.name, coding.packed(body)
    return Response(body, status, said, media_type)


def bodiless(request: Request, media_type: str, disposition: str | None = None) -> Response | None:
    """The response to who has the bytes already, or asks for the headers alone; None where the body is to be made.

    A HEAD is not told what the bytes alone decide, their length (RFC 9110, section 9.3.2), nor a refusal that only
    making them would find.
    """
    if unchanged := _unchanged(request, media_type):
        return unchanged
    if headers_only(request.scope):
        return PiecesResponse((), headers=_headers(request, media_type, disposition), media_type=media_type)
    return None


def _headers(request: Request, media_type: str, disposition: str | None) -> dict[str, str]:
    """What is said of a body, however it is made."""
    headers = {"Content-Disposition": disposition} if disposition else {}
    if is_written(media_type):
        headers["Vary"] = "Accept-Encoding"
    if request.method == "GET":
        tag = coded_tag(address_tag(request.scope), _coding(request, media_type))
        headers |= {"ETag": tag, "Cache-Control": CACHE, "Accept-Ranges": "bytes"}
    return headers


def _unchanged(request: Request, media_type: str) -> Response | None:
    if request.method != "GET" or not (tag := known_tag(request.scope)):
        return None
    headers = {"Vary": "Accept-Encoding"} if is_written(media_type) else {}
    return Response(status_code=304, headers=headers | {"ETag": tag, "Cache-Control": CACHE})


def _coding(request: Request, media_type: str) -> Coding | None:
    return coding_of(request.scope) if is_written(media_type) else None


def coded_tag(tag: str, coding: Coding | None) -> str:
    """The ETag of an answer in a coding, since a strong one stands for exactly one sequence of bytes."""
    return f'"{tag}-{coding.name}"' if coding else f'"{tag}"'


def known_tag(scope: Scope) -> str | None:
    """The ETag, of those that a request says are known, of what its address answers, in whatever coding."""
    header = Headers(scope=scope).get("If-None-Match", "")
    if not header:
        return None
    known, tag = [part.strip().removeprefix("W/") for part in header.split(",")], address_tag(scope)
    if "*" in known:
        return coded_tag(tag, None)
    tags = (coded_tag(tag, coding) for coding in (None, *CODINGS.values()))
    return next((tag for tag in tags if tag in known), None)


def headers_only(scope: Scope) -> bool:
    """Whether a request is a HEAD, though what is inside `CommonHeaders` sees a GET."""
    return bool(scope.get(HEAD, False))


def prefers(accept: str, kind: str = "text/html") -> bool:
    """True if an Accept header prefers this kind to JSON, as browsers do for the address in their bar."""
    weights = accepted(accept)
    return weights.get(kind, 0.0) > max(weights.get(other, 0.0) for other in JSON_KINDS)


JSON_KINDS = ("application/problem+json", "application/json")


def on_this_host(address: str) -> str:
    """An address without the host, which a request may have made up."""
    parts = urlsplit(address)
    return urlunsplit(("", "", f"/{parts.path.lstrip('/')}", parts.query, ""))


def _tell_methods(headers: MutableHeaders) -> None:
    """What an address takes, in place of the refusal of OPTIONS, which knows it."""
    methods = f"{headers.get('Allow', 'GET, HEAD')}, OPTIONS"
    for name in [*headers.keys()]:
        del headers[name]
    headers.update({"Allow": methods, "Access-Control-Allow-Methods": methods, **BEFOREHAND})


class CommonHeaders:
    """Middleware around the whole service: HEAD and OPTIONS, security headers, answers to crashes and at its stop.

    No number that is not finite is warned of, whatever makes an answer.
    """

    def __init__(
        self, app: ASGIApp, crashed: Callable[[Request], Response], stopping: Callable[[Request], Response]
    ) -> None:
        self.app, self.crashed, self.stopping = app, crashed, stopping

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        exchange = _Exchange(scope, send)
        try:
            with any_numbers(), reached_at(scope), below_root(scope):
                await self.app(exchange.inner, receive, exchange.send)
        except Exception:
            LOG.exception("%s %s failed", scope["method"], scope["path"])
            if exchange.started:
                raise
            await self.crashed(Request(scope))(scope, receive, exchange.send)
        except CancelledError:
            if exchange.started:
                raise
            await self.stopping(Request(scope))(scope, receive, exchange.send)


class _Exchange:
    """One request: the scope for the app inside, and its messages with the common headers added."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.outer: Callable[[Message], Awaitable[None]] = send
        self.head, self.options, self.started = scope["method"] == "HEAD", scope["method"] == "OPTIONS", False
        self.inner: Scope = {**scope, "method": "GET" if self.head else scope["method"], HEAD: self.head}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            self.options = self.options and message["status"] == 405
            headers = MutableHeaders(raw=message.setdefault("headers", []))
            if self.options:
                message = {**message, "status": 204, "headers": headers.raw}
                _tell_methods(headers)
            if "Location" in headers:
                headers["Location"] = rooted(on_this_host(headers["Location"]))
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        elif self.head or self.options:
            message = {**message, "body": b""}
        await self.outer(message)
