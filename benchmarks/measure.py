"""Contestants → medians and ratios, taken in turns so that a busy machine troubles all of them alike."""

from __future__ import annotations

import gc
import time
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from benchmarks.race import Contestant, Party

LEAST, FEWEST, MOST = 0.003, 3, 40
"""Seconds that a turn lasts at least; how many rounds."""


@dataclass(frozen=True)
class Times:
    """Seconds a step, by who and on how many threads, one for each round."""

    rounds: Mapping[Party, list[float]]

    def best(self, name: str) -> Party | None:
        """The number of threads with which someone is fastest; None where he takes no part."""
        return min((p for p in self.rounds if p[0] == name), key=self.median, default=None)

    def median(self, party: Party) -> float:
        return median(self.rounds[party])

    def ratio(self, party: Party, other: Party) -> float:
        """How many times as long as the other: the median over the rounds."""
        return median(a / b for a, b in zip(self.rounds[party], self.rounds[other], strict=True))


def race(contestants: Mapping[Party, Contestant], seconds: float) -> Times:
    """In every round each has its turn, all about as long as one another; as many rounds as the seconds allow."""
    counts = _counts(contestants)
    rounds: dict[Party, list[float]] = {party: [] for party in contestants}
    begun = time.perf_counter()
    for done in range(MOST):
        if done >= FEWEST and time.perf_counter() - begun > seconds:
            break
        for party, c in contestants.items():
            rounds[party].append(_turn(c, counts[party]))
    return Times(rounds)


def _counts(contestants: Mapping[Party, Contestant]) -> dict[Party, int]:
    """How many steps each makes in a turn: a turn as long as the slowest one's step, so that none is disturbed less."""
    single = {party: min(_turn(c, 1) for _ in range(2)) for party, c in contestants.items()}
    length = max(LEAST, *single.values())
    return {party: max(1, round(length / one)) for party, one in single.items()}


def _turn(c: Contestant, count: int) -> float:
    """Seconds a step; the first step, which finds the caches as another contestant left them, is not counted."""
    c.ready()
    c.step()
    gc.disable()
    try:
        begun = time.perf_counter()
        for _ in range(count):
            c.step()
        return (time.perf_counter() - begun) / count
    finally:
        gc.enable()
