"""The tiers of the suite, by what a test borrows: nobody has to mark a test that opens a page or runs LaTeX.

`browser` and `program` follow from the fixtures that a test asks for; `long` is written at a test, or at some of its
cases, that takes minutes or wants a quiet machine.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable

import pytest
from _pytest.mark.structures import ParameterSet

BORROWED = {"browser": {"chromium"}, "program": {"rsvg", "latex", "poppler", "node"}}
"""Each marker with the fixtures that give it, directly or through another fixture."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """A worker a core; three where pages are opened, whose tests wait for more than half of their time."""
    return (os.cpu_count() or 1) * (1 if "not browser" in config.option.markexpr else 3)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests before `-m` chooses among them.

    Their names are the same in every process, or processes could not share them out.
    """
    for item in items:
        assert " at 0x" not in item.nodeid, f"{item.nodeid}: the ids of the cases hold an address"
        for marker, fixtures in BORROWED.items():
            if fixtures & set(getattr(item, "fixturenames", ())):
                item.add_marker(marker)


def long(*cases: object) -> list[ParameterSet]:
    """Cases of a test that the long tier alone runs; those beside them stand for their kind in every run."""
    return [pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=pytest.mark.long) for case in cases]


def tiered(cases: Iterable[object], always: Collection[object]) -> list[object]:
    """Every case of a test, of which `always` are in every run and the others in the long tier."""
    listed = list(cases)
    assert set(always) <= set(listed), "a case that is always run is one of the cases"
    return [case if case in always else long(case)[0] for case in listed]
