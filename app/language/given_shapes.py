"""The shapes of the arrays that a person gives: they say which rank and which sizes the names have.

Shapes alone, without the numbers, so that what is read with them can be kept and used again for other numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.language.problems import Problem, Subject, problem_at
from app.language.resolve import Meaning
from app.language.syntax import Declaration, Span, reads

Shape = tuple[int, ...]
ARGUMENTS = {Subject.PARAMETERS: "params", Subject.DATA: "inputs", Subject.STARTS: "initial"}
"""What the arrays of each kind are called where a person gives them."""
AXES = {1: (("entry", "entries"),), 2: (("row", "rows"), ("column", "columns"))}
"""What an axis of a vector or of a matrix has so many of."""


@dataclass(frozen=True, slots=True)
class GivenShapes:
    """The shape of each array by its name, of parameters, data and starts; none of what is no array of numbers."""

    params: tuple[tuple[str, Shape], ...] = ()
    inputs: tuple[tuple[str, Shape], ...] = ()
    initial: tuple[tuple[str, Shape], ...] = ()

    @classmethod
    def of(cls, **arrays: Mapping[str, Any]) -> GivenShapes:
        """The shapes of `params`, `inputs` and `initial`."""
        return cls(**{field: tuple(_shapes(found)) for field, found in arrays.items()})


def _shapes(arrays: Mapping[str, Any]) -> Iterator[tuple[str, Shape]]:
    for name, value in sorted(arrays.items()):
        try:
            yield name, np.shape(np.asarray(value, dtype=np.float64))
        except (TypeError, ValueError, OverflowError):
            continue


@dataclass(frozen=True, slots=True)
class GivenArray:
    """One array as its name's shape: `own` is what is left of it without the axis of the steps."""

    about: Subject
    name: str
    own: Shape
    sequence: bool = False
    as_number: bool = False
    """True where one number a step is a scalar, and no vector of one entry."""
    line: int | None = None
    """The line of the text that writes its numbers out; none of what is given beside the text."""
    span: Span | None = None

    @property
    def field(self) -> str:
        return f"{self.name} in line {self.line}" if self.line else f"{ARGUMENTS[self.about]}.{self.name}"

    def problem(self, text: str, message: str, allowed: object, hint: str | None = None) -> Problem:
        """What is wrong with it, at the field where it is given or at its line."""
        about = self.about
        if self.span is not None:
            return problem_at(text, self.span, message, hint)
        return Problem(message, about, allowed, hint, part=self.name)

    @property
    def column(self) -> bool:
        """Whether it is one column or one row, as programs keep a vector, a bias of shape (n, 1)."""
        return len(self.own) == 2 and 1 in self.own

    @property
    def ranks(self) -> tuple[int, ...]:
        """The ranks that it can be an array of, its own first: one number is a scalar, or all that a size 1 holds."""
        few = {(): (0, 1, 2), (1,): (1, 0)}
        return (2, 1) if self.column else few.get(self.own, (len(self.own),))

    def sizes(self, rank: int) -> Shape:
        """The length of each axis, for a name of one of these ranks."""
        if self.column and rank == 1:
            return (max(self.own),)
        return self.own if len(self.own) == rank else (1,) * rank

    def allows(self, said: Declaration) -> bool:
        """Whether it can be an array of the rank that a line declares; one number is none of a vector of several."""
        several = any(isinstance(it, int) and it > 1 for it in said.sizes)
        return len(said.sizes) in self.ranks and not (several and self.own in ((), (1,)))

    @property
    def words(self) -> str:
        """What it is: `params.W is 3 × 2`, `inputs.x has 1 entry a step`."""
        if len(self.own) == 1:
            return self.axis_words(1, 0)
        size = " × ".join(map(str, self.own)) or "one number"
        return f"{self.field} is {size}{' a step' * self.sequence}"

    def axis_words(self, rank: int, axis: int) -> str:
        """How long an axis is: `params.U has 2 columns`, `inputs.x has 1 entry a step`."""
        size = self.sizes(rank)[axis]
        return f"{self.field} has {size} {AXES[rank][axis][size != 1]}{' a step' * self.sequence}"


def given_arrays(meaning: Meaning, shapes: GivenShapes) -> list[GivenArray]:
    """The arrays of names of the text, given beside it or by its lines; others, or without steps, are told later."""
    kinds = {Subject.PARAMETERS: "parameter", Subject.DATA: "given", Subject.STARTS: "computed"}
    several = _started_at_several(meaning) if shapes.initial else frozenset[str]()
    found = []
    for about, kind in kinds.items():
        for name, shape in getattr(shapes, ARGUMENTS[about]):
            if meaning.kinds.get(name) == kind:
                sequence = about is Subject.DATA and meaning.indexed[name]
                leading = sequence or (about is Subject.STARTS and name in several)
                if len(shape) - leading in (0, 1, 2):
                    found.append(GivenArray(about, name, shape[leading:], sequence))
    return [*found, *_written_arrays(meaning, {array.name for array in found})]


def _written_arrays(meaning: Meaning, given: Collection[str]) -> Iterator[GivenArray]:
    """The arrays that lines of the text write out, as far as nothing else is given for their names."""
    for line in meaning.initials:
        if line.entries is not None and line.name not in given:
            sequence = meaning.indexed[line.name]
            about = Subject.DATA if meaning.kinds[line.name] == "given" else Subject.PARAMETERS
            own = np.shape(line.entries)[sequence:]
            yield GivenArray(about, line.name, own, sequence, line=meaning.line_number(line.span), span=line.span)


def declarations_that_hold(
    meaning: Meaning, sizes: Collection[str], arrays: Iterable[GivenArray]
) -> tuple[Declaration, ...]:
    """The declarations of a text, without those that yield to a size or an array which says another rank."""
    of = {array.name: array for array in arrays}

    def holds(said: Declaration) -> bool:
        as_set, array = said.name not in sizes or len(said.sizes) == 1, of.get(said.name)
        return not said.unless_given or (as_set and (array is None or array.allows(said)))

    return tuple(filter(holds, meaning.declarations))


def _started_at_several(meaning: Meaning) -> frozenset[str]:
    """The variables with more than one start: those that the text sets, and the moments before the run that are read.

    An equation holds after the steps that the text sets, so that what it reads begins so much later.
    """
    moments: dict[str, set[int]] = {}
    for s in meaning.starts:
        moments.setdefault(s.name, set()).add(1 - s.time.offset if s.time.base else s.time.offset)
    set_steps = {name: max(found) for name, found in moments.items()}
    for e in meaning.equations:
        for read in reads(e.expr):
            if read.time is not None and read.time.base == "t" and read.time.offset:
                first = max(0, set_steps.get(e.name, 0)) + 1 - abs(read.time.offset)
                moments.setdefault(read.name, set()).update(range(first, 1))
    return frozenset(name for name, found in moments.items() if len(found) > 1)
