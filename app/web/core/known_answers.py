"""Answers that are kept as they were sent, so that a known link costs nothing: no thread, no reading, no drawing.

The outermost middleware. Whoever has the bytes is told so by their tag alone; who has not gets what another got.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.cache import ByteStore
from app.limits import limit
from app.link import RUNS_ELSEWHERE
from app.web.core.codings import coding_of
from app.web.core.http import CACHE, HEADERS, coded_tag, known_tag
from app.web.core.known_answer import KnownAnswer, asks_for_part
from app.web.core.redis_answers import SharedAnswers
from app.web.core.redis_runs import SharedRuns
from app.web.core.static_address import is_static
from app.web.core.validators import address_tag

SHARE = 8
"""One answer takes at most such a part of the room."""
READ = ("GET", "HEAD")
ANSWERED_BEFORE = "unfold.known"
"""The key of a scope that says that nothing had to be made."""


KNOWN: ByteStore[str, KnownAnswer] = ByteStore(
    f"{__name__}.KNOWN",
    lambda: limit("answers"),
    lambda known: known.size,
)
"""By the ETag, which says the address and the coding."""


class KnownAnswers:
    """Middleware around all else. An answer whose ETag is the tag of its address is kept, and shared, and so are the
    checkpoints of the trainings that it takes."""

    def __init__(self, app: ASGIApp, shared: SharedAnswers | None = None, runs: SharedRuns | None = None) -> None:
        self.app, self.shared, self.runs = app, shared, runs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        token = RUNS_ELSEWHERE.set(self.runs.of if self.runs else None)
        try:
            await self.answer(scope, receive, send)
        finally:
            RUNS_ELSEWHERE.reset(token)

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with what is known, or with what is made now."""
        if scope["type"] != "http" or scope["method"] not in READ or _is_stream(scope):
            await self.app(scope, receive, send)
        elif headers := _unchanged(scope, known := await self.find(scope)):
            scope[ANSWERED_BEFORE] = True
            await send({"type": "http.response.start", "status": 304, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
        elif known:
            scope[ANSWERED_BEFORE] = True
            await known.send(send, Headers(scope=scope), scope["method"] == "HEAD")
        elif scope["method"] == "HEAD":
            await self.app(scope, receive, send)
        else:
            await self.app(scope, receive, _Listener(scope, send, self.keep).send)

    async def find(self, scope: Scope) -> KnownAnswer | None:
        """What was sent before, in the coding of a request, or in none where it has none; here, or elsewhere."""
        tag = address_tag(scope)
        tags = coded_tag(tag, coding_of(scope)), coded_tag(tag, None) + ALIKE
        known = KNOWN.get(tags[0]) or KNOWN.get(tags[1])
        if known is None and self.shared and not is_static(scope) and (found := await self.shared.find(*tags)):
            KNOWN.keep(*found)
            known = found[1]
        return known

    def keep(self, scope: Scope, tag: str, known: KnownAnswer) -> None:
        """Keep an answer; what is no file is shared."""
        KNOWN.keep(tag, known)
        if self.shared and not is_static(scope):
            self.shared.keep(tag, known)


ALIKE = "*"
"""Behind the tag of an answer that is the same in every coding."""


class _Listener:
    """Passes an answer on, and keeps it if it may be; where a part is asked for it passes that on once all is there."""

    def __init__(self, scope: Scope, outer: Send, keep: Callable[[Scope, str, KnownAnswer], None]) -> None:
        self.scope, self.outer, self.keep, self.asked = scope, outer, keep, Headers(scope=scope)
        self.headers: tuple[tuple[bytes, bytes], ...] | None = None
        self.key, self.body, self.most = "", list[bytes](), limit("answers") // SHARE
        self.held = list[Message]()

    async def send(self, message: Message) -> None:
        known = None
        if message["type"] == "http.response.start":
            self.begin(message)
        elif self.headers is not None:
            known = self.go_on(message)
        self.held.append(message)
        if known and asks_for_part(self.asked):
            await known.send(self.outer, self.asked)
        elif self.headers is None or not asks_for_part(self.asked):
            for one in self.held:
                await self.outer(one)
            self.held.clear()

    def begin(self, message: Message) -> None:
        headers = Headers(raw=message["headers"])
        tags = {coded_tag(address_tag(self.scope), coding) for coding in (None, coding_of(self.scope))}
        if message["status"] == 200 and headers.get("ETag") in tags:
            self.headers = tuple(message["headers"])
            self.key = headers["ETag"] + ("" if "Accept-Encoding" in headers.get("Vary", "") else ALIKE)

    def go_on(self, message: Message) -> KnownAnswer | None:
        """Take in a piece of the body; with the last one the answer is known."""
        self.body.append(message.get("body", b""))
        if sum(map(len, self.body)) > self.most:
            self.headers = None
        elif not message.get("more_body", False) and self.headers is not None:
            body = b"".join(self.body)
            sized = tuple(pair for pair in self.headers if pair[0].lower() != b"content-length")
            known = KnownAnswer((*sized, (b"content-length", str(len(body)).encode())), body)
            self.keep(self.scope, self.key, known)
            return known
        return None


def _is_stream(scope: Scope) -> bool:
    """Whether events are asked for, which the same address tells beside its answer."""
    return "text/event-stream" in Headers(scope=scope).get("Accept", "")


def _unchanged(scope: Scope, known: KnownAnswer | None) -> list[tuple[bytes, bytes]] | None:
    """The headers for who has the bytes already; None for others, and where only what is inside can say.

    That is of files, whose headers are others, and of `*`, which asks whether there is anything at all.
    """
    tag = known_tag(scope)
    if tag is None:
        return None
    if known:
        return known.unchanged(tag)
    if is_static(scope) or "*" in Headers(scope=scope)["If-None-Match"]:
        return None
    headers = {**HEADERS, "ETag": tag, "Cache-Control": CACHE, "Vary": "Accept-Encoding"}
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]
