"""`python -m benchmarks.load`: how many requests of each kind a service answers, and what so many students take.

It starts a service of its own on this machine, or asks the one at `--address`, over as many connections as are wanted.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from random import randrange
from subprocess import Popen

from benchmarks.load.client import Tally, ask_for, fast_loop
from benchmarks.load.kinds import HEALTH, KINDS
from benchmarks.load.memory import MANY, MOST, taken
from benchmarks.load.plan import BUSY, Measured, measured_table, plan_table
from benchmarks.load.service import free_port, megabytes, processor_seconds, ready, service

STUDENTS_AT_ONCE = 200
"""Over so many connections new figures are asked for while health is."""
HEAD = """\
# How many it serves

What a service answers, asked over {connections} connections at once for {seconds:g} seconds a kind: {workers} on
{machine}, where those who asked ran too. `make load` measures it anew, on any machine or of any service
(`make load ARGS="--address http://127.0.0.1:8000 --connections 200 --students 500"`); with `--write docs/load.md` it
writes this page.
"""
BESIDE = """\
Health, asked while new figures are over {readers} connections: half within {half:.0f} ms, 99 of 100 within {most:.0f}
ms, all within {every:.0f} ms.
"""
LASTING = """
Memory, while new links of every kind are asked for over {readers} connections for {minutes:g} minutes: the largest
process takes {most:.0f} MB at most, and in the last tenth of the time {grown:.2f} times as much as in the first.
"""
PLAN = """\
## {students:,} students

All of whom work at the same time. Each asks in a minute for {uses}.
Cores are to be busy {busy:.0%} of the time; a process takes {process:.0f} MB at most.
"""
OUTRO = """\
A class that opens the same links asks for little that is new: nginx answers those of its own cache (`deploy/`), each
process and the Redis behind them what they know. Every student's own numbers are new. Requests that are new and wait
are answered late, but health and what is known wait for none.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where a request was not answered."""
    options = _options(arguments)
    with ExitStack() as stack:
        own: Popen[bytes] | None = None
        address = options.address
        if not address:
            port = free_port()
            own = stack.enter_context(service(port, options.workers, options.connections))
            address = f"http://127.0.0.1:{port}"
        loop = stack.enter_context(fast_loop())
        loop.run_until_complete(ready(address, own.pid if own else 0))
        measured = dict[str, Measured]()
        numbers = count(randrange(2**30))
        for line in _surroundings(options):
            print(line, flush=True)
        for name, kind in KINDS.items():
            if options.only not in name:
                continue
            before = processor_seconds(own.pid) if own else 0.0
            asked = ask_for(address, kind.path, numbers, options.connections, options.seconds)
            tally = loop.run_until_complete(asked)
            spent = processor_seconds(own.pid) - before if own else 0.0
            measured[name] = _measured(tally, spent)
            print([*measured_table({name: measured[name]})][-1], flush=True)
        beside = loop.run_until_complete(_health_beside(address, numbers, options.seconds))
        half, most, every = (1000 * beside.within(share) for share in (0.5, 0.99, 1))
        said = BESIDE.format(readers=STUDENTS_AT_ONCE, half=half, most=most, every=every)
        print(said)
        if own:
            print(f"The largest process takes {megabytes(own.pid):.0f} MB.")
    if options.minutes:
        found = taken(options.minutes, options.workers, MANY)
        lasted = LASTING.format(readers=MANY, minutes=options.minutes, most=found.most, grown=found.grown)
        print(lasted)
        said += lasted
    if not options.only and own:
        page = "\n".join(_page(options, measured, said))
        print("\n" + "\n".join(plan_table(measured, options.students, MOST)))
        if options.write:
            options.write.write_text(page, encoding="utf-8")
    return int(any(it.failed for it in measured.values()))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--address", default="", help="a service that runs; without it one is started here")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes of that one")
    parser.add_argument("--connections", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each kind is asked for")
    parser.add_argument("--minutes", type=float, default=0.0, help="how long it is watched for its memory")
    parser.add_argument("--only", default="", help="the kinds whose name contains this")
    parser.add_argument("--students", type=int, default=10_000, help="for how many is planned")
    parser.add_argument("--write", type=Path, help="the file for the page of the documentation")
    return parser.parse_args(arguments)


def _surroundings(options: argparse.Namespace) -> Iterator[str]:
    yield f"{options.connections} connections, {options.seconds:g} s a kind, {_machine()}"
    yield from [*measured_table({})]


def _machine() -> str:
    return f"a machine of {os.cpu_count()} cores with Python {sys.version.split()[0]}"


def _page(options: argparse.Namespace, measured: dict[str, Measured], said: str) -> Iterator[str]:
    workers = f"{options.workers} process{'es' if options.workers > 1 else ''}"
    shown = {"connections": options.connections, "seconds": options.seconds, "workers": workers}
    yield HEAD.format(machine=_machine(), **shown)
    yield from measured_table(measured)
    yield f"\n{said}"
    uses = ",\n".join(f"{kind.uses:g} × {name}" for name, kind in KINDS.items() if kind.uses)
    yield PLAN.format(students=options.students, uses=uses, busy=BUSY, process=MOST)
    yield from plan_table(measured, options.students, MOST)
    yield f"\n{OUTRO}"


def _measured(tally: Tally, spent: float) -> Measured:
    answered = max(tally.statuses[200], 1)
    return Measured(
        tally.rate, tally.within(0.5), tally.within(0.99), spent / answered, tally.bytes / answered / 1000, tally.failed
    )


async def _health_beside(address: str, numbers: Iterator[int], seconds: float) -> Tally:
    """How health is answered on one connection while new figures are asked for on all others."""
    others = asyncio.create_task(ask_for(address, KINDS["a new figure"].path, numbers, STUDENTS_AT_ONCE, seconds))
    tally = await ask_for(address, KINDS[HEALTH].path, count(), 1, seconds)
    await others
    return tally


if __name__ == "__main__":
    sys.exit(main())
