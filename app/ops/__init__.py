"""The table of operations: one row each, with all that the language, the engine and the printers know of it.

A family is a file: its rows, what they do in NumPy and, entry by entry, as machine code. Forward functions take NumPy
arrays: the trailing axes are the operand's rank, whatever stands before them (time, batch) broadcasts. A vjp is text in
the language's own words, one expression per argument: `g` is the adjoint of the result, `y` the result, `a`, `b`, `c`
the arguments (in a row of any arity `a` is the argument itself, `before` all that stand before it). So the backward
pass is a recurrence like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from types import MappingProxyType

from app.ops import arithmetic, choices, curves, losses, matrices, parts, pooling, structure
from app.ops.machine import Emitter, fma, machine_constant
from app.ops.row import LEVELS, Crease, Op, Ranks, Singularity, WithoutEmitter, align, apply, of_arguments

FAMILIES = (
    *(arithmetic.ROWS, choices.ROWS, curves.ROWS, losses.ROWS, pooling.ROWS),
    *(parts.ROWS, matrices.ROWS, structure.ROWS),
    *(pooling.OVER_TIME, choices.OVER_TIME, parts.WITHIN, matrices.OVER_TIME, structure.IN_TIME),
)
"""First what people write, in the order of the reference."""
OPS: Mapping[str, Op] = MappingProxyType({row.name: row for row in chain.from_iterable(FAMILIES)})

__all__ = [
    "LEVELS",
    "OPS",
    "Crease",
    "Emitter",
    "Op",
    "Ranks",
    "Singularity",
    "WithoutEmitter",
    "align",
    "apply",
    "fma",
    "machine_constant",
    "of_arguments",
]
