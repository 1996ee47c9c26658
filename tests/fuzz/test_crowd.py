"""A service that many ask at once gives each the answer that it gives alone."""

from __future__ import annotations

import pytest

from tests.fuzz.addresses import Request
from tests.fuzz.crowd import BUSY, differences, search
from tests.fuzz.test_programs import MINUTES, SEED

WORKERS, CONNECTIONS = 2, 24


def test_an_answer_that_others_change_is_found() -> None:
    requests = [Request("GET", f"/figure.svg?seed={n}", None) for n in range(4)]
    alone = [(200, b"<svg>1"), (200, b"<svg>2"), (422, b"{}"), (500, b"{}")]
    crowd = [[(200, b"<svg>1"), (200, b"<svg>2")], [(200, b"<svg>2"), (BUSY, b"")], [(422, b"{}"), (500, b"{}")]]
    crowd.append([(500, b"{}")])
    found = [*differences(requests, alone, crowd)]
    assert [said.split()[1] for said in found] == ["/figure.svg?seed=0", "/figure.svg?seed=2", "/figure.svg?seed=3"]


@pytest.mark.long
def test_many_who_ask_at_once_are_answered_as_each_alone() -> None:
    assert not search(MINUTES, SEED, WORKERS, CONNECTIONS)
