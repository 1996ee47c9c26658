"""Reads lines beside equations that say how large names are, W ∈ ℝ³ˣ⁴ or W is a matrix, as their declarations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from app.language.pasted.declared_ranks import can_be_read
from app.language.pasted.lines import FORMULAS, PYTHON, PastedLine, PastedReading
from app.language.problems import Problem, problem_at
from app.language.said_declarations import said_declaration

NOT_NEEDED = "no equation has it"


def read_with_said_declarations(text: str, read: Callable[[str], PastedReading]) -> PastedReading | None:
    """A reading of a text whose lines of that kind are written as declarations; None where that does not read it.

    Formulas have a reader of their own for sets: beside them only what is said in words is written so.
    """
    source = text.split("\n")
    said = {place: it for place, line in enumerate(source) if (it := said_declaration(line))}
    rest = "\n".join("" if place in said else line for place, line in enumerate(source))
    if not said or not rest.strip():
        return None
    declared = {place: _of_names_in(rest, line) for place, line in said.items()}
    written = [declared.get(place, line) for place, line in enumerate(source)]
    found, others = read("\n".join(written)), read(rest)
    if found.problems and others.kind == PYTHON:
        found = replace(others, text="\n".join([*filter(None, declared.values()), others.text]))
    told = [
        PastedLine(source[place].strip(), place + 1, line, "" if line else NOT_NEEDED)
        for place, line in declared.items()
    ]
    if not others.foreign and not others.problems:
        told += [PastedLine(line, k + 1, line) for k, line in enumerate(source) if k not in said and line.strip()]
        return PastedReading(
            FORMULAS, "\n".join(filter(str.strip, written)), _sorted(told), _placed(text, found.problems)
        )
    sets = any(re.search(r"∈|\\in\b", source[place]) for place in said)
    if found.problems or not can_be_read(found.text) or (sets and found.kind != PYTHON):
        return None
    return replace(found, lines=_sorted([*told, *found.lines]))


def _sorted(lines: Sequence[PastedLine]) -> tuple[PastedLine, ...]:
    return tuple(sorted(lines, key=lambda line: line.line))


def _placed(text: str, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems of the lines as they are written in the language, at the lines that were pasted."""
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    ends = [*(start - 1 for start in starts[1:]), len(text)]
    lines = [(it, it.line - 1 if it.line else 0) for it in problems]
    return tuple(problem_at(text, (starts[k], ends[k]), it.message, it.hint) for it, k in lines)


def _of_names_in(rest: str, declared: str) -> str:
    """A declaration of those of its names that the other lines have; empty where they have none."""
    names, _, what = declared.partition(":")
    needed = [name for name in names.split(", ") if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", rest)]
    return f"{', '.join(needed)}:{what}" if needed else ""
