"""Flat equations → `Program`: stages in order, each all steps at once or a loop through time.

Nothing is written per cell: strongly connected components with a cycle are the loops, everything else is done in
bulk, and the terms of a sum that are free of the loop are summed outside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from app.engine.ir.flat import Flat, Scope
from app.engine.ir.names import Free
from app.language import Apply, Component, Equation, Expr, Read, components, reads
from app.ops import OPS


@dataclass(frozen=True, slots=True)
class Stage:
    """Equations run together; `direction` 0 in bulk, +1 a loop from the first step, -1 from the last."""

    direction: int
    equations: tuple[Equation, ...]


@dataclass(frozen=True, eq=False)
class Program:
    """Stages in order. `pads`: how many steps before the first and after the last each sequence is read at.

    What is `passing` is read in its own step alone, so that one row is room enough for all steps.
    """

    stages: tuple[Stage, ...]
    shapes: Mapping[str, tuple[int, ...]]
    levels: Mapping[str, int]
    pads: Mapping[str, tuple[int, int]]
    passing: frozenset[str] = frozenset()

    @cached_property
    def reads(self) -> tuple[str, ...]:
        """The names that its equations read."""
        equations = (e for stage in self.stages for e in stage.equations)
        return tuple(dict.fromkeys(read.name for e in equations for read in reads(e.expr)))


def schedule(system: Flat, asked: Iterable[str] | None = None) -> Program:
    """Order a flat system; the same code runs a recurrence and its adjoint. Without `asked` all is to be kept."""
    scope = system.extended(":")
    table = {e.name: e for e in system.equations}
    stages: list[Stage] = []
    for group in components(system.equations):
        assert isinstance(group, Component), f"parse lets no such loop through: {group}"
        equations = [table[name] for name in group.names]
        if group.direction:
            outside, equations = _hoist(scope, equations)
            stages += [Stage(0, tuple(outside))] if outside else []
        stages.append(Stage(group.direction, tuple(equations)))
    made, pads = tuple(_merged_stages(stages)), _pads(system.equations)
    passing = () if asked is None else _passing(made, {*asked, *pads})
    return Program(made, scope.shapes, scope.levels, pads, frozenset(passing))


def _passing(stages: tuple[Stage, ...], kept: set[str]) -> Iterator[str]:
    """What loops make that nothing reads but they, at the step at which it is made."""
    for stage in reversed(stages):
        own = {e.name for e in stage.equations} if stage.direction else set()
        for e in reversed(stage.equations):
            view = isinstance(e.expr, Read) or (isinstance(e.expr, Apply) and OPS[e.expr.op].view)
            whole = view and e.name in kept
            kept.update(read.name for read in reads(e.expr) if whole or read.name not in own)
        yield from own - kept


def _hoist(scope: Scope, equations: list[Equation]) -> tuple[list[Equation], list[Equation]]:
    """Sum the terms that are free of the loop before it."""
    names = {e.name for e in equations}
    outside: list[Equation] = []
    inside: list[Equation] = []
    for e in equations:
        free, bound = _split_terms(e.expr, names)
        if len(free) > 1 and bound:
            before = scope.named(Apply("+", tuple(free)), Free(e.name))
            outside.append(scope.equations[-1])
            e = Equation(e.name, e.indexed, Apply("+", (*bound, before)))
        inside.append(e)
    return outside, inside


def _split_terms(expr: Expr, names: set[str]) -> tuple[list[Expr], list[Expr]]:
    terms = expr.args if isinstance(expr, Apply) and expr.op == "+" else ()
    free = [a for a in terms if not (isinstance(a, Read) and a.name in names)]
    return free, [a for a in terms if a not in free]


def _merged_stages(stages: Iterable[Stage]) -> list[Stage]:
    merged: list[Stage] = []
    for stage in stages:
        if merged and not stage.direction and not merged[-1].direction:
            merged[-1] = Stage(0, merged[-1].equations + stage.equations)
        else:
            merged.append(stage)
    return merged


def _pads(equations: Iterable[Equation]) -> dict[str, tuple[int, int]]:
    pads: dict[str, tuple[int, int]] = {}
    for e in equations:
        match e.expr:
            case Apply("lag", (Read(name, time), *_)) if time is not None:
                left, right = pads.get(name, (0, 0))
                pads[name] = (max(left, -time.offset), max(right, time.offset))
    return pads
