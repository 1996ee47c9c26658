"""What so many students take of machines, from what a request was measured to take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil

from benchmarks.load.kinds import KINDS, KNOWN

BUSY = 0.7
"""So much of the cores is to be busy at most, so that a request seldom waits for others."""
HITS = (0.5, 0.8, 0.95)


@dataclass(frozen=True)
class Measured:
    """One kind of request over all connections."""

    rate: float
    median: float
    late: float
    """Within so many seconds come 99 of 100."""
    processor: float
    """Seconds of a core that one answer takes."""
    kilobytes: float
    failed: int


@dataclass(frozen=True)
class Plan:
    """What students take, all of whom work at once."""

    hits: float
    requests: float
    """In a second."""
    new: float
    cores: float
    processes: int
    gigabytes: float
    megabits: float


def plan(measured: Mapping[str, Measured], students: int, hits: float, process: float) -> Plan:
    """What is needed where such a share of the requests was asked before, with processes of so many megabytes."""
    asked = {name: students * kind.uses / 60 for name, kind in KINDS.items() if kind.uses}
    known = measured[KNOWN].processor
    work = sum(rate * ((1 - hits) * measured[name].processor + hits * known) for name, rate in asked.items())
    cores, requests = work / BUSY, sum(asked.values())
    sent = 8e-3 * sum(rate * measured[name].kilobytes for name, rate in asked.items())
    processes = ceil(cores)
    return Plan(hits, requests, requests * (1 - hits), cores, processes, processes * process / 1000, sent)


def measured_table(measured: Mapping[str, Measured]) -> Iterator[str]:
    """What was measured, a line a kind."""
    yield "| request | answers a second | half within | 99 of 100 within | processor | bytes | not answered |"
    yield "|---|---|---|---|---|---|---|"
    for name, it in measured.items():
        times = f"{1000 * it.median:.0f} ms | {1000 * it.late:.0f} ms | {1000 * it.processor:.2f} ms"
        yield f"| {name} | {it.rate:,.0f} | {times} | {it.kilobytes:.1f} kB | {it.failed} |"


def plan_table(measured: Mapping[str, Measured], students: int, process: float) -> Iterator[str]:
    """What so many students take, by how many of their requests were asked before."""
    yield "| asked before | requests a second | of them new | cores | processes | memory | sent |"
    yield "|---|---|---|---|---|---|---|"
    for it in (plan(measured, students, hits, process) for hits in HITS):
        machines = f"{it.cores:.1f} | {it.processes} | {it.gigabytes:.1f} GB | {it.megabits:.0f} Mbit/s"
        yield f"| {it.hits:.0%} | {it.requests:,.0f} | {it.new:,.0f} | {machines} |"
