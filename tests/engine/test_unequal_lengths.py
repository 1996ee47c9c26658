"""Lengths of sequences are read with every pass, as data are: other ones give what a pass bound for them gives."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app.engine import Session, bind
from app.engine.execution.numpy_calls import make
from app.engine.execution.unequal_lengths import UnequalLengths
from app.engine.jit import kernel_addresses, packed
from app.engine.jit import loops as native
from app.language import NOW, Time, parse
from tests.recurrences import RECURRENCES

TAU, LENGTHS = 5, [(5, 5, 5), (1, 3, 5), (2, 2, 1), (5, 1, 4)]


@pytest.fixture(params=["kernels", "NumPy"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "NumPy":
        monkeypatch.setattr(native, "compiler", lambda: None)
    return str(request.param)


@pytest.mark.one_in(4)
@pytest.mark.parametrize("name", RECURRENCES)
def test_other_lengths_in_place_give_what_a_pass_bound_for_them_gives(name: str) -> None:
    recurrence = parse(RECURRENCES[name])
    windows = [bind(recurrence, TAU, seed=k, batch=3, lengths=it) for k, it in enumerate(LENGTHS)]
    windows = [replace(it, lengths=lengths) for it, lengths in zip(windows, LENGTHS, strict=True)]
    kept = Session(recurrence, TAU, windows[0])
    for bindings in windows[1:]:
        kept.feed(bindings)
        kept.run()
        fresh = Session(recurrence, TAU, replace(bindings, parameters=windows[0].parameters))
        fresh.run()
        assert kept.loss == fresh.loss
        assert kept.arrays.keys() == fresh.arrays.keys()
        for array, other in ((kept.arrays[it], fresh.arrays[it]) for it in fresh.arrays):
            np.testing.assert_array_equal(array, other)


@pytest.mark.parametrize("time", [Time("tau", -2), Time("tau"), Time("tau", 1), Time("", 0), Time("", 2), Time("end")])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_moment_is_a_step_of_each_sequence_or_none(time: Time, dtype: Any, way: str) -> None:
    lengths = np.array([1, 3, TAU], dtype)
    steps = np.repeat(np.arange(1, TAU + 1, dtype=dtype)[:, None], 3, axis=1)
    unequal, addresses = UnequalLengths(lengths, steps), kernel_addresses(np.dtype(dtype).itemsize)
    own = [time.at(0, TAU if time.base == "end" else int(n)) for n in lengths]
    last = [TAU if time.base else int(n) for n in lengths]
    found = np.full((TAU, 3), 7, dtype)
    make(packed(unequal.condition(time, NOW, found), addresses))
    np.testing.assert_array_equal(found, [[t == s <= n for s, n in zip(own, last, strict=True)] for t in steps[:, 0]])
    for shape in ((), (4,), (2, 4)):
        array = np.random.default_rng(1).standard_normal((3, TAU, *shape[::-1])).astype(dtype).swapaxes(0, 1)
        array = array.swapaxes(-1, -2) if len(shape) == 2 else array
        out = np.full((3, *shape), 7, dtype)
        make(packed(unequal.at(array, time, out), addresses))
        there = [array[s - 1, i] if 1 <= s <= lengths[i] else np.zeros(shape) for i, s in enumerate(own)]
        np.testing.assert_array_equal(out, there)


@pytest.mark.parametrize("one", [Time("tau", -1), Time("", 2), Time("tau")])
@pytest.mark.parametrize("other", [Time("tau", -1), Time("", 1), Time("", 3)])
def test_two_moments_are_one_step_where_the_length_says_so(one: Time, other: Time, way: str) -> None:
    lengths = np.array([1.0, 2.0, 3.0, 4.0])
    found = np.full(4, 7.0)
    unequal = UnequalLengths(lengths, np.repeat(np.arange(1.0, 5.0)[:, None], 4, axis=1))
    make(packed(unequal.condition(one, other, found), kernel_addresses(8)))
    np.testing.assert_array_equal(found, [one.at(0, int(n)) == other.at(0, int(n)) for n in lengths])
