"""Places on the cores: whoever computes for a service has one, so that there is no more of it at once than cores.

Answers, trainings and the threads that help them take places in the order in which they ask. What takes long lets
others have its own now and then, so that an answer waits for no training. Processes that are more than the cores take
turns by locked files as well, which are free again when a process is killed. Where no service has said how many places
there are, as in a program of one's own, nobody waits for one.
"""

from __future__ import annotations

import math
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from time import monotonic, sleep
from typing import ParamSpec, TypeVar

with suppress(ImportError):  # Windows has no such locks: there each process has its places.
    import fcntl

P = ParamSpec("P")
T = TypeVar("T")
LONG = 0.02
"""Seconds after which long work lets others have its place."""
LOOKS = 0.001
"""Seconds between two looks for a core that no other process has."""


def cores() -> int:
    """How many cores this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


class SharedCores:
    """The cores of the machine for processes of one place each: a locked file is a core that one of them has."""

    def __init__(self, folder: Path, count: int) -> None:
        """`folder` is the same for all of these processes."""
        self.next, *self.cores = [os.open(folder / f"core-{k}", os.O_CREAT | os.O_RDWR) for k in range(count + 1)]

    def take(self) -> None:
        """Wait for a core: who is next looks for one, the others wait to be next, so that nobody is passed by."""
        fcntl.flock(self.next, fcntl.LOCK_EX)
        try:
            while not any(map(_is_ours, self.cores)):
                sleep(LOOKS)
        finally:
            fcntl.flock(self.next, fcntl.LOCK_UN)

    def leave(self) -> None:
        """Let another process have the core."""
        for file in self.cores:
            fcntl.flock(file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Take part in no turns any more."""
        for file in (self.next, *self.cores):
            os.close(file)


def _is_ours(file: int) -> bool:
    """Lock a file, if no other process has it."""
    with suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


class _Own(threading.local):
    """What a thread has."""

    since: float | None = None
    """When it took its place; None where it has none."""


class CorePlaces:
    """The places of a process. A thread that leaves one hands it to the thread that has waited longest."""

    def __init__(self) -> None:
        self.share(math.inf)
        self.changes, self.line, self.own = threading.Lock(), deque[threading.Lock](), _Own()

    def share(self, count: float, machine: SharedCores | None = None) -> None:
        """Have so many places from now on, before the first is taken; each is one of the machine's cores meanwhile."""
        self.count = self.free = count
        self.machine = machine

    def share_among(self, processes: int, folder: str | None) -> None:
        """Have the share of one of so many processes. Those that are more than the cores have one place each, and take
        turns in a folder that all of them name."""
        count, locks = cores(), "fcntl" in globals()
        in_turns = SharedCores(Path(folder), count) if folder and locks and processes > count else None
        self.share(max(1, count // processes), in_turns)

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place for this thread while it computes."""
        self._take()
        try:
            yield
        finally:
            self._leave()

    @contextmanager
    def left(self) -> Iterator[None]:
        """While this thread waits for something else, others have its place, if it has one."""
        if self.own.since is None:
            yield
            return
        self._leave()
        try:
            yield
        finally:
            self._take()

    def pause(self) -> None:
        """Let those who wait have the place of this thread, if it was had for long."""
        since = self.own.since
        if since is not None and monotonic() - since > LONG and (self.line or self.machine):
            with self.left():
                pass

    def in_place(self, work: Callable[P, T]) -> Callable[P, T]:
        """The same work, in a place of the thread that does it."""

        @wraps(work)
        def done(*args: P.args, **more: P.kwargs) -> T:
            with self.place():
                return work(*args, **more)

        return done

    def spare(self, most: int) -> int:
        """Take as many places as are free, and no more than `most`, for threads that help this one; how many."""
        with self.changes:
            taken = int(min(most, self.free))
            self.free -= taken
        return taken

    def give_back(self, _: object = None) -> None:
        """Hand on a place of a thread that helped; it is called with the future of what was done."""
        with self.changes:
            if self.line:
                self.line.popleft().release()
            else:
                self.free += 1

    def _take(self) -> None:
        if not self.spare(1):
            self._wait()
        if self.machine:
            self.machine.take()
        self.own.since = monotonic()

    def _wait(self) -> None:
        turn = threading.Lock()
        with self.changes:
            if self.free >= 1:
                self.free -= 1
                return
            turn.acquire()
            self.line.append(turn)
        turn.acquire()

    def _leave(self) -> None:
        self.own.since = None
        if self.machine:
            self.machine.leave()
        self.give_back()


PLACES = CorePlaces()
"""Those of this process."""
