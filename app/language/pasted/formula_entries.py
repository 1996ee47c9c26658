"""Reads sums that are written entry by entry as the products that they are: the sum over j of U_ij x_j is U x.

An index is one of entries where a sum goes over it and it stands beside another one, as j in U_ij. What a letter has of
such indices is its axes; a sum over one of them joins the factors that have it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from app.language.pasted.entry_products import NO_PRODUCT, WHOLE, Axes, EntryProducts, NoProduct
from app.language.pasted.formula_letters import walk_formula
from app.language.pasted.formula_parts import (
    Applied,
    Formula,
    FormulaLine,
    Operation,
    Summed,
    WrittenLetter,
    WrittenNumber,
    with_letters,
)
from app.language.pasted.lines import Unread
from app.language.syntax import Span

PIECES = re.compile(r"(?:mu|nu|[a-z])(?:[+-]\d+)?|\d+|[(),]")
PIECES_ALONE = re.compile(r"(?:(?:mu|nu|[a-z])(?:[+-]\d+)?,?){1,3}|\([a-z](?:[+-]\d+)?\)")
"""What stands at a letter where all of it is indices: `ij`, `t,i`, `t-1,j`, `(t)`."""
AS_PRODUCTS = r"write it for whole vectors: W h is \sum_j W_{ij} h_j, and a \odot b goes entry by entry"


@dataclass
class EntriesOfText:
    """What became of a text that is written entry by entry."""

    lines: Sequence[FormulaLine]
    said: Sequence[tuple[Span, str]] = ()
    ranks: Sequence[tuple[WrittenLetter, int]] = ()
    """The letters that had such indices, with how many."""
    refused: Sequence[tuple[Span, Unread]] = ()


def with_products_for_entries(lines: Sequence[FormulaLine]) -> EntriesOfText:
    """A text's lines for whole vectors and matrices, where sums go over their entries."""
    indices = _indices_of_entries(lines)
    if not indices:
        return EntriesOfText(lines)
    found, said = list[FormulaLine](), list[tuple[Span, str]]()
    ranks, refused = list[tuple[WrittenLetter, int]](), list[tuple[Span, Unread]]()
    for line in lines:
        reader = _EntryReader(indices)
        try:
            put = reader.line(line)
        except NoProduct:
            refused.append((line.span, Unread(NO_PRODUCT, line.span, AS_PRODUCTS)))
            continue
        found.append(put)
        ranks += reader.ranks
        said += [(line.span, WHOLE)] if reader.ranks else []
    return EntriesOfText(found, said, ranks, refused)


def _indices_of_entries(lines: Sequence[FormulaLine]) -> frozenset[str]:
    """The indices that sums go over beside another one, and those others that stand left of = as well."""
    parts = [part for line in lines for side in line.sides for it in side for part in walk_formula(it)]
    letters = [part for part in parts if isinstance(part, WrittenLetter)]
    lagged = {re.split("[+-]", piece)[0] for it in letters for piece in _pieces(it) if re.search("[+-]", piece)}
    times = {"t", *lagged}
    over = {one for part in parts if isinstance(part, Summed) for one in _each(part.over)} - times
    pairs = [set(pieces) for it in letters if len(pieces := _entry_pieces(it, times)) == 2]
    lefts = {part for line in lines for side in line.sides[:-1] for it in side for part in walk_formula(it)}
    known = over | {piece for it in lefts for piece in _pieces(it)}
    return frozenset(one for pair in pairs if pair & over and pair <= known for one in pair)


def _entry_pieces(letter: WrittenLetter, times: Collection[str]) -> list[str]:
    """The indices at a letter that are no moment."""
    return [it for it in _pieces(letter) if re.split("[+-]", it)[0] not in times]


def goes_over_patterns(lines: Sequence[FormulaLine]) -> bool:
    """True where a sum goes over mu, as books number patterns that are stored."""
    parts = (part for line in lines for side in line.sides for it in side for part in walk_formula(it))
    return any(isinstance(part, Summed) and part.over in ("mu", "nu") for part in parts)


def _each(over: str) -> list[str]:
    """The indices below one sign of a sum: i and j of `ij` and `i,j`."""
    return re.findall("mu|nu|[a-z]", over) if re.fullmatch(r"(?:mu|nu|[a-z]),?[a-z]?", over) else []


def _pieces(formula: Formula) -> list[str]:
    """The indices at a letter, with the lags of those that have one; none where what stands there is no index."""
    if not isinstance(formula, WrittenLetter):
        return []
    scripts = [it for it in (*formula.below, *formula.above) if PIECES_ALONE.fullmatch(it)]
    return [piece for it in scripts for piece in PIECES.findall(it) if piece not in "(),"]


@dataclass
class _EntryReader:
    """One line, and the letters in it that had indices of entries."""

    indices: Collection[str]
    ranks: list[tuple[WrittenLetter, int]] = field(default_factory=list)

    def line(self, line: FormulaLine) -> FormulaLine:
        if len(line.sides) < 2 or any(len(side) != 1 for side in line.sides):
            return line
        *lefts, value = (side[0] for side in line.sides)
        axes = [self.axes_of_side(left) for left in lefts]
        sums = any(isinstance(it, Summed) and set(_each(it.over)) & set(self.indices) for it in walk_formula(value))
        if not sums and not any(axes):
            return line
        right, own = self.read(value)
        if own and not any(axes):
            raise NoProduct
        sides = [(with_letters(left, lambda it: self.letter(it)[0]),) for left in lefts]
        last = _FormulaProducts(line.span).turned(right, own, axes[-1]) if own else right
        return replace(line, sides=(*sides, (last,)))

    def axes_of_side(self, side: Formula) -> Axes:
        """The indices of entries of what stands left of =, which is one letter or what changes one."""
        found = {axes for it in walk_formula(side) if (axes := self.axes_of(it))}
        return found.pop() if len(found) == 1 else ()

    def axes_of(self, formula: Formula) -> Axes:
        return tuple(piece for piece in _pieces(formula) if piece in self.indices)

    def letter(self, letter: Formula) -> tuple[Formula, Axes]:
        """A letter without its indices of entries."""
        axes = self.axes_of(letter)
        if not isinstance(letter, WrittenLetter) or not axes:
            return letter, ()
        if len(axes) > 2 or len(set(axes)) < len(axes):
            raise NoProduct
        below, above = (tuple(filter(None, map(self.without, it))) for it in (letter.below, letter.above))
        found = replace(letter, below=below, above=above)
        self.ranks.append((found, len(axes)))
        return found, axes

    def without(self, script: str) -> str:
        """What stands at a letter, without the indices of entries."""
        if not PIECES_ALONE.fullmatch(script):
            return script
        kept = [it for it in PIECES.findall(script) if it not in self.indices and it not in "(),"]
        return f"({kept[0]})" if kept and script.startswith("(") else ",".join(kept)

    def read(self, formula: Formula) -> tuple[Formula, Axes]:
        """A formula for whole arrays, and the indices that its axes had."""
        match formula:
            case WrittenLetter():
                return self.letter(formula)
            case Operation("+", parts):
                return self.sum(formula, parts)
            case Operation("·" | "⊙", _):
                return self.product(formula)
            case Operation("/" | "<" | ">" | "≤" | "≥", (left, right)):
                (one, axes), (other, its) = self.read(left), self.read(right)
                if axes and its and axes != its:
                    raise NoProduct
                return replace(formula, parts=(one, other)), axes or its
            case Operation("**", (base, exponent)):
                (one, axes), (other, its) = self.read(base), self.read(exponent)
                if its or len(axes) > 1:
                    raise NoProduct
                return replace(formula, parts=(one, other)), axes
            case Operation("neg" | "-", (inner,)):
                one, axes = self.read(inner)
                return replace(formula, parts=(one,)), axes
            case Applied(_, arguments):
                read = [self.read(it) for it in arguments]
                found = {axes for _, axes in read if axes}
                if len(found) > 1 or any(len(axes) > 1 for axes in found):
                    raise NoProduct
                below = "" if formula.below in self.indices else formula.below
                return replace(formula, arguments=tuple(it for it, _ in read), below=below), next(iter(found), ())
            case Summed():
                return self.summed(formula)
        return formula, ()

    def sum(self, formula: Operation, parts: Sequence[Formula]) -> tuple[Formula, Axes]:
        """Terms that have the same axes; a number is added to every entry."""
        read = [self.read(it) for it in parts]
        axes = next((its for _, its in read if its), ())
        return replace(
            formula,
            parts=tuple(_FormulaProducts(formula.span).turned(it, its, axes) if its else it for it, its in read),
        ), axes

    def summed(self, formula: Summed) -> tuple[Formula, Axes]:
        if any(it in self.indices for it in _each(formula.over)):
            return self.product(formula)
        body, axes = self.read(formula.body)
        return replace(formula, body=body), axes

    def product(self, formula: Formula) -> tuple[Formula, Axes]:
        one = WrittenNumber("1", formula.span)
        return _FormulaProducts(formula.span).product(list(self.factors(formula)), one)

    def factors(self, formula: Formula) -> Iterator[tuple[Formula, Axes]]:
        """The factors of a product, and those of a sum over entries, one by one."""
        match formula:
            case Operation("·" | "⊙", parts):
                for part in parts:
                    yield from self.factors(part)
            case Summed(over, body) if own := [it for it in _each(over) if it in self.indices]:
                found = list(self.factors(body))
                for index in reversed(own):
                    found = _FormulaProducts(formula.span).summed(found, index)
                yield from found
            case _:
                yield self.read(formula)


class _FormulaProducts(EntryProducts[Formula]):
    """Products of formulas, at one place."""

    def __init__(self, span: Span) -> None:
        self.span = span

    def times(self, one: Formula, other: Formula) -> Formula:
        return Operation("⊙", (one, other), self.span)

    def joined_by(self, one: Formula, other: Formula, ranks: tuple[int, int]) -> Formula:
        left = Operation("⊤", (one,), self.span) if ranks[0] == 1 else one
        return Operation("·", (left, other), self.span)

    def outer(self, one: Formula, other: Formula) -> Formula:
        return Operation("·", (one, Operation("⊤", (other,), self.span)), self.span)

    def total(self, vector: Formula) -> Formula:
        return Applied("sum", (vector,), self.span)

    def transposed(self, matrix: Formula) -> Formula:
        return Operation("⊤", (matrix,), self.span)
