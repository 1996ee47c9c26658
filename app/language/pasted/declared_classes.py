"""Writes the numbers of classes that a program has as data, `targets = [1, 2]`, as rows of 0 and 1.

Here what picks an entry is a one-hot vector. How long it is follows from the equations, so it is written last.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from app.arrays import Array
from app.language import parse_or_none
from app.language.numbers_beside import AS_DATA
from app.language.pasted.lines import ClassNumbers, PastedLine, PastedReading
from app.language.pasted.python_arrays import MOST_ENTRIES, as_entries
from app.language.syntax import WRITTEN_OUT, Initial
from app.language.typeset import show

ONE_HOT = "{} is data: give a row of 0 and 1 for the number of each class " + AS_DATA
AS_ROWS = "the number of each class is a row of 0 and 1, unless other numbers are given"


def classes_told(name: str) -> str:
    """What the line of a program's classes says as long as their rows are not written."""
    return ONE_HOT.format(name)


def class_numbers(name: str, array: Array | None) -> ClassNumbers | None:
    """The classes that an array of numbers has at the steps; None where it has other numbers."""
    if array is None or array.ndim != 1 or not array.size or np.any(array < 0) or np.any(array % 1):
        return None
    return ClassNumbers(name, tuple(map(int, array)))


def with_classes(reading: PastedReading) -> PastedReading:
    """A reading whose text has the rows of its classes, as long as its equations say, else as short as they can be."""
    found = parse_or_none(reading.text) if reading.classes else None
    if found is None:
        return replace(reading, classes=())
    text, lines = reading.text, reading.lines
    for it in reading.classes:
        variable = found.variables.get(it.name)
        if variable is None or variable.kind != "given" or len(variable.dims) != 1:
            continue
        least = max(it.numbers) + 1
        size = least if variable.dims[0] in found.unsaid else found.sizes[variable.dims[0]]
        if not least <= size <= MOST_ENTRIES // len(it.numbers):
            continue
        rows = np.eye(size)[list(it.numbers)]
        written = show(Initial(it.name, WRITTEN_OUT, entries=as_entries(rows)))
        if parse_or_none(f"{text}\n{written}"):
            text = f"{text}\n{written}"
            lines = tuple(_with_rows(line, classes_told(it.name), written) for line in lines)
    return replace(reading, text=text, lines=lines, classes=())


def _with_rows(line: PastedLine, before: str, written: str) -> PastedLine:
    """A line with the rows, where it said before that they are data to be given."""
    notes = line.note.split("; ")
    if before not in notes:
        return line
    note = "; ".join(AS_ROWS if it == before else it for it in notes)
    return replace(line, text="\n".join(filter(None, (line.text, written))), note=note)
