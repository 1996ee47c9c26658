"""Look for faults for some minutes, and show each kind once, made small: `python -m tests.fuzz --minutes 60`.

With `--workers 2` a service of so many processes is asked by many at once instead, and each answer held against the one
that is given alone.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from tests.fuzz import crowd
from tests.fuzz.addresses import SLOW, Address, Fault, Service, addresses
from tests.fuzz.examine import TRACES, faults, programs, shrunk

SOME = 12
"""So many addresses are asked for one program: another program tells more than another address."""


def search(minutes: float, seed: int, report: bool = False, known: frozenset[str] = frozenset()) -> list[Fault]:
    """The first fault of each kind that programs from this seed on have within these minutes."""
    service, every = Service(), addresses()
    end, seeds, found = time.monotonic() + 60 * minutes, defaultdict[str, list[int]](list), list[Fault]()
    for k, case in programs(seed):
        if time.monotonic() > end:
            break
        with named(k):
            for fault in faults(service, case, asked(every, k)):
                seeds[fault.kind].append(k)
                if len(seeds[fault.kind]) == 1 and fault.kind not in known:
                    found.append(shrunk(service, fault))
                    if report:
                        print(f"\nseed {k}: {found[-1]}", flush=True)
    if report:
        print(f"\n{k - seed} programs, {len(seeds)} kinds of fault")
        for kind, places in sorted(seeds.items(), key=lambda it: -len(it[1])):
            print(f"{kind}: {len(places)}, of seeds {', '.join(map(str, dict.fromkeys(places)))}")
    return found


@contextmanager
def named(seed: int) -> Iterator[None]:
    """Says which program it was, when the search itself fails."""
    try:
        yield
    except Exception as failure:
        failure.add_note(f"seed {seed}")
        raise


def asked(every: tuple[Address, ...], seed: int) -> list[Address]:
    """Some addresses, the traces always, and rarely those that train for a moment."""
    rng = Random(seed)
    quick = [a for a in every if a.path not in SLOW and a not in TRACES]
    return [
        *TRACES,
        *rng.sample(quick, min(SOME, len(quick))),
        *(a for a in every if a.path in SLOW and rng.random() < 0.01),
    ]


def main() -> int:
    """Search as the command line says; 1 if there was anything."""
    parser = argparse.ArgumentParser(prog="tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=0, help="processes of a service that many ask at once")
    parser.add_argument("--connections", type=int, default=24, help="how many ask it")
    given = parser.parse_args()
    if given.workers:
        return int(bool(crowd.search(given.minutes, given.seed, given.workers, given.connections, report=True)))
    return int(bool(search(given.minutes, given.seed, report=True)))


if __name__ == "__main__":
    sys.exit(main())
