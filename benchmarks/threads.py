"""How many threads a contestant may use; set before each of its turns."""

from __future__ import annotations

import ctypes
from functools import cache
from pathlib import Path

import numpy as np

from app.engine.jit import helpers

FOLDERS = ("../numpy.libs", ".dylibs")
"""Where NumPy's wheels keep their OpenBLAS, seen from NumPy."""


def blas(count: int) -> None:
    """Let NumPy's products run on so many threads; a NumPy with another BLAS than its wheels' keeps its own way."""
    for library in _libraries():
        library.scipy_openblas_set_num_threads64_(count)


def ours(count: int) -> None:
    """Let the engine run on so many threads, which it shares its work out to itself: each product is on one."""
    helpers.use(count)
    blas(1)


@cache
def _libraries() -> tuple[ctypes.CDLL, ...]:
    home = Path(np.__file__).parent
    found = [ctypes.CDLL(str(path)) for folder in FOLDERS for path in (home / folder).glob("*openblas*")]
    return tuple(library for library in found if hasattr(library, "scipy_openblas_set_num_threads64_"))
