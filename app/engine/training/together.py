"""Many steps of a run in one call: data, both passes, what is said of each, update and state carried, step after step.

Where every line of a step has machine code, all of it is one program that repeats itself; else, and where threads share
a step, there is None, and steps are done one by one, by the same calls, with the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np

from app.arrays import Array
from app.engine.execution import Call, Execution, Session, copy_of, formula, make, one_value
from app.engine.ir import SEQUENCE
from app.engine.jit import Instruction, RepeatedPrograms, kernel_addresses, packed, row_copied, unfinished
from app.engine.training.optimizers import Update
from app.engine.training.windows import DataAhead

MOST, FEWEST = 256, 8
"""So many steps are done at once, where they are short, and where they are long."""
SHORT, LONG = 0.01, 0.04
"""Seconds that a call is to take at least, so that it is worth it, and at most, so that who waits is told of it."""


class Clipping:
    """A gradient scaled to a length where it is longer."""

    def __init__(self, most: float | None, gradient: Array) -> None:
        letters: dict[str, Array | float] = {"g": gradient, "most": most or 0.0}
        text = "g * where(norm(g) > most, most / norm(g), 1)"
        self.bound = [] if most is None else list(formula(text, letters, gradient))
        self.calls = packed(self.bound, kernel_addresses(gradient.itemsize))

    def __call__(self) -> None:
        make(self.calls)


@dataclass(frozen=True)
class Rows:
    """What is noted of steps, a row for each; of what nothing is said there is None."""

    losses: Array
    norms: Array
    said: Array | None
    asked: Array | None


@dataclass(frozen=True)
class BothShown:
    """What a network says and what that is compared with, by their names, where they are."""

    session: Session
    tau: int
    said: str | None
    asked: str | None

    def views(self) -> tuple[Array | None, Array | None]:
        """Both in the first sequence: over time, or one value."""
        return self._view(self.said), self._view(self.asked)

    def _view(self, name: str | None) -> Array | None:
        if name is None:
            return None
        array, level = self.session.arrays[name], self.session.programs.system.levels[name]
        one = array[: self.tau, 0] if level == SEQUENCE else array[0] if level else array
        return one[..., 0] if one.ndim and one.shape[-1] == 1 else one


@dataclass
class StepsTogether:
    """The steps of a run, as many at once as its data and the clock allow."""

    session: Session
    ahead: DataAhead
    moving: Array
    clipping: Clipping
    update: Update
    carry_state: bool
    shown: BothShown
    count: int = FEWEST
    possible: bool = True
    programs: RepeatedPrograms | None = None
    forward: Execution | None = None
    """The pass that they are made for."""
    asked_for: int = 0
    """How many steps the last call was for."""
    data: Mapping[str, Array] = field(default_factory=dict)

    def done(self, k: int, most: int) -> tuple[int, Rows] | None:
        """Some steps from step k on, which has begun: how many were done until numbers end, and what is noted of them.

        The step after them has begun then. None where steps are to be done one by one.
        """
        if most < 2 or not self.possible:
            return None
        count = min(most, self.count)
        if not self.fed(k + 1, count):
            self.possible = False
            return None
        assert self.programs is not None
        began = perf_counter()
        done = self.programs(count)
        self.timed(count, perf_counter() - began)
        self.asked_for = count
        return done, self.noted

    def fed(self, first: int, count: int) -> bool:
        """Put the data of so many steps in their rows; False where they cannot be done together."""
        there = 0
        while there < count:
            block = self.ahead.block(first + there)
            if block is None or not self.bound(block):
                return False
            start = first + there - self.ahead.first
            some = min(count - there, self.ahead.count - start)
            for name, rows in block.items():
                self.data[name][there : there + some] = rows[start : start + some]
            there += some
        return True

    @property
    def apart(self) -> int:
        """So many steps are between two checkpoints at least: a call that ends at each is to be worth it."""
        return min(self.count, FEWEST) if self.possible else 1

    def timed(self, count: int, seconds: float) -> None:
        """More steps at once the next time, or fewer."""
        if seconds < SHORT and count == self.count:
            self.count = min(2 * self.count, MOST)
        elif seconds > LONG:
            self.count = max(self.count // 2, 2)

    def bound(self, block: Mapping[str, Array]) -> bool:
        """Whether there is a program for steps that are fed these data; it is made for the first."""
        session = self.session
        if self.programs is not None:
            return block.keys() == self.data.keys() and session.forward is self.forward
        where = session.forward.addresses
        if where is None:
            return False
        self.forward = session.forward
        self.data = {n: np.empty((MOST, *a.shape[1:]), session.dtype) for n, a in block.items()}
        self.noted = self._rooms()
        flag = np.zeros((), session.dtype)
        before, after = list(self._passed(flag)), list(self._moved())
        if not all(isinstance(it, Instruction) and not it.apart for it in (*before, *after)):
            return False
        self.programs = RepeatedPrograms(before, after, flag, where)  # type: ignore[arg-type]
        return True

    def _rooms(self) -> Rows:
        session = self.session
        said, asked = (
            None if view is None else np.empty((MOST, *view.shape), session.dtype) for view in self.shown.views()
        )
        norms = np.empty((MOST, len(session.gradients)), session.dtype)
        return Rows(np.empty(MOST, session.dtype), norms, said, asked)

    def _passed(self, flag: Array) -> Iterator[Call | Instruction]:
        """A step up to its gradients, and what is noted of it."""
        session = self.session
        said = session.said
        yield from (*session.forward.bound, *session.backward.bound)
        yield from (*said.loss_calls, *said.gradient_calls, *said.norm_calls)
        yield from (unfinished(said.loss, flag), unfinished(said.gradient, flag))
        shown = self.shown.views()
        rows = self.noted
        pairs = ((rows.losses, said.loss), (rows.norms, said.norms), (rows.said, shown[0]), (rows.asked, shown[1]))
        for to, of in pairs:
            if to is not None and of is not None:
                yield from row_copied(one_value(of), to, into_rows=True)

    def _moved(self) -> Iterator[Call | Instruction]:
        """The update, and the beginning of the next step."""
        session = self.session
        yield from copy_of(session.said.gradient[: self.moving.size], self.moving)
        yield from (*self.clipping.bound, *self.update.bound)
        if self.carry_state:
            yield from session.carrying()
        for name, rows in self.data.items():
            yield from row_copied(one_value(session.known[name][: rows.shape[1]]), rows, into_rows=False)
