"""`Program` + arrays → arrays: every equation evaluated in NumPy, in bulk or step by step.

Sequences are (tau, batch, size…); one-value variables (batch, size…); what is shared has no leading axes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.flat import BATCH, SEQUENCE, start_name
from app.engine.schedule import Program, Stage
from app.language.syntax import Apply, Equation, Expr, Moment, Number, Read, Time
from app.ops import OPS, apply

Array = NDArray[Any]
Step = Callable[[int], Array]


class Execution:
    """The arrays of one run, by name; buffers of sequences that are read at other steps have room at both ends."""

    def __init__(self, program: Program, known: Mapping[str, Array], tau: int, batch: int, dtype: Any = np.float64):
        self.program, self.tau, self.batch, self.dtype = program, tau, batch, dtype
        self.arrays: dict[str, Array] = {"tau": np.asarray(tau, dtype=dtype)}
        self.buffers: dict[str, Array] = {}
        for name, array in known.items():
            self.arrays[name] = array
            if name in program.pads:
                self.allocate(name)[...] = array

    def run(self) -> dict[str, Array]:
        with np.errstate(all="ignore"):
            for stage in self.program.stages:
                if stage.direction:
                    self.loop(stage)
                else:
                    for e in stage.equations:
                        self.bulk(e)
        return self.arrays

    def allocate(self, name: str) -> Array:
        """Room for a sequence, zero where nothing is set; returns the part inside the run."""
        left, right = self.program.pads.get(name, (0, 0))
        shape = (left + self.tau + right, self.batch, *self.program.shapes[name])
        self.buffers[name] = np.zeros(shape, dtype=self.dtype)
        self.arrays[name] = self.buffers[name][left : left + self.tau]
        return self.arrays[name]

    # in bulk

    def bulk(self, e: Equation) -> None:
        if isinstance(e.expr, Apply) and e.expr.op == "lag":
            self.delay(e.name, e.expr)
            return
        value = self.value(e.expr)
        if e.indexed:
            wanted: tuple[int, ...] = (self.tau, self.batch, *self.program.shapes[e.name])
            if e.name in self.program.pads or value.shape != wanted:
                self.allocate(e.name)[...] = value
            else:
                self.arrays[e.name] = value
        else:
            leading = (self.batch,) if self.program.levels[e.name] == BATCH else ()
            shape = (*leading, *self.program.shapes[e.name])
            self.arrays[e.name] = np.broadcast_to(value, shape)

    def delay(self, name: str, expr: Apply) -> None:
        """A view of the same buffer some steps off, its ends filled with the starts."""
        source, *starts = expr.args
        assert isinstance(source, Read) and source.time is not None
        buffer, (left, _) = self.buffers[source.name], self.program.pads[source.name]
        for start in starts:
            assert isinstance(start, Read)
            place = self.place(source.name, start.name, left)
            if place is not None and place < len(buffer):
                buffer[place] = self.arrays[start.name]
        first = left + source.time.offset
        self.arrays[name] = buffer[first : first + self.tau]

    def place(self, name: str, start: str, left: int) -> int | None:
        """The buffer's index of a start."""
        for k in range(1 - left, 1):
            if start == start_name(name, Time("", k)):
                return left + k - 1
        right = self.program.pads[name][1]
        for k in range(1, right + 1):
            if start == start_name(name, Time("tau", k)):
                return left + self.tau + k - 1
        return None

    def value(self, expr: Expr) -> Array:
        match expr:
            case Number(value):
                return np.asarray(value, dtype=self.dtype)
            case Moment(time):
                return self.moment(time)
            case Read(name, time) if time is not None and time.base != "t":
                return self.at(name, time.at(0, self.tau))
            case Read(name):
                return self.arrays[name]
            case Apply(op, args):
                arrays = tuple(map(self.value, args))
                return np.asarray(apply(OPS[op], arrays, tuple(map(self.rank, args))))
        raise TypeError(f"not flat: {expr}")

    def rank(self, atom: Expr) -> int:
        return len(self.program.shapes[atom.name]) if isinstance(atom, Read) else 0

    def moment(self, time: Time) -> Array:
        mask = np.zeros((self.tau, self.batch), dtype=self.dtype)
        step = time.at(0, self.tau)
        if 1 <= step <= self.tau:
            mask[step - 1] = 1.0
        return mask

    def at(self, name: str, step: int) -> Array:
        """One moment of a sequence; outside the run its start, or zero."""
        array = self.arrays[name]
        if 1 <= step <= self.tau:
            return np.asarray(array[step - 1])
        start = start_name(name, Time("", step)) if step < 1 else start_name(name, Time("tau", step - self.tau))
        return self.arrays.get(start, np.zeros(array.shape[1:], dtype=self.dtype))

    # step by step

    def loop(self, stage: Stage) -> None:
        delays = [(e.name, e.expr) for e in stage.equations if isinstance(e.expr, Apply) and e.expr.op == "lag"]
        names = {name for name, _ in delays}
        computed = [e for e in stage.equations if e.name not in names]
        for e in computed:
            self.allocate(e.name)
        for name, expr in delays:
            self.delay(name, expr)
        steps = [(self.arrays[e.name], self.step(e.expr)) for e in computed]
        order = range(self.tau) if stage.direction > 0 else range(self.tau - 1, -1, -1)
        for i in order:
            for out, step in steps:
                out[i] = step(i)

    def step(self, expr: Expr) -> Step:
        """A function of the step's index that evaluates one flat expression."""
        if not isinstance(expr, Apply):
            return self.argument(expr)
        row, ranks = OPS[expr.op], tuple(map(self.rank, expr.args))
        args = tuple(map(self.argument, expr.args))
        return lambda i: apply(row, tuple(a(i) for a in args), ranks)

    def argument(self, expr: Expr) -> Step:
        value = self.value(expr)
        sequence = isinstance(expr, Moment) or (
            isinstance(expr, Read) and expr.time is not None and self.program.levels[expr.name] == SEQUENCE
        )
        return (lambda i: value[i]) if sequence else (lambda i: value)
