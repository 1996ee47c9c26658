"""Reads `S_t = γ S_{t-1} + k_t^⊤ v_t` of vectors that are rows: beside a matrix the product is one of all entries.

Where a number is meant the text can say so, `S: scalar`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from app.language.pasted.formula_letters import walk_formula
from app.language.pasted.formula_parts import Formula, FormulaLine, Operation, WrittenLetter
from app.language.syntax import Span

ROWS = "beside the matrix {} vectors are rows: {}^⊤ {} is the outer product; for a number write {}: scalar above"


def with_rows_beside_matrices(
    lines: Sequence[FormulaLine], declared: Collection[str]
) -> tuple[list[FormulaLine], list[tuple[Span, str]]]:
    """Lines in which the products of rows are outer products, and what is said of these."""
    found, said = list[FormulaLine](), list[tuple[Span, str]]()
    for line in lines:
        state, pair = _matrix(line), None
        if state and state.stem not in declared and _is_carried(state, line.sides[-1][0]):
            pair = next(_pairs(line.sides[-1][0]), None)
            value = _turned(line.sides[-1][0])
            line = replace(line, sides=(*line.sides[:-1], (value,)))
        if state and pair:
            one, other = pair
            said.append((line.span, ROWS.format(state.stem, one.stem, other.stem, state.stem)))
        found.append(line)
    return found, said


def _matrix(line: FormulaLine) -> WrittenLetter | None:
    """The capital letter at a step that a line computes."""
    match line.sides:
        case ((WrittenLetter(stem, _, [_, *_]) as letter,), (_,)) if len(stem) == 1 and stem.isupper():
            return letter
    return None


def _is_carried(state: WrittenLetter, value: Formula) -> bool:
    """True where a value adds something to a letter of the step before."""
    terms = value.parts if isinstance(value, Operation) and value.sign in ("+", "-") else ()
    letters = [{it.stem for it in walk_formula(term) if isinstance(it, WrittenLetter)} for term in terms]
    return len(terms) > 1 and any(state.stem in it for it in letters)


def _rows(formula: Formula) -> tuple[Formula | None, WrittenLetter, WrittenLetter] | None:
    """What scales a product of rows, if anything, and the two: i, k and v of `i k^⊤ v`."""
    match formula:
        case Operation("·", (Operation("⊤", (WrittenLetter() as one,)), WrittenLetter() as other)):
            scale = None
        case Operation(
            "·", (Operation("·", (scale, Operation("⊤", (WrittenLetter() as one,)))), WrittenLetter() as other)
        ):
            pass
        case _:
            return None
    small = all(it.stem[:1].islower() and it.below and not it.above for it in (one, other))
    return (scale, one, other) if small and one.below == other.below and one.stem != other.stem else None


def _pairs(value: Formula) -> Iterator[tuple[WrittenLetter, WrittenLetter]]:
    if isinstance(value, Operation) and value.sign in ("+", "-", "neg"):
        yield from (pair for term in value.parts for pair in _pairs(term))
    elif rows := _rows(value):
        yield rows[1], rows[2]


def _turned(value: Formula) -> Formula:
    """A value in which the second of two rows is the one that is transposed."""
    if isinstance(value, Operation) and value.sign in ("+", "-", "neg"):
        return replace(value, parts=tuple(map(_turned, value.parts)))
    if (rows := _rows(value)) is None:
        return value
    scale, one, other = rows
    first = one if scale is None else Operation("·", (scale, one), value.span)
    return Operation("·", (first, Operation("⊤", (other,), other.span)), value.span)
