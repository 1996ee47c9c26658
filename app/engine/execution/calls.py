"""`Program` + arrays → calls: every equation bound to views of its arrays, as NumPy calls and records of kernels.

Sequences are (tau, batch, size…); one-value variables (batch, size…); what is shared has no leading axes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np

from app.arrays import Array
from app.cores import cores
from app.engine.execution.numpy_calls import Call, Writer, make, writer
from app.engine.execution.unequal_lengths import UnequalLengths
from app.engine.execution.written_out import lines_written_out
from app.engine.ir import BATCH, INSIDE, SEQUENCE, SHARED, Delay, Program, Stage, StartName
from app.engine.jit import (
    WORTH_A_THREAD,
    Instruction,
    LoopLine,
    Operand,
    bulk,
    copied,
    has_function,
    kernel_addresses,
    loop,
    possible,
)
from app.language import NOW, Apply, Condition, Equation, Expr, Number, Read, Time, reads
from app.ops import OPS

NEAR = 2**20
"""Bytes that are near a core when they are read again; one step's are, however many all are."""


class ProgramArrays:
    """The arrays of one program, by name, and what its equations read of them."""

    arrays: dict[str, Array]

    def __init__(self, program: Program, known: Mapping[str, Array], tau: int, batch: int, dtype: Any):
        self.program, self.tau, self.batch, self.dtype = program, tau, batch, dtype
        steps = known.get("tau")
        self.lengths = steps if steps is not None and steps.ndim else None

    def argument(self, atom: Expr) -> tuple[Array, bool]:
        """The array of an atom, and whether it has a row for each step."""
        match atom:
            case Number(value):
                return np.asarray(value, dtype=self.dtype), False
            case Condition(time, at=at):
                return self.condition(time, at), at == NOW
            case Read(name, time) if time is not None and time.base != "t":
                return self.at(name, time), False
            case Read(name, time):
                return self.arrays[name], time is not None
        raise TypeError(f"not flat: {atom}")

    def rank(self, atom: Expr) -> int:
        return len(self.program.shapes[atom.name]) if isinstance(atom, Read) else 0

    def condition(self, time: Time, at: Time) -> Array:
        """1 at the moment, which may be another one for each sequence of a batch, or where two moments are one step."""
        if at != NOW:
            met = self.steps_of(time) == self.steps_of(at)
            return np.asarray(met if self.lengths is not None else met[0], dtype=self.dtype)
        steps = np.arange(1, self.tau + 1)[:, None]
        within = steps <= self.lengths if self.lengths is not None and not time.base else True
        return np.asarray((steps == self.steps_of(time)) & within, dtype=self.dtype)

    def steps_of(self, time: Time) -> Array:
        """The step that a moment is in each sequence."""
        own = self.lengths if self.lengths is not None and time.base == "tau" else np.full(self.batch, float(self.tau))
        return time.offset + (own if time.base else 0.0 * own)

    def at(self, name: str, time: Time) -> Array:
        """One moment of a sequence; outside the run zero."""
        array, step = self.arrays[name], time.at(0, self.tau)
        return np.asarray(array[step - 1] if 1 <= step <= self.tau else np.zeros(array.shape[1:], dtype=self.dtype))


class BoundProgram(ProgramArrays):
    """A program with arrays of its own beside those in `known`, and the calls that fill them."""

    def __init__(self, program: Program, known: Mapping[str, Array], tau: int, batch: int, dtype: Any):
        super().__init__(program, known, tau, batch, dtype)
        self.arrays = {"tau": np.asarray(tau, dtype=dtype), "t": _step_numbers(tau, batch, dtype), **known}
        self.buffers: dict[str, Array] = {}
        self.constant = {"t", "tau"} if self.lengths is None else {"t"}
        self.addresses = kernel_addresses(np.dtype(dtype).itemsize)
        self.bound: list[Call | Instruction] = []
        self.conditions: dict[tuple[Time, Time], Array] = {}
        self.from_lengths: list[Call | Instruction] = []
        """What follows from the lengths of sequences, to be made before all else."""
        self.unequal = None if self.lengths is None else UnequalLengths(self.lengths, self.arrays["t"])
        if self.unequal is not None and INSIDE not in known:
            self.arrays[INSIDE] = np.zeros((tau, batch), dtype)
            self.from_lengths += self.unequal.inside(self.arrays[INSIDE])
        for name, array in known.items():
            if name in program.pads:
                self.bound += self.copy(self.sequence(name), array)
        self.waiting: dict[int, list[Equation]] = {}
        for i, stage in enumerate(program.stages):
            self.bound += self.looped(stage, self.waiting.pop(i, [])) if stage.direction else self.bulk(stage.equations)
        self.bound[:0] = self.from_lengths

    # room

    def room(self, name: str) -> Array:
        """An array for a name, by its level."""
        level, shape = self.program.levels[name], self.program.shapes[name]
        if level == SEQUENCE:
            return self.sequence(name)
        self.arrays[name] = np.zeros((self.batch, *shape) if level == BATCH else shape, dtype=self.dtype)
        return self.arrays[name]

    def sequence(self, name: str) -> Array:
        """Room for a sequence, zero where nothing is set; the part inside the run."""
        left, right = self.program.pads.get(name, (0, 0))
        shape = (left + self.tau + right, self.batch, *self.program.shapes[name])
        self.buffers[name] = np.zeros(shape, dtype=self.dtype)
        self.arrays[name] = self.buffers[name][left : left + self.tau]
        return self.arrays[name]

    def one_row(self, name: str) -> None:
        """Room for a step, where every step finds it."""
        row = np.zeros((self.batch, *self.program.shapes[name]), dtype=self.dtype)
        self.arrays[name] = np.ndarray((self.tau, *row.shape), row.dtype, row, 0, (0, *row.strides))

    def condition(self, time: Time, at: Time) -> Array:
        """The same, in an array of its own that every pass fills where it follows from the lengths of sequences."""
        found = self.conditions.get((time, at))
        if found is None:
            found = self.conditions[time, at] = super().condition(time, at)
            if self.unequal is not None:
                self.from_lengths += self.unequal.condition(time, at, found)
        return found

    # stages

    def copy(self, to: Array, of: Array) -> Iterable[Call | Instruction]:
        """What copies an array into another."""
        alike = self.addresses is not None and to.dtype == of.dtype and to.size
        return copied(to, np.broadcast_to(of, to.shape)) if alike else ((np.copyto, (to, of)),)

    def bulk(self, equations: Iterable[Equation], all_now: bool = False) -> Iterator[Call | Instruction]:
        """Every equation for all steps at once; products wait until they are read, so that threads may share them.

        What a loop may do instead waits for it, unless all is to be done.
        """
        products, waited_for = list[Instruction](), set[Any]()
        for e in equations:
            if e.name in self.program.before and not all_now and not self.settled(e):
                self.waiting.setdefault(self.program.before[e.name], []).append(e)
                continue
            late = any(isinstance(it, Read) and it.name in waited_for for it in atoms(e))
            if isinstance(e.name, Delay) or (late and not self.is_view(e)):
                yield from _shared(products)
                products, waited_for = [], set()
            calls = tuple(self.at_once(e))
            first = next((i for i, call in enumerate(calls) if _is_shared(call)), len(calls))
            last = calls[first:] if all(map(_is_shared, calls[first:])) else ()  # Else what follows needs them.
            yield from calls[: len(calls) - len(last)]
            products += last  # type: ignore[arg-type]
            if last or late:
                waited_for.add(e.name)
        yield from _shared(products)

    def at_once(self, e: Equation) -> Iterable[Call | Instruction]:
        """What fills all steps of an equation, which may be nothing."""
        if isinstance(e.name, Delay):
            return self.delay(e)
        if self.gathers(e.expr):
            return self.gathered(e)
        if self.viewed(e):
            return ()
        args, out = tuple(self.argument(a)[0] for a in atoms(e)), self.room(e.name)
        if self.settled(e):
            return self.once(e, self.writer(e, args, out)(args, out))
        made = bulk(tuple(lines_written_out(self.line(e))), self.tau, self.batch)
        return self.writer(e, args, out)(args, out) if made is None else made

    def settled(self, e: Equation) -> bool:
        """Whether the value follows from shapes alone, so that it never changes from run to run."""
        if isinstance(e.expr, Apply) and OPS[e.expr.op].constant:
            return True
        if self.unequal is not None and any(isinstance(a, Condition) for a in atoms(e)):
            return False
        return self.constant.issuperset([a.name for a in atoms(e) if isinstance(a, Read)])

    def once(self, e: Equation, calls: Iterable[Call]) -> tuple[Call, ...]:
        """Make the calls now and no more."""
        make(calls)
        self.constant.add(e.name)
        return ()

    def looped(self, stage: Stage, waiting: list[Equation]) -> Iterator[Call | Instruction]:
        """The equations of a loop, step by step; delays and new names are views, so they cost nothing.

        A function of its own does what waits for the loop too, while it has the numbers at hand, where these are many.
        """
        own = [e for e in stage.equations if not isinstance(e.name, Delay) and not self.is_view(e)]
        for e in (*waiting, *own):
            self.one_row(e.name) if e.name in self.program.passing else self.sequence(e.name)
        ends = list[Call | Instruction]()
        for e in stage.equations:
            if isinstance(e.name, Delay):
                ends += self.delay(e)
            elif self.is_view(e):
                self.viewed(e)
        lines = self.lines(own)
        if waiting:
            worth = self.bytes_of(waiting) >= NEAR and has_function(lines, self.tau, self.batch)
            apart = self.without_code(waiting) if worth else {e.name for e in waiting}
            yield from self.bulk((e for e in waiting if e.name in apart), all_now=True)
            lines = self.lines([*(e for e in waiting if e.name not in apart), *own])
        yield from ends
        calls = loop(lines, self.tau, stage.direction, self.batch)
        yield from self.stepped(stage, own) if calls is None else calls

    def bytes_of(self, equations: Iterable[Equation]) -> int:
        """What the values of all steps take."""
        return sum(self.arrays[e.name].nbytes for e in equations)

    def without_code(self, waiting: list[Equation]) -> set[str]:
        """The names of what a function cannot do, and of what that reads."""
        found = set[str]()
        for e in reversed(waiting):
            if e.name in found or not all(map(possible, self.lines([e]))):
                found.update((e.name, *(read.name for read in reads(e.expr))))
        return found

    def lines(self, equations: Iterable[Equation]) -> list[LoopLine]:
        """What is done at each step."""
        return [line for e in equations for line in lines_written_out(self.line(e), stepwise=True)]

    def stepped(self, stage: Stage, own: list[Equation]) -> Iterator[Call]:
        """A call for each equation at each step."""
        bound = [self.rows(e) for e in own]
        for i in range(self.tau) if stage.direction > 0 else range(self.tau - 1, -1, -1):
            for write, args, out in bound:
                yield from write(tuple(a[i] for a in args), out[i])

    def rows(self, e: Equation) -> tuple[Writer, list[Sequence[Array]], list[Array]]:
        """An equation's writer, and for each step the views that it reads and the one it writes."""
        found = [self.argument(a) for a in atoms(e)]
        args: list[Sequence[Array]] = [list(array) if sequence else [array] * self.tau for array, sequence in found]
        out = list(self.arrays[e.name])
        return self.writer(e, tuple(a[0] for a in args), out[0]), args, out

    def line(self, e: Equation) -> LoopLine:
        """An equation with its arrays, for machine code."""
        match e.expr:
            case Apply(op, args):
                return LoopLine(op, tuple(map(self.operand, args)), self.written(e.name))
            case read:
                return LoopLine("lag", (self.operand(read),), self.written(e.name))

    def operand(self, atom: Expr) -> Operand | float:
        if isinstance(atom, Number):
            return atom.value
        (array, sequence), rank = self.argument(atom), self.rank(atom)
        return Operand(array, rank, sequence, array.ndim - rank - sequence > 0)

    def written(self, name: str) -> Operand:
        level = self.program.levels[name]
        return Operand(self.arrays[name], len(self.program.shapes[name]), level == SEQUENCE, level != SHARED)

    def is_view(self, e: Equation) -> bool:
        """Whether the equation gives another name to what is there, or to a part of it."""
        match e.expr:
            case Read():
                return e.name not in self.program.pads
            case Apply(op, (Read(), *_)) if OPS[op].view:
                return e.name not in self.program.pads
        return False

    def viewed(self, e: Equation) -> bool:
        """An equation that only renames or turns an array needs no call; whether this was one."""
        match e.expr:
            case Read(_, time) if time is None or time.base == "t":
                source = self.aligned(e, self.argument(e.expr)[0])
            case Apply("transpose", (Read() as read,)):
                source = np.swapaxes(self.argument(read)[0], -1, -2)
            case Apply(op, (Read(), *_) as args) if OPS[op].view:
                source = OPS[op].forward(*(self.argument(a)[0] for a in args))
            case _:
                return False
        if e.name in self.program.pads:
            return False
        lead = {SEQUENCE: (self.tau, self.batch), BATCH: (self.batch,), SHARED: ()}[self.program.levels[e.name]]
        shape = (*lead, *self.program.shapes[e.name])
        self.arrays[e.name] = source if source.shape == shape else np.broadcast_to(source, shape)
        if self.settled(e):
            self.constant.add(e.name)
        return True

    def gathers(self, expr: Expr) -> bool:
        """Whether a moment may be another step, or none, for each sequence of a batch."""
        moment = isinstance(expr, Read) and expr.time is not None and expr.time.base in ("tau", "")
        return moment and self.lengths is not None

    def gathered(self, e: Equation) -> Iterator[Call | Instruction]:
        """Each sequence's own moment, 0 where it has no such step."""
        assert isinstance(e.expr, Read) and e.expr.time is not None and self.unequal is not None
        return self.unequal.at(self.arrays[e.expr.name], e.expr.time, self.room(e.name))

    def delay(self, e: Equation) -> Iterator[Call | Instruction]:
        """A view of the same buffer some steps off, its ends filled with the starts."""
        assert isinstance(e.expr, Apply)
        source, *starts = e.expr.args
        assert isinstance(source, Read) and source.time is not None
        buffer, (left, right) = self.buffers[source.name], self.program.pads[source.name]
        for start in (s.name for s in starts if isinstance(s, Read) and isinstance(s.name, StartName)):
            place = left + start.time.at(0, self.tau) - 1
            if 0 <= place < left + self.tau + right:
                yield from self.copy(buffer[place], self.arrays[start])
        first = left + source.time.offset
        self.arrays[e.name] = buffer[first : first + self.tau]

    # one equation

    def writer(self, e: Equation, args: tuple[Array, ...], out: Array) -> Writer:
        """How the equation's value gets into `out`; the arrays show the shapes, any others like them may follow."""
        if not isinstance(e.expr, Apply):
            return lambda args, out: ((np.copyto, (out, self.aligned(e, args[0]))),)
        return writer(OPS[e.expr.op], args, tuple(map(self.rank, e.expr.args)), out)

    def aligned(self, e: Equation, source: Array) -> Array:
        """What the equation reads; a scalar with the axes of its variable, which it fills."""
        missing = len(self.program.shapes[e.name]) - self.rank(e.expr)
        return source[(..., *(None,) * missing)] if missing and source.ndim else source


def _step_numbers(tau: int, batch: int, dtype: Any) -> Array:
    """The number of each step, for every sequence of a batch."""
    return np.repeat(np.arange(1, tau + 1, dtype=dtype)[:, None], batch, axis=1)


def atoms(e: Equation) -> tuple[Expr, ...]:
    """What a flat equation reads."""
    return e.expr.args if isinstance(e.expr, Apply) else (e.expr,)


def _is_shared(call: Call | Instruction) -> bool:
    """Whether it is a product that threads may share."""
    return isinstance(call, Instruction) and call.work > 0


def _shared(products: Sequence[Instruction]) -> Iterator[Instruction]:
    """Products of which none needs another, the dearest first: threads make them at once where that is worth it.

    Of equal ones as many stay whole as leave no thread without; what is laid out for a product is so for each part.
    """
    dealt = list[Instruction]()
    for _, alike in groupby(sorted(products, key=lambda it: -it.work), lambda it: it.work):
        equal = list(alike)
        whole = len(equal) - len(equal) % cores()
        dealt += (part for i, it in enumerate(equal) for part in (i >= whole and it.parts) or (it,))
    if cores() > 1 and sum(it.work for it in dealt[1:]) >= WORTH_A_THREAD:
        yield Instruction("repeat", (1, 0, 1), inner=tuple(dealt), apart=True)
    else:
        yield from dealt
