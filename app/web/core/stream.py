"""A training over HTTP: so many at a time, each on a thread of its own, ended as soon as its reader leaves.

`Finished` answers at the end, `Told` with server-sent events as it goes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import IO, TypeVar, cast

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
from app.link import Link, Resolved, Training, resolve
from app.outputs import table as answers
from app.outputs.table import Answer, written
from app.web.core.http import Stored, answer, stored
from app.web.core.problems import MEANT, Refusal

T = TypeVar("T")
RETRY = 5
"""Seconds after which it is worth another try where the house is full."""
PATIENCE = 60.0
"""Seconds for which a reader may leave what is told unread."""
TOGETHER = 0.05
"""Events less than so many seconds apart are sent together."""
GLANCE = 0.05
"""Seconds after which one who waits looks at the line again."""
HELD = 1 << 20
"""Bytes of an answer that are held in memory; a longer one is sent from a file."""
SHORTLY = 5.0
"""Seconds for which a page or a figure of a trained network waits for a place."""


class House:
    """The trainings under way in this process, and those that wait for a place, the first come first."""

    def __init__(self) -> None:
        self.inside, self.line, self.door = 0, list[object](), threading.Lock()

    def join(self) -> object:
        """Stand at the end of the line; a `Refusal` where it is too long."""
        with self.door:
            if len(self.line) >= limit("line"):
                raise _full()
            self.line.append(ticket := object())
            return ticket

    def before(self, ticket: object) -> int:
        """How many come first. With none and a place free the ticket is taken for it: -1."""
        with self.door:
            place = self.line.index(ticket)
            if place == 0 and self.inside < limit("runs"):
                self.line.remove(ticket)
                self.inside += 1
                return -1
            return place

    def give_up(self, ticket: object) -> None:
        """Leave the line, or the house where one has come so far."""
        with self.door:
            if ticket in self.line:
                self.line.remove(ticket)
            else:
                self.inside -= 1

    @contextmanager
    def visit(self) -> Iterator[None]:
        """A place for work that is soon done, waited for on a thread; a `Refusal` where that takes too long."""
        ticket, ends = self.join(), time.monotonic() + SHORTLY
        try:
            while self.before(ticket) >= 0:
                if time.monotonic() > ends:
                    raise _full()
                time.sleep(GLANCE)
            yield
        finally:
            self.give_up(ticket)


def _full() -> Refusal:
    return Refusal(503, Problem(MEANT[503].format(runs=limit("runs")), ""), {"Retry-After": str(RETRY)})


HOUSE = House()


def placed(link: Link) -> Resolved:
    """A link as the engine's objects; one that was trained takes a place meanwhile."""
    with HOUSE.visit() if link.trained else nullcontext():
        return resolve(link)


async def on_a_thread(work: Callable[[], T]) -> T:
    """The result of work that takes its time; HOUSE counts who is in here, so the thread is beside the common ones."""
    return await to_thread.run_sync(work, limiter=CapacityLimiter(1))


class Finished(Response):
    """A training that is answered when it is done, as a row of the table writes it; it waits for a place before."""

    def __init__(self, request: Request, resolved: Resolved, row: Answer) -> None:
        super().__init__()
        self.request, self.resolved, self.row = request, resolved, row
        self.ticket = HOUSE.join()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait and run, watching whether the reader is still there; then send what is kept on disk where it is long."""
        with SpooledTemporaryFile(HELD) as file:
            body = await self.done(receive, cast(IO[bytes], file))
            if body:
                disposition = self.row.disposition(self.resolved.link)
                response = answer(self.request, body, self.row.media_type, disposition)
                response.headers.add_vary_header("Accept")
                await response(scope, receive, send)

    async def done(self, receive: Receive, file: IO[bytes]) -> Stored | None:
        """What is to be sent, in the file; nothing where the reader has left."""
        body, wrong = None, None
        try:
            async with anyio.create_task_group() as group:
                group.start_soon(_cancel_when_left, receive, group.cancel_scope)
                while HOUSE.before(self.ticket) >= 0:
                    await anyio.sleep(GLANCE)
                try:
                    body = await on_a_thread(partial(self.made, file))
                except Problems as problems:
                    wrong = problems
                group.cancel_scope.cancel()
        finally:
            HOUSE.give_up(self.ticket)
        if wrong:
            raise wrong
        return body

    def made(self, file: IO[bytes]) -> Stored:
        assert self.row.run is not None
        return stored(self.row.run(self.resolved, lambda _: from_thread.check_cancelled()), file)


async def _cancel_when_left(receive: Receive, scope: anyio.CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()


class Told(EventSourceResponse):
    """A training that is told step by step: an event for each, and at the end `done`; before them `waiting`.

    A reader who comes back with the id of the last event that he has gets those after it: the same training again,
    told from there.
    """

    kind = "text/event-stream"

    def __init__(self, request: Request, resolved: Resolved) -> None:
        self.resolved, self.last = resolved, _last(request)
        self.waiting, self.sent = list[bytes](), 0.0
        self.ticket = HOUSE.join()
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
            HOUSE.give_up(self.ticket)

    async def tell(self) -> None:
        """Wait for a place, put every event in the stream, and close it."""
        async with self.events:
            told = None
            while (before := HOUSE.before(self.ticket)) >= 0:
                if before != told:
                    event = ServerSentEvent(written({"before": before}).decode(), event="waiting", sep="\n")
                    await self.events.send(event.encode())
                told = before
                await anyio.sleep(GLANCE)
            await on_a_thread(self.run)

    def run(self) -> None:
        """Train, on a thread; it is cancelled from within where the response is."""
        run = self.rest().train(self.told, keep=False)
        self.put(ServerSentEvent(written(answers.outcome(run)).decode(), event="done", sep="\n"))
        self.send()

    def rest(self) -> Resolved:
        """The training from the step after the reader's last, or its own last, where a checkpoint leads there."""
        link, checkpoints = self.resolved.link, self.resolved.run.checkpoints
        assert isinstance(link, Training)
        end = link.trained + link.steps
        first = min(self.last + 1, end - 1)
        found = checkpoints.before(first) if checkpoints and first > link.trained else None
        if found is None or found.step <= link.trained:
            return self.resolved
        try:
            return resolve(link.model_copy(update={"trained": first, "steps": end - first}))
        except Problems:
            # It breaks off before, and says so itself.
            return self.resolved

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
