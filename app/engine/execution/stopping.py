"""A finished pass → where its numbers stop being finite, and why.

From a value or a gradient that is no finite number it goes back through what that was made of, until what an operation
was given is finite and what it gives is not. Words for that stand in the operation's row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np

from app.arrays import Array
from app.engine.execution.passes import FinishedPass
from app.engine.ir import BATCH, SEQUENCE, Adjoint, Inner, StartName, node_at
from app.language import NOW, Apply, Condition, Equation, Expr, NodeId, Number, Read, Time, node_of, reads
from app.ops import OPS, Singularity, of_arguments

BEYOND = "beyond 1.8e308, the largest number"

POSITIVE = 0.1
"""What a parameter is to begin with that is too small a number at random."""
UPDATED = f"its update goes {BEYOND}"


@dataclass(frozen=True)
class Stopped:
    """Where a run left the finite numbers: the first variable whose value or gradient is none, and why.

    `phase` says whether it is a value, a gradient, or a parameter after an update; `operation` is what made it so, in
    the equation of the node `within`. `write` has lines for the text with which parameters that no line begins, and
    that made a negative number where none has a value, begin above 0.
    """

    t: int | None
    variable: str
    phase: Literal["forward", "backward", "update"]
    operation: str = ""
    within: str = ""
    why: str = ""
    write: str = ""


class Location(NamedTuple):
    """A step, from 1, and a sequence, from 0; None where a value has none."""

    t: int | None
    sequence: int | None


class Origin(NamedTuple):
    """What a number that is not finite goes back to, and the last variable (or its adjoint) on the way there."""

    name: str
    place: Location
    variable: str
    there: Location


def first_stopped(done: FinishedPass) -> Stopped | None:
    """The first value, or else the first gradient on the way back, that is not finite in any sequence."""
    return _Search(done).found


@dataclass
class _Search:
    done: FinishedPass

    @cached_property
    def equations(self) -> dict[str, Equation]:
        programs = self.done.programs
        return {e.name: e for e in (*programs.system.equations, *programs.backward.equations)}

    @cached_property
    def levels(self) -> dict[str, int]:
        return {**self.done.programs.system.levels, **self.done.programs.backward.levels}

    @property
    def found(self) -> Stopped | None:
        tau, variables = self.done.tau, self.done.recurrence.variables
        order = [e.name for e in self.done.programs.system.equations if e.name in variables]
        values = [(name, place) for name in order if (place := self.bad(name, Location(None, None)))]
        if values:
            return self.value_stopped(self.origin(*min(values, key=lambda found: found[1].t or tau)))
        given = [name for name in self.done.arrays if isinstance(name, Adjoint) and self.public(name.of)]
        back = [(name, place) for name in given if (place := self.bad(name, Location(None, None), latest=True))]
        last = {Adjoint(name): i for i, name in enumerate(order)}
        if not back:
            return None
        return self.gradient_stopped(
            self.origin(*max(back, key=lambda found: (found[1].t or 0, last.get(found[0], -1))))
        )

    def public(self, name: str) -> bool:
        """Whether it is a variable of the text, or one of its starts."""
        return name in self.done.recurrence.variables or isinstance(name, StartName)

    # what is not finite

    def bad(self, name: str, read: Location, latest: bool = False) -> Location | None:
        """The first (or the latest) place at which a name is not finite, of those that are read."""
        if name not in self.done.arrays:
            return None
        array, level = self.done.arrays[name], self.levels.get(name, 0)
        entries = np.isfinite(array).reshape(*(1,) * (2 - level), *array.shape[:level], -1)
        bad: Array = np.logical_not(entries.all(axis=-1))
        if level == SEQUENCE and (lengths := self.done.bindings.lengths):
            bad = bad & (np.arange(len(bad))[:, None] < np.asarray(lengths))
        steps = range(len(bad)) if level < SEQUENCE or read.t is None else (read.t - 1,)
        rows = [i for i in steps if bad[i].any()]
        if level >= BATCH and read.sequence is not None and bad.shape[1] > 1:
            rows = [i for i in rows if bad[i, read.sequence]]
        if not rows:
            return None
        row = rows[-1 if latest else 0]
        own = read.sequence if level >= BATCH and read.sequence is not None else int(bad[row].argmax())
        return Location(row + 1 if level == SEQUENCE else None, own if level >= BATCH else None)

    def origin(self, name: str, place: Location) -> Origin:
        """Back through what is not finite to what was made of finite numbers."""
        found = Origin(name, place, name, place)
        seen = {(name, place)}
        while True:
            for source, read in self.sources(found.name, found.place):
                there = self.bad(source, read, latest=isinstance(name, Adjoint))
                if there is not None and (source, there) not in seen:
                    break
            else:
                return found
            seen.add((source, there))
            of = source.of if isinstance(source, Adjoint) else source
            last = (source, there) if self.public(of) else (found.variable, found.there)
            found = Origin(source, there, *last)

    def sources(self, name: str, place: Location) -> Iterator[tuple[str, Location]]:
        """What an equation reads, and where."""
        expr = self.equations[name].expr if name in self.equations else None
        match expr:
            case Apply("lag", (Read(source, Time() as time), *starts)):
                step = time.at(place.t or 0, self.done.tau)
                if 1 <= step <= self.done.tau:
                    yield source, Location(step, place.sequence)
                for start in (s.name for s in starts if isinstance(s, Read) and isinstance(s.name, StartName)):
                    if start.time.at(0, self.done.tau) == step:
                        yield start, Location(None, place.sequence)
            case Apply(_, args):
                yield from (self.source(a, place) for a in args if isinstance(a, Read))
            case Read():
                yield self.source(expr, place)

    def source(self, read: Read, place: Location) -> tuple[str, Location]:
        if read.time is None or read.time.base == "t":
            return read.name, place
        return read.name, Location(self.step(read.time, place), place.sequence)

    def step(self, time: Time, place: Location) -> int:
        """The step of a moment, which may be another one for each sequence."""
        lengths = self.done.bindings.lengths
        tau = lengths[place.sequence] if lengths and place.sequence is not None else self.done.tau
        return time.at(place.t or 0, tau)

    # in words

    def value_stopped(self, found: Origin) -> Stopped:
        at = self.node(found.variable, found.there)
        if found.name in self.done.bindings.parameters:
            return Stopped(at.t, at.variable, "update", within=at, why=UPDATED)
        operation, why = self.reason(found)
        return Stopped(at.t, at.variable, "forward", operation, at, why, "; ".join(self.positive_beginnings(found)))

    def gradient_stopped(self, found: Origin) -> Stopped:
        """By the operation that has no slope there; else by the one in the gradient's own equation, or in a value's."""
        at, own = self.node(found.variable, found.there), equation_owner(found.name)
        singular = next(self.without_slope(own.of, found.place), None) if isinstance(own, Adjoint) else None
        within, (operation, why) = singular or (self.node(own, found.place), self.reason(found))
        return Stopped(at.t, at.variable, "backward", operation, within, why)

    def without_slope(self, name: str, place: Location) -> Iterator[tuple[str, tuple[str, str]]]:
        """The operations that read a name and have no slope, or no value, for what it is there: where, and in words."""
        for e in self.done.programs.system.equations:
            if isinstance(e.expr, Apply) and any(r.name == name for r in reads(e.expr)):
                row, timed = OPS[e.expr.op], self.levels[e.name] == SEQUENCE
                for t in range(self.done.tau, 0, -1) if timed and place.t is None else (place.t,):
                    there = Location(t, place.sequence)
                    if singular := self.singular(e, row.ends, there):
                        yield self.node(equation_owner(e.name), there), (row.written, singular.words)

    def reason(self, found: Origin) -> tuple[str, str]:
        """The operation whose arguments are finite, and why its result is not."""
        e = self.equations.get(found.name)
        if e is None or not isinstance(e.expr, Apply):
            return "", BEYOND
        row = OPS[e.expr.op]
        singular = self.singular(e, row.no_value, found.place)
        return row.written, singular.words if singular else f"{row.written} overflows {row.overflow or BEYOND}"

    def positive_beginnings(self, found: Origin) -> Iterator[str]:
        """Lines that have the negative parameters begin above 0 which a negative number without a value is made of."""
        e = self.equations.get(found.name)
        if e is None or not isinstance(e.expr, Apply) or not self.lacks_value_for_negatives(e.expr, found.place):
            return
        begun = {it.name for it in self.done.recurrence.initials}
        for name, numbers in self.done.bindings.parameters.items():
            if name in self.made_of(found.name) - begun and numbers.ndim < 2 and np.any(numbers < 0):
                yield f"{name} ~ {POSITIVE}"

    def lacks_value_for_negatives(self, expr: Apply, place: Location) -> bool:
        """Whether an operation would have a value there if what it is given were positive."""
        args, op = tuple(self.argument(a, place) for a in expr.args), OPS[expr.op]
        ranks, positive = tuple(map(np.ndim, args)), tuple(map(np.abs, args))

        def lacking(given: tuple[Array, ...]) -> bool:
            return any(np.any(of_arguments(op, row.where, given, ranks)) for row in op.no_value)

        return lacking(args) and not lacking(positive)

    def made_of(self, name: str) -> set[str]:
        """All names that an equation reads, those that their equations read too."""
        found, left = {name}, [name]
        while left:
            e = self.equations.get(left.pop())
            new = {it.name for it in reads(e.expr)} - found if e else set[str]()
            found |= new
            left += new
        return found

    def singular(self, e: Equation, rows: Iterable[Singularity], place: Location) -> Singularity | None:
        """What of its arguments an operation has no value, or no slope, for."""
        if not isinstance(e.expr, Apply) or not rows:
            return None
        args, op = tuple(self.argument(a, place) for a in e.expr.args), OPS[e.expr.op]
        ranks = tuple(map(np.ndim, args))
        return next((row for row in rows if np.any(of_arguments(op, row.where, args, ranks))), None)

    def argument(self, atom: Expr, place: Location) -> Array:
        """What an operation was given at a place."""
        match atom:
            case Number(value):
                return np.asarray(value)
            case Condition(time, at=at):
                now = place.t if at == NOW else self.step(at, place)
                return np.asarray(float(now == self.step(time, place)))
            case Read():
                name, (t, sequence) = self.source(atom, place)
                found, level = self.done.arrays[name], self.levels.get(name, 0)
                found = found[(t or 1) - 1] if level == SEQUENCE else found
                return np.asarray(found[sequence or 0] if level >= BATCH and found.ndim else found)
        raise TypeError(f"not flat: {atom}")

    def node(self, name: str, place: Location) -> NodeId:
        """The node there of a variable, a start, or what an adjoint is of."""
        name = equation_owner(name)
        if isinstance(name, Adjoint):
            return self.node(name.of, place)
        return (
            node_at(name, self.done.tau) if place.t is None or isinstance(name, StartName) else node_of(name, place.t)
        )


def equation_owner(name: str) -> str:
    """The variable, the start or the adjoint in whose equation an inner result is."""
    while isinstance(name, Inner):
        name = name.owner
    return name
