"""How tests are shared out among processes, what each says of them, and what it keeps out of the collector's way.

pytest-xdist gives each process a run of neighbours, and moves the end of the longest queue to whoever has none left.
Tests that open pages wait for half of their time and are long. So each process begins with its share of those and ends
with quick ones: both cores are busy meanwhile, and no process is left alone with a long test.
"""

from __future__ import annotations

import gc
import os

import pytest
from _pytest.runner import runtestprotocol

SLOW = ("browser", "program")
GARBAGE = 200_000
"""How many objects are made before garbage is looked for; Python's own number is 700."""

gc.disable()  # Until all is collected: a fifth of that time went by looking for garbage among what stays.


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Orders what `-m` has left."""
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if processes > 1:
        slow = [item for item in items if any(map(item.get_closest_marker, SLOW))]
        quick = [item for item in items if not any(map(item.get_closest_marker, SLOW))]
        items[:] = [item for k in range(processes) for part in (slow, quick) for item in share(part, k, processes)]


def share(items: list[pytest.Item], k: int, processes: int) -> list[pytest.Item]:
    return items[len(items) * k // processes : len(items) * (k + 1) // processes]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Runs a test in a process of several, and sends what came of it.

    pytest-xdist would send five messages a test: that it begins and ends, and how its setup, itself and its teardown
    went. Of thousands of tests that take a few milliseconds this is a good part of the time.
    """
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return None
    for report in runtestprotocol(item, log=False, nextitem=nextitem):
        if report.when == "call" or not report.passed:
            item.ihook.pytest_runtest_logreport(report=report)
    return True


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Modules and thousands of tests stay until the end, and are not walked in every collection of garbage.

    Figures and graphs are many small objects: a tenth of a run's processor time goes by looking for garbage among
    them as often as Python does for a small program.
    """
    gc.freeze()
    gc.set_threshold(GARBAGE, 10, 10)
    gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Looks for garbage once more, which says what was not closed; pytest would do so five times, through all."""
    gc.collect()
    gc.freeze()
