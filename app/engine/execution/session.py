"""A recurrence's two programs bound to arrays that stay in place: fed, run, read and changed again and again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from app.arrays import Array
from app.engine.execution.execute import Execution
from app.engine.execution.formulas import copy_of, formula
from app.engine.execution.numpy_calls import Call, make
from app.engine.execution.passes import Bindings, Pass, keeps, programs, target_of
from app.engine.execution.trace import Trace
from app.engine.execution.unequal_lengths import UnequalLengths
from app.engine.ir import INSIDE, SEQUENCE, SHARED, Adjoint, Flat, StartName
from app.engine.jit import Instruction, packed
from app.language import Recurrence, Time


class Session:
    """One pass, ready to be repeated. `theta` is all parameters as one vector; each of `parameters` is a view of it.

    Those that training leaves as they are stand last; `trained` is the part before them. Where it is `learning` no
    gradients but those of parameters are made.
    """

    def __init__(
        self,
        recurrence: Recurrence,
        tau: int,
        bindings: Bindings,
        of: str | None = None,
        cuts: frozenset[int] = frozenset(),
        dtype: Any = np.float64,
        learning: bool = False,
    ) -> None:
        self.recurrence, self.tau, self.cuts, self.dtype, self.learning = recurrence, tau, cuts, dtype, learning
        self.of = target_of(recurrence, tau, of)
        self.theta = np.zeros(sum(np.size(a) for a in bindings.parameters.values()), dtype=dtype)
        self.parameters = self._views(bindings.parameters)
        left = sum(self.parameters[name].size for name in recurrence.fixed)
        self.trained = self.theta[: self.theta.size - left]
        self._bind(bindings)

    def _views(self, parameters: Mapping[str, Array]) -> dict[str, Array]:
        found, place = {}, 0
        for name, array in sorted(parameters.items(), key=lambda each: each[0] in self.recurrence.fixed):
            view = self.theta[place : place + np.size(array)].reshape(np.shape(array))
            view[...] = array
            found[name], place = view, place + view.size
        return found

    def _bind(self, bindings: Bindings) -> None:
        self.bindings = bindings
        self.programs: Pass = programs(
            self.recurrence, self.of, bool(self.cuts), bindings.batch, bindings.lengths is not None, self.learning
        )
        system = self.programs.system
        self.room = self.tau + (ahead(system) if bindings.lengths is not None else 0)
        self.known = known(system, bindings, self.room, bindings.batch, self.dtype) | self.parameters
        self.forward = Execution(self.programs.forward_program, self.known, self.room, bindings.batch, self.dtype)
        masks = keeps(self.programs.lags, self.cuts, self.room, bindings.batch)
        masks = {name: mask.astype(self.dtype) for name, mask in masks.items()}
        self.backward = Execution(
            self.programs.backward_program, {**self.forward.arrays, **masks}, self.room, bindings.batch, self.dtype
        )
        self.arrays = self.backward.arrays
        arrays = {name: self.arrays.get(Adjoint(name)) for name in self.parameters}
        self.gradients = {n: np.zeros_like(self.parameters[n]) if a is None else a for n, a in arrays.items()}
        self.said = Said(self)
        self.carries: list[Call] | None = None

    def feed(self, bindings: Bindings) -> None:
        """Put other data in place; parameters and starts stay as they are.

        Only what has lengths, where there were none, and as many sequences as never before ask for other programs.
        """
        if bindings.batch != self.bindings.batch or (bindings.lengths is None) != (self.bindings.lengths is None):
            starts = self.initial() if bindings.batch == self.bindings.batch else {}
            self._bind(Bindings(self.parameters, bindings.inputs, starts, {}, bindings.batch, bindings.lengths))
            return
        self.put(fed_by(bindings))

    def put(self, data: Mapping[str, Array]) -> None:
        """Put other data in place, of as many sequences; `tau` has their lengths, where these are unequal."""
        for name, array in data.items():
            own = self.known[name]
            own[: len(array)] = array

    def run(self) -> None:
        """One forward and one backward pass."""
        self.forward.go()
        self.backward.go()

    @property
    def loss(self) -> float:
        """What is differentiated: the sum of its entries within each sequence, its mean over the batch."""
        make(self.said.summing)
        return float(self.said.loss)

    def gather(self) -> Array:
        """The gradients of all parameters as one vector, in the order of `theta`, in room that the next one takes."""
        make(self.said.gathering)
        return self.said.gradient

    def norms(self) -> Array:
        """The 2-norm of each parameter's gradient as it was gathered last, in room that the next ones take."""
        make(self.said.measuring)
        return self.said.norms

    def initial(self) -> dict[str, Array]:
        """The starts that are in place, by node name; those that the text sets are not among them."""
        set_by_text = {e.name for e in self.programs.system.equations}
        found = self.programs.system.starts.values()
        return {start: self.known[start].copy() for starts in found for start in starts if start not in set_by_text}

    def carrying(self) -> Iterator[Call | Instruction]:
        """The calls by which the last steps of this window become the starts of the next."""
        for name, starts in self.programs.system.starts.items():
            for start in self._before(starts):
                if start in self.known:
                    yield from self._last(name, start.time, self.known[start])

    def carry(self) -> None:
        """The last steps of this window become the starts of the next, held fast: no gradient flows between windows."""
        if self.carries is None:
            self.carries = packed(self.carrying(), self.forward.addresses)
        make(self.carries)

    def _before(self, starts: Iterable[StartName]) -> list[StartName]:
        """Those before the first step, in an order in which each can be put in place."""
        return sorted((it for it in starts if not it.time.base), key=lambda it: it.time.offset)

    def _last(self, name: str, time: Time, out: Array) -> Iterator[Call | Instruction]:
        """What a variable was at the end, as far before it as the start is before the first step.

        Of a window that is shorter than that, it is a start itself.
        """
        system, arrays = self.programs.system, self.arrays
        later = [it for it in self._before(system.starts[name]) if it.time.offset > time.offset]
        if "tau" in self.known:
            unequal = UnequalLengths(self.known["tau"], arrays["t"])
            yield from unequal.at(arrays[name], Time("tau", time.offset), out)
            for start in later:
                yield from unequal.where_long(start.time.offset - time.offset, arrays[start], out)
        elif (step := self.tau + time.offset) >= 1:
            yield from copy_of(arrays[name][step - 1], out)
        else:
            yield from copy_of(arrays[next(it for it in later if it.time.offset == step)], out)

    def final_state(self) -> dict[str, Array]:
        """variable → its last value, (size) or (lag, size) oldest first, of the first sequence."""
        found = {}
        for name, starts in self.programs.system.starts.items():
            rows = list[Array]()
            for start in self._before(starts):
                rows.append(np.zeros((self.bindings.batch, *self.programs.system.shapes[name]), self.dtype))
                make(packed(self._last(name, start.time, rows[-1]), self.forward.addresses))
            if rows:
                found[name] = rows[0][0] if len(rows) == 1 else np.stack([row[0] for row in rows])
        return found

    def trace(self) -> Trace:
        """The pass that was run last, as a trace of the arrays as they are now; run again where it made not all."""
        if self.learning:
            inputs = {name: self.known[name][: len(array)] for name, array in self.bindings.inputs.items()}
            lengths = tuple(map(int, self.known["tau"])) if "tau" in self.known else None
            now = replace(self.bindings, inputs=inputs, lengths=lengths)
            now = replace(now, parameters=self.parameters, initial=self.initial())
            return run(self.recurrence, self.tau, now, self.of, self.cuts, self.dtype)
        levels = {**self.programs.system.levels, **self.programs.backward.levels}
        arrays = {n: a[: self.tau] if levels.get(n) == SEQUENCE else a for n, a in self.arrays.items()}
        return Trace(self.recurrence, self.tau, self.of, self.bindings, self.cuts, self.programs, arrays)


class Said:
    """What a session is asked for after each pass, in arrays that stay in place, and the calls that fill them.

    These are bound where they are first asked for: who looks at a pass once asks for none.
    """

    def __init__(self, session: Session) -> None:
        self.loss, self.gradient = np.zeros((), session.dtype), np.zeros_like(session.theta)
        self.norms = np.zeros(len(session.gradients), session.dtype)
        self.gradients, self.addresses = session.gradients, session.forward.addresses
        name, t = session.of.name, session.of.t
        array, level = session.arrays[name], session.programs.system.levels[name]
        self.array = array if t is None else array[t - 1]
        self.parts = 1.0 if level == SHARED else float(session.bindings.batch)
        ragged = t is None and level == SEQUENCE and session.bindings.lengths is not None
        self.inside = session.arrays[INSIDE] if ragged else None

    @cached_property
    def summing(self) -> list[Call]:
        return packed(self.loss_calls, self.addresses)

    @cached_property
    def gathering(self) -> list[Call]:
        return packed(self.gradient_calls, self.addresses)

    @cached_property
    def measuring(self) -> list[Call]:
        return packed(self.norm_calls, self.addresses)

    @cached_property
    def loss_calls(self) -> list[Call | Instruction]:
        letters: dict[str, Array | float] = {"a": self.array, "n": self.parts}
        if self.inside is None:
            return list(formula("sum(a) / n", letters, self.loss))
        inside = self.inside[(..., *(None,) * (self.array.ndim - self.inside.ndim))]
        letters["i"] = np.broadcast_to(inside, self.array.shape)
        return list(formula("sum(where(i, a, 0)) / n", letters, self.loss))

    @cached_property
    def gradient_calls(self) -> list[Call | Instruction]:
        return [call for to, array in self._parts() for call in copy_of(array, to.reshape(array.shape))]

    @cached_property
    def norm_calls(self) -> list[Call | Instruction]:
        of = enumerate(part for part, _ in self._parts())
        return [call for i, part in of for call in formula("norm(g)", {"g": part}, self.norms[i, ...])]

    def _parts(self) -> Iterator[tuple[Array, Array]]:
        """Each parameter's part of the gradient as one vector, with the array that it is gathered from."""
        place = 0
        for array in self.gradients.values():
            yield self.gradient[place : place + array.size], array
            place += array.size


def run(
    recurrence: Recurrence,
    tau: int,
    bindings: Bindings,
    of: str | None = None,
    cuts: frozenset[int] = frozenset(),
    dtype: Any = np.float64,
) -> Trace:
    """Forward, then backward from `of`; `cuts` names the steps after which no gradient passes back."""
    bound = Session(recurrence, tau, bindings, of, cuts, dtype)
    bound.run()
    return bound.trace()


def forward(recurrence: Recurrence, tau: int, bindings: Bindings) -> Mapping[str, Array]:
    """The values of a forward pass alone, by the names of the variables: (tau, batch, *shape) of what has steps."""
    made = programs(recurrence, target_of(recurrence, tau, None), False, bindings.batch, bindings.lengths is not None)
    room = tau + (ahead(made.system) if bindings.lengths is not None else 0)
    given = {**known(made.system, bindings, room, bindings.batch, np.float64), **bindings.parameters}
    return Execution(made.forward_program, given, room, bindings.batch).run()


def fed_by(bindings: Bindings) -> Mapping[str, Array]:
    """What changes with the data: they, and the lengths of sequences where these are unequal."""
    if bindings.lengths is None:
        return bindings.inputs
    return {**bindings.inputs, "tau": np.array(bindings.lengths, dtype=np.float64)}


def ahead(system: Flat) -> int:
    """The steps after the end of a sequence at which its starts stand, for loops that run from the end."""
    times = (start.time for starts in system.starts.values() for start in starts)
    return max((time.offset for time in times if time.base == "tau"), default=0)


def known(system: Flat, bindings: Bindings, tau: int, batch: int, dtype: Any) -> dict[str, Array]:
    """Data and the starts that no equation sets, in arrays of our own with room for `tau` steps."""
    found: dict[str, Array] = {}
    for name, array in bindings.inputs.items():
        level = system.levels[name]
        steps = (tau,) if level == SEQUENCE else ()
        lead = np.shape(array)[len(steps) : len(steps) + (level != SHARED)]
        found[name] = np.zeros((*steps, *lead, *system.shapes[name]), dtype=dtype)
        found[name][: len(array)] = array
    if bindings.lengths is not None:
        found["tau"] = np.array(bindings.lengths, dtype=dtype)
    set_by_text = {e.name for e in system.equations}
    for start in (s for starts in system.starts.values() for s in starts if s not in set_by_text):
        found[start] = np.zeros((batch, *system.shapes[start]), dtype=dtype)
        found[start][...] = bindings.initial.get(start, 0.0)
    return found
