"""Flat equations → `Program`: stages in order, each all steps at once or a loop through time.

Nothing is written per cell: strongly connected components with a cycle are the loops, everything else is done in
bulk, and the terms of a sum that are free of the loop are summed outside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from app.engine.ir.flat import Flat, Scope
from app.engine.ir.measured import SEQUENCE
from app.engine.ir.names import Delay, Free
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

    What is `passing` is read in its own step alone, so that one row is room enough for all steps. What is `before` a
    loop and read by nothing before it has the loop's place among the stages: the loop may do it too, step by step.
    """

    stages: tuple[Stage, ...]
    shapes: Mapping[str, tuple[int, ...]]
    levels: Mapping[str, int]
    pads: Mapping[str, tuple[int, int]]
    passing: frozenset[str] = frozenset()
    before: Mapping[str, int] = field(default_factory=dict)

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
    levels, before = scope.levels, dict(_before(made, scope.shapes, scope.levels, pads))
    passing = () if asked is None else _passing(made, {*asked, *pads}, before)
    return Program(made, scope.shapes, levels, pads, frozenset(passing), before)


def _passing(stages: tuple[Stage, ...], kept: set[str], before: Mapping[str, int]) -> Iterator[str]:
    """What loops make, or may make, that nothing reads but they, at the step at which it is made."""
    made = [{e.name for e in stage.equations} if stage.direction else set() for stage in stages]
    for name, place in before.items():
        made[place].add(name)
    for i, stage in reversed([*enumerate(stages)]):
        for e in reversed(stage.equations):
            whole = _is_view(e) and e.name in kept
            own = made[before.get(e.name, i)]
            kept.update(read.name for read in reads(e.expr) if whole or read.name not in own)
        yield from made[i] - kept


def _is_view(e: Equation) -> bool:
    """Whether it gives another name to what is there, or to a part of it."""
    return isinstance(e.expr, Read) or (isinstance(e.expr, Apply) and OPS[e.expr.op].view)


def _is_entrywise(e: Equation) -> bool:
    return isinstance(e.expr, Apply) and OPS[e.expr.op].entrywise


def _before(
    stages: tuple[Stage, ...], shapes: Mapping[str, Any], levels: Mapping[str, int], pads: Mapping[str, Any]
) -> Iterator[tuple[str, int]]:
    """What is done entry by entry for all steps, and read by a loop first, or by what is; with the loop's place."""
    first: dict[str, tuple[int, bool]] = {}
    """The place of the stage that reads a name first, and whether that could make it too."""
    for i, stage in reversed([*enumerate(stages)]):
        for e in reversed(stage.equations):
            renamed = _is_view(e) or isinstance(e.name, Delay)
            reader = i, bool(stage.direction) and not renamed
            place, able = first.get(e.name, reader)
            able = able and not stage.direction and not renamed and _is_entrywise(e)
            if able and len(shapes[e.name]) < 2 and levels[e.name] == SEQUENCE and e.name not in pads:
                reader = place, True
                yield e.name, place
            for read in reads(e.expr):
                first[read.name] = min(reader, first.get(read.name, reader))


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
