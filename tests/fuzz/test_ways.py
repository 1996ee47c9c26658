"""Invented programs have the same numbers in whatever way they are run."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fuzz.test_programs import MINUTES, SEED
from tests.fuzz.ways import apart, search


@pytest.mark.parametrize(
    ("one", "other", "moved", "differ"),
    [
        ([1.0, 2.0], [1.0, 2.0 + 1e-15], [1.0, 2.0], False),
        ([1.0, 2.0], [1.0, 2.001], [1.0, 2.0], True),
        ([1.0, 2.0], [1.0, 2.001], [1.0, 2.0001], False),
        ([np.nan, np.inf], [np.nan, np.inf], [np.nan, np.inf], False),
        ([1.0, np.inf], [1.0, -np.inf], [1.0, np.inf], True),
        ([1.0, np.inf], [1.0, 1e300], [1.0, np.inf], True),
        ([1.0, np.inf], [1.0, 1e300], [1.0, 1e300], False),
        ([1.0, 0.0], [np.nan, 0.0], [1.0, 0.0], True),
    ],
)
def test_what_is_more_than_rounding_is_found(
    one: list[float], other: list[float], moved: list[float], differ: bool
) -> None:
    assert apart(*(np.array(it) for it in (one, other, moved))) == differ


@pytest.mark.long
def test_many_programs_have_the_same_numbers_in_every_way_and_precision() -> None:
    assert not search(MINUTES / 2, SEED)
