"""`python -m benchmarks.load.memory`: what a service takes of memory while it is asked for what nobody asked before."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from random import randrange

from benchmarks.load.client import Tally, ask_for, fast_loop
from benchmarks.load.kinds import mixed
from benchmarks.load.service import free_port, megabytes, ready, service

MANY = 20
"""Connections over which it is asked."""
LOOKS = 40
"""How often it is looked at in a tenth of the time: caches are filled and made smaller by turns, so that one look finds
any of the two."""
GROWS, MOST = 1.15, 400.0
"""How many times what it takes in the first tenth of the time it may take in the last; megabytes at most."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where it is too much, or a request was not answered."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load.memory", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--connections", type=int, default=MANY)
    options = parser.parse_args(arguments)
    found = taken(options.minutes, options.workers, options.connections)
    print(f"{found.tally.statuses[200]} answers, {found.tally.failed} others; most megabytes of a process, by tenths:")
    print(*(f"{it:.0f}" for it in found.megabytes))
    print(f"{found.grown:.2f} times what the first (at most {GROWS}); {found.most:.0f} MB (at most {MOST:.0f})")
    return int(not found.little)


@dataclass(frozen=True)
class Taken:
    """What was answered, and the most megabytes of the largest process in every tenth of the time."""

    tally: Tally
    megabytes: Sequence[float]

    @property
    def grown(self) -> float:
        return self.megabytes[-1] / self.megabytes[0]

    @property
    def most(self) -> float:
        return max(self.megabytes)

    @property
    def little(self) -> bool:
        """Whether all was answered, with no more memory than it may take."""
        return self.grown <= GROWS and self.most <= MOST and not self.tally.failed


def taken(minutes: float, workers: int, connections: int) -> Taken:
    """What a service of its own takes while so many ask for new links of every kind, as fast as it answers."""
    address = f"http://127.0.0.1:{(port := free_port())}"
    with service(port, workers, connections) as process, fast_loop() as loop:
        loop.run_until_complete(ready(address, process.pid))
        return Taken(*loop.run_until_complete(_watched(address, process.pid, 60 * minutes, connections)))


async def _watched(address: str, pid: int, seconds: float, connections: int) -> tuple[Tally, list[float]]:
    asking = asyncio.create_task(ask_for(address, mixed, count(randrange(2**29)), connections, seconds))
    found = list[float]()
    for _ in range(10):
        looks = []
        for _ in range(LOOKS):
            await asyncio.sleep(seconds / 10 / LOOKS)
            looks.append(megabytes(pid))
        found.append(max(looks))
    return await asking, found


if __name__ == "__main__":
    sys.exit(main())
