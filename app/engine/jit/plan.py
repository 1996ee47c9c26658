"""Plans a loop's function: its operations in their order, and the table of arrays that it is called with.

Equal plans are one function: sizes, addresses and strides stand in the table, not in the plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from ctypes import addressof, c_char
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from app.arrays import Array
from app.engine.jit.panels import in_panels, lanes_of
from app.ops import OPS, Emitter

Call = tuple[Callable[..., Any], tuple[Any, ...]]

PRODUCT = 2**16
"""Multiplications in one product of one step above which all sequences are done together, by a matrix in panels."""
NUMBERS = (np.float32, np.float64)
POWERS = (2, 3, 4)
"""Exponents that are written as products."""
INVERSES = (-1, -2)
"""Exponents that are written as quotients."""
OTHER_POWERS = (0.5, 1, *INVERSES)
"""Exponents that are written as a root, a copy, a quotient."""


class Words(NamedTuple):
    """Numbers in memory, some of which are where arrays are: `arrays` says which, and has them."""

    words: tuple[int, ...]
    arrays: tuple[tuple[int, Array], ...]


@dataclass(frozen=True, slots=True)
class Operand:
    """An array that a loop reads or writes: its entries lie side by side; `sequence` has one row for each step."""

    array: Array
    rank: int
    sequence: bool
    batched: bool

    @property
    def row(self) -> Array:
        """What one step of one sequence reads."""
        found = self.array[0] if self.sequence else self.array
        return found[0] if self.batched else found

    @property
    def place(self) -> tuple[int, int, int]:
        """Address, and bytes from step to step and from sequence to sequence."""
        strides = iter(self.array.strides)
        step = next(strides) if self.sequence else 0
        several = self.batched and self.array.shape[self.sequence] > 1
        return address(self.array), step, next(strides) if several else 0


@dataclass(frozen=True, slots=True)
class LoopLine:
    """One operation of a loop: its name, what it reads (arrays or numbers), what it writes."""

    op: str
    args: tuple[Operand | float, ...]
    out: Operand


# what can be done


def possible(line: LoopLine) -> bool:
    """Whether there are instructions for an operation on these arrays."""
    arrays = [a for a in (*line.args, line.out) if isinstance(a, Operand)]
    ranks = tuple(a.rank if isinstance(a, Operand) else 0 for a in line.args)
    dtype = line.out.array.dtype
    if dtype not in NUMBERS or any(a.array.dtype != dtype for a in arrays):
        return False
    match line.op, ranks:
        case "@", (2, 1):
            return not arrays[0].sequence and all(map(side_by_side_entries, arrays[1:]))
        case ("@", (1, 1)) | ("sum" | "mean", (1,)):
            return all(map(side_by_side_entries, arrays))
        case "**", _:
            return line.args[1] in (*POWERS, *OTHER_POWERS) and all(map(side_by_side_entries, arrays))
        case (("concat" | "split" | "place" | "slice"), _):
            return max(ranks) <= 1 and all(map(side_by_side_entries, arrays))
        case op, _:
            return bool(emitter(op)) and max(ranks) <= 1 and all(map(side_by_side_entries, arrays))


def emitter(op: str) -> Emitter | None:
    """What writes an operation entry by entry, where its row has that."""
    return OPS[op].emitter


def side_by_side_entries(operand: Operand) -> bool:
    """Whether the entries of a vector lie side by side."""
    row = operand.row
    return row.ndim <= 1 and (row.size == 1 or not row.ndim or row.strides[0] == row.itemsize)


def large(line: LoopLine, batch: int) -> bool:
    """Whether a product has so many numbers that a matrix in panels is worth it."""
    match line.op, line.args:
        case "@", (Operand(array, 2), _):
            return bool(array.shape[-2] * array.shape[-1] * batch > PRODUCT)
    return False


def own_matrices(line: LoopLine) -> bool:
    """Whether steps or sequences have a matrix each."""
    return any(isinstance(a, Operand) and own_matrix(a) for a in line.args)


def own_matrix(a: Operand) -> bool:
    """Whether an argument is another matrix at each step or in each sequence."""
    return a.rank == 2 and (a.sequence or a.batched)


# the plan of a function


@dataclass(frozen=True, slots=True)
class Place:
    """Which array of the function's table."""

    place: int
    rank: int


@dataclass(frozen=True, slots=True)
class LoopStep:
    """A line with places for its arrays."""

    op: str
    args: tuple[Place | float, ...]
    out: Place
    sizes: tuple[int, ...]
    """Places of its sizes: of the result, of the argument of a product or sum."""
    together: bool = False
    """Whether it is done for all sequences at once, by a matrix in panels."""


@dataclass(frozen=True, slots=True)
class Source:
    """All that a function is made from; equal ones are one function. A group is done entry by entry together."""

    bytes: int
    places: tuple[bool, ...]
    """Which of the arrays are matrices: these stay where they are from step to step."""
    even: tuple[bool, ...]
    """Of each size, whether it is a multiple of as many entries as the machine works on at once."""
    groups: tuple[tuple[LoopStep, ...], ...]


@dataclass
class Plan:
    """Lines as the source of a function and the table that it is called with."""

    lines: Sequence[LoopLine]
    batch: int
    before: list[tuple[Array, Array]] = field(default_factory=list)
    """Copies that are made before each run, with what they are of."""
    sizes: dict[int, int] = field(default_factory=dict)
    places: dict[tuple[int, ...], int] = field(default_factory=dict)
    """Address, strides and rank of each array of the table."""
    arrays: list[Array] = field(default_factory=list)
    """The array at each place."""
    spans: dict[int, tuple[int, int]] = field(default_factory=dict)
    """From where to where its entries of one step lie."""
    copies: dict[tuple[int, ...], Array] = field(default_factory=dict)

    def source(self) -> Source:
        """What the function is made from; it fills the table."""
        groups = tuple(self.groups())
        matrices = tuple(rank == 2 for *_, rank in self.places)
        bytes_ = self.lines[0].out.array.itemsize
        even = tuple(size > 0 and size % lanes_of(bytes_) == 0 for size in self.sizes)
        return Source(bytes_, matrices, even, groups)

    def table(self, first: int = 0) -> Words:
        """Where every array is, for the sequences from one on, and its strides, then the sizes."""
        words = *(n for _, *strides, _ in self.places for n in (0, *strides)), *self.sizes
        arrays = []
        for i, ((*_, far, rank), array) in enumerate(zip(self.places, self.arrays, strict=True)):
            leading = (slice(None),) * (array.ndim - rank - 1)
            arrays.append((3 * i, array[(*leading, slice(first, None))] if far and first else array))
        return Words(words, tuple(arrays))

    def multiplications(self) -> int:
        """How many there are in the products of one step of one sequence."""
        matrices = (a.row.size for line in self.lines if line.op == "@" for a in line.args if isinstance(a, Operand))
        return sum(matrices)

    def groups(self) -> Iterator[tuple[LoopStep, ...]]:
        """Lines after each other that are done entry by entry together; everything else alone."""
        group: list[LoopStep] = []
        for step in (self.step(*plainer) for line in self.lines for plainer in plain(line)):
            if group and not self.joins(step, group):
                yield tuple(group)
                group = []
            group.append(step)
        yield tuple(group)

    def joins(self, step: LoopStep, group: list[LoopStep]) -> bool:
        """Whether a step can be done entry by entry with those before it."""
        entrywise = emitter(step.op) and emitter(group[0].op)
        return bool(entrywise) and step.sizes == group[0].sizes and not self.tangled(step, group)

    def tangled(self, step: LoopStep, group: list[LoopStep]) -> bool:
        """Whether it reads or writes a part of what one of the group writes, not the whole."""
        written = [s.out.place for s in group]
        own = [a.place for a in (*step.args, step.out) if isinstance(a, Place)]
        return any(o != w and self.meet(o, w) for o in own for w in written)

    def meet(self, one: int, other: int) -> bool:
        """Whether two arrays have entries in common at one step."""
        (low, high), (start, end) = self.spans[one], self.spans[other]
        return low < end and start < high

    def step(self, op: str, args: Sequence[Operand | float], out: Operand) -> LoopStep:
        """A line with its places; a product or sum has the size of its last argument besides."""
        last = [a for a in args if isinstance(a, Operand)][-1:] if not emitter(op) else []
        sizes = tuple(map(self.size, (out, *last)))
        together = large(LoopLine(op, tuple(args), out), self.batch)

        def read(a: Operand | float) -> Place | float:
            if not isinstance(a, Operand):
                return float(a)
            return self.panels(a.array) if together and a.rank == 2 else self.place(a)

        return LoopStep(op, tuple(map(read, args)), self.place(out), sizes, together)

    def size(self, operand: Operand) -> int:
        """The place of a vector's size; of scalars all are one, whatever the vectors are."""
        size = operand.row.size if operand.rank else -1
        return self.sizes.setdefault(size, len(self.sizes))

    def place(self, operand: Operand) -> Place:
        """Where the function finds an array; what is read under two names has one place."""
        if operand.rank == 2:
            return self.matrix(operand)
        start, row = operand.place, operand.row
        place = self.known((*start, operand.rank), operand.array)
        self.spans[place] = start[0], start[0] + row.nbytes
        return Place(place, operand.rank)

    def known(self, key: tuple[int, ...], array: Array) -> int:
        """The place of an array."""
        if key not in self.places:
            self.places[key] = len(self.places)
            self.arrays.append(array)
        return self.places[key]

    def matrix(self, operand: Operand) -> Place:
        """Column after column; where it is not so already, by a copy that is made before each run."""
        array = operand.array
        if array.strides[-2] != array.itemsize:
            array = self.turned(array)
        start, _, sequence = replace(operand, array=array).place
        place = self.known((start, array.strides[-1], sequence, 2), array)
        self.spans[place] = start, start
        return Place(place, 2)

    def turned(self, array: Array) -> Array:
        """A copy with its columns one after the other."""
        key = address(array), *array.shape, *array.strides
        if key not in self.copies:
            self.copies[key] = np.empty_like(np.swapaxes(array, -1, -2), order="C").swapaxes(-1, -2)
            self.before.append((self.copies[key], array))
        return self.copies[key]

    def panels(self, array: Array) -> Place:
        """A copy in panels."""
        key = address(array), *array.shape, *array.strides
        if key not in self.copies:
            self.copies[key], parts = in_panels(array)
            self.before += parts
        room = self.copies[key]
        place = self.known((address(room), 0, 0, 2), room)
        self.spans[place] = address(room), address(room)
        return Place(place, 2)


def address(array: Array) -> int:
    """Where the first entry is in memory; NumPy itself says so in ten times as long as it takes to lend a buffer."""
    flags = array.flags
    if flags.c_contiguous and flags.writeable and array.size:
        return addressof(c_char.from_buffer(array))  # type: ignore[arg-type]
    return int(array.__array_interface__["data"][0])


def part_of(operand: Operand, start: int, end: int) -> Operand:
    """Some entries of a vector."""
    return replace(operand, array=operand.array[..., start:end])


def plain(line: LoopLine) -> Iterator[tuple[str, tuple[Operand | float, ...], Operand]]:
    """A power as products; a mean as a sum that is divided; what is made of parts as a copy of each."""
    match line.op, line.args:
        case "**", (base, 0.5):
            yield "sqrt", (base,), line.out
        case "**", (base, 1.0):
            yield "lag", (base,), line.out
        case "**", (base, float(exponent)) if exponent in INVERSES:
            yield "/", (1.0, *(base,) * -int(exponent)), line.out
        case "**", (base, float(exponent)) if exponent in POWERS:
            yield "*", (base,) * int(exponent), line.out
        case "mean", (Operand() as operand,):
            yield "sum", (operand,), line.out
            yield "/", (line.out, float(operand.row.size)), line.out
        case "concat", parts:
            ends = np.cumsum([0, *(p.row.size for p in parts if isinstance(p, Operand))]).tolist()
            yield from (("lag", (p,), part_of(line.out, *ends[i : i + 2])) for i, p in enumerate(parts))
        case "split", (Operand() as whole, float(which), _):
            size = line.out.row.size
            yield "lag", (part_of(whole, int(which - 1) * size, int(which) * size),), line.out
        case "place", (Operand() as part, float(which), float(count)):
            for k in range(int(count)):
                out = part_of(line.out, k * part.row.size, (k + 1) * part.row.size)
                yield "lag", (part if k == which - 1 else 0.0,), out
        case "slice", (Operand() as whole, _, *before):
            start = sum(b.row.size for b in before if isinstance(b, Operand))
            yield "lag", (part_of(whole, start, start + line.out.row.size),), line.out
        case _:
            yield line.op, line.args, line.out
