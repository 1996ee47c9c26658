"""The parts of a formula as it is written: letters with their scripts, products by juxtaposition, functions applied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from app.language.syntax import Span


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """A number; `1/2` is one of two numbers."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class WrittenLetter:
    """A letter or a word: `stem` with its accent, what stands below it and what above, in order, and its weight."""

    stem: str
    span: Span
    below: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """Operands joined by a sign: + of any number of terms, - before those that are taken away, neg, /, **, ⊤ behind.

    Of products ⊙ goes entry by entry, · by the ranks.
    """

    sign: str
    parts: tuple[Formula, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Applied:
    """A function of arguments, by its name as it is written."""

    function: str
    arguments: tuple[Formula, ...]
    span: Span
    below: str = ""


@dataclass(frozen=True, slots=True)
class FunctionColumn:
    """A column of functions before a vector: each is applied to its own part of it, as σ, σ, σ, tanh of an LSTM."""

    functions: tuple[str, ...]
    argument: Formula
    span: Span


@dataclass(frozen=True, slots=True)
class Summed:
    """A sum over what stands below its sign, from `first` to `last` as they are written."""

    over: str
    body: Formula
    span: Span
    first: str = ""
    last: str = ""
    integral: bool = False
    """True for an integral, whose parts are as wide as a step."""


@dataclass(frozen=True, slots=True)
class Bracket:
    """Iverson's bracket: 1 where the index of time is this."""

    clock: str
    moment: str
    span: Span


Formula = WrittenNumber | WrittenLetter | Operation | Applied | FunctionColumn | Summed | Bracket


@dataclass(frozen=True, slots=True)
class FormulaLine:
    """The sides of a statement, from left to right, with its place."""

    sides: tuple[tuple[Formula, ...], ...]
    span: Span


def with_letters(formula: Formula, put: Callable[[WrittenLetter], Formula]) -> Formula:
    """A formula with other parts in place of its letters."""
    match formula:
        case WrittenLetter():
            return put(formula)
        case Operation(_, parts):
            return replace(formula, parts=tuple(with_letters(it, put) for it in parts))
        case Applied(_, arguments):
            return replace(formula, arguments=tuple(with_letters(it, put) for it in arguments))
        case FunctionColumn(_, argument):
            return replace(formula, argument=with_letters(argument, put))
        case Summed(_, body):
            return replace(formula, body=with_letters(body, put))
    return formula
