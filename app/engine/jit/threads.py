"""Calls of which none needs another, made at once by as many threads as there are cores.

Python lets go of its lock while arrays are worked on. What each call does is the same whoever makes it, so how many
threads there are changes no number.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

Call = tuple[Callable[..., Any], tuple[Any, ...]]
WORTH_A_THREAD = 2**23
"""Multiplications that are worth asking another thread, which takes as long as some hundredth of them."""


def cores() -> int:
    """How many cores this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


class Helpers:
    """Threads beside those that ask for them, made where the first one does."""

    def __init__(self) -> None:
        self.count = cores()
        self.pool = ThreadPoolExecutor(max(1, self.count - 1), "unfold-helper")

    def use(self, count: int) -> None:
        """Make calls by at most so many threads from now on, and by no more than there are."""
        self.count = count

    def make(self, *calls: Call) -> None:
        """All calls; what no helper has begun when our own are done is made here too."""
        asked = {self.pool.submit(function, *args): (function, args) for function, args in calls[1 : self.count]}
        try:
            for function, args in (calls[0], *calls[1 + len(asked) :]):
                function(*args)
            for future, (function, args) in asked.items():
                if future.cancel():
                    function(*args)
        finally:
            failed = [future.exception() for future in asked if not future.cancel()]  # Waits for what has begun.
        for error in filter(None, failed):
            raise error


helpers = Helpers()
