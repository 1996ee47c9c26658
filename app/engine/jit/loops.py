"""Runs a loop as one call of machine code, where that is worth it and llvmlite is installed.

NumPy needs a call for each operation of each step, about a microsecond whatever the size, so a loop over small arrays
is put together as one function by LLVM. What it has no instructions for, and large products, which BLAS does better,
stay with NumPy: then `loop` gives None. Which way is taken follows from the equations and the shapes alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.arrays import Array
from app.cache import cached
from app.engine.jit.plan import Call, LoopLine, Plan, Source, address, large, possible

WORTH = 256
"""Operations times steps from which a function is worth the milliseconds that it takes to make."""


def loop(lines: Sequence[LoopLine], steps: int, direction: int, batch: int) -> tuple[Call, ...] | None:
    """The calls that run the lines at every step, or None where NumPy does it better or alone can."""
    if len(lines) * steps < WORTH or not all(map(possible, lines)) or any(large(line, batch) for line in lines):
        return None
    compiled = compiler()
    if compiled is None:
        return None
    plan = Plan(lines)
    source = plan.source()
    run = LoopCall(compiled(source), plan.table(), tuple(plan.kept))
    first = 0 if direction > 0 else steps - 1
    return (*plan.before, (run, (steps, first, direction, batch)))


@cached()
def compiler() -> Callable[[Source], Callable[..., None]] | None:
    """What compiles a function, loaded when the first loop asks for it; None where llvmlite is not installed."""
    try:
        from app.engine.jit.llvm import compiled
    except ModuleNotFoundError as error:
        if error.name != "llvmlite":
            raise
        return None
    return compiled


def warm() -> bool:
    """Make what all loops of ordinary runs share before somebody waits for it; False where there is no compiler."""
    if compiler() is None:
        return False
    from app.engine.jit.llvm import shared_functions

    shared_functions()
    return True


class LoopCall:
    """A function with its table; who holds it keeps both, and the arrays that the table points at."""

    def __init__(self, function: Callable[..., None], table: Array, kept: tuple[Array, ...]) -> None:
        self.function, self.table, self.kept = function, table, kept
        self.start = address(table)

    def __call__(self, steps: int, first: int, direction: int, batch: int) -> None:
        self.function(self.start, steps, first, direction, batch)
