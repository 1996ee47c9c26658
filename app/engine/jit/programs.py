"""Calls of NumPy and records of kernels → as few calls as there can be: records in a row are one program in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from ctypes import CFUNCTYPE, c_int64, c_void_p

import numpy as np

from app.arrays import Array
from app.engine.jit.instructions import Instruction
from app.engine.jit.plan import Call, address
from app.engine.jit.threads import helpers

PERFORM = CFUNCTYPE(None, c_void_p, c_int64, c_int64)
STEPS = CFUNCTYPE(c_int64, c_void_p, c_int64, c_void_p, c_int64, c_int64, c_void_p)
WORD = 8
"""Bytes of a word."""
Addresses = Callable[[str], int]
"""Where a function of the library is."""
Perform = Callable[[int, int, int], None]
"""Runs records: where their list is, how many there are, and the step."""


class Records:
    """Programs as words in a row. Where one says where an array or another word is, there is 0 or the word's place.

    `arrays` and `own` tell which these are.
    """

    def __init__(self, addresses: Addresses | None) -> None:
        self.addresses = addresses
        self.words: list[int] = []
        self.arrays: list[tuple[int, Array]] = []
        self.own: list[int] = []
        self.kept: list[object] = []

    def program(self, instructions: Sequence[Instruction]) -> tuple[int, int]:
        """Where the list of some records is, and how many there are."""
        assert self.addresses is not None
        starts = []
        for it in instructions:
            ends = []
            if it.table is not None:
                ends.append(len(self.words))
                self.put(it.table.words, it.table.arrays)
            if it.inner:
                ends += self.program(it.inner)
            starts.append(len(self.words))
            self.words.append(self.addresses(it.kernel))
            self.put(it.words, it.arrays)
            self.kept.append(it.kept)
            if ends:
                self.point(ends[0])
                self.words += ends[1:]
        first = len(self.words)
        for start in starts:
            self.point(start)
        return first, len(starts)

    def put(self, words: Sequence[int], arrays: Iterable[tuple[int, Array]]) -> None:
        first = len(self.words)
        self.words += words
        self.arrays += [(first + i, array) for i, array in arrays]

    def point(self, place: int) -> None:
        """A word that says where another one is."""
        self.own.append(len(self.words))
        self.words.append(WORD * place)

    def in_memory(self) -> Array:
        """The words, with the addresses that all has now."""
        found = np.array(self.words, np.int64)
        found[self.own] += address(found)
        found[[i for i, _ in self.arrays]] = [address(array) for _, array in self.arrays]
        return found


class MachineProgram:
    """Records in memory, one after another; who holds it keeps them, and the arrays that they point at."""

    def __init__(self, instructions: Sequence[Instruction], addresses: Addresses) -> None:
        self.records = Records(addresses)
        place, self.length = self.records.program(instructions)
        self.words = self.records.in_memory()
        self.start = address(self.words) + WORD * place
        self.perform = performing(addresses)

    def __call__(self) -> None:
        self.perform(self.start, self.length, 0)


class DividedProgram(MachineProgram):
    """The same, of which no record needs another: threads do them at once."""

    def __call__(self) -> None:
        divided(self.perform, self.start, self.length, 0)


def divided(perform: Perform, start: int, length: int, step: int) -> None:
    """Run records that are in memory at once."""
    helpers.make(*((perform, (start + WORD * i, 1, step)) for i in range(length)))


def performing(addresses: Addresses) -> Perform:
    """What runs records that are in memory."""
    return PERFORM(addresses("perform"))


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


def by_kind(calls: Iterable[Call | Instruction]) -> list[Call | Instruction | list[Instruction]]:
    """The same in order, the records that follow each other as one list, and alone what can be done apart."""
    found: list[Call | Instruction | list[Instruction]] = []
    for call in calls:
        if not isinstance(call, Instruction) or call.apart:
            found.append(call)
        elif found and isinstance(found[-1], list):
            found[-1].append(call)
        else:
            found.append([call])
    return found


def packed(calls: Iterable[Call | Instruction], addresses: Addresses | None) -> list[Call]:
    """The same in order, records that follow each other as one call."""

    def call(it: Call | Instruction | list[Instruction]) -> Call:
        if not isinstance(it, Instruction | list):
            return it
        assert addresses is not None
        return (MachineProgram(it, addresses) if isinstance(it, list) else DividedProgram(it.inner, addresses)), ()

    return list(map(call, by_kind(calls)))
