"""Look for the dearest request at every address: `python -m tests.dearest --tries 30 [--only /figure]`.

With `--known` those that once were dear are measured instead, and written as a table, `--known docs/costs.md`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from random import Random

from tests.dearest.known import KNOWN
from tests.dearest.measure import Cost, cost, ready
from tests.dearest.search import MEGABYTES, PATIENCE, SECONDS, Request, asked_addresses, climb, weight

OUTCOMES = {200: "answered", 422: "refused", 0: "given up"}
ALLOWED = f"{SECONDS:.0f} seconds of a processor, or {MEGABYTES:.0f} MB beside the service at rest"
HEAD = f"""# What a request costs

No request takes more than {ALLOWED}.
Those below once took more, or are the largest that the limits allow; `python -m tests.dearest --known docs/costs.md`
measures them anew, and `python -m tests.dearest` looks for dearer ones at every address: both are tests of the long
tier. The limits are listed by `unfold --help`.

| request | address | it is | processor | memory |
|---|---|---|---|---|"""


def main() -> int:
    """Climb at each address, print what is found, the dearest last; 1 if something is over what is allowed."""
    parser = argparse.ArgumentParser(prog="tests.dearest", description=__doc__)
    parser.add_argument("--tries", type=int, default=30, help="how many changes are tried from each beginning")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="what an address begins with")
    parser.add_argument("--known", type=Path, help="the file for the table of those that once were dear")
    given = parser.parse_args()
    service, found = ready(), list[tuple[Request, Cost]]()
    if given.known:
        costs = dict[str, Cost]()
        for name, request in KNOWN.items():
            costs[name] = cost(service, request.asked, PATIENCE)
            print(line(request, costs[name]), flush=True)
        given.known.write_text(table(costs), encoding="utf-8")
        return int(any(weight(found) > 1 for found in costs.values()))
    for address in asked_addresses():
        if address.path.startswith(given.only):
            rng = Random(f"{given.seed} {address}")
            found.append(climb(service, address, rng, given.tries))
            print(line(*found[-1]), flush=True)
    found.sort(key=lambda it: weight(it[1]))
    print("\nThe dearest:", *(line(*it) for it in found[-10:]), sep="\n")
    return int(any(weight(cost) > 1 for _, cost in found))


def table(costs: Mapping[str, Cost]) -> str:
    """What requests cost, as the documentation has it."""
    rows = (
        f"| {name} | `{KNOWN[name].address.path}` | {OUTCOMES[it.status]} "
        f"| {it.seconds:.1f} s | {it.megabytes:.0f} MB |"
        for name, it in costs.items()
    )
    return "\n".join((HEAD, *rows, ""))


def line(request: Request, cost: Cost) -> str:
    """A request and what it cost, in a line."""
    return f"{cost.seconds:6.2f} s {cost.megabytes:5.0f} MB  {cost.status or 'given up'}  {request}"


if __name__ == "__main__":
    sys.exit(main())
