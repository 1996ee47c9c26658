"""Parameters → parameters: entries set, and recurrent matrices scaled to a spectral radius."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from app.arrays import Array
from app.engine.graph import folding
from app.language import Problem, Problems, Recurrence, Subject, spelling_hint

ENTRY = re.compile(r"\s*([^\W\d]\w*)\s*(?:\[([^\]]*)\])?\s*:\s*([^,:\s]+)\s*(?:,|$)")
NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")


# recurrent matrices


def recurrent_matrices(recurrence: Recurrence) -> tuple[str, ...]:
    """The square parameters that multiply along the way from a state to itself or another a step or more later."""
    folded = folding(recurrence, "states")
    found = [
        name
        for e in folded.drawn
        for read in folded.node_reads(e)
        if read.time and read.time.offset and folded.loops.get(read.name, -1) == folded.loops.get(e.name)
        for name in folded.factors(e, read)[0]
    ]
    return tuple(n for n in recurrence.names("parameter") if n in found and _is_square(recurrence, n))


def _is_square(recurrence: Recurrence, name: str) -> bool:
    """Square by meaning: both axes are one dimension, and not two that happen to be of a size."""
    it = recurrence.variables[name]
    return it.rank == 2 and len(set(it.dims)) == 1


def spectral_radii(recurrence: Recurrence, parameters: Mapping[str, Array]) -> dict[str, float]:
    """recurrent matrix → the largest modulus of its eigenvalues (Goodfellow et al. 2016, section 10.7)."""
    return {name: _radius(parameters[name]) for name in recurrent_matrices(recurrence)}


def _radius(matrix: Array) -> float:
    return float(abs(np.linalg.eigvals(matrix)).max(initial=0.0))


def with_radius(recurrence: Recurrence, parameters: Mapping[str, Array], radius: float) -> dict[str, Array]:
    """The same parameters, each recurrent matrix times the number that gives it this spectral radius.

    Raises Problems where there is no recurrent matrix, or one whose own radius is 0 (no factor changes it).
    """
    radii = spectral_radii(recurrence, parameters)
    if not radii:
        message = "these equations have no recurrent matrix whose radius could be set"
        raise Problems(
            Problem(
                message,
                Subject.SPECTRAL_RADIUS,
                hint="a square parameter that a state is multiplied with, as W @ h[t-1]",
            )
        )
    still = [name for name, own in radii.items() if own <= 1e-12 * float(abs(parameters[name]).max(initial=1.0))]
    if radius and still:
        message = "the spectral radius of {} is 0, and no factor changes that"
        raise Problems(*(Problem(message.format(name), Subject.SPECTRAL_RADIUS) for name in still))
    scaled = {name: np.asarray(parameters[name] * (radius / own if radius else 0.0)) for name, own in radii.items()}
    return {**parameters, **scaled}


# entries


def set_entries(recurrence: Recurrence, parameters: Mapping[str, Array], text: str) -> dict[str, Array]:
    """The same parameters with entries set: `W[2,1]:0.7,b[1]:0.1,b_f:3`, counted from 1 as in mathematics.

    A name alone is all of its entries; of several settings of an entry the last one holds.

    Raises Problems, one for each entry that is not there or takes no number.
    """
    entries = _entries(text)
    problems = [problem for e in entries if (problem := _wrong(recurrence, e)) is not None]
    if problems:
        raise Problems(*problems)
    changed = {name: np.array(array) for name, array in parameters.items()}
    for e in entries:
        changed[e.name][... if e.place is None else tuple(i - 1 for i in e.index or ())] = float(e.number)
    return changed


@dataclass(frozen=True, slots=True)
class _Entry:
    """`W[2,1]:0.7`: a name, what stands in brackets (None without them), and a number, as they are written."""

    name: str
    place: str | None
    number: str

    @property
    def written(self) -> str:
        return self.name if self.place is None else f"{self.name}[{self.place}]"

    @property
    def index(self) -> tuple[int, ...] | None:
        """(2, 1); None where these are no whole numbers, or there are none."""
        numbers = [part.strip() for part in (self.place or "").split(",")]
        return tuple(map(int, numbers)) if all(re.fullmatch("[0-9]{1,9}", n) for n in numbers) else None


def _entries(text: str) -> list[_Entry]:
    found, place = [], 0
    while place < len(text.rstrip()):
        match = ENTRY.match(text, place)
        if match is None:
            rest = text[place:].strip()
            shown = rest if len(rest) <= 40 else f"{rest[:40]}…"
            raise Problems(
                Problem(f"{shown} is no entry with its number", Subject.ENTRIES, "entries as in W[2,1]:0.7,b:0.1")
            )
        found.append(_Entry(match[1], match[2], match[3]))
        place = match.end()
    return found


def _wrong(recurrence: Recurrence, e: _Entry) -> Problem | None:
    names = recurrence.names("parameter")
    if e.name not in names:
        return Problem(
            f"{e.name} is no parameter of these equations", Subject.ENTRIES, list(names), spelling_hint(e.name, names)
        )
    shape = recurrence.shape(e.name)
    if e.place is not None and not _is_within(e.index, shape):
        first, last = (f"{e.name}[{','.join(map(str, corner))}]" for corner in ([1] * len(shape), shape))
        return Problem(f"there is no entry {e.written}", Subject.ENTRIES, f"{first} to {last}" if shape else e.name)
    if not NUMBER.fullmatch(e.number) or not np.isfinite(float(e.number)):
        return Problem(
            f"{e.written} is to be a finite number, not {e.number}", Subject.ENTRIES, "a number as in 0.7 or -1e-3"
        )
    return None


def _is_within(index: tuple[int, ...] | None, shape: tuple[int, ...]) -> bool:
    """Whether an array of this shape has an entry there."""
    if index is None or len(index) != len(shape):
        return False
    return all(1 <= i <= size for i, size in zip(index, shape, strict=True))
