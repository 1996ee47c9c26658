"""Calls of which none needs another, made at once by as many threads as there are cores.

Python lets go of its lock while arrays are worked on. What each call does is the same whoever makes it, so how many
threads there are changes no number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from app.arrays import any_numbers
from app.cores import PLACES, cores

Call = tuple[Callable[..., Any], tuple[Any, ...]]
WORTH_A_THREAD = 2**23
"""Multiplications that are worth asking another thread, which takes as long as some hundredth of them."""


@any_numbers()
def _made(calls: Sequence[Call]) -> None:
    """Make calls in order; a thread knows nothing of what its asker does about overflow."""
    for function, args in calls:
        function(*args)


class Helpers:
    """Threads beside those that ask for them, made where the first one does."""

    def __init__(self) -> None:
        self.count = cores()
        self.pool = ThreadPoolExecutor(max(1, self.count - 1), "unfold-helper")

    def use(self, count: int) -> None:
        """Make calls by at most so many threads from now on, and by no more than there are."""
        self.count = count

    def make(self, *calls: Call) -> None:
        """All calls, dealt out in turns to this thread and to helpers for which places are free; what no helper has
        begun when our own are done is made here too."""
        hands = 1 + PLACES.spare(min(self.count, len(calls)) - 1)
        own, *others = (calls[i::hands] for i in range(hands))
        asked = {self.pool.submit(_made, hand): hand for hand in others}
        for future in asked:
            future.add_done_callback(PLACES.give_back)
        try:
            _made(own)
            for future, hand in asked.items():
                if future.cancel():
                    _made(hand)
        finally:
            failed = [future.exception() for future in asked if not future.cancel()]  # Waits for what has begun.
        for error in filter(None, failed):
            raise error


helpers = Helpers()
