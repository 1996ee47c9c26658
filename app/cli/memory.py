"""What a process keeps of memory, bounded, so that a service does not stay as large as it once was.

The C library keeps what is freed for later. What is kept in caches has a bound of its own (`app.cache.Total`).
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any

ARENAS, MAPPED, TRIMMED = -8, -3, -1
"""Names of glibc's `mallopt`: so many heaps for all threads together; from how many bytes on a block is one of its own,
which goes as it is freed; how many free bytes at the end of a heap are kept."""
SETTINGS = {ARENAS: 2, MAPPED: 1 << 20, TRIMMED: 4 << 20}
_LIBRARY = None if sys.platform == "win32" else ctypes.CDLL(None)
"""The C library, opened once: what opens it refers to itself, and would stay until the collector looks."""


def bound_allocator() -> bool:
    """Bound it, before threads begin; False where the C library is another."""
    set_option = _function("mallopt")
    return set_option is not None and all(set_option(name, value) == 1 for name, value in SETTINGS.items())


def give_back() -> bool:
    """Give back what is kept between what is in use; False where nothing was, or the C library is another."""
    trim = _function("malloc_trim")
    return trim is not None and trim(0) == 1


def _function(name: str) -> Any:
    """A function of the C library, if it has it."""
    return getattr(_LIBRARY, name, None)
