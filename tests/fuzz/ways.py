"""Hold the ways in which a pass can be run against each other: calls of NumPy, kernels, loops of their own.

In both precisions, and once with some of the numbers replaced by those at which operations turn: zeros of both signs,
numbers that are almost too small or too large, and none. What is not finite is so in every way, and said alike.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import count
from typing import Any

import numpy as np
import pytest

from app.arrays import Array, any_numbers
from app.cache import clear_caches
from app.engine import Bindings, Trace, run
from app.engine.jit import loops as native
from app.language import Problems
from app.link import parse, resolve
from tests.engine.test_machine import WAYS
from tests.fuzz.addresses import query_of
from tests.fuzz.compare import Setting, setting_of
from tests.fuzz.examine import PARTS
from tests.fuzz.links import case

EDGES = (0.0, -0.0, 1e-310, 1e300, -1e300, np.inf, np.nan, 1.0, -1.0)
SHARE = 0.15
"""Of the numbers so many are replaced by one of these."""
NUDGE, MARGIN = 50, 200
"""By how many roundings numbers are moved to see what rounding does, and how many times that the ways may differ."""


def search(minutes: float, seed: int) -> list[str]:
    """What the ways have otherwise of programs from this seed on, within these minutes."""
    end, found = time.monotonic() + 60 * minutes, list[str]()
    for k in count(seed):
        if time.monotonic() > end:
            return found
        if setting := _setting(k):
            found += (f"seed {k}: {said}" for said in differences(setting, k))
    raise AssertionError


def differences(setting: Setting, seed: int) -> Iterator[str]:
    """Each way, precision and kind of numbers in which something is otherwise than by calls of NumPy."""
    rng = np.random.default_rng(seed)
    edged = _changed(setting.bindings, lambda a: np.where(rng.random(a.shape) < SHARE, rng.choice(EDGES, a.shape), a))
    for kind, bindings in (("usual", setting.bindings), ("edged", edged)):
        for dtype in (np.float64, np.float32):
            step = NUDGE * float(np.finfo(dtype).eps)
            nudged = _changed(bindings, lambda a, step=step: a * (1 + step * rng.choice((-1.0, 1.0), a.shape)))
            one, moved = (_run("NumPy", setting, it, dtype) for it in (bindings, nudged))
            for way in WAYS:
                other = _run(way, setting, bindings, dtype)
                names = [n for n, a in one.arrays.items() if apart(a, other.arrays[n], moved.arrays[n])]
                if names or one.stopped != other.stopped:
                    yield f"{way}, {dtype.__name__}, {kind} numbers: {', '.join(names) or other.stopped}"


def apart(one: Array, other: Array, moved: Array) -> bool:
    """Whether two results differ by more than rounding, as far as numbers that are moved a little can tell."""
    with any_numbers():
        finite = np.isfinite(one) & np.isfinite(other) & np.isfinite(moved)
        rounding = np.abs(np.where(finite, one - moved, 0.0))
        most = np.max(np.abs(one[np.isfinite(one)]), initial=0.0) * np.finfo(one.dtype).eps
        far = np.where(finite, np.abs(one - other) > MARGIN * (rounding + most), np.isfinite(one) == np.isfinite(moved))
        return bool(np.any(far & ~((one == other) | (np.isnan(one) & np.isnan(other)))))


def _setting(seed: int) -> Setting | None:
    """What a seed's program is run with; None where it is refused."""
    try:
        return setting_of(resolve(parse(query_of(case(seed).without(*PARTS), "/api/trace").items())).run)
    except Problems:
        return None


def _changed(bindings: Bindings, change: Any) -> Bindings:
    def all_of(arrays: Mapping[str, Array]) -> dict[str, Array]:
        return {name: np.asarray(change(np.asarray(array))) for name, array in arrays.items()}

    it = bindings
    return replace(it, parameters=all_of(it.parameters), inputs=all_of(it.inputs), initial=all_of(it.initial))


def _run(way: str, setting: Setting, bindings: Bindings, dtype: Any) -> Trace:
    clear_caches("app.engine.execution")
    with pytest.MonkeyPatch.context() as patch, any_numbers():
        patch.setattr(native, *WAYS[way])
        return run(setting.recurrence, setting.tau, bindings, setting.of, setting.cuts, dtype=dtype)
