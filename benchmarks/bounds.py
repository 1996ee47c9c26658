"""Numbers held to a bound: how time and memory grow with τ, how long it takes to prepare a system."""

from __future__ import annotations

import gc
import os
import time
import tracemalloc
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from shutil import copy
from statistics import median
from tempfile import TemporaryDirectory
from typing import TypeVar
from unittest.mock import patch

import numpy as np

from app.arrays import Array
from app.cache import clear_caches
from app.engine import Bindings, Session, objective
from app.engine.execution.passes import programs
from app.engine.jit import folder
from app.language import parse
from benchmarks import ours
from benchmarks.measure import race
from benchmarks.race import Contestant, Problem, Size, problem

ROUNDS, TIMES = 5, 10
"""Of the preparation; how much longer the long run is."""
T = TypeVar("T")
KNOWN = ("app.language", "app.engine")
"""The modules that know a text again."""
KEPT = folder()
"""Where machine code is kept."""


def time_growth(text: str, seconds: float, tiny: bool = False) -> float:
    """The time of a step in a long run, over that in a tenth of it."""
    return _raced(seconds, *(ours.passes(p) for p in _short_and_long(text, tiny)))


def binding_growth(text: str, seconds: float, tiny: bool = False) -> float:
    """The same of binding the programs to their arrays."""
    return _raced(seconds, *(Contestant(partial(_bound, p), dict) for p in _short_and_long(text, tiny)))


def memory_growth(text: str, seconds: float, tiny: bool = False) -> float:
    """The same of the memory at its highest."""
    short, long = (_peak(partial(_ran, p))[1] for p in _short_and_long(text, tiny))
    return long / short / TIMES


def _short_and_long(text: str, tiny: bool) -> tuple[Problem, Problem]:
    tau = 10 if tiny else 1000
    return problem(text, Size(tau, 1, 32, 8)), problem(text, Size(TIMES * tau, 1, 32, 8))


def _raced(seconds: float, short: Contestant, long: Contestant) -> float:
    """How many times as long the long one takes a step."""
    times = race({("short", 1): short, ("long", 1): long}, seconds)
    return times.ratio(("long", 1), ("short", 1)) / TIMES


def memory_share(text: str, seconds: float, tiny: bool = False) -> float:
    """The memory of binding and running at its highest, over that of the trace's arrays alone."""
    p = problem(text, Size(4, 2, 3, 2) if tiny else Size(100, 32, 128, 32))
    bound, peak = _peak(partial(_ran, p))
    return peak / nbytes(bound.trace().arrays.values())


def preparation(text: str, seconds: float, tiny: bool = False) -> float:
    """Seconds from a text never seen before to its two programs."""
    return median(_timed(partial(_prepared, text), partial(clear_caches, *KNOWN)) for _ in range(ROUNDS))


def preparation_again(text: str, seconds: float, tiny: bool = False) -> float:
    """Seconds from a text that is known to its two programs."""
    return median(_timed(partial(_prepared, text)) for _ in range(ROUNDS))


def _prepared(text: str) -> None:
    recurrence = parse(text, {"x": 8, "h": 32, "y": 1})
    programs(recurrence, objective(recurrence))


def first_pass(text: str, seconds: float, tiny: bool = False, kept: bool = True) -> float:
    """Seconds from a text that a process never saw to its first pass, all machine code loaded anew.

    Its loops' code lies on disk, or is made where it is not `kept`; what all recurrences share lies there anyway.
    """
    p = problem(text, Size(10 if tiny else 100, 1, 32, 8), np.float64)
    _ran(p)
    with TemporaryDirectory() as place, patch.dict(os.environ, {} if kept else {"UNFOLD_CODE": place}):
        return median(_timed(partial(_ran_first, text, p), partial(_forgotten, place)) for _ in range(ROUNDS))


def _forgotten(place: str) -> None:
    """Nothing is in memory, and of the code in this folder what all recurrences share alone."""
    for old in Path(place).iterdir():
        old.unlink()
    for code in KEPT.glob("*.code"):
        copy(code, place)
    clear_caches(*KNOWN)


def _ran_first(text: str, p: Problem) -> None:
    _ran(replace(p, recurrence=parse(text, {"x": p.size.inputs, "h": p.size.hidden, "y": 1})))


def nbytes(arrays: Iterable[Array]) -> int:
    """The bytes of arrays, each room counted once however many views of it there are."""
    rooms = {id(room): room.nbytes for room in map(_room, arrays)}
    return sum(rooms.values())


def _room(array: Array) -> Array:
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def _bound(p: Problem) -> Session:
    data = Bindings(p.parameters, {"x": p.x, "y": p.y}, batch=p.size.batch)
    return Session(p.recurrence, p.size.tau, data, dtype=p.dtype)


def _ran(p: Problem) -> Session:
    bound = _bound(p)
    bound.run()
    return bound


def _timed(work: Callable[[], object], before: Callable[[], object] = lambda: None) -> float:
    """Of the processor, which a busy machine troubles less: it is the work of one thread."""
    before()
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _peak(work: Callable[[], T]) -> tuple[T, int]:
    gc.collect()
    tracemalloc.start()
    try:
        return work(), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
