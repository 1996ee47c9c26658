"""Which cases of a test are in every run."""

from __future__ import annotations

from itertools import product

import pytest

from tests.tiers import has_its_turn


@pytest.mark.parametrize(("lengths", "one_in"), [((31, 3, 4, 2), 4), ((36, 5), 3), ((2, 31), 2), ((160,), 3)])
@pytest.mark.parametrize("begin", [0, 1, 5])
def test_one_in_so_many_cases_is_in_every_run_and_every_entry_of_every_list_is(
    lengths: tuple[int, ...], one_in: int, begin: int
) -> None:
    cases = [*product(*map(range, lengths))]
    turns = [case for number, case in enumerate(cases) if has_its_turn(number, lengths, one_in, begin)]
    assert len(turns) == pytest.approx(len(cases) / one_in, abs=1)
    assert len(lengths) == 1 or [len({*places}) for places in zip(*turns, strict=True)] == [*lengths]


def test_the_one_case_of_an_empty_list_has_a_turn() -> None:
    """So it is where a test is about programs of which this machine has none."""
    assert [has_its_turn(0, (0, 3), 2, begin) for begin in range(2)] == [True, False]
