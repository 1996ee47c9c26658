"""Sequences of unequal length → calls that say which steps are inside, which is a moment, and what was there.

The lengths are read with every pass, as data are, so that other ones need no other program.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from app.arrays import Array
from app.engine.execution.formulas import formula
from app.engine.execution.numpy_calls import Call
from app.engine.jit import Instruction, moment
from app.language import NOW, Time


class UnequalLengths:
    """The lengths of the sequences of a batch, in an array that stays in place."""

    def __init__(self, lengths: Array, steps: Array) -> None:
        self.lengths = lengths
        self.steps = steps
        """The number of each step, for every sequence."""

    def inside(self, out: Array) -> Iterator[Call | Instruction]:
        """1 at the steps of a sequence, 0 after its end."""
        return formula("s <= n", {"s": self.steps, "n": self._every_step(self.lengths)}, out)

    def condition(self, time: Time, at: Time, out: Array) -> Iterator[Call | Instruction]:
        """1 where a moment is, within the run, or where two moments are one step."""
        counted = [self._counted(it) for it in (time, at)]
        if at == NOW:
            letters: dict[str, Array | float] = {
                "s": self.steps,
                "n": self._every_step(self.lengths),
                "k": counted[0][1],
            }
            step, within = "n + k" if counted[0][0] else "k", "" if time.base else " * (s <= n)"
            return formula(f"(s >= {step}) * (s <= {step}){within}", letters, out)
        (from_end, one), (other_from_end, other) = counted
        if from_end == other_from_end:
            return formula("k", {"k": float(one == other)}, out)
        length = other - one if from_end else one - other
        return formula("(n >= k) * (n <= k)", {"n": self.lengths, "k": length}, out)

    def _counted(self, time: Time) -> tuple[bool, float]:
        """A moment as so many steps from the end of each sequence, or from its beginning."""
        from_end = time.base == "tau"
        return from_end, float(time.offset if from_end else time.at(0, len(self.steps)))

    def at(self, array: Array, time: Time, out: Array) -> Iterator[Call | Instruction]:
        """What each sequence was at its own moment, 0 where it has no such step."""
        from_end, offset = self._counted(time)
        found = moment(array, self.lengths, from_end, int(offset), out)
        yield found or (_at, (array, self.lengths, from_end, int(offset), out))

    def where_long(self, steps: int, array: Array, out: Array) -> Iterator[Call | Instruction]:
        """The same with another array in the sequences of so many steps."""
        axes = (...,) + (None,) * (out.ndim - 1)
        long = np.broadcast_to(self.lengths[axes], out.shape)
        letters: dict[str, Array | float] = {"n": long, "k": float(steps), "a": array, "b": out}
        return formula("where((n >= k) * (n <= k), a, b)", letters, out)

    def _every_step(self, array: Array) -> Array:
        return np.broadcast_to(array, self.steps.shape)


def _at(array: Array, lengths: Array, from_end: bool, offset: int, out: Array) -> None:
    steps = (lengths if from_end else 0 * lengths).astype(int) + offset
    inside = (steps >= 1) & (steps <= lengths)
    found = array[np.clip(steps, 1, len(array)) - 1, np.arange(len(lengths))]
    out[...] = np.where(inside[(..., *(None,) * (out.ndim - 1))], found, 0.0)
