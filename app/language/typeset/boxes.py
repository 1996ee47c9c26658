"""Typeset mathematics as a tree of boxes, the same for TeX and for MathML.

`Typesetter` makes the tree; a writer is one function for each kind of box.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from app.language.symbols import MINUS, Accent

Style = Literal["italic", "bold", "upright", "arrow"]
"""`arrow`: italic letters under an arrow."""
Spacing = Literal["binary", "relation", "prefix", "comma", "close", "none"]
"""`close`: no space around it, whatever is usual for the sign."""


class Letters(NamedTuple):
    """A letter or a word that stands for something."""

    text: str
    style: Style = "italic"
    accent: Accent = ""


class Numeral(NamedTuple):
    """Digits and a point, without a sign."""

    text: str


class Sign(NamedTuple):
    """An operator, a relation, a comma, dots: what has its own space around it."""

    text: str
    spacing: Spacing = "none"


@dataclass(frozen=True, slots=True)
class Operator:
    """The name of a function, upright; `tex` is its command where the table of operations has one."""

    text: str
    tex: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """Boxes side by side."""

    parts: tuple[MathBox, ...]


@dataclass(frozen=True, slots=True)
class Scripts:
    """A base with what stands below and above at its right."""

    base: MathBox
    sub: MathBox | None = None
    sup: MathBox | None = None


@dataclass(frozen=True, slots=True)
class Fenced:
    """A body between brackets. `size`: 0 as they are, 1 and 2 larger, None as tall as the body."""

    body: MathBox
    opening: str = "("
    closing: str = ")"
    size: int | None = 0


@dataclass(frozen=True, slots=True)
class Fraction:
    """One box over another."""

    over: MathBox
    under: MathBox


@dataclass(frozen=True, slots=True)
class Root:
    """A square root."""

    body: MathBox


@dataclass(frozen=True, slots=True)
class SumSign:
    """A sum sign with its bounds."""

    below: MathBox
    above: MathBox


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells between square brackets; a cell of dots stands for what is left out."""

    rows: tuple[tuple[MathBox, ...], ...]

    def transposed(self) -> Table:
        """The table turned over its diagonal; dots for what is left out turn with it."""
        across, down, _ = DOTS
        other: dict[MathBox, MathBox] = {across: down, down: across}
        columns = zip(*self.rows, strict=True)
        return Table(tuple(tuple(other.get(box, box) for box in column) for column in columns))


@dataclass(frozen=True, slots=True)
class Cases:
    """One of several boxes, each with the condition under which it holds; without one, otherwise."""

    rows: tuple[tuple[MathBox, MathBox | None], ...]


@dataclass(frozen=True, slots=True)
class ThinSpace:
    """A thin space; before the name of a function TeX leaves it by itself (`given`)."""

    given: bool = False


@dataclass(frozen=True, slots=True)
class Marked:
    """An occurrence of a variable, so that a page can light it.

    `time` is the offset from t, or a moment spelled out; `node` the graph's node where the step is known. Without a
    name it is another part that a page tells apart: what came along an `edge`, an `answer` to be worked out, a `term`
    that a page explains. The numbers of a matrix may be `turned`, columns written as rows.
    """

    body: MathBox
    name: str = ""
    time: str = ""
    node: str = ""
    adjoint: bool = False
    edge: str = ""
    answer: bool = False
    term: str = ""
    turned: bool = False


MathBox = (
    Letters
    | Numeral
    | Sign
    | Operator
    | Row
    | Scripts
    | Fenced
    | Fraction
    | Root
    | SumSign
    | Table
    | Cases
    | ThinSpace
    | Marked
)

DOTS = Sign("⋯"), Sign("⋮"), Sign("⋱")
MINUS_SIGN = Sign(MINUS, "prefix")


def row(*parts: MathBox) -> MathBox:
    """Boxes side by side, rows inside rows laid flat; one box stays itself."""
    flat = tuple(b for part in parts for b in (part.parts if isinstance(part, Row) else (part,)))
    return flat[0] if len(flat) == 1 else Row(flat)


def fence(body: MathBox) -> Fenced:
    """Round brackets that fit: larger around other brackets, as tall as a fraction or a table.

    What stands in other brackets has decided these, so it is not looked at again: brackets in brackets take no longer.
    """
    inner = [*boxes_on_line(body, in_brackets=False)]
    sizes = [b.size for b in inner if isinstance(b, Fenced)]
    if None in sizes or any(isinstance(b, Fraction | Table | Cases | SumSign | Root) for b in inner):
        return Fenced(body, size=None)
    return Fenced(body, size=min(2, 1 + max(size or 0 for size in sizes)) if sizes else 0)


def squared(body: MathBox) -> Fenced:
    """Square brackets that fit."""
    return replace(fence(body), opening="[", closing="]")


def separated(boxes: Iterable[MathBox], mark: str) -> MathBox:
    """Boxes with a comma or a semicolon between them."""
    gap = () if mark == "," else (ThinSpace(given=True),)
    return row(*[part for box in boxes for part in (Sign(mark, "comma"), *gap, box)][1 + len(gap) :])


def boxes_on_line(box: MathBox, in_brackets: bool = True) -> Iterator[MathBox]:
    """A box and all on its line inside it: what stands in scripts does not count, nor what in brackets if so asked."""
    yield box
    match box:
        case Row(inner):
            for part in inner:
                yield from boxes_on_line(part, in_brackets)
        case Fenced() if not in_brackets:
            return
        case Scripts(inner) | Fenced(inner) | Marked(inner):
            yield from boxes_on_line(inner, in_brackets)
        case _:
            return


def rightmost(box: MathBox) -> MathBox:
    """The rightmost box that is not made of boxes side by side."""
    match box:
        case Row(inner) if inner:
            return rightmost(inner[-1])
        case Marked(inner):
            return rightmost(inner)
        case _:
            return box


def leftmost(box: MathBox) -> MathBox:
    """The leftmost leaf."""
    match box:
        case Row(inner) if inner:
            return leftmost(inner[0])
        case Scripts(inner) | Marked(inner):
            return leftmost(inner)
        case _:
            return box
