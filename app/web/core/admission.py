"""Admission control: at most `runs` trainings run at a time, at most `line` wait, first come, first served.

A training keeps a thread busy for as long as it lasts. What is more than that is refused at once, so that a full
service stays as fast as it is for those that it serves; and one reader has not all places.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field

from anyio import CapacityLimiter, Event, fail_after, from_thread, to_thread

from app.cores import PLACES
from app.language import Problem
from app.limits import limit
from app.link import Link, Resolved, resolve
from app.web.core.problems import AGAIN, MEANT, Refusal

OWN = "as many trainings of yours run or wait as one reader has places for ({share}); try again in a few seconds"
ASKER = ContextVar("asker", default="")
"""The address of whoever is answered."""
SHORTLY = 5.0
"""Seconds for which a page or a figure of a trained network waits for a place."""


@dataclass(eq=False)
class Turn:
    """One request's place in the line, and then its place among those that run."""

    asker: str = field(default_factory=lambda: ASKER.get())


class Admission:
    """The trainings that run and the line of those that wait.

    All of it happens on the event loop, so that no lock is needed; a worker thread comes in by `place`.
    """

    def __init__(self) -> None:
        self.running = CapacityLimiter(1)
        self.line: list[Turn] = []
        self.turns = Counter[str]()
        self.changed = Event()

    @contextmanager
    def turn(self) -> Iterator[Turn]:
        """Join the line, and give the place up at the end, admitted or not. Raises Refusal where the line is full."""
        turn = self.join()
        try:
            yield turn
        finally:
            self.leave(turn)

    async def waiting(self, turn: Turn) -> AsyncIterator[int]:
        """How many come first, again whenever the line moves, until the turn is admitted."""
        while turn in self.line:
            changed = self.changed
            yield self.line.index(turn)
            await changed.wait()

    async def admitted(self, turn: Turn) -> None:
        """Wait until the turn is among those that run."""
        async for _ in self.waiting(turn):
            pass

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place for short work on a worker thread. Raises Refusal where none is free soon."""
        with PLACES.left():
            turn = from_thread.run(self._admitted_soon)
        try:
            yield
        finally:
            from_thread.run_sync(self.leave, turn)

    def join(self) -> Turn:
        """Take the last place in the line, or one among those that run if there is room. Raises Refusal."""
        turn = Turn()
        if turn.asker and self.turns[turn.asker] >= limit("share"):
            raise full("share")
        if len(self.line) >= limit("line"):
            raise full("runs")
        self.line.append(turn)
        self.turns[turn.asker] += 1
        self._admit()
        return turn

    def leave(self, turn: Turn) -> None:
        """Give the place up."""
        self.turns -= Counter([turn.asker])
        if turn in self.line:
            self.line.remove(turn)
        else:
            self.running.release_on_behalf_of(turn)
        self._admit()

    def _admit(self) -> None:
        """Admit as many as there is room for, and wake all who wait."""
        self.running.total_tokens = limit("runs")
        while self.line and self.running.available_tokens > 0:
            self.running.acquire_on_behalf_of_nowait(self.line.pop(0))
        self.changed.set()
        self.changed = Event()

    async def _admitted_soon(self) -> Turn:
        turn = self.join()
        try:
            with fail_after(SHORTLY), _one_thread_more():
                await self.admitted(turn)
        except BaseException as error:
            self.leave(turn)
            raise (full("runs") if isinstance(error, TimeoutError) else error) from None
        return turn


@contextmanager
def _one_thread_more() -> Iterator[None]:
    """While a thread waits it takes nobody's place among those that make answers."""
    threads = to_thread.current_default_thread_limiter()
    threads.total_tokens += 1
    try:
        yield
    finally:
        threads.total_tokens -= 1


def full(name: str) -> Refusal:
    """No room: in the service, or for one of its readers."""
    said = {"runs": MEANT[503], "share": OWN}[name].format(**{name: limit(name)})
    return Refusal(503, Problem(said, ""), AGAIN)


TRAININGS = Admission()
"""Of this process: whoever trains takes a turn here."""


def resolve_in_turn(link: Link) -> Resolved:
    """Resolve a link; one of a trained network holds a place meanwhile."""
    with TRAININGS.place() if link.trained else nullcontext():
        return resolve(link)
