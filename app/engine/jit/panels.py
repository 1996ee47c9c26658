"""Matrices in panels, as products of many sequences with one matrix read them: laid out once, read at every step.

BLAS lays a matrix out anew in each call. A sum goes along the columns in their order, whichever sequences are done with
it, so that a sequence's numbers are the same in every batch.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from app.arrays import Array
from app.cache import cached

LANES = 32
"""Bytes that are worked on at once; LLVM splits or joins them for the machine at hand."""
SEQUENCES = (4, 1)
"""Sequences done together; of what is left each is done alone."""
DEPTH = 128
"""Columns that are done together where a panel is laid out for one product alone, so that it stays near the core."""
PANELS = {16: (96, 32), 32: (256, 128, 64, 32)}
"""Bytes in a row of a panel, by the registers of this machine: so many by four results fit into them.

What is left of the rows has narrower panels, the last ones of one row.
"""
LINE = 64
"""Bytes that come from memory at once."""
WIDE = {16: 32, 32: 64}
"""Bytes that one of them holds."""


@cached()
def registers() -> int:
    """How many registers of that width this machine has."""
    from llvmlite import binding

    return 32 if binding.get_host_cpu_features().get("avx512vl") else 16


def widths(bytes_: int) -> tuple[int, ...]:
    """How many rows the panels have, the widest first."""
    return *(width // bytes_ for width in PANELS[registers()]), 1


def lanes_of(bytes_: int) -> int:
    """How many numbers one register holds."""
    return WIDE[registers()] // bytes_


def in_panels(matrix: Array) -> tuple[Array, list[tuple[Array, Array]]]:
    """Room for a matrix as panels, one after another, each column after column; its parts, and what each is of."""
    room, (rows, columns) = aligned(matrix.size, matrix.dtype), matrix.shape
    start, copies = 0, []
    for width in widths(matrix.itemsize):
        if count := (rows - start) // width:
            end = start + count * width
            to = room[start * columns : end * columns].reshape(count, columns, width)
            copies.append((to, matrix[start:end].reshape(count, width, columns).swapaxes(1, 2)))
            start = end
    return room, copies


def aligned(size: int, dtype: Any) -> Array:
    """Room for so many numbers, from where a line of the processor's memory begins."""
    bytes_ = np.empty(size * np.dtype(dtype).itemsize + LINE, np.uint8)
    start = -bytes_.ctypes.data % LINE
    return bytes_[start : start + size * np.dtype(dtype).itemsize].view(dtype)
