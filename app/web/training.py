"""A training over HTTP: so many at a time, each on a thread of its own, ended as soon as its reader leaves.

`Finished` answers with JSON at the end, `Told` with server-sent events as it goes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

import anyio
from anyio import CapacityLimiter, from_thread, to_thread
from sse_starlette import EventSourceResponse, ServerSentEvent
from sse_starlette.sse import SendTimeoutError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.engine import TrainingStep
from app.language import Problem, Problems
from app.limits import limit
from app.link import Resolved
from app.web import answers
from app.web.answers import JSON, written
from app.web.http import answer
from app.web.problems import MEANT, Refusal

T = TypeVar("T")
RETRY = 5
"""Seconds after which it is worth another try where the house is full."""
PATIENCE = 60.0
"""Seconds for which a reader may leave what is told unread."""
TOGETHER = 0.05
"""Events less than so many seconds apart are sent together."""


class House:
    """The trainings under way in this process."""

    def __init__(self) -> None:
        self.inside, self.door = 0, threading.Lock()

    def enter(self) -> None:
        """Take a place; a `Refusal` where none is left."""
        most = limit("runs")
        with self.door:
            if self.inside >= most:
                raise Refusal(503, Problem(MEANT[503].format(runs=most), ""), {"Retry-After": str(RETRY)})
            self.inside += 1

    def leave(self) -> None:
        """Give the place back."""
        with self.door:
            self.inside -= 1


HOUSE = House()


async def on_a_thread(work: Callable[[], T]) -> T:
    """The result of work that takes its time; HOUSE counts who is in here, so the thread is beside the common ones."""
    return await to_thread.run_sync(work, limiter=CapacityLimiter(1))


class Finished(Response):
    """A training that is answered with JSON when it is done."""

    def __init__(self, request: Request, resolved: Resolved) -> None:
        HOUSE.enter()
        super().__init__()
        self.request, self.resolved = request, resolved

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run, watching whether the reader is still there."""
        body = b""
        try:
            async with anyio.create_task_group() as group:
                group.start_soon(_cancel_when_left, receive, group.cancel_scope)
                body = await on_a_thread(self.made)
                group.cancel_scope.cancel()
        finally:
            HOUSE.leave()
        if body:
            response = answer(self.request, body, JSON)
            response.headers.add_vary_header("Accept")
            await response(scope, receive, send)

    def made(self) -> bytes:
        return written(answers.train(self.resolved, lambda _: from_thread.check_cancelled()))


async def _cancel_when_left(receive: Receive, scope: anyio.CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()


class Told(EventSourceResponse):
    """A training that is told step by step: an event for each, and at the end `done`.

    A reader who comes back with the id of the last event that he has gets those after it: the same training again,
    told from there.
    """

    kind = "text/event-stream"

    def __init__(self, request: Request, resolved: Resolved) -> None:
        self.resolved, self.last = resolved, _last(request)
        self.waiting, self.sent = list[bytes](), 0.0
        HOUSE.enter()
        self.events, self.heard = anyio.create_memory_object_stream[bytes](1)
        headers = {"Vary": "Accept"}
        super().__init__(self.heard, headers=headers, sep="\n", data_sender_callable=self.tell, send_timeout=PATIENCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run and tell until it is done or nobody listens."""
        try:
            await super().__call__(scope, receive, send)
        except SendTimeoutError:
            pass
        finally:
            self.heard.close()
            HOUSE.leave()

    async def tell(self) -> None:
        """Put every event in the stream, and close it."""
        async with self.events:
            await on_a_thread(self.run)

    def run(self) -> None:
        """Train, on a thread; it is cancelled from within where the response is."""
        run = self.resolved.train(self.told)
        self.put(ServerSentEvent(written(answers.outcome(run)).decode(), event="done", sep="\n"))
        self.send()

    def told(self, step: TrainingStep) -> None:
        from_thread.check_cancelled()
        if step.step > self.last:
            self.put(ServerSentEvent(written(answers.step(step)).decode(), id=str(step.step), sep="\n"))

    def put(self, event: ServerSentEvent) -> None:
        self.waiting.append(event.encode())
        if time.monotonic() - self.sent > TOGETHER:
            self.send()

    def send(self) -> None:
        from_thread.run(self.events.send, b"".join(self.waiting))
        self.waiting, self.sent = [], time.monotonic()


def _last(request: Request) -> int:
    """The id of the last event that the reader has; -1 of none."""
    text = request.headers.get("Last-Event-ID", "-1")
    if text != "-1" and not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Problems(Problem("Last-Event-ID is to be the number of a step", "Last-Event-ID", {"minimum": 0}))
    return int(text)
