"""Matrices in panels, as products of many sequences with one matrix read them: laid out once, read at every step.

BLAS lays a matrix out anew in each call. A sum goes along the columns in their order, whichever sequences are done with
it, so that a sequence's numbers are the same in every batch.
"""

from __future__ import annotations

import numpy as np

from app.arrays import Array

LANES = 32
"""Bytes that are worked on at once; LLVM splits or joins them for the machine at hand."""
PANELS, SEQUENCES = (3, 1), (4, 1)
"""Vectors in a row of a panel, and sequences done together: three by four results fit into the registers there are.

What is left of the rows has panels of one vector, then of one row; of the sequences each is done alone.
"""


def widths(bytes_: int) -> tuple[int, ...]:
    """How many rows the panels have, the widest first."""
    return *(count * (LANES // bytes_) for count in PANELS), 1


def in_panels(matrix: Array) -> tuple[Array, list[tuple[Array, Array]]]:
    """Room for a matrix as panels, one after another, each column after column; its parts, and what each is of."""
    room, (rows, columns) = np.empty(matrix.size, matrix.dtype), matrix.shape
    start, copies = 0, []
    for width in widths(matrix.itemsize):
        if count := (rows - start) // width:
            end = start + count * width
            to = room[start * columns : end * columns].reshape(count, columns, width)
            copies.append((to, matrix[start:end].reshape(count, width, columns).swapaxes(1, 2)))
            start = end
    return room, copies
