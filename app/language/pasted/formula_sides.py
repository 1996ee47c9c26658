"""Leaves one variable left of a sign of equality, where a book has a square, or a loss of its parameters, L(θ)."""

from __future__ import annotations

from dataclasses import replace

from app.language.pasted.formula_letters import LOSSES
from app.language.pasted.formula_parts import Applied, Formula, FormulaLine, Operation, WrittenLetter, WrittenNumber


def solved_line(line: FormulaLine) -> FormulaLine:
    """A statement with its loss by its letter alone, and a square on the left as the root on the right."""
    sides = [tuple(map(_loss_alone, side)) for side in line.sides[:-1]] + [*line.sides[-1:]]
    match sides:
        case [(Operation("**", (WrittenLetter() as letter, WrittenNumber("2"))),), (value,)]:
            sides = [(letter,), (Applied("sqrt", (value,), value.span),)]
    return replace(line, sides=tuple(sides))


def _loss_alone(side: Formula) -> Formula:
    """L of L(θ), and of L(θ, x)."""
    match side:
        case Operation("·", (WrittenLetter(stem) as letter, _)) if stem in LOSSES:
            return letter
        case Applied(function, _, span) if function in LOSSES:
            return WrittenLetter(function, span)
    return side
