"""Tells what became of each line of a pasted text: none of them disappears without a word.

A line is read, or its problem is told; of any other a note says why nothing is written for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from app.language.pasted.lines import FORMULAS, LATEX, NO_COMPUTATION, PastedLine, PastedReading

REMARK = re.compile(r"\s*(?:#|%|//|--|\.\.\.\s*$|>>>\s*$)")
"""A line that the text itself says is no computing."""
LOOP = re.compile(r"\s*(?:>>>\s*)?(?:async\s+)?(?:for|while)\b")
HEAD = re.compile(
    r"\s*(?:>>>\s*)?(?:@|(?:async|def|class|with|try|finally|except|else|elif|if|function|match|case|begin|end|done|do)\b)|[\s{}()\[\];,]*$"
)
LOOK = re.compile(r"\s*(?:%.*|#.*|\\(?:begin|end)\b.*|\\(?:\[|\]|\(|\))|\$\$|[\s&\\{}$]*)\s*$")
"""What says only how formulas look, as a remark does."""
AT_EVERY_STEP = "its lines hold at every step"
ITS_LINES_ARE_READ = "its lines are read"
WORDS = "words beside the formulas are left out"
DECLARATION = re.compile(r"\s*\w+(?:\s*,\s*\w+)*\s*:\s*(?:scalar|vector|matrix|\d)")
DECLARES = "it says what its letters are"
WITHIN = "it belongs to line {}, which is not read"


def with_every_line_told(text: str, found: PastedReading) -> PastedReading:
    """A reading that says of each line of the text what it is, or why nothing is written for it."""
    if not found.foreign:
        return found
    lines, told = text.split("\n"), set(_told(found))
    of_formulas = found.kind in (LATEX, FORMULAS)
    says_nothing = LOOK if of_formulas else REMARK
    left = [k for k, line in enumerate(lines) if k not in told and line.strip() and not says_nothing.match(line)]
    within = {} if of_formulas else _unread_above(lines, found)
    notes = {k: _said_of_formulas(lines[k]) if of_formulas else _said_of_program(lines[k], within[k]) for k in left}
    said = tuple(_together(lines, notes))
    return replace(found, lines=tuple(sorted((*found.lines, *said), key=lambda line: line.line))) if said else found


def _told(found: PastedReading) -> Iterator[int]:
    """The lines of the text that a reading has, counted from 0."""
    for line in found.lines:
        yield from range(line.line - 1, line.line + line.source.count("\n"))
    yield from (problem.line - 1 for problem in found.problems if problem.line)


def _together(lines: Sequence[str], notes: dict[int, str]) -> Iterator[PastedLine]:
    """Lines one below the other of which the same is said, as one."""
    for (_, note), several in groupby(enumerate(notes.items()), key=lambda it: (it[1][0] - it[0], it[1][1])):
        numbers = [number for _, (number, _) in several]
        source = "\n".join(lines[numbers[0] : numbers[-1] + 1])
        yield PastedLine(source.strip(), numbers[0] + 1, "", note)


def _said_of_formulas(line: str) -> str:
    return DECLARES if DECLARATION.match(line) else WORDS


def _said_of_program(line: str, within: int | None) -> str:
    """Why nothing is written for a line of a program."""
    if within is not None:
        return WITHIN.format(within + 1)
    if LOOP.match(line):
        return AT_EVERY_STEP
    return ITS_LINES_ARE_READ if HEAD.match(line) else NO_COMPUTATION


def _unread_above(lines: Sequence[str], found: PastedReading) -> dict[int, int | None]:
    """The line that is not read and that a line stands within, by how far both are to the right; None for none."""
    unread = {problem.line - 1 for problem in found.problems if problem.line}
    above, result = list[tuple[int, int]](), dict[int, int | None]()
    for number, line in enumerate(lines):
        if line.strip():
            while above and above[-1][0] >= _indent(line):
                above.pop()
            parent = above[-1][1] if above else None
            result[number] = parent if parent is None or parent in unread else result[parent]
            above.append((_indent(line), number))
    return result


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
