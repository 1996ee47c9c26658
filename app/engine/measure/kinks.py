"""Which operation gives an objective its kink, its jump or its end, where a number that goes into it is moved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.arrays import Array
from app.engine.execution import Session, equation_owner
from app.engine.ir import StartName, node_at
from app.language import Apply, Equation, node_of
from app.ops import OPS, Op, of_arguments


@dataclass(frozen=True)
class Kink:
    """An operation in the equation of a node, `at`, and what it does there, in words."""

    operation: str
    at: str
    words: str


def kink_between(session: Session, run_at: Callable[[float], object], number: float, step: float) -> Kink | None:
    """The first operation that is on another piece of itself after a step up or down, or at its end."""
    sides, ends = [], list[tuple[int, Kink] | None]()
    for place in (number, number - step, number + step):
        run_at(place)
        sides.append([it.of(it.row.crease.side) for it in _performed(session) if it.row.crease])
        ends += [it.found(it.of(end.where), end.words) for it in _performed(session) for end in it.row.ends]
    creased = [(it, it.row.crease.words) for it in _performed(session) if it.row.crease]
    found = [
        it.found(_differ(below, here) | _differ(here, above) | _differ(below, above), words)
        for (it, words), here, below, above in zip(creased, *sides, strict=True)
    ]
    return min(filter(None, found + ends), key=lambda each: each[0], default=(0, None))[1]


@dataclass(frozen=True)
class _Performed:
    """An operation of the last run, at all steps."""

    session: Session
    equation: Equation
    row: Op
    args: tuple[Any, ...]

    @property
    def timed(self) -> bool:
        """Whether it was done at each step."""
        return self.row.level is None and any(self.session.forward.argument(a)[1] for a in self.args)

    def of(self, function: Callable[..., Any]) -> Array:
        """A function of what the operation was given, a row a step; one row where that is the same at all of them."""
        forward = self.session.forward
        given = [forward.argument(a) for a in self.args]
        arrays = tuple(array[None] if self.timed and not a_row_a_step else array for array, a_row_a_step in given)
        return np.asarray(of_arguments(self.row, function, arrays, tuple(map(forward.rank, self.args))))

    def found(self, where: Array, words: str) -> tuple[int, Kink] | None:
        """The first step at which something holds of it, one value coming last, and what is said of it there."""
        if not where.any():
            return None
        name, tau = equation_owner(self.equation.name), self.session.tau
        step = int(where.reshape(len(where), -1).any(axis=1).argmax()) + 1 if self.timed else tau
        node = node_of(name, step) if self.timed and not isinstance(name, StartName) else node_at(name, tau)
        return step, Kink(self.row.written, node, words)


def _performed(session: Session) -> Iterator[_Performed]:
    for e in session.programs.system.equations:
        if isinstance(e.expr, Apply):
            yield _Performed(session, e, OPS[e.expr.op], e.expr.args)


def _differ(one: Array, other: Array) -> Array:
    """Where both are numbers, and not the same."""
    return np.asarray((one != other) & (one == one) & (other == other))
