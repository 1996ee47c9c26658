"""The tiers of the suite, by what a test borrows: nobody has to mark a test that opens a page or runs LaTeX.

`browser` and `program` follow from the fixtures that a test asks for; `long` is written at a test, or at some of its
cases, that takes minutes or wants a quiet machine.
"""

from __future__ import annotations

import pytest

BORROWED = {"browser": {"chromium"}, "program": {"rsvg", "latex", "poppler", "node"}}
"""Each marker with the fixtures that give it, directly or through another fixture."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests before `-m` chooses among them."""
    for item in items:
        for marker, fixtures in BORROWED.items():
            if fixtures & set(getattr(item, "fixturenames", ())):
                item.add_marker(marker)
