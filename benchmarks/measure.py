"""Contestants → medians and ratios, taken in turns so that a busy machine troubles all of them alike."""

from __future__ import annotations

import gc
import time
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from benchmarks.race import Contestant, Party

LEAST, LONGEST, FEWEST, MOST = 0.003, 0.15, 3, 40
"""Seconds that a turn is to last, at least and at most; how many rounds."""
HOPELESS, STUCK = 2.0, 1.0
"""Who takes so many times as long as with another number of threads drops out before the race; whose first step takes
so many seconds, threads waiting for a core, gets no second try."""


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
    counts = _counts({party: _once(c) for party, c in contestants.items()})
    rounds: dict[Party, list[float]] = {party: [] for party in counts}
    begun = time.perf_counter()
    for done in range(MOST):
        if done >= FEWEST and time.perf_counter() - begun > seconds:
            break
        for party, count in counts.items():
            rounds[party].append(_turn(contestants[party], count))
    return Times(rounds)


def _once(c: Contestant) -> float:
    """About how many seconds a step takes."""
    first = _turn(c, 1, warm=False)
    return first if first > STUCK else min(first, _turn(c, 1))


def _counts(single: Mapping[Party, float]) -> dict[Party, int]:
    """How many steps each makes in a turn: a turn as long as the slowest one's step, so that none is disturbed less."""
    best = {name: min(t for (other, _), t in single.items() if other == name) for name, _ in single}
    kept = {party: t for party, t in single.items() if t <= HOPELESS * best[party[0]]}
    length = min(max(LEAST, *kept.values()), LONGEST)
    return {party: max(1, round(length / t)) for party, t in kept.items()}


def _turn(c: Contestant, count: int, warm: bool = True) -> float:
    """Seconds a step; the first step, which finds the caches as another contestant left them, is not counted."""
    c.ready()
    if warm:
        c.step()
    gc.disable()
    try:
        begun = time.perf_counter()
        for _ in range(count):
            c.step()
        return (time.perf_counter() - begun) / count
    finally:
        gc.enable()
