"""Finds the variables that take data: inputs, targets, memories and starts, by the equations that read them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.engine.graph import folding
from app.engine.ir import analyse
from app.language import Recurrence

Role = Literal["input", "target", "memory", "start"]


@dataclass(frozen=True, slots=True)
class DataSlot:
    """A given name. *target* and *input* are the kinds of the figure; a *memory* is a matrix, a *start* is read by
    no equation but where a variable starts.

    `dims` names its axes and `open` those whose size nobody set; `classes` says that cross-entropy reads it as a
    distribution, `fed_back` that an equation reads it at an earlier step.
    """

    name: str
    role: Role
    indexed: bool
    dims: tuple[str, ...]
    shape: tuple[int, ...]
    open: frozenset[str] = frozenset()
    classes: bool = False
    fed_back: bool = False

    def size(self) -> int | None:
        """The length of the vector, or None where nobody has set it."""
        return None if self.dims[0] in self.open else self.shape[0]


def data_slots(recurrence: Recurrence, role: Role) -> list[DataSlot]:
    """The places of a role, in the order of the text; inputs, targets and starts are vectors, memories matrices."""
    rank = 2 if role == "memory" else 1
    return [p for p in _all_slots(recurrence) if p.role == role and len(p.dims) == rank]


def input_sequences(recurrence: Recurrence) -> list[DataSlot]:
    """The input sequences, scalars among them: what a signal of one number a step may be heard by."""
    return [p for p in _all_slots(recurrence) if p.role == "input" and p.indexed and len(p.dims) < 2]


def _all_slots(recurrence: Recurrence) -> Iterator[DataSlot]:
    analysis = analyse(recurrence)
    for name in recurrence.names("given"):
        v = recurrence.variables[name]
        open_ = frozenset(recurrence.defaulted)
        role, earlier = _role_of(recurrence, name), any(r.lag > 0 for r in analysis.readings.get(name, ()))
        classes = name in analysis.distributions
        yield DataSlot(name, role, v.indexed, v.dims, recurrence.shape(name), open_, classes, earlier)


def _role_of(recurrence: Recurrence, name: str) -> Role:
    v, kind = recurrence.variables[name], folding(recurrence).kinds.get(name)
    analysis = analyse(recurrence)
    readings = analysis.readings.get(name, ())  # None of what is given to a function that does not use it.
    if readings and not v.indexed and all(r.by in analysis.starts for r in readings):
        return "start"
    if kind in ("input", "target"):
        return "target" if kind == "target" else "input"
    return "memory" if v.rank == 2 and not v.indexed else "input"
