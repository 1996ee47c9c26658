"""Lines over arrays → records for the kernels: what is done, on which lengths, arrays and strides.

Nothing is compiled here: a record names a function that is there for every recurrence. Lines that have none are left
to NumPy; which those are follows from the equations and the shapes alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import prod
from typing import NamedTuple

import numpy as np

from app.arrays import Array
from app.cache import cached
from app.cores import cores
from app.engine.jit.panels import DEPTH, SEQUENCES, aligned, in_panels, widths
from app.engine.jit.plan import (
    NUMBERS,
    LoopLine,
    Operand,
    Words,
    emitter,
    large,
    own_matrix,
    plain,
    side_by_side_entries,
)
from app.engine.jit.threads import WORTH_A_THREAD
from app.ops import OPS

Axes = tuple[list[int], list[list[int]]]
"""The lengths of the axes along which there is anything to go, and the strides of each operand there."""
AXES = 3
"""So many axes a kernel goes along, once those that lie in one are joined."""
OPERAND = 2 + AXES
"""Words of an operand: its address, bytes from step to step, and along each axis."""
FEW = 4
"""A matrix that has its rows side by side and so few of them is read row by row, another one turned before."""
PARTS = ("concat", "split", "place", "slice")
"""Operations on parts of vectors, which are copies of each."""
OVER = {"sum_t": (0,), "mean_t": (0,), "max_t": (0,), "min_t": (0,), "sum_b": (1,), "sum_tb": (0, 1)}
"""The leading axes that a pooling is over: time, sequences."""
FOLDING = 16
"""Taking in an entry of a large array takes as long as so many multiplications of a product."""
MOST = 2**18
"""Multiplications in one line over all steps above which laying matrices out in panels is worth it."""


class Instruction(NamedTuple):
    """A kernel by its name, and the words of its record; `arrays` says which are where an array is, and has it.

    After them come the addresses of a `table`, and of an `inner` program that it repeats, with its length. `kept` is
    what must be there as long as this is. Where it is `apart` no record of the inner program needs another. `work` is
    how many multiplications there are, or could be meanwhile, in a product or sum that threads may do at once with
    others; `parts` are the same product as so many that a thread each is worth it.
    """

    kernel: str
    words: tuple[int, ...]
    arrays: tuple[tuple[int, Array], ...] = ()
    inner: tuple[Instruction, ...] = ()
    table: Words | None = None
    kept: object = None
    apart: bool = False
    work: int = 0
    parts: tuple[Instruction, ...] = ()


class ForNumPy(Exception):
    """There is no kernel for a line."""


class Laid(NamedTuple):
    """An array as a kernel goes along it: bytes from step to step, and along every axis."""

    array: Array
    step: int
    strides: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Planner:
    """Records of lines that are done for all steps at once, or, `stepwise`, for one step after another.

    `before` takes what is to be done once, before the steps.
    """

    steps: int
    batch: int
    stepwise: bool
    before: list[Instruction]

    def planned(self, line: LoopLine) -> Iterator[Instruction]:
        """The records of one line; raises ForNumPy."""
        ranks = [a.rank for a in (*line.args, line.out) if isinstance(a, Operand)]
        if line.op in PARTS and max(ranks) > 1:
            raise ForNumPy
        for op, args, out in plain(line):
            arrays = [a for a in (*args, out) if isinstance(a, Operand)]
            kind = out.array.dtype
            if kind not in NUMBERS or any(a.array.dtype != kind for a in arrays):
                raise ForNumPy
            yield from self.one(op, args, out)

    def one(self, op: str, args: Sequence[Operand | float], out: Operand) -> Iterator[Instruction]:
        ranks = tuple(a.rank if isinstance(a, Operand) else 0 for a in args)
        match op, ranks, args:
            case "@", (2, 1), (Operand() as matrix, Operand() as vector):
                yield from self.product(matrix, vector, out)
            case "@", (1, 1), (Operand() as a, Operand() as b):
                yield self.inner(a, b, out)
            case "**", _, _:
                yield from self.entrywise("power", args, out)
            case "sum_rows", (2,), (Operand() as a,):
                yield from self.folded("+", a, out, rest=1)
            case _, _, (Operand() as a,) if op in OVER and not self.stepwise:
                yield from self.pooled(op, a, out)
            case _, _, (Operand() as a,) if OPS[op].folds and op not in OVER and op != "sum_rows":
                yield from self.folded(OPS[op].folds, a, out, rest=0)
            case "outer_sum", (1, 1), (Operand() as a, Operand() as b) if not self.stepwise:
                yield from self.outer_sum(a, b, out)
            case "outer", (1, 1), (Operand() as a, Operand() as b):
                yield self.outer(a, b, out)
            case _ if emitter(op):
                yield from self.entrywise(op, args, out)
            case _:
                raise ForNumPy

    # axes

    def laid(self, operand: Operand | float, top: int, out: Operand) -> Laid:
        """Where its entries are beside those of a result of this rank."""
        if not isinstance(operand, Operand):
            array = np.array(operand, out.array.dtype)
            return Laid(array, 0, (0,) * (top + 2 - self.stepwise))
        shape, strides = list(operand.array.shape), list(operand.array.strides)
        far = [s if n > 1 else 0 for n, s in zip(shape, strides, strict=True)]
        step = far.pop(0) if operand.sequence else 0
        several = far.pop(0) if operand.batched else 0
        own = (several, *(0,) * (top - operand.rank), *far)
        return Laid(operand.array, step, own) if self.stepwise else Laid(operand.array, 0, (step, *own))

    def lengths(self, operand: Operand, lead: Operand | None = None) -> tuple[int, ...]:
        """How many steps, sequences and entries it has; the leading ones may be those of another."""
        of = lead or operand
        own = self.batch if of.batched else 1, *operand.row.shape
        return own if self.stepwise else (self.steps if of.sequence else 1, *own)

    # kinds of lines

    def entrywise(self, op: str, args: Sequence[Operand | float], out: Operand) -> Iterator[Instruction]:
        if len(args) > max(2, OPS[op].arity or 0):
            yield from self.entrywise(op, args[:2], out)
            for other in args[2:]:
                yield from self.entrywise(op, (out, other), out)
            return
        lay = partial(self.laid, top=out.rank, out=out)
        laid, lengths = [lay(out), *map(lay, args)], self.lengths(out)
        yield self.along_rows(op, lengths, laid)

    def along_rows(self, op: str, lengths: tuple[int, ...], laid: Sequence[Laid]) -> Instruction:
        """The function of an operation that goes along rows with these strides."""
        return recorded(entry_record(op, laid[0].array.itemsize, lengths, *steps_and_strides(laid)), laid)

    def folded(self, op: str, a: Operand, out: Operand, rest: int) -> Iterator[Instruction]:
        """Over the entries of each step, all but the last axes."""
        if (a.batched < out.batched and self.batch > 1) or (a.sequence < out.sequence and not self.stepwise):
            raise ForNumPy
        of = self.laid(a, a.rank, out)
        own = self.laid(out, rest, out).strides
        lead = len(own) - rest
        strides = (*own[:lead], *(0,) * (a.rank - rest), *own[lead:])
        yield from self.gathered(op, a, of, strides, out)

    def pooled(self, op: str, a: Operand, out: Operand) -> Iterator[Instruction]:
        """Over time, sequences, or both."""
        over = OVER[op]
        if (0 in over) != a.sequence or not a.batched:
            raise ForNumPy
        own = self.laid(out, out.rank, out).strides
        kept = tuple(0 if i in over else s for i, s in enumerate(own))
        yield from self.gathered(OPS[op].folds, a, self.laid(a, a.rank, out), kept, out)
        if op == "mean_t":
            yield from self.entrywise("/", (out, float(self.steps)), out)

    def gathered(self, op: str, a: Operand, of: Laid, strides: tuple[int, ...], out: Operand) -> Iterator[Instruction]:
        """The result as a first entry of each is, a sum as 0, then every entry taken in, where these strides lead."""
        to = Laid(out.array, self.laid(out, out.rank, out).step, strides)
        lengths = self.lengths(a)
        if op == "+":
            yield from self.entrywise("lag", (0.0,), out)
        else:
            yield self.along_rows("lag", tuple(n if s else 1 for n, s in zip(lengths, strides, strict=True)), [to, of])
        taken_in = recorded(fold_record(op, out.array.itemsize, lengths, *steps_and_strides([to, of])), [to, of])
        yield taken_in if self.stepwise else taken_in._replace(work=FOLDING * prod(lengths))

    def product(self, matrix: Operand, x: Operand, out: Operand) -> Iterator[Instruction]:
        if not (side_by_side_entries(x) and side_by_side_entries(out)):
            raise ForNumPy
        rows, columns = matrix.row.shape
        if self.stepwise and large(LoopLine("@", (matrix, x), out), self.batch):
            yield self.product_of_all(matrix, x, out)
            return
        lead = self.lengths(out)[:-1]
        if not self.stepwise and min(rows, columns) > FEW and rows * columns * prod(lead) > MOST:
            yield self.product_of_all_steps(matrix, x, out)
            return
        side = matrix.array.itemsize
        if matrix.array.strides[-1] == side and rows <= FEW:
            kernel, far = "product.rows", matrix.array.strides[-2]
        else:
            if matrix.array.strides[-2] != side and rows > 1:
                matrix = self.turned(matrix)
            kernel, far = "product.columns", matrix.array.strides[-1]
        filled = (1,) * (2 - len(lead))
        words, arrays = [*filled, *lead, rows, columns, far], []
        for it in (out, matrix, x):
            laid = self.laid(it, it.rank, out)
            arrays.append((len(words), it.array))
            words += (0, laid.step, *(0 for _ in filled), *laid.strides[: len(lead)])
        yield Instruction(kernel, tuple(words), tuple(arrays))

    def product_of_all(self, matrix: Operand, x: Operand, out: Operand) -> Instruction:
        """Of all sequences at one step; the matrix is laid out before the steps."""
        room = self.panels(matrix)
        (_, out_step, out_far), (_, x_step, x_far) = out.place, x.place
        words = (*matrix.row.shape, self.batch, 0, out_step, out_far, 0, 0, x_step, x_far)
        return Instruction("product.panels", words, ((3, out.array), (6, room), (7, x.array)))

    def product_of_all_steps(self, matrix: Operand, x: Operand, out: Operand) -> Instruction:
        """Of all sequences and steps; parts are for some of them each."""
        if own_matrix(matrix):
            raise ForNumPy
        (to, of), room = map(as_rows, (out, x)), self.panels(matrix)
        if len(to) != len(of):
            raise ForNumPy

        def part(some: slice) -> Instruction:
            rows, read = to[some], of[some]
            words = (*matrix.row.shape, len(rows), 0, 0, to.strides[0], 0, 0, 0, of.strides[0])
            work = matrix.row.size * len(rows)
            return Instruction("product.panels", words, ((3, rows), (6, room), (7, read)), work=work)

        return shared(part, len(to))

    def panels(self, matrix: Operand) -> Array:
        """A copy in panels, made before the steps."""
        room, parts = in_panels(matrix.array)
        for part in parts:
            to, of = (Operand(array, array.ndim, False, False) for array in part)
            self.before.extend(Planner(1, 1, False, []).entrywise("lag", (of,), to))
        return room

    def turned(self, matrix: Operand) -> Operand:
        """A copy with its columns side by side, made before the steps."""
        if matrix.sequence and self.stepwise:
            raise ForNumPy
        copy = np.empty_like(np.swapaxes(matrix.array, -1, -2), order="C").swapaxes(-1, -2)
        to, of = (Operand(array, array.ndim, False, False) for array in (copy, matrix.array))
        self.before.extend(Planner(1, 1, False, []).entrywise("lag", (of,), to))
        return replace(matrix, array=copy)

    def inner(self, a: Operand, b: Operand, out: Operand) -> Instruction:
        if not (side_by_side_entries(a) and side_by_side_entries(b)):
            raise ForNumPy
        lead = self.lengths(a, out)
        to = self.laid(out, 0, out)
        laid = [Laid(to.array, to.step, (*to.strides, 0)), self.laid(a, 1, out), self.laid(b, 1, out)]
        missing = AXES - len(lead)
        axes = [1] * missing + [*lead], [[0] * missing + [*it.strides] for it in laid]
        return recorded(("inner.rows", words_of(axes, [it.step for it in laid])), laid)

    def outer(self, a: Operand, b: Operand, out: Operand) -> Instruction:
        """A product with axes of its own for both."""
        to, one, other = self.laid(out, 2, out), self.laid(a, 1, out), self.laid(b, 1, out)
        laid = [
            to,
            Laid(one.array, one.step, (*one.strides, 0)),
            Laid(other.array, other.step, (*other.strides[:-1], 0, other.strides[-1])),
        ]
        return self.along_rows("*", self.lengths(out), laid)

    def outer_sum(self, a: Operand, b: Operand, out: Operand) -> Iterator[Instruction]:
        if not (side_by_side_entries(a) and side_by_side_entries(b)):
            raise ForNumPy
        rows, columns = out.row.shape
        lead = self.lengths(a)[:-1]
        if lead != self.lengths(b)[:-1] or out.array.strides[-1] != out.array.itemsize:
            raise ForNumPy
        if columns < FEW <= rows:
            turned = np.empty((columns, rows), out.array.dtype)
            yield from self.outer_sum(b, a, Operand(turned, 2, False, False))
            yield from self.entrywise("lag", (Operand(turned.T, 2, False, False),), out)
            return
        if rows > FEW and rows * columns * prod(lead) > MOST:
            yield self.outer_sum_by_panels(a, b, out)
            return
        one, other = self.laid(a, 1, out), self.laid(b, 1, out)
        words = (rows, columns, *lead, 0, out.array.strides[-2], 0, *one.strides[:2], 0, *other.strides[:2])
        yield Instruction("outer.sums", words, ((4, out.array), (6, a.array), (9, b.array)))

    def outer_sum_by_panels(self, a: Operand, b: Operand, out: Operand) -> Instruction:
        """The same sums in the same order; parts are for some of the rows each."""
        one, other, columns = as_rows(a), as_rows(b), out.row.shape[1]

        def part(some: slice) -> Instruction:
            rows = out.array[some]
            room = aligned(DEPTH * (len(rows) + widths(rows.itemsize)[0]), rows.dtype)
            far = (it.strides[-2] for it in (rows, one, other))
            words = (len(rows), columns, len(one), *(word for it in far for word in (0, it)), 0)
            arrays = ((3, rows), (5, one[:, some]), (7, other), (9, room))
            return Instruction("outer.panels", words, arrays, work=len(rows) * columns * len(one))

        return shared(part, len(out.array))


def as_rows(operand: Operand) -> Array:
    """Its vectors at all steps of all sequences as one matrix; raises ForNumPy where these do not lie evenly."""
    try:
        return np.reshape(operand.array, (-1, operand.row.size), copy=False)
    except ValueError:
        raise ForNumPy from None


def shared(part: Callable[[slice], Instruction], count: int) -> Instruction:
    """A product of so many vectors, and its parts for as many threads as are worth it."""
    whole, together = part(slice(count)), SEQUENCES[0]
    parts = min(cores(), count // together, whole.work // WORTH_A_THREAD)
    if parts < 2:
        return whole
    size = -(-count // (parts * together)) * together
    return whole._replace(parts=tuple(part(slice(start, start + size)) for start in range(0, count, size)))


def recorded(known: tuple[str, tuple[int, ...]], laid: Sequence[Laid]) -> Instruction:
    """A record over three axes, for these arrays."""
    return Instruction(*known, tuple((AXES + OPERAND * i, it.array) for i, it in enumerate(laid)))


def steps_and_strides(laid: Sequence[Laid]) -> tuple[tuple[int, ...], tuple[tuple[int, ...], ...]]:
    """How far it is from step to step, and along every axis, in each array."""
    return tuple(it.step for it in laid), tuple(it.strides for it in laid)


@cached(4096)
def entry_record(
    op: str, side: int, lengths: tuple[int, ...], steps: tuple[int, ...], strides: tuple[tuple[int, ...], ...]
) -> tuple[str, tuple[int, ...]]:
    """The kernel of an operation, and its words, 0 for addresses; lines with arrays that lie alike have the same."""
    axes = joined_axes(lengths, strides)
    kinds = ["v" if far[-1] == side else "s" if far[-1] == 0 else "g" for far in axes[1]]
    fits = kinds[0] == "v" and "g" not in kinds and ("v" in kinds[1:] or OPS[op].shape == "first")
    pattern = "".join(kinds[1:]) if fits else "g" * (len(kinds) - 1)
    return f"{op}.{pattern}", words_of(axes, steps)


@cached(4096)
def fold_record(
    op: str, side: int, lengths: tuple[int, ...], steps: tuple[int, ...], strides: tuple[tuple[int, ...], ...]
) -> tuple[str, tuple[int, ...]]:
    """The same of what takes one entry after another into a result."""
    axes = joined_axes(lengths, strides)
    own, far = axes[1]
    kind = "v" if own[-1] == far[-1] == side else "t" if op == "+" and own[-1] == 0 and far[-1] == side else "g"
    return f"fold.{op}.{kind}", words_of(axes, steps)


def words_of(axes: Axes, steps: Sequence[int]) -> tuple[int, ...]:
    """Lengths, then 0 for the address of each array, and its strides."""
    return *axes[0], *(word for step, far in zip(steps, axes[1], strict=True) for word in (0, step, *far))


def joined_axes(lengths: Sequence[int], strides: Sequence[Sequence[int]]) -> Axes:
    """The axes along which there is anything to go, those joined that all operands have in one, to three of them."""
    sizes: list[int] = []
    far: list[list[int]] = [[] for _ in strides]
    for i in reversed(range(len(lengths))):
        if lengths[i] == 1:
            continue
        now = [own[i] for own in strides]
        if sizes and all(n == f[0] * sizes[0] for n, f in zip(now, far, strict=True)):
            sizes[0] *= lengths[i]
            continue
        sizes.insert(0, lengths[i])
        for f, n in zip(far, now, strict=True):
            f.insert(0, n)
    if len(sizes) > AXES:
        raise ForNumPy
    missing = AXES - len(sizes)
    return [1] * missing + sizes, [[0] * missing + f for f in far]
