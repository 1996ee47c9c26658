"""Numbers → numbers with single entries set: of parameters, of what is given at a step, of starts.

So that one number can be changed where it stands, and all others stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from app.arrays import Array
from app.engine.execution import Bindings, places_of_starts
from app.engine.ir import StartName, analyse
from app.language import Problem, Problems, Recurrence, Subject, spelling_hint
from app.limits import limit
from app.numerals import plain_number, rounding

ENTRY = re.compile(r"\s*([^\W\d]\w*)\s*(?:\[([^\]]*)\])?\s*:\s*([^,:\s]+)\s*(?:,|$)")
WHOLE = re.compile(r"[0-9]{1,9}")
EVERY: tuple[slice | int, ...] = (slice(None),)
"""All sequences of a batch."""


def set_entries(recurrence: Recurrence, parameters: Mapping[str, Array], text: str) -> dict[str, Array]:
    """The same parameters with entries set: `W[2,1]:0.7,b[1]:0.1,b_f:3`, counted from 1 as in mathematics.

    A name alone is all of its entries; of several settings of an entry the last one holds. What the text says of data
    and of starts is checked too, and is for `set_data`.

    Raises Problems, one for each entry that is not there or takes no number.
    """
    entries = _entries(text)
    problems = [problem for e in entries if (problem := _wrong(recurrence, e)) is not None]
    if problems:
        raise Problems(*problems)
    changed = {name: np.array(array) for name, array in parameters.items()}
    for e in entries:
        if e.name in changed:
            changed[e.name][e.index] = float(e.number)
    return changed


def set_data(recurrence: Recurrence, bindings: Bindings, text: str) -> Bindings:
    """The same numbers with what the text says of data and starts: `x[2,1]:0.5` at step 2, `h[0,1]:1` where h starts.

    A step alone, `x[2]`, is all of its entries, a name alone all of its steps. Steps beyond the run, and beyond the
    end of a shorter sequence, have nothing to set. What has been changed spells no letters any more.
    """
    inputs, initial = dict(bindings.inputs), dict(bindings.initial)
    starts = {str(start): start for start in _settable_starts(recurrence)}
    for e in _entries(text):
        kind = recurrence.variables[e.name].kind if e.name in recurrence.variables else None
        if kind == "given" and e.name in inputs:
            inputs[e.name] = _with_entry(inputs[e.name], e, recurrence.variables[e.name].indexed, bindings.lengths)
        elif (start := starts.get(e.start)) is not None:
            array = np.array(initial.get(start, np.zeros((1, *recurrence.shape(e.name)))))
            array[EVERY + e.inner] = float(e.number)
            initial[start] = array
    changed = {name for name, array in inputs.items() if array is not bindings.inputs[name]}
    kept = {name: letters for name, letters in bindings.symbols.items() if name not in changed}
    return replace(bindings, inputs=inputs, initial=initial, symbols=kept)


def _with_entry(array: Array, e: _Entry, indexed: bool, lengths: tuple[int, ...] | None) -> Array:
    """Data of (tau, batch, …) or, of what has one value, (batch, …) with one entry set in every sequence."""
    changed = np.array(array)
    if not indexed:
        changed[EVERY + e.index] = float(e.number)
        return changed
    if e.place is None:
        changed[...] = float(e.number)
    elif e.index[0] >= len(changed):
        return array
    else:
        changed[e.index[0]][EVERY + e.index[1:]] = float(e.number)
    for sequence, end in enumerate(lengths or ()):
        changed[end:, sequence] = array[end:, sequence]
    return changed


def entries_in_data(text: str) -> tuple[str, ...]:
    """The names that a text sets entries of."""
    return tuple(dict.fromkeys(e.name for e in _entries(text)))


@dataclass(frozen=True, slots=True)
class SettableNumbers:
    """Numbers that can be set one by one: the shape of those of one node, and the step that a start is at."""

    shape: tuple[int, ...]
    step: str = ""


def settable(recurrence: Recurrence, tau: int) -> dict[str, SettableNumbers]:
    """Every parameter and everything given by its name, every start that no line computes by its node."""
    names = (*recurrence.names("parameter"), *recurrence.names("given"))
    starts = _settable_starts(recurrence)
    return {name: SettableNumbers(recurrence.shape(name)) for name in names} | {
        start.node(tau): SettableNumbers(recurrence.shape(start.variable), str(start.time)) for start in starts
    }


def _settable_starts(recurrence: Recurrence) -> tuple[StartName, ...]:
    """The starts that are numbers of their own, and not what a line of the text says."""
    places = (start for starts in places_of_starts(recurrence).values() for start in starts)
    return tuple(start for start in places if start not in analyse(recurrence).starts)


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
    def parts(self) -> list[str]:
        return [part.strip() for part in (self.place or "").split(",")]

    @property
    def start(self) -> str:
        """`h[0]` of `h[0,1]`: the start that it would be an entry of."""
        return f"{self.name}[{self.parts[0]}]"

    @property
    def index(self) -> tuple[int, ...]:
        """Where it is in its array, counted from 0; nowhere in particular where the name stands alone."""
        return _counted(self.parts) if self.place is not None else ()

    @property
    def inner(self) -> tuple[int, ...]:
        """Where it is among the entries of its step."""
        return _counted(self.parts[1:])


def _counted(parts: list[str]) -> tuple[int, ...]:
    return tuple(int(part) - 1 for part in parts)


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
    """What is wrong with one entry: its name, its place, or its number."""
    if wrong := _misplaced(recurrence, e):
        return wrong
    if plain_number(e.number) is None:
        said = rounding(e.number) or e.number
        return Problem(
            f"{e.written} is to be a finite number, not {said}", Subject.ENTRIES, "a number as in 0.7 or -1e-3"
        )
    return None


def _misplaced(recurrence: Recurrence, e: _Entry) -> Problem | None:
    names = (*recurrence.names("parameter"), *recurrence.names("given"))
    starts = {str(start) for start in _settable_starts(recurrence)}
    if e.start in starts:
        shape, parts, lead = recurrence.shape(e.name), e.parts[1:], f"{e.parts[0]},"
        allowed = not parts or _is_within(parts, shape)
    elif e.name in names:
        indexed = recurrence.variables[e.name].indexed
        shape = (*((limit("tau"),) if indexed else ()), *recurrence.shape(e.name))
        parts, lead = e.parts, ""
        allowed = e.place is None or _is_within(parts, shape) or (indexed and _is_within(parts, shape[:1]))
    else:
        message = f"{e.written} is no parameter of these equations, no data and no start"
        return Problem(message, Subject.ENTRIES, [*names, *sorted(starts)], spelling_hint(e.name, names))
    if allowed:
        return None
    ends = (f"{e.name}[{lead}{','.join(map(str, corner))}]" for corner in ([1] * len(shape), shape))
    first, last = (end.replace(",]", "]") for end in ends)
    return Problem(f"there is no entry {e.written}", Subject.ENTRIES, f"{first} to {last}" if shape else e.name)


def _is_within(parts: list[str], shape: tuple[int, ...]) -> bool:
    """Whether an array of this shape has an entry there, counted from 1."""
    return len(parts) == len(shape) and all(
        WHOLE.fullmatch(part) and 1 <= int(part) <= size for part, size in zip(parts, shape, strict=True)
    )
