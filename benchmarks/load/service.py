"""A service of our own to be asked, and what its processes take of the machine."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from benchmarks.load.client import connected

START = 120.0
"""Seconds that a service is given to be ready."""
LOOKED, IDLE = 0.5, 0.02
"""All its processes have started once they take so little of the processors in so many seconds."""
PROC = Path("/proc")
PARENT, USER, SYSTEM, PAGES = 1, 11, 12, 21
"""Places in /proc/…/stat behind the name: the parent, processor time of both kinds, memory in pages."""


@contextmanager
def service(port: int, workers: int, readers: int) -> Iterator[subprocess.Popen[bytes]]:
    """The service at a port of this machine; what it says goes to a file that is gone at the end.

    To it so many readers are one, so one may have as many trainings.
    """
    places = {name: str(readers) for name in ("UNFOLD_SHARE", "UNFOLD_LINE")}
    command = [sys.executable, "-m", "app", "serve", "--host", "127.0.0.1", "--port", str(port)]
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(
            [*command, "--workers", str(workers)], stdout=said, stderr=said, env={**os.environ, **places}
        ) as process,
    ):
        try:
            yield process
        finally:
            process.terminate()


async def ready(address: str, pid: int = 0) -> None:
    """Return once the service has compiled what it compiles beforehand; of our own, once every process has.

    Where connections are made before, the first process that is there has all of them.
    """
    end = perf_counter() + START
    while perf_counter() < end:
        try:
            connection = await connected(address)
        except OSError:
            await asyncio.sleep(0.05)
            continue
        status = await connection.ask("/readyz")
        connection.close()
        if status == 200:
            break
        await asyncio.sleep(0.05)
    else:
        raise SystemExit(f"there is no service ready at {address}")
    taken = 0.0
    while pid and perf_counter() < end and taken + IDLE < (taken := processor_seconds(pid)):
        await asyncio.sleep(LOOKED)


def free_port() -> int:
    """A port of this machine at which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _stats() -> Iterator[tuple[int, list[str]]]:
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            try:
                yield int(folder.name), (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue


def family(pid: int) -> dict[int, list[str]]:
    """A process and all that came of it, with what Linux says of each."""
    stats = dict(_stats()) if PROC.exists() else {}
    found, fresh = dict[int, list[str]](), {pid}
    while fresh:
        found |= {it: stats[it] for it in fresh if it in stats}
        fresh = {it for it, stat in stats.items() if int(stat[PARENT]) in fresh}
    return found


def processor_seconds(pid: int) -> float:
    """What a service has taken of the processors by now."""
    tick = os.sysconf("SC_CLK_TCK")
    return sum(int(stat[USER]) + int(stat[SYSTEM]) for stat in family(pid).values()) / tick


def megabytes(pid: int) -> float:
    """The memory of the largest process of a service."""
    page = os.sysconf("SC_PAGE_SIZE")
    return max((int(stat[PAGES]) * page / 1e6 for stat in family(pid).values()), default=0.0)
