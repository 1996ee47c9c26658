"""Equations → flat equations: one operation each, a name for every inner result, a delay for every reach in time.

A flat system is still a system of equations in the same language; `schedule` orders it, `adjoint` differentiates it,
and what differentiating makes is a flat system again, which extends the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf

from app.engine.ir.analysis import Analysis, levels_in
from app.engine.ir.derived import Derives, once
from app.engine.ir.measured import BATCH, SEQUENCE, SHARED, Measured, Shape
from app.engine.ir.names import INSIDE, AtMoment, Delay, Inner, StartName
from app.language import (
    NOW,
    Apply,
    Condition,
    Equation,
    Expr,
    Number,
    Read,
    Time,
    number_of,
    plus,
)
from app.ops import OPS


@dataclass(frozen=True, eq=False)
class Flat(Measured, Derives):
    """Flat equations with the shape and the level of every name that they define or read.

    `starts` are the moments outside the run that delays reach, by variable; `loops` numbers the loop that a variable is
    in.
    """

    equations: tuple[Equation, ...]
    shapes: Mapping[str, Shape]
    levels: Mapping[str, int]
    starts: Mapping[str, tuple[StartName, ...]] = field(default_factory=dict)
    loops: Mapping[str, int] = field(default_factory=dict)

    def extended(self, mark: str) -> Scope:
        """Room for more equations that may read all names of this system; inner names that they get bear the mark."""
        return Scope(dict(self.shapes), dict(self.levels), dict(self.starts), self.loops, mark)


@dataclass
class Scope(Measured):
    """The names that equations may read, and the flat equations made so far."""

    shapes: dict[str, Shape]
    levels: dict[str, int]
    starts: dict[str, tuple[StartName, ...]] = field(default_factory=dict)
    loops: Mapping[str, int] = field(default_factory=dict)
    mark: str = ":"
    equations: list[Equation] = field(default_factory=list)
    _seen: dict[Expr, Read] = field(default_factory=dict)
    _count: dict[str, int] = field(default_factory=dict)
    _outside: dict[str, list[StartName]] = field(default_factory=dict)
    """The starts outside the run that have been declared, by their variables."""

    def __post_init__(self) -> None:
        for name in self.levels:
            self._note_start(name)

    def flat(self) -> Flat:
        """The system of the equations so far."""
        return Flat(tuple(self.equations), self.shapes, self.levels, self.starts, self.loops)

    def flattened(self, equations: Iterable[Equation]) -> Flat:
        """The system with these equations added, in order."""
        for e in equations:
            self.add(e)
        return self.flat()

    # names

    def declare(self, name: str, shape: Shape, level: int) -> None:
        """A name that something else computes."""
        if name not in self.levels:
            self._note_start(name)
        self.shapes[name], self.levels[name] = shape, level

    def _note_start(self, name: str) -> None:
        if isinstance(name, StartName) and name.time.outside:
            self._outside.setdefault(name.variable, []).append(name)

    def declare_like(self, name: str, other: str) -> None:
        """A name for what has the shape and the level of another."""
        self.declare(name, self.shapes[other], self.levels[other])

    def define(self, name: str, indexed: bool, expr: Expr) -> None:
        """A name for the value of a flat expression."""
        if name not in self.shapes:
            self.shapes[name] = self.shape(expr)
        if name not in self.levels:
            self.levels[name] = SEQUENCE if indexed else self.level(expr)
        self.equations.append(Equation(name, indexed, expr))

    # flat equations

    def add(self, equation: Equation) -> None:
        """Flatten one equation: its inner operations become equations of their own, before it.

        So does the outermost one where it lacks an axis that its variable has: it is computed once, and repeated, for
        every step, every sequence, or as a start that is one number for every entry.
        """
        expr = self.without_time(_fused(equation.expr))
        if isinstance(expr, Apply):
            top: Expr = Apply(expr.op, tuple(self.atom(a, equation.name) for a in expr.args))
            level = SEQUENCE if equation.indexed else self.levels.get(equation.name, SHARED)
            rank = len(self.shapes.get(equation.name, ()))
            if (level and self.level(top) < level) or (rank and len(self.shape(top)) < rank):
                top = self._seen.get(top) or self.inner(top, equation.name)
        else:
            top = self.atom(expr, equation.name)
        self.define(equation.name, equation.indexed, top)

    def atom(self, expr: Expr, owner: str) -> Expr:
        """A read at the running step (or a literal) that stands for the expression."""
        if isinstance(expr, Read) and expr.name == "t" and expr.time is not None:
            expr = number_of(expr.time)
        if isinstance(expr, Read):
            return self.read(expr, owner)
        expr = self.without_time(_fused(expr))
        if isinstance(expr, Read):
            return self.read(expr, owner)
        if not isinstance(expr, Apply):
            return expr
        inner = Apply(expr.op, tuple(self.atom(a, owner) for a in expr.args))
        return self._seen.get(inner) or self.inner(inner, owner)

    def without_time(self, expr: Expr) -> Expr:
        """Pooling over time of what is the same at every step, as a function is that does not read its argument."""
        match expr:
            case Apply("mean_t" | "max_t" | "min_t", (same,)) if self.level(same) < SEQUENCE:
                return same
            case Apply("sum_t", (same,)) if self.level(same) < SEQUENCE:
                return Apply("*", (Read("tau"), same))
        return expr

    def inner(self, expr: Expr, owner: str) -> Read:
        """A new name for the result of an operation within the owner's equation."""
        self._count[owner] = self._count.get(owner, 0) + 1
        return self.named(expr, Inner(owner, self.mark, self._count[owner]))

    def named(self, expr: Expr, name: str) -> Read:
        """A read of the name that a flat expression has from now on."""
        indexed = self.level(expr) == SEQUENCE
        self.define(name, indexed, expr)
        self._seen[expr] = Read(name, NOW if indexed else None)
        return self._seen[expr]

    def nothing(self, read: Read, name: str) -> Read:
        """A name for 0 in the shape of a variable: what it is outside the run where it has no start.

        It hangs on nothing, so that the variable may begin with it.
        """
        self.declare(name, self.shapes[read.name], BATCH)
        self.define(name, False, Number(0.0))
        self._seen[read] = Read(name)
        return self._seen[read]

    def read(self, read: Read, owner: str) -> Read:
        """A read at another step becomes the read of a delay or of a moment, which a name of its own stands for."""
        plain = Read(read.name, read.time)
        if read.time is None or read.time == NOW:
            return plain
        if read.time.base != "t":
            return self.moment(plain, read.time, owner)
        inside = read.name in self.loops and self.loops[read.name] == self.loops.get(owner)
        delay = Delay(read.name, self.mark, -read.time.offset, inside)
        if delay not in self.levels:
            self.define(delay, True, Apply("lag", (plain, *map(Read, self.starts.get(read.name, ())))))
        return Read(delay, NOW)

    def moment(self, read: Read, time: Time, owner: str) -> Read:
        """A variable at a moment; where that is one with a start's outside the run, which τ may decide, the start.

        What a start reads of another start within the run is that start, before any of the variable's steps is made.
        """
        if (time.outside or isinstance(owner, StartName)) and StartName(read.name, time) in self.levels:
            return Read(StartName(read.name, time))
        found = self._seen.get(read) or (self.nothing if time.outside else self.named)(
            read, AtMoment(read.name, self.mark, time)
        )
        for start in [start for start in self._outside.get(read.name, ()) if start.time.meets(time)]:
            chosen = Apply("where", (Condition(start.time, at=time), Read(start), found))
            found = self._seen.get(chosen) or self.inner(chosen, owner)
        return found


def _fused(expr: Expr) -> Expr:
    """A sum over time and batch is one sum; of outer products it is one product of matrices."""
    match expr:
        case Apply("sum_b", (Apply("sum_t", (Apply("outer", args),)),)):
            return Apply("outer_sum", args)
        case Apply("sum_b", (Apply("sum_t", args),)):
            return Apply("sum_tb", args)
    return expr


@once
def flat(analysis: Analysis, ragged: bool = False) -> Flat:
    """The flat system of a recurrence, its starts as one-value variables.

    `ragged` is for sequences of unequal length: pooling stops at each one's own end, `tau` is its own length, and a
    loop from the end begins there. Then `INSIDE` is 1 within a sequence, 0 after it.
    """
    scope = declared(analysis)
    if ragged:
        scope.levels |= levels_in(analysis.recurrence, analysis.in_order, BATCH)
    written = [replace(e, expr=within(e.expr)) if ragged else e for e in analysis.in_order]
    _declare_starts(scope, analysis)
    return scope.flattened(ended(scope, begun(analysis, e), ragged) for e in written)


def declared(analysis: Analysis) -> Scope:
    """Room for equations that read the variables of the text, `tau` and `INSIDE`."""
    scope = Scope(dict(analysis.shapes), dict(analysis.levels), dict(analysis.reached_starts), analysis.loops)
    scope.declare(INSIDE, (), SEQUENCE)
    return scope


def within(expr: Expr) -> Expr:
    """Pooling over time counts what is inside a sequence."""
    if not isinstance(expr, Apply):
        return expr
    args = tuple(map(within, expr.args))
    if expr.op in ("max_t", "min_t"):
        least = Number(-inf if expr.op == "max_t" else inf)
        return replace(expr, args=(Apply("where", (Read(INSIDE, NOW), *args, least)),))
    if expr.op not in ("sum_t", "mean_t"):
        return replace(expr, args=args)
    total = Apply("sum_t", (Apply("where", (Read(INSIDE, NOW), *args, Number(0.0, "0"))),))
    return total if expr.op == "sum_t" else Apply("/", (total, Read("tau")))


def _declare_starts(scope: Scope, analysis: Analysis) -> None:
    """Every start has the shape of its variable; the text or zero says its value."""
    for start in analysis.every_start:
        scope.declare(start, scope.shapes[start.variable], BATCH)
    for start in analysis.every_start:
        if start in analysis.starts:
            scope.add(analysis.starts[start])


def ended(system: Flat | Scope, e: Equation, ragged: bool) -> Equation:
    """After the end of a sequence that is shorter than others stand its starts, for a loop that runs from there."""
    for start in system.starts.get(e.name, ()):
        if ragged and start.time.base == "tau":
            e = replace(e, expr=Apply("where", (Condition(start.time), Read(start), e.expr)))
    return e


def begun(analysis: Analysis, e: Equation) -> Equation:
    """Where the text sets a variable's first steps, its equation holds after them."""
    inside = [start for start in analysis.starts if start.variable == e.name and not start.time.outside]
    expr = _unfelt(e.expr, inside) if inside else e.expr
    for start in reversed(inside):
        expr = Apply("where", (Condition(start.time), Read(start), expr))
    return replace(e, expr=expr)


def _unfelt(expr: Expr, starts: Sequence[StartName]) -> Expr:
    """The right side so written that its derivatives are finite at steps that the text sets, where it does not hold.

    There it may divide by 0, such as lies before the run, or take the root of what is negative; and 0 times an infinite
    derivative is no number, so that every gradient would be lost. So what has a pole is taken of 1 there, and the
    inverse of a matrix of the identity.
    """
    if not isinstance(expr, Apply):
        return expr
    args = [_unfelt(a, starts) for a in expr.args]
    if OPS[expr.op].pole:
        set_here = plus(*(Condition(start.time) for start in starts))
        args = [
            a if isinstance(a, Number) else Apply("where", (set_here, one, a))
            for a, one in zip(args, _ones(expr.op, args), strict=True)
        ]
    return replace(expr, args=tuple(args))


def _ones(op: str, args: Sequence[Expr]) -> list[Expr]:
    """Operands where an operation has a value and a finite slope: ones; a matrix that is inverted is the identity."""
    ones: list[Expr] = [Apply("ones", (a,)) for a in args]
    if op in INVERTED:
        ones[0] = Apply("-", (ones[0], Apply("offdiagonal", (ones[0],))))
    return ones


INVERTED = ("inverse", "solve")
"""Operations that invert their first operand."""
