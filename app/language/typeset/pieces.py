"""Pieces of mathematics: names, and how pieces stand together, with signs, brackets and space."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from app.language.symbols import GREEK, MINUS, NABLA
from app.language.typeset.boxes import (
    MINUS_SIGN,
    Fraction,
    Letters,
    Marked,
    MathBox,
    Numeral,
    Operator,
    Row,
    Scripts,
    Sign,
    SumSign,
    Table,
    ThinSpace,
    fence,
    leftmost,
    rightmost,
    row,
)
from app.language.typeset.notation import USUAL_NOTATION, Notation

SUM, ENTRYWISE, PRODUCT, POWER, ATOM = range(5)
"""How tightly a piece of mathematics holds together; ⊙ is looser than two things side by side."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A box, how tightly it holds, and whether a minus sign belongs before it."""

    box: MathBox
    level: int = ATOM
    minus: bool = False

    @property
    def signed(self) -> MathBox:
        return row(MINUS_SIGN, self.box) if self.minus else self.box

    def within(self, least: int) -> MathBox:
        """The signed box, in brackets where its place asks for something that holds more tightly."""
        return fence(self.signed) if self.minus or self.level < least else self.box

    def times(self, least: int) -> Piece:
        """The piece as a factor: its sign stays outside."""
        return Piece(self.box if self.level >= least else fence(self.box), PRODUCT, self.minus)


def sum_of_pieces(terms: list[Piece]) -> Piece:
    """Terms with their signs between them; one term is itself."""
    if len(terms) == 1:
        return terms[0]
    boxes = [terms[0].box if terms[0].level >= SUM else fence(terms[0].box)]
    for term in terms[1:]:
        box = term.box if term.level > SUM else fence(term.box)
        boxes += [Sign(MINUS if term.minus else "+", "binary"), box]
    return Piece(row(MINUS_SIGN, *boxes) if terms[0].minus else row(*boxes), SUM)


def side_by_side(factors: list[Piece]) -> Piece:
    """Factors one after another, with a dot before digits and a thin space where two would run together."""
    boxes: list[MathBox] = []
    for i, factor in enumerate(factors):
        box = factor.box if i == 0 or not factor.minus else fence(factor.signed)
        if i:
            boxes.append(_glue(boxes[-1], box))
        boxes.append(closed_gradient(box) if i < len(factors) - 1 else box)
    return Piece(row(*boxes), PRODUCT, factors[0].minus)


def _glue(left: MathBox, right: MathBox) -> MathBox:
    leaf = leftmost(right)
    if isinstance(leaf, Numeral):
        return Sign("·", "binary")
    if isinstance(leaf, Operator | SumSign):
        return ThinSpace(given=True)
    end = rightmost(left)
    tall = isinstance(leaf, Table | Fraction) or isinstance(end, Table | Fraction)
    words = is_word(end) or (is_word(leaf) and isinstance(end, Letters | Numeral | Scripts))
    if tall or leaf == Sign(NABLA) or words:
        return ThinSpace()
    return Row(())


def is_word(box: MathBox) -> bool:
    """Whether a name of several letters is written, which what stands beside it would make another."""
    return isinstance(box, Letters) and len(box.text) > 1


def closed_gradient(box: MathBox) -> MathBox:
    """A gradient that something follows stands in brackets, so that L is not read as a factor."""
    return fence(box) if leftmost(box) == Sign(NABLA) else box


def transposed(box: MathBox) -> MathBox:
    """The transpose: numbers change places, a symbol takes ⊤ beside its moment."""
    match box:
        case Marked(inner):
            return replace(box, body=transposed(inner), turned=isinstance(inner, Table) and not box.turned)
        case Table():
            return box.transposed()
        case _:
            return raised(box, Sign("⊤"))


def raised(box: MathBox, sign: MathBox) -> MathBox:
    """What stands above a symbol at its right, beside its moment."""
    match box:
        case Marked(inner):
            return replace(box, body=raised(inner, sign))
        case Scripts(base, sub, sup):
            return Scripts(base, sub, row(sup, sign) if sup else sign)
        case _:
            return Scripts(box, sup=sign)


def subscript(sub: str) -> MathBox:
    """Digits upright, one or two letters as letters, longer ones as a word."""
    pieces: list[MathBox] = []
    for part in sub.split(","):
        letters: list[MathBox] = [Letters(part, "upright")] if len(part) > 2 else [Letters(c) for c in part]
        pieces += [Sign(",", "comma"), *([Numeral(part)] if part.isdigit() else letters)]
    return row(*pieces[1:])


def function_name(name: str, notation: Notation = USUAL_NOTATION) -> MathBox:
    """A function of the text's own: a letter, or an upright word."""
    it = notation.symbol(name)
    base: MathBox = Operator(it.stem) if it.word else Letters(it.stem)
    return Marked(Scripts(base, subscript(it.sub)) if it.sub else base, term=name)


def operator_name(tex: str, name: str) -> MathBox:
    """The name of a row of the table, read from its TeX: `\\tanh`, `\\operatorname{sign}`, `\\sigma`."""
    if not tex:
        return Operator(name)
    word = re.fullmatch(r"\\operatorname\{(.+)\}|\\(\w+)", tex)
    if word is None:
        raise ValueError(f"the table of operations has no form for {tex!r}")
    letters = (word[1] or word[2]).replace(r"\,", "\u2009")
    return Marked(Letters(GREEK[letters]), term=name) if letters in GREEK else Operator(letters, word[0])
