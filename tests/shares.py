"""How tests are shared out among processes, and what each process keeps out of the collector's way.

pytest-xdist gives each process a run of neighbours, and moves the end of the longest queue to whoever has none left.
Tests that open pages wait for half of their time and are long. So each process begins with its share of those and ends
with quick ones: both cores are busy meanwhile, and no process is left alone with a long test.
"""

from __future__ import annotations

import gc
import os

import pytest

SLOW = ("browser", "program")
GARBAGE = 20_000
"""How many objects are made before garbage is looked for; Python's own number is 700."""


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


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Modules and thousands of tests stay until the end, and are not walked in every collection of garbage.

    Figures and graphs are many small objects: a tenth of a run's processor time goes by looking for garbage among
    them as often as Python does for a small program.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE, 10, 10)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Looks for garbage once more, which says what was not closed; pytest would do so five times, through all."""
    gc.collect()
    gc.freeze()
