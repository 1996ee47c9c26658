"""Leaves one variable left of a sign of equality, where a book has a square, or a loss of its parameters, L(θ)."""

from __future__ import annotations

from dataclasses import replace

from app.language.pasted.formula_letters import LOSSES, walk_formula
from app.language.pasted.formula_parts import Applied, Formula, FormulaLine, Operation, WrittenLetter, WrittenNumber


def solved_line(line: FormulaLine) -> FormulaLine:
    """A statement with its loss by its letter alone, and a square on the left as the root on the right."""
    values = [part for it in line.sides[-1] for part in walk_formula(it) if isinstance(part, WrittenLetter)]
    sides = [tuple(_value_alone(it, values) for it in side) for side in line.sides[:-1]] + [*line.sides[-1:]]
    match sides:
        case [(Operation("**", (WrittenLetter() as letter, WrittenNumber("2"))),), (value,)]:
            sides = [(letter,), (Applied("sqrt", (value,), value.span),)]
    return replace(line, sides=tuple(sides))


def is_square(side: tuple[Formula, ...]) -> bool:
    """True for the square of a letter."""
    return len(side) == 1 and isinstance(side[0], Operation) and side[0].sign == "**"


def _value_alone(side: Formula, values: list[WrittenLetter]) -> Formula:
    """L of L(θ), and of E(y, ŷ) where the value reads them at their moments: what sequences are compared by."""
    match side:
        case Operation("·", (WrittenLetter(stem) as letter, _)) if stem in LOSSES:
            return letter
        case Applied(function, arguments, span) if function in LOSSES or _are_sequences(arguments, values):
            return WrittenLetter(function if function in LOSSES else "L", span)
    return side


def _are_sequences(arguments: tuple[Formula, ...], values: list[WrittenLetter]) -> bool:
    """True for letters that a value has with scripts alone."""
    bare = {it.stem for it in values if not (it.below or it.above)}
    dated = {it.stem for it in values} - bare
    letters = [it for it in arguments if isinstance(it, WrittenLetter) and not (it.below or it.above)]
    return bool(letters) and len(letters) == len(arguments) and all(it.stem in dated for it in letters)
