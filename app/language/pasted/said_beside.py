"""Reads lines beside equations that say how large names are, W ∈ ℝ³ˣ⁴ or W is a matrix, as their declarations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from app.language.pasted.declared_ranks import can_be_read
from app.language.pasted.lines import FORMULAS, LATEX, PYTHON, PastedLine, PastedReading
from app.language.problems import Problem, problem_at
from app.language.said_declarations import said_declaration, without_sets

NOT_NEEDED = "no equation has it"


def read_with_said_declarations(text: str, read: Callable[[str], PastedReading]) -> PastedReading | None:
    """A reading of a text whose lines of that kind are written as declarations; None where that does not read it.

    Formulas have a reader of their own for sets: beside them only what is said in words is written so.
    """
    source = text.split("\n")
    pieces = [_equation_and_declarations(line) for line in source]
    said = {place for place, (_, declared) in enumerate(pieces) if declared}
    pieces = [
        (equation.rstrip().rstrip(",") if place + 1 in said else equation, declared)
        for place, (equation, declared) in enumerate(pieces)
    ]
    rest = "\n".join(equation for equation, _ in pieces)
    if not said or not rest.strip():
        return None
    declared = {place: [it for line in pieces[place][1] if (it := _of_names_in(rest, line))] for place in said}
    lines = [[it for it in (equation, *declared.get(k, ())) if it.strip()] for k, (equation, _) in enumerate(pieces)]
    written = ["; ".join(line) for line in lines]
    sets = any(re.search(r"∈|\\in\b", source[place]) for place in said)
    others = read(rest)
    if sets and others.kind in (FORMULAS, LATEX):
        return None
    found = read("\n".join(written))
    if found.problems and others.kind == PYTHON:
        found = replace(others, text="\n".join([*(it for one in declared.values() for it in one), others.text]))
    told = [
        PastedLine(source[place].strip(), place + 1, "\n".join(one), "" if one else NOT_NEEDED)
        for place, one in declared.items()
    ]
    if not others.foreign and not others.problems:
        told = [
            PastedLine(source[k].strip(), k + 1, "\n".join(line), "" if line else NOT_NEEDED)
            for k, line in enumerate(lines)
            if source[k].strip()
        ]
        whole = "\n".join(it for line in lines for it in line)
        return PastedReading(FORMULAS, whole, tuple(told), _placed(text, found.problems))
    if found.problems or not can_be_read(found.text):
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


def _equation_and_declarations(line: str) -> tuple[str, list[str]]:
    """What a line computes, and what it says of names."""
    if (declared := said_declaration(line)) is not None:
        return "", declared.split("; ")
    equation, declarations = without_sets(line)
    return (equation, declarations) if declarations and "#" not in equation else (line, [])


def _of_names_in(rest: str, declared: str) -> str:
    """A declaration of those of its names that the other lines have; empty where they have none."""
    names, _, what = declared.partition(":")
    needed = [name for name in names.split(", ") if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", rest)]
    return f"{', '.join(needed)}:{what}" if needed else ""
