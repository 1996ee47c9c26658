"""Equations → the equations of their adjoints: reverse accumulation, written in the language itself.

Differentiating a recurrence gives another one that runs from the end (Goodfellow et al. 2016, §10.2.2); the same
scheduler runs it, the same printers show it. `∇v` is ∂of/∂v in the shape of v.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Literal

from app.cache import cached
from app.engine.ir.flat import Scope
from app.engine.ir.measured import BATCH, SEQUENCE, SHARED
from app.engine.ir.names import Adjoint, Delay, Inner, StartName, TruncationMask
from app.language import (
    NOW,
    Apply,
    Call,
    Condition,
    Equation,
    Expr,
    Number,
    Read,
    Time,
    parse_expression,
    plus,
    reachable,
    reads,
    shift,
    simplify,
    variable_reads,
    walk,
)
from app.ops import OPS

LETTERS = "abc"
BEFORE = "before"
"""In the rule of a row of any arity: the arguments that stand before the one whose gradient it is."""


def adjoint(
    scope: Scope, equations: Iterable[Equation], seeds: Mapping[str, Expr], cut: bool = False
) -> dict[str, Equation]:
    """v → `∇v = …` for each v that the seeded variables depend on, in an order that can be read.

    `equations` may be nested or flat; `scope` knows shapes and levels of all names and learns those of the adjoints.
    `seeds` gives the gradient that arrives from outside. With `cut`, what flows through a loop's delays is multiplied
    by what truncation keeps of it.
    """
    table = list(equations)
    active = _active(table, seeds)
    for name in active:
        scope.declare_like(Adjoint(name), name)
    arrived: dict[str, list[Expr]] = {name: [seeds[name]] if name in seeds else [] for name in active}
    for e in reversed(table):
        if e.name in active:
            _Pullback(scope, arrived, e.name, cut, guarded=True).through(e)
    return {
        name: Equation(Adjoint(name), scope.levels[name] == SEQUENCE, simplify(plus(*arrived[name])))
        for name in reversed(active)
    }


def pullback(scope: Scope, e: Equation, name: str) -> list[Expr]:
    """What one equation sends back to one name that it reads: vjp expressions in ∇ of its left side."""
    arrived: dict[str, list[Expr]] = {name: []}
    _Pullback(scope, arrived, e.name, False).through(e)
    return arrived[name]


def written_length(scope: Scope, equations: Iterable[Equation], name: str | None = None) -> int:
    """How many operations the adjoints of nested equations are written with, counted before any is written.

    A factor's adjoint has all the other factors in it, so that a product's grows with the square of their number. With
    a name, what is sent back to that alone, as by `pullback`.
    """
    return sum(_written_below(scope, e.expr, Read(e.name), 1, name) for e in equations)


def _written_below(scope: Scope, expr: Expr, y: Expr, above: int, name: str | None) -> int:
    """The same of what an expression reads, whose own adjoint is written with so many."""
    if not isinstance(expr, Apply):
        return above if name is None or (isinstance(expr, Read) and expr.name == name) else 0
    found = 0
    for arg, rule in zip(expr.args, _parsed_rules(expr.op, tuple(len(scope.shape(a)) for a in expr.args)), strict=True):
        letters = dict(zip(LETTERS, expr.args if OPS[expr.op].arity else (arg,), strict=False)) | {"y": y}
        value = rule.args[0] if isinstance(rule, Apply) and rule.op == "like" else rule
        own = sum(sum(1 for _ in walk(letters[r.name])) for r in reads(value) if r.name in letters)
        arrived = sum(r.name == "g" for r in reads(value))
        found += _written_below(scope, arg, arg, max(1, arrived) * above + own + 1, name)
    return found


def _active(equations: list[Equation], seeds: Mapping[str, Expr]) -> list[str]:
    """What the seeded variables depend on, data and parameters included, sources first."""
    sources = {e.name: [r.name for r in variable_reads(e.expr)] for e in equations}
    found = reachable(seeds, sources)
    given = [n for s in sources.values() for n in s if n not in sources]
    return [name for name in dict.fromkeys((*given, *sources, *seeds)) if name in found]


class _Pullback:
    """Carries an adjoint from the top of one right side down to everything it reads."""

    def __init__(
        self, scope: Scope, arrived: dict[str, list[Expr]], name: str, cut: bool, guarded: bool = False
    ) -> None:
        self.scope, self.arrived, self.name, self.cut = scope, arrived, name, cut
        self.guarded = guarded and _is_of_a_start(name)
        """Whether nothing comes from where nothing arrived: no step may read a start, and its slope may be infinite."""

    def through(self, e: Equation) -> None:
        """From the left side of an equation; a scalar that fills the entries of a start gets the sum of theirs."""
        now = NOW if e.indexed else None
        g: Expr = Read(Adjoint(e.name), now)
        if len(self.scope.shape(e.expr)) < len(self.scope.shapes[e.name]):
            g = Apply("sum", (g,))
        self.into(e.expr, g, Read(e.name, now))

    def into(self, expr: Expr, g: Expr, y: Expr) -> None:
        match expr:
            case Read():
                self.read(expr, g)
            case Apply("lag", (Read() as source, *starts)):
                self.lag(source, [s.name for s in starts if isinstance(s, Read) and isinstance(s.name, StartName)])
            case Apply("**", (_, Number(0.0))):
                pass  # It is 1 whatever its base is; by the rule the gradient at 0 would be 0 · 0⁻¹.
            case Apply(op, args):
                ranks = tuple(len(self.scope.shape(a)) for a in args)
                for place, (arg, rule) in enumerate(zip(args, _parsed_rules(op, ranks), strict=True)):
                    if rule != Number(0.0) and any(True for _ in variable_reads(arg)):
                        own, before = (args, ()) if OPS[op].arity else ((arg,), args[:place])
                        self.into(arg, self.put(rule, own, before, g, y), arg)

    def put(self, rule: Expr, args: tuple[Expr, ...], before: tuple[Expr, ...], g: Expr, y: Expr) -> Expr:
        """A row's vjp with its letters replaced; `like` sums down to the argument's rank."""
        letters: dict[str, Expr] = {"g": g, "y": y, **dict(zip(LETTERS, args, strict=False))}
        return self.like(_replaced(rule, letters, before))

    def like(self, expr: Expr) -> Expr:
        if isinstance(expr, Apply) and expr.op == "like":
            value, argument = expr.args
            ranks = len(self.scope.shape(value)), len(self.scope.shape(argument))
            return value if ranks[0] == ranks[1] else Apply("sum_rows" if ranks == (2, 1) else "sum", (value,))
        return expr

    def read(self, read: Read, g: Expr) -> None:
        """A read at another step sends its adjoint back to that step; one of a moment, to that moment alone."""
        if read.name not in self.arrived:
            return
        if self.guarded:
            g = Apply("where", (self.arrives(), g, Number(0.0)))
        if read.time is not None and read.time.base == "t":
            g = shift(g, -read.time.offset)
        elif read.time is not None:
            g = Apply("*", (Condition(read.time), g))
        self.arrived[read.name].append(self.pooled(g, read.name))

    def arrives(self) -> Expr:
        """1 where the adjoint of the left side is not all 0."""
        size: Expr = Apply("abs", (Read(Adjoint(self.name)),))
        return Apply(">", (Apply("sum", (size,)) if self.scope.shapes[self.name] else size, Number(0.0)))

    def pooled(self, g: Expr, name: str) -> Expr:
        """Summed over the time and the sequences that the argument does not have."""
        level, own = self.scope.level(g), self.scope.levels[name]
        if level == SEQUENCE > own:
            g, level = Apply("sum_t", (g,)), BATCH
        return Apply("sum_b", (g,)) if level == BATCH and own == SHARED else g

    def lag(self, source: Read, starts: list[StartName]) -> None:
        """Through a delay of k steps back to t-k; what came from before the first step goes to the starts."""
        assert source.time is not None
        steps = -source.time.offset
        self.arrived[source.name].append(self.kept(Time("t", steps), steps))
        for start in starts:
            time = start.time
            if (steps > 0) == (time.base == "") and abs(steps) >= _steps_outside(time):
                base: Literal["", "end"] = "end" if time.base else ""
                self.arrived[start].append(self.kept(Time(base, time.offset + steps), steps))

    def kept(self, time: Time, steps: int) -> Expr:
        """The delay's adjoint at a moment, multiplied by what truncation keeps of it."""
        back = Read(Adjoint(self.name), time)
        if not (self.cut and isinstance(self.name, Delay) and self.name.inside):
            return back
        self.scope.declare(TruncationMask(steps), (), SEQUENCE)
        return Apply("*", (Read(TruncationMask(steps), time), back))


def _is_of_a_start(name: str) -> bool:
    """True for a start that the text sets, and for operations within it."""
    return isinstance(name, StartName) or (isinstance(name, Inner) and isinstance(name.owner, StartName))


def _steps_outside(time: Time) -> int:
    """How many steps outside the run a start's moment is: 1 for h[0] and for g[tau+1]."""
    return time.offset if time.base else 1 - time.offset


@cached(1024)
def _parsed_rules(op: str, ranks: tuple[int, ...]) -> tuple[Expr, ...]:
    return tuple(applied(parse_expression(text)) for text in OPS[op].rules(ranks))


def _replaced(rule: Expr, letters: Mapping[str, Expr], before: tuple[Expr, ...]) -> Expr:
    """A rule with its letters replaced, and all the arguments that stand before where it names them.

    Both at once: what is put in may have variables that are called as the letters are.
    """
    if isinstance(rule, Read):
        return letters.get(rule.name, rule)
    if not isinstance(rule, Apply):
        return rule
    each = (before if arg == Read(BEFORE) else (_replaced(arg, letters, before),) for arg in rule.args)
    return replace(rule, args=tuple(arg for args in each for arg in args))


def applied(expr: Expr) -> Expr:
    """In a rule every call is an operation."""
    if isinstance(expr, Call | Apply):
        name = expr.function if isinstance(expr, Call) else expr.op
        return Apply(name, tuple(map(applied, expr.args)))
    return expr
