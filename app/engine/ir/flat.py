"""Equations → flat equations: one operation each, a name for every inner result, a delay for every reach in time.

A flat system is still a system of equations in the same language; `schedule` orders it, `adjoint` differentiates it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache

from app.language.loops import Component, components
from app.language.rewrite import expand
from app.language.shapes import shape_of
from app.language.syntax import NOW, Apply, Condition, Equation, Expr, Number, Read, Recurrence, Time, reads

SHARED, BATCH, SEQUENCE = 0, 1, 2
"""Levels: the leading axes a value has: none, (batch), (time, batch)."""
INSIDE = "inside."
POOLED = {"sum_t": BATCH, "mean_t": BATCH, "sum_b": SHARED, "sum_tb": SHARED, "outer_sum": SHARED}


@dataclass
class Flat:
    """Flat equations with the shape and the level of every name that they define or read.

    `loops` numbers the loop a variable is in; `owner` names the variable whose equation an inner result is part of;
    `mark` stands before the number of an inner name, so that a backward system's inner names are its own.
    """

    shapes: dict[str, tuple[int, ...]]
    levels: dict[str, int]
    equations: list[Equation] = field(default_factory=list)
    loops: dict[str, int] = field(default_factory=dict)
    owner: dict[str, str] = field(default_factory=dict)
    starts: dict[str, tuple[tuple[Time, str], ...]] = field(default_factory=dict)
    mark: str = "."
    _seen: dict[tuple[Expr, str], Read] = field(default_factory=dict)
    _count: dict[str, int] = field(default_factory=dict)

    def level(self, expr: Expr) -> int:
        match expr:
            case Condition():
                return SEQUENCE
            case Read(name, time):
                return self.levels[name] if time is None or time.base == "t" else BATCH
            case Apply(op, args):
                return POOLED[op] if op in POOLED else max(map(self.level, args))
            case _:
                return SHARED

    def shape(self, expr: Expr) -> tuple[int, ...]:
        match expr:
            case Read(name):
                return self.shapes[name]
            case Apply(op, args):
                return shape_of(op, [self.shape(a) for a in args])
            case _:
                return ()

    def add(self, equation: Equation) -> None:
        """Flatten one equation: its inner operations become equations of their own, before it."""
        expr = equation.expr
        if isinstance(expr, Apply):
            top: Expr = replace(expr, args=tuple(self.atom(a, equation.name) for a in expr.args), span=None)
        else:
            top = self.atom(expr, equation.name)
        self.define(equation.name, equation.indexed, top)

    def define(self, name: str, indexed: bool, expr: Expr) -> None:
        self.shapes.setdefault(name, self.shape(expr))
        self.levels.setdefault(name, SEQUENCE if indexed else self.level(expr))
        self.equations.append(Equation(name, indexed, expr))

    def atom(self, expr: Expr, owner: str) -> Expr:
        """A read at the running step (or a literal) that stands for the expression."""
        if isinstance(expr, Read):
            return self.delay(expr, owner)
        if not isinstance(expr, Apply):
            return expr
        inner = _fused(expr)
        inner = replace(inner, args=tuple(self.atom(a, owner) for a in inner.args), span=None)
        return self.name(inner, owner)

    def name(self, expr: Expr, owner: str, suffix: str = "") -> Read:
        """The name of a flat expression, new where it was not seen before."""
        key = (expr, suffix)
        if key not in self._seen:
            self._count[owner] = self._count.get(owner, 0) + (not suffix)
            name = suffix or f"{owner}{self.mark}{self._count[owner]}"
            indexed = self.level(expr) == SEQUENCE
            self.owner[name] = owner
            self.define(name, indexed, expr)
            self._seen[key] = Read(name, NOW if indexed else None)
        return self._seen[key]

    def delay(self, read: Read, owner: str) -> Read:
        """A read at another step becomes the read of a delay, which an inner name stands for."""
        plain = Read(read.name, read.time)
        if read.time is None or read.time == NOW:
            return plain
        start = start_name(read.name, read.time)
        if start in self.levels:
            return Read(start)
        if read.time.base != "t":
            return self.name(plain, owner, f"{read.name}{self.mark}at_{read.time.base}{read.time.offset:+d}")
        inside = read.name in self.loops and self.loops[read.name] == self.loops.get(owner)
        starts = tuple(Read(name) for _, name in self.starts.get(read.name, ()))
        word = "lag" if inside else "read"
        return self.name(Apply("lag", (plain, *starts)), read.name, f"{read.name}{self.mark}{word}{-read.time.offset}")


def _fused(expr: Apply) -> Apply:
    """A sum over time and batch is one sum; of outer products it is one product of matrices."""
    match expr:
        case Apply("sum_b", (Apply("sum_t", (Apply("outer", args),)),)):
            return Apply("outer_sum", args)
        case Apply("sum_b", (Apply("sum_t", args),)):
            return Apply("sum_tb", args)
    return expr


def flatten(equations: Iterable[Equation], flat: Flat) -> Flat:
    """Add equations to a flat system, in order."""
    for equation in equations:
        top = _fused(equation.expr) if isinstance(equation.expr, Apply) else equation.expr
        flat.add(replace(equation, expr=top))
    return flat


@lru_cache(maxsize=256)
def flat(recurrence: Recurrence, ragged: bool = False) -> Flat:
    """The flat system of a recurrence: functions written out, starts as one-value variables. Not to be changed.

    `ragged` is for sequences of unequal length: pooling stops at each one's own end, `tau` is its own length, and a
    loop from the end begins there. Then `inside[t]` is 1 within a sequence, 0 after it.
    """
    written = [replace(e, expr=expand(e.expr, recurrence.functions)) for e in recurrence.equations]
    if ragged:
        written = [replace(e, expr=within(e.expr)) for e in written]
    levels = {"tau": BATCH if ragged else SHARED, INSIDE: SEQUENCE}
    for name, v in recurrence.variables.items():
        levels[name] = SHARED if v.kind == "parameter" else SEQUENCE if v.indexed else BATCH
    shapes = {name: recurrence.shape(name) for name in recurrence.variables} | {"tau": (), INSIDE: ()}
    system = Flat(shapes, levels)
    groups = [g for g in components(written) if isinstance(g, Component)]
    system.loops = {n: i for i, g in enumerate(groups) if g.direction for n in g.names}
    place = {n: i for i, n in enumerate(n for g in groups for n in g.names)}
    written.sort(key=lambda e: place[e.name])
    _shared(system, written)
    _starts(system, recurrence, written)
    return flatten((ended(system, begun(system, e), ragged) for e in written), system)


def within(expr: Expr) -> Expr:
    """Pooling over time counts what is inside a sequence."""
    if not isinstance(expr, Apply):
        return expr
    args = tuple(map(within, expr.args))
    if expr.op not in ("sum_t", "mean_t"):
        return replace(expr, args=args)
    total = Apply("sum_t", (Apply("choose", (Read(INSIDE, NOW), *args, Number(0.0, "0"))),))
    return total if expr.op == "sum_t" else Apply("/", (total, Read("tau")))


def _shared(system: Flat, equations: list[Equation]) -> None:
    """A one-value variable made of parameters alone is shared by the sequences of a batch."""
    for e in equations:
        if not e.indexed:
            system.levels[e.name] = system.level(e.expr)


def reaches(equations: Iterable[Equation]) -> dict[str, dict[int, None]]:
    """For every variable the lags (negative: leads) at which its own loop or another equation reads it."""
    found: dict[str, dict[int, None]] = {}
    for e in equations:
        for r in reads(e.expr):
            if r.time is not None and r.time.base == "t" and r.time.offset:
                found.setdefault(r.name, {})[-r.time.offset] = None
    return found


def _starts(system: Flat, recurrence: Recurrence, equations: list[Equation]) -> None:
    """A start for every moment outside the run at which a computed variable is read; text or zero says its value."""
    computed = {e.name: e for e in equations if e.indexed}
    texts = {(s.name, s.time): s.expr for s in recurrence.starts}
    for name, lags in reaches(equations).items():
        if name not in computed:
            continue
        back = [Time("", 1 - k) for k in range(1, max(lags) + 1)] if max(lags) > 0 else []
        ahead = [Time("tau", k) for k in range(1, -min(lags) + 1)] if min(lags) < 0 else []
        system.starts[name] = tuple((time, start_name(name, time)) for time in (*back, *ahead))
        for time, start in system.starts[name]:
            _start(system, name, start, texts.get((name, time)))
    for (name, time), expr in texts.items():
        if start_name(name, time) not in system.levels:
            _start(system, name, start_name(name, time), expr)


def _start(system: Flat, name: str, start: str, expr: Expr | None) -> None:
    system.shapes[start] = system.shapes[name]
    system.levels[start] = BATCH
    if expr is not None:
        system.add(Equation(start, False, expr))


def ended(system: Flat, e: Equation, ragged: bool) -> Equation:
    """After the end of a sequence that is shorter than others stand its starts, for a loop that runs from there."""
    for time, start in system.starts.get(e.name, ()):
        if ragged and time.base == "tau":
            e = replace(e, expr=Apply("choose", (Condition(time), Read(start), e.expr)))
    return e


def start_name(name: str, time: Time) -> str:
    """`h[0]`, `h[-1]`, `g[tau+1]`: the key of a start node, before τ is known."""
    return f"{name}[{time.offset}]" if not time.base else f"{name}[{time.base}{time.offset:+d}]"


def begun(system: Flat, e: Equation) -> Equation:
    """Where the text sets a variable's first step, its equation holds after it."""
    for time in (Time("", 1), Time("tau", 0)):
        start = start_name(e.name, time)
        if e.indexed and start in system.levels:
            return replace(e, expr=Apply("choose", (Condition(time), Read(start), e.expr)))
    return e
