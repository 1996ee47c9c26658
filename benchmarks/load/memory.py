"""`python -m benchmarks.load.memory`: what a service takes of memory while it is asked for what nobody asked before."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from itertools import count
from random import randrange

from benchmarks.load.client import Tally, ask_for, fast_loop
from benchmarks.load.kinds import mixed
from benchmarks.load.service import free_port, megabytes, ready, service

GROWS, MOST = 1.15, 400.0
"""How many times what it takes after a tenth of the time a service may take at its end; megabytes of a process."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where it is too much, or a request was not answered."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load.memory", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--connections", type=int, default=20)
    options = parser.parse_args(arguments)
    address = f"http://127.0.0.1:{(port := free_port())}"
    with service(port, options.workers, options.connections) as process, fast_loop() as loop:
        loop.run_until_complete(ready(address))
        tally, taken = loop.run_until_complete(
            _watched(address, process.pid, 60 * options.minutes, options.connections)
        )
    print(f"{tally.statuses[200]} answers, {tally.failed} others; megabytes of the largest process, ten times:")
    print(*(f"{it:.0f}" for it in taken))
    grown, largest = taken[-1] / taken[0], max(taken)
    print(
        f"{grown:.2f} times what it was after the first tenth (at most {GROWS}); {largest:.0f} MB (at most {MOST:.0f})"
    )
    return int(grown > GROWS or largest > MOST or tally.failed > 0)


async def _watched(address: str, pid: int, seconds: float, connections: int) -> tuple[Tally, list[float]]:
    """What was answered, and the memory at every tenth of the time."""
    asking = asyncio.create_task(ask_for(address, mixed, count(randrange(2**29)), connections, seconds))
    taken = list[float]()
    for _ in range(10):
        await asyncio.sleep(seconds / 10)
        taken.append(megabytes(pid))
    return await asking, taken


if __name__ == "__main__":
    sys.exit(main())
