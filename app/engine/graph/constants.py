"""A step of an unfolded graph → what is certain there before any number: conditions on t, and all that they make 0.

`[t = 1] * U @ x[t]` reads x at the first step alone. At every other it is 0 whatever x is, so nothing flows along that
arrow, and a picture of the unfolded graph does not have it.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

import numpy as np

from app.arrays import any_numbers
from app.engine.graph.fold import Folded
from app.language import (
    CLOCK,
    Apply,
    Condition,
    Equation,
    Expr,
    Number,
    Read,
    is_entrywise,
    is_operation,
    owner,
    reads,
)
from app.ops import OPS, apply

ZERO = Number(0.0, "0")
CHOICES = ("where",)
"""Operations whose first argument says which of the others is taken."""


@dataclass(frozen=True, slots=True)
class Certain:
    """An expression without the parts that cannot matter, and the number that all its entries are, if that is known."""

    expr: Expr
    value: float | None = None

    @property
    def zero(self) -> bool:
        """Whether it is 0 and reads nothing."""
        return self.expr == ZERO


@dataclass
class Constants:
    """What is certain of the equations of a picture at each step of a run of τ steps."""

    folded: Folded
    tau: int
    begun: AbstractSet[tuple[str, int]]
    """The variables that the text sets at a step within the run, with the step."""
    _found: dict[tuple[str, int | None], Certain] = field(default_factory=dict)

    def at(self, e: Equation, t: int | None) -> Equation:
        """The equation with what matters at a step alone; of one value, in what it pools over time at that step."""
        return replace(e, expr=self._certain(e, t).expr)

    def absent(self, name: str, t: int | None) -> bool:
        """Whether an operation within an equation is 0 at a step, whatever it would read."""
        return (
            is_operation(name) and name in self.folded.concerned and self._certain(self.folded.equation(name), t).zero
        )

    def _certain(self, e: Equation, t: int | None) -> Certain:
        if (e.name, t) not in self._found:
            self._found[e.name, t] = self._part(e.expr, t)
        return self._found[e.name, t]

    def _part(self, expr: Expr, t: int | None) -> Certain:
        match expr:
            case Number(value):
                return Certain(expr, value)
            case Condition(time, at=at):
                return Certain(expr, float(time.at(0, self.tau) == at.at(t or 0, self.tau)))
            case Read(name, time) if name in CLOCK:
                return Certain(expr, float(time.at(t or 0, self.tau) if time else self.tau))
            case Read():
                return self._read(expr, t)
            case Apply(op, args):
                return self._applied(expr, op, [self._part(a, t) for a in args])
        return Certain(expr)

    def _read(self, read: Read, t: int | None) -> Certain:
        """What is known of a variable that no loop makes, or of an operation, which is a 0 where it is absent."""
        inner, step = is_operation(read.name), None if read.time is None else read.time.at(t or 0, self.tau)
        if read.name not in self.folded.concerned or (read.name in self.folded.loops and not inner):
            return Certain(read)
        if step is not None and (not 1 <= step <= self.tau or (owner(read.name), step) in self.begun):
            return Certain(read)
        found = self._certain(self.folded.equation(read.name), step)
        return Certain(ZERO, 0.0) if inner and found.zero else Certain(read, found.value)

    def _applied(self, expr: Apply, op: str, parts: list[Certain]) -> Certain:
        row = OPS[op]
        if op in CHOICES and parts[0].value is not None:
            return parts[1 if parts[0].value else 2]
        if any(parts[i].value == 0 for i in row.vanishes):
            return self._vanished(expr, parts, [parts[i] for i in row.vanishes if parts[i].value == 0])
        if op == "**" and parts[1].value == 0 and not reads_a_variable(parts[1].expr):
            return Certain(Number(1.0, "1"), 1.0)
        left = [p.expr for p in parts if not (op == "+" and p.zero)]
        if op == "+" and len(left) < 2:
            return next((p for p in parts if not p.zero), Certain(ZERO, 0.0))
        return Certain(replace(expr, args=tuple(left)), self._value(op, parts))

    def _vanished(self, expr: Apply, parts: list[Certain], zeros: list[Certain]) -> Certain:
        """A product that is 0: nothing flows to its other factors, but a variable that is 0 would feel them."""
        felt = next((p for p in zeros if reads_a_variable(p.expr)), None)
        if felt is None:
            return Certain(ZERO, 0.0)
        if any(read.time is not None for p in parts if p is not felt for read in reads(p.expr)):
            return Certain(felt.expr, 0.0)
        return Certain(replace(expr, args=tuple(p.expr for p in parts)), 0.0)

    def _value(self, op: str, parts: list[Certain]) -> float | None:
        """The number that an operation makes of numbers, entry by entry."""
        row, values = OPS[op], [p.value for p in parts if p.value is not None]
        if len(values) < len(parts) or not is_entrywise(op) or row.internal:
            return None
        with any_numbers():
            return float(apply(row, tuple(map(np.float64, values)), (0,) * len(values)))


def reads_a_variable(expr: Expr) -> bool:
    """Whether an expression reads more than the step and their number."""
    return any(read.name not in CLOCK for read in reads(expr))
