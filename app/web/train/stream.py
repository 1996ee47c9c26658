"""Answers a training over HTTP: `TrainingAnswer` whole at its end, `TrainingEvents` step by step as it goes.

Either waits for its turn, trains on a thread of its own, and stops as soon as its reader leaves.
"""

from __future__ import annotations

import math
import time
from asyncio import CancelledError, create_task
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import IO, TypeVar, cast

from anyio import (
    BrokenResourceError,
    CancelScope,
    CapacityLimiter,
    create_memory_object_stream,
    create_task_group,
    from_thread,
    move_on_after,
    to_thread,
)
from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse, format_sse_event
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from app.cores import PLACES
from app.engine import TrainingBlock
from app.language import Problem, Problems
from app.link import Resolved, Training, resolve
from app.outputs import Answer, json_bytes
from app.outputs import table as answers
from app.web.core import TRAININGS, PiecesResponse, StoredBody, Turn, answer, bodiless, headers_only, store

T = TypeVar("T")
PATIENCE = 60.0
"""Seconds for which a reader may leave what is sent unread."""
SILENCE = 15.0
"""Seconds without an event after which a comment is sent, so that no proxy takes the connection for dead."""
TOGETHER = 0.05
"""Seconds within which events are sent together."""
EVENT = b"data: %b\nid: %d\n\n"
"""An event of data on one line, as `format_sse_event` writes it, which would look for others."""
HELD = 1 << 20
"""Bytes of an answer that are held in memory; a longer one is sent from a file."""
WRITING = ThreadPoolExecutor(2, "unfold-events")
"""Where events are written while the next steps run, which are machine code and leave the interpreter to others."""
MANY = 64
"""The events of so many steps are worth asking another thread."""
BEFORE_ALL = -1
"""In place of the last event that a reader has, for who has none."""
THREADS = CapacityLimiter(math.inf)
"""Threads of trainings are beside those of short answers, and have places on the cores as these: `TRAININGS` counts
them."""


async def _on_a_thread(work: Callable[[], T]) -> T:
    return await to_thread.run_sync(PLACES.in_place(work), limiter=THREADS)


def _go_on(_: TrainingBlock) -> None:
    """After some steps: stop if the response was cancelled, and let others compute now and then."""
    from_thread.check_cancelled()
    PLACES.pause()


@contextmanager
def _reader_heard(receive: Receive, scope: CancelScope) -> Iterator[None]:
    """Cancel a scope as soon as the reader leaves.

    Whoever listens is in no group of tasks: one that is cancelled in a group leaves a circle of what its way led to.
    """
    listening = create_task(_cancel_when_left(receive, scope))
    try:
        yield
    finally:
        listening.cancel()


async def _cancel_when_left(receive: Receive, scope: CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()


class TrainingAnswer(Response):
    """A training that is answered when it is done, as a row of the table writes it."""

    def __init__(self, request: Request, resolved: Resolved, row: Answer) -> None:
        super().__init__()
        self.request, self.resolved, self.row = request, resolved, row

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Train, then send the answer, from a file if it is long; to a HEAD and to who has it, without training."""
        disposition = self.row.disposition(self.resolved.link)
        if known := bodiless(self.request, self.row.media_type, disposition):
            await self.sent(known, scope, receive, send)
            return
        with SpooledTemporaryFile(HELD) as file:
            body = await self.done(receive, cast(IO[bytes], file))
            if body:
                response = answer(self.request, body, self.row.media_type, disposition)
                await self.sent(response, scope, receive, send)

    async def sent(self, response: Response, scope: Scope, receive: Receive, send: Send) -> None:
        response.headers.add_vary_header("Accept")
        await response(scope, receive, send)

    async def done(self, receive: Receive, file: IO[bytes]) -> StoredBody | None:
        """Write the answer to the file; None if the reader left before."""
        body, wrong = None, None
        with TRAININGS.turn() as turn, CancelScope() as scope, _reader_heard(receive, scope):
            await TRAININGS.admitted(turn)
            try:
                body = await _on_a_thread(partial(self.made, file))
            except Problems as problems:
                wrong = problems
        if wrong:
            raise wrong
        return body

    def made(self, file: IO[bytes]) -> StoredBody:
        assert self.row.run is not None
        return store(self.row.run(self.resolved, _go_on), file)


class TrainingEvents(EventSourceResponse):
    """A training as events: one for each step, `waiting` before the first, `done` after the last.

    A reader who comes back with the id of the last event that arrived gets those after it: the same training again,
    from there.
    """

    def __init__(self, resolved: Resolved, last: int) -> None:
        self.resolved, self.last = resolved, last
        self.unsent, self.sent = list[bytes](), -math.inf
        self.written: Future[bytes] | None = None
        self.heard_at = -math.inf
        headers = {"Vary": "Accept", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(self.pieces(), headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Train and tell until it is done, the reader leaves, or reads nothing any more; a HEAD trains nothing."""
        if headers_only(scope):
            await PiecesResponse((), headers=self.headers)(scope, receive, send)
            return
        with TRAININGS.turn() as turn:
            self.events, self.heard = create_memory_object_stream[bytes](1)
            with self.events:
                await self.stream(turn, receive, send)

    async def stream(self, turn: Turn, receive: Receive, send: Send) -> None:
        async with create_task_group() as group:

            async def send_in_time(message: Message) -> None:
                with move_on_after(PATIENCE) as patience:
                    await send(message)
                if patience.cancelled_caught:
                    group.cancel_scope.cancel()

            with self.heard, _reader_heard(receive, group.cancel_scope):
                group.start_soon(self.tell, turn)
                await self.stream_response(send_in_time)
            group.cancel_scope.cancel()

    async def pieces(self) -> AsyncIterator[bytes]:
        """What is to be sent, with a comment wherever there is nothing for a while."""
        while True:
            piece: bytes | None = KEEPALIVE_COMMENT
            with move_on_after(SILENCE):
                piece = await anext(self.heard, None)
            if piece is None:
                return
            yield piece

    async def tell(self, turn: Turn) -> None:
        """Wait for the turn, then train; put every event in the stream and close it."""
        async with self.events:
            told = None
            async for before in TRAININGS.waiting(turn):
                if before != told:
                    await self.events.send(_event({"before": before}, event="waiting"))
                told = before
            await _on_a_thread(self.run)

    def run(self) -> None:
        """Train, on a thread. After the steps of a call it looks whether the response was cancelled, and then stops."""
        run = self.rest().train(self.told, keep=False)
        self.put_written()
        self.put(_event(answers.training_outcome(run), event="done"))
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

    def told(self, block: TrainingBlock) -> None:
        """Send the events of some steps; of many that took no time while the next ones run, if a place is free."""
        _go_on(block)
        self.put_written()
        write = partial(answers.training_events, event=EVENT, first=self.last + 1)
        before, self.heard_at = self.heard_at, time.monotonic()
        if self.heard_at - before < TOGETHER and len(block) >= MANY and PLACES.spare(1):
            self.written = WRITING.submit(write, block.copy())
            self.written.add_done_callback(PLACES.give_back)
        else:
            self.put(write(block))

    def put_written(self) -> None:
        """Send what was written meanwhile."""
        if self.written:
            self.put(self.written.result())
        self.written = None

    def put(self, events: bytes) -> None:
        """Send events, together with those that follow them at once."""
        if not events:
            return
        self.unsent.append(events)
        if time.monotonic() - self.sent > TOGETHER:
            self.send()

    def send(self) -> None:
        """Send what is there. A reader who left between a look and this has closed the stream: what waits here ends."""
        try:
            with PLACES.left():
                from_thread.run(self.events.send, b"".join(self.unsent))
        except BrokenResourceError:
            raise CancelledError from None
        self.unsent, self.sent = [], time.monotonic()


def _event(data: object, event: str) -> bytes:
    return format_sse_event(data_str=json_bytes(data).decode(), event=event)


def last_event(request: Request) -> int:
    """The id of the last event that the reader has."""
    text = request.headers.get("Last-Event-ID")
    if text is None:
        return BEFORE_ALL
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Problems(Problem("Last-Event-ID is to be the number of an update", "Last-Event-ID", {"minimum": 0}))
    return int(text)
