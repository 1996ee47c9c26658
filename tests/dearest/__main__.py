"""Look for the dearest request at every address: `python -m tests.dearest --tries 30 [--only /figure]`."""

from __future__ import annotations

import argparse
import sys
from random import Random

from tests.dearest.measure import Cost, ready
from tests.dearest.search import Request, asked_addresses, climb, weight


def main() -> int:
    """Climb at each address, print what is found, the dearest last; 1 if something is over what is allowed."""
    parser = argparse.ArgumentParser(prog="tests.dearest", description=__doc__)
    parser.add_argument("--tries", type=int, default=30, help="how many changes are tried from each beginning")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="what an address begins with")
    given = parser.parse_args()
    service, found = ready(), list[tuple[Request, Cost]]()
    for address in asked_addresses():
        if address.path.startswith(given.only):
            rng = Random(f"{given.seed} {address}")
            found.append(climb(service, address, rng, given.tries))
            print(line(*found[-1]), flush=True)
    found.sort(key=lambda it: weight(it[1]))
    print("\nThe dearest:", *(line(*it) for it in found[-10:]), sep="\n")
    return int(any(weight(cost) > 1 for _, cost in found))


def line(request: Request, cost: Cost) -> str:
    """A request and what it cost, in a line."""
    return f"{cost.seconds:6.2f} s {cost.megabytes:5.0f} MB  {cost.status or 'given up'}  {request}"


if __name__ == "__main__":
    sys.exit(main())
