"""Calls of NumPy and records of kernels → as few calls as there can be: records in a row are one program in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from ctypes import CFUNCTYPE, c_int64, c_void_p
from typing import Any

import numpy as np

from app.arrays import Array
from app.engine.jit.instructions import Instruction
from app.engine.jit.plan import Call, address

PERFORM = CFUNCTYPE(None, c_void_p, c_int64, c_int64)
STEPS = CFUNCTYPE(c_int64, c_void_p, c_int64, c_void_p, c_int64, c_int64, c_void_p)
Addresses = Callable[[str], int]
"""Where a function of the library is."""


class MachineProgram:
    """Records in memory, one after another; who holds it keeps them, and the arrays that they point at."""

    def __init__(self, instructions: Sequence[Instruction], addresses: Addresses) -> None:
        self.addresses, self.kept = addresses, list[Any](instructions)
        self.start, self.length = self.laid_down(instructions)
        self.perform = PERFORM(addresses("perform"))

    def __call__(self) -> None:
        self.perform(self.start, self.length, 0)

    def laid_down(self, instructions: Sequence[Instruction]) -> tuple[int, int]:
        """Where the list of records is, and how many there are."""
        words: list[int] = []
        starts = []
        for it in instructions:
            starts.append(len(words))
            inner = self.laid_down(it.inner) if it.inner else ()
            words += (self.addresses(it.kernel), *it.words, *inner)
        records = np.array(words, np.int64)
        places = np.array(starts, np.int64) * records.itemsize + address(records)
        self.kept += (records, places)
        return address(places), len(places)


class RepeatedPrograms:
    """Two programs done in turns, the second unless the first has raised the flag; it says how many turns were done."""

    def __init__(
        self, one: Sequence[Instruction], other: Sequence[Instruction], flag: Array, addresses: Addresses
    ) -> None:
        self.one, self.other, self.flag = MachineProgram(one, addresses), MachineProgram(other, addresses), flag
        self.steps = STEPS(addresses("steps"))

    def __call__(self, count: int) -> int:
        one, other = self.one, self.other
        return int(self.steps(one.start, one.length, other.start, other.length, count, address(self.flag)))


def packed(calls: Iterable[Call | Instruction], addresses: Addresses | None) -> list[Call]:
    """The same in order, records that follow each other as one call."""
    found: list[Call] = []
    together: list[Instruction] = []

    def close() -> None:
        if together:
            assert addresses is not None
            found.append((MachineProgram(tuple(together), addresses), ()))
            together.clear()

    for call in calls:
        if isinstance(call, Instruction):
            together.append(call)
        else:
            close()
            found.append(call)
    close()
    return found
