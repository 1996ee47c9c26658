"""Responses that any cache may keep, and the headers that all responses share.

A strong ETag, 304 for what is unchanged, HEAD for every GET, headers that keep a browser from guessing.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO
from urllib.parse import urlsplit, urlunsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.arrays import any_numbers
from app.web.core.previews import reached_at

LOG = logging.getLogger("unfold")
CACHE = "public, max-age=60, must-revalidate"
STATIC_CACHE = "public, no-cache"
FOREVER = "public, max-age=31536000, immutable"
PIECE = 1 << 18
"""Bytes of a body on disk that are read at a time."""
ZIPPED = "-gzip"
"""Ends the ETag of compressed bytes, since a strong ETag stands for exactly one sequence of bytes."""
HEAD = "unfold.head"
"""The key of a scope that says that only the headers of a GET are asked for."""
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors *",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}


@dataclass(frozen=True)
class StoredBody:
    """A body in a file, because it may be too long for memory, with its ETag and its length in bytes."""

    file: IO[bytes]
    tag: str
    length: int

    def pieces(self) -> Iterator[bytes]:
        """The bytes of the file, piece by piece."""
        self.file.seek(0)
        while piece := self.file.read(PIECE):
            yield piece


def store(pieces: Iterable[bytes], file: IO[bytes]) -> StoredBody:
    """Write the pieces of a body to a file one by one, so that no two are in memory together."""
    tag = hashlib.sha256()
    for piece in pieces:
        file.write(piece)
        tag.update(piece)
    return StoredBody(file, _tag(tag.hexdigest()), file.tell())


def answer(request: Request, body: bytes | StoredBody, media_type: str, disposition: str | None = None) -> Response:
    """The response to a GET with what caches need, or to a POST; `disposition` says what a browser does with it."""
    headers = {"Content-Disposition": disposition} if disposition else {}
    if request.method == "GET":
        tag = _tag(hashlib.sha256(body).hexdigest()) if isinstance(body, bytes) else body.tag
        headers |= {"ETag": tag, "Cache-Control": CACHE}
        if _known(request.headers.get("If-None-Match", ""), tag):
            return Response(status_code=304, headers=headers | {"Vary": "Accept-Encoding"})
    if isinstance(body, bytes):
        return Response(body, media_type=media_type, headers=headers)
    return StreamingResponse(
        body.pieces(), headers=headers | {"Content-Length": str(body.length)}, media_type=media_type
    )


def announced(media_type: str, disposition: str | None = None) -> Response:
    """The response to a HEAD of what takes long to make, without those headers that the bytes alone decide.

    RFC 9110, section 9.3.2, allows to leave them out.
    """
    headers = {"Content-Disposition": disposition} if disposition else {}
    return StreamingResponse((), headers=headers | {"Cache-Control": CACHE}, media_type=media_type)


def headers_only(scope: Scope) -> bool:
    """Whether a request is a HEAD, though what is inside `CommonHeaders` sees a GET."""
    return bool(scope.get(HEAD, False))


def _tag(digest: str) -> str:
    return f'"{digest[:32]}"'


def _known(header: str, tag: str) -> bool:
    known = [part.strip().removeprefix("W/") for part in header.split(",")]
    return "*" in known or tag in known


def prefers(accept: str, kind: str = "text/html") -> bool:
    """True if an Accept header prefers this kind to JSON, as browsers do for the address in their bar."""
    weights = dict(map(_weight, accept.split(",")))
    return weights.get(kind, 0.0) > max(weights.get(other, 0.0) for other in JSON_KINDS)


JSON_KINDS = ("application/problem+json", "application/json")


def _weight(part: str) -> tuple[str, float]:
    kind, *parameters = part.replace(" ", "").lower().split(";")
    text = next((p[2:] for p in parameters if p.startswith("q=")), "1")
    try:
        return kind, float(text)
    except ValueError:
        return kind, 0.0


def accepts_gzip(header: str) -> bool:
    """Whether an Accept-Encoding header allows gzip; `gzip;q=0` forbids it (RFC 9110, section 12.5.3)."""
    weights = dict(map(_weight, header.split(",")))
    return weights.get("gzip", 0.0) > 0


def on_this_host(address: str) -> str:
    """An address without the host, which a request may have made up."""
    parts = urlsplit(address)
    return urlunsplit(("", "", f"/{parts.path.lstrip('/')}", parts.query, ""))


class CommonHeaders:
    """Middleware around the whole service: HEAD, security headers, ETags of compressed bytes, answers to crashes.

    No number that is not finite is warned of, whatever makes an answer.
    """

    def __init__(self, app: ASGIApp, crashed: Callable[[Request], Response]) -> None:
        self.app, self.crashed = app, crashed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        exchange = _Exchange(scope, send)
        try:
            with any_numbers(), reached_at(scope):
                await self.app(exchange.inner, receive, exchange.send)
        except Exception:
            LOG.exception("%s %s failed", scope["method"], scope["path"])
            if exchange.started:
                raise
            await self.crashed(Request(scope))(scope, receive, exchange.send)


class _Exchange:
    """One request: the scope for the app inside, and its messages with the common headers added."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.outer: Callable[[Message], Awaitable[None]] = send
        self.head, self.started = scope["method"] == "HEAD", False
        tags = Headers(scope=scope).get("If-None-Match", "")
        self.zipped = f'{ZIPPED}"' in tags
        self.inner: Scope = {**scope, "method": "GET" if self.head else scope["method"], HEAD: self.head}
        headers = MutableHeaders(raw=list(scope["headers"]))
        if self.zipped:
            headers["If-None-Match"] = tags.replace(f'{ZIPPED}"', '"')
        if not accepts_gzip(headers.get("Accept-Encoding", "")):
            del headers["Accept-Encoding"]
        self.inner["headers"] = headers.raw

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(raw=message.setdefault("headers", []))
            self.tag(headers, message["status"])
            if "Location" in headers:
                headers["Location"] = on_this_host(headers["Location"])
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        elif self.head:
            message = {**message, "body": b""}
        await self.outer(message)

    def tag(self, headers: MutableHeaders, status: int) -> None:
        zipped = headers.get("Content-Encoding") == "gzip" or (status == 304 and self.zipped)
        if zipped and headers.get("ETag", "").endswith('"'):
            headers["ETag"] = f'{headers["ETag"][:-1]}{ZIPPED}"'
