"""Runs a loop as one call of machine code, where that is worth it and llvmlite is installed.

NumPy needs a call for each operation of each step, about a microsecond whatever the size, so a loop over small arrays
is put together as one function by LLVM. What has no instructions, and large products with a matrix for each step or
sequence, stay with NumPy: then `loop` gives None. Which way is taken follows from the equations and the shapes alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from itertools import pairwise
from typing import Any

from app.arrays import Array
from app.cache import cached
from app.cores import cores
from app.engine.jit.instructions import ForNumPy, Instruction, Planner
from app.engine.jit.panels import SEQUENCES
from app.engine.jit.plan import NUMBERS, LoopLine, Operand, Plan, large, own_matrices, possible
from app.engine.jit.threads import WORTH_A_THREAD

WORTH = 256
"""Operations times steps from which a function is worth the milliseconds that it takes to make."""


def loop(lines: Sequence[LoopLine], steps: int, direction: int, batch: int) -> Sequence[Instruction] | None:
    """What runs the lines at every step, or None where NumPy does it better or alone can.

    What is worth a function of its own gets one; fewer operations are done kernel by kernel.
    """
    made = compiler()
    if made is None or _for_numpy(lines, batch):
        return None
    first = 0 if direction > 0 else steps - 1
    if not has_function(lines, steps, batch):
        return _repeated(lines, steps, first, direction, batch)
    plan = Plan(lines, batch)
    source = plan.source()
    function = made.compiled(source)
    turned = (it for copy, of in plan.before for it in copied(copy, of))
    parts = []
    for start, end in pairwise(_parts(batch, plan.multiplications() * steps * batch)):
        words = (function.address, steps, first, direction, end - start)
        parts.append(Instruction("loop", words, table=plan.table(start), kept=function))
    return *turned, *([Instruction("repeat", (1, 0, 1), inner=tuple(parts), apart=True)] if parts[1:] else parts)


def has_function(lines: Sequence[LoopLine], steps: int, batch: int) -> bool:
    """Whether a loop gets a function of its own."""
    worth = len(lines) * steps >= WORTH and compiler() is not None
    return worth and not _for_numpy(lines, batch) and all(map(possible, lines))


def _for_numpy(lines: Sequence[LoopLine], batch: int) -> bool:
    """Whether there are large products with a matrix for each step or sequence."""
    return any(large(line, batch) and own_matrices(line) for line in lines)


def _parts(batch: int, multiplications: int) -> list[int]:
    """Where sequences part that threads may do apart, as none needs another."""
    together = SEQUENCES[0]
    count = max(1, min(cores(), batch // together, multiplications // WORTH_A_THREAD))
    return [*range(0, batch, -(-batch // (count * together)) * together), batch]


def chosen() -> tuple[object, ...]:
    """All that the way of lines follows from beside equations and shapes."""
    return compiler() is not None, WORTH


def copied(to: Array, of: Array) -> Sequence[Instruction]:
    """The kernel that copies an array into another one of its shape."""
    one, other = (Operand(array, array.ndim, False, False) for array in (to, of))
    return tuple(Planner(1, 1, False, []).entrywise("lag", (other,), one))


def _repeated(
    lines: Sequence[LoopLine], steps: int, first: int, direction: int, batch: int
) -> Sequence[Instruction] | None:
    """Kernels for every line, repeated step by step; None where a line has none."""
    planner = Planner(steps, batch, True, [])
    try:
        inner = tuple(it for line in lines for it in planner.planned(line))
    except ForNumPy:
        return None
    return *planner.before, Instruction("repeat", (steps, first, direction), inner=inner)


def bulk(lines: Sequence[LoopLine], steps: int, batch: int) -> Sequence[Instruction] | None:
    """The kernels that do lines for all steps at once; None where one has none."""
    if compiler() is None:
        return None
    planner = Planner(steps, batch, False, [])
    try:
        found = tuple(it for line in lines for it in planner.planned(line))
    except ForNumPy:
        return None
    return *planner.before, *found


def row_copied(one: Operand, rows: Array, into_rows: bool) -> Sequence[Instruction]:
    """The kernel that copies an array into the row of the step that is told, or that row into the array."""
    row = Operand(rows, one.rank, True, False)
    to, of = (row, one) if into_rows else (one, row)
    return tuple(Planner(1, 1, True, []).entrywise("lag", (of,), to))


def moment(array: Array, lengths: Array, from_end: bool, offset: int, out: Array) -> Instruction | None:
    """The kernel that copies each sequence's own step, or 0 where it has none; None where there is no machine code."""
    arrays = out, array, lengths
    if compiler() is None or out.dtype not in NUMBERS or any(it.dtype != out.dtype for it in arrays) or out.ndim > 3:
        return None
    filled = (1,) * (3 - out.ndim)
    to, (step, of, *far) = out.strides, array.strides
    none = (0,) * len(filled)
    words = (*out.shape[:1], *filled, *out.shape[1:], int(from_end), offset)
    words += (0, to[0], *none, *to[1:], 0, step, of, *none, *far, 0)
    return Instruction("moment", words, ((5, out), (9, array), (14, lengths)))


def unfinished(array: Array, flag: Array) -> Instruction:
    """The kernel that raises a flag once an entry is no finite number."""
    words = (1, 1, array.size, *(0,) * 9, array.itemsize)
    return Instruction("unfinished", words, ((3, flag), (8, array)))


def kernel_addresses(bytes_: int) -> Callable[[str], int] | None:
    """Where the kernels for one kind of number are."""
    made = compiler()
    return None if made is None or bytes_ not in (4, 8) else made.library_addresses(bytes_)


@cached(lasting=True)
def compiler() -> Any | None:
    """What makes machine code, loaded when the first arrays ask for it; None where llvmlite is not installed."""
    try:
        return import_module("app.engine.jit.llvm")
    except ModuleNotFoundError as error:
        if error.name != "llvmlite":
            raise
        return None


def warm() -> bool:
    """Make what all ordinary runs share before somebody waits for it; False where there is no compiler."""
    made = compiler()
    if made is None:
        return False
    made.shared_functions()
    return True
