"""Makes the boxes of labels: symbols with their step, numbers, words. They are those of typeset equations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from app.cache import cached
from app.language import GREEK, MINUS, NABLA, Apply, Expr, Read, minus_signs, with_args
from app.language.typeset import (
    USUAL_NOTATION,
    Cases,
    Fenced,
    Fraction,
    Letters,
    Marked,
    MathBox,
    Notation,
    Numeral,
    Operator,
    Root,
    Row,
    Scripts,
    Sign,
    ThinSpace,
    Typesetter,
    raised,
    row,
)

SMALL = 1e-3
"""Smaller numbers are written with a power of ten."""
CLOSE = frozenset("−×·∙⊙,~")
"""Signs around which LaTeX sets space, and a label none."""
PIECES = re.compile(r"[^\W\d_]+|[\d.]+|.", re.DOTALL)
GRADIENT_SIGN = Sign(NABLA, "prefix")


@cached(32768)
def variable(name: str, rank: int, step: str = "", notation: Notation = USUAL_NOTATION, below: str = "") -> MathBox:
    """The label of a variable, bold where it is a vector or a matrix, with its step where the notation has it.

    `below` stands in the place of its own subscript: that of several names which differ there.
    """
    it = notation.symbol(name)
    letters = notation.letters(it, rank)
    stem = upright(it.stem) if letters.style == "upright" else letters
    box = scripted(stem, *notation.step_scripts(below or it.sub, minus_signs(step)))
    return row(GRADIENT_SIGN, box) if it.adjoint else box


@cached(4096)
def number(value: float, digits: int = 3) -> MathBox:
    """A number with so many significant digits: 0.367, −1.20; a small one with two, 3.1×10⁻⁴; a whole one as it is."""
    text = f"{value:.{digits}g}" if value % 1 == 0 else f"{value:#.{digits}g}".removesuffix(".")
    if text.lstrip("-") in ("inf", "nan"):
        return upright({"inf": "∞", "-inf": MINUS + "∞"}.get(text, "NaN"))
    if "e" not in text and (value == 0 or abs(value) >= SMALL):
        return upright(minus_signs("0" if float(text) == 0 else text))
    mantissa, exponent = f"{value:.{min(digits - 1, 1)}e}".split("e")
    ten = upright(minus_signs(f"{mantissa.removesuffix('.0')}×10"))
    return scripted(ten, above=minus_signs(str(int(exponent))))


@cached(16384)
def upright(text: str) -> MathBox:
    """Words, digits and signs as they are."""
    return row(*_pieces(text, "upright"))


def scripted(box: MathBox, below: str = "", above: str = "") -> MathBox:
    """The same with scripts at its last piece: their letters are italic, each a symbol, and `tau` is its letter."""
    if not below and not above:
        return box
    *before, base = box.parts if isinstance(box, Row) and box.parts else (box,)
    return row(*before, Scripts(base, _script(below), _script(above)))


def weight(expr: Expr, ranks: Mapping[str, int], notation: Notation, below: str = "") -> MathBox:
    """The label of what multiplies along an arrow: a name, or an expression as equations have it, in one line.

    Where vectors are rows, it is what stands at the right of one: a matrix is turned. `below` stands in the place of a
    name's own subscript: those of several names which differ there.
    """
    setter = Typesetter(ranks, notation=notation)
    if not isinstance(expr, Read):
        return in_one_line(setter.expression(_turned(expr, setter) if notation.across else expr))
    box = variable(expr.name, ranks.get(expr.name, 2), notation=notation, below=below)
    return raised(box, Sign("⊤")) if notation.across and setter.rank(expr) == 2 else box


def _turned(expr: Expr, setter: Typesetter) -> Expr:
    """The transpose of a matrix, what scales it left as it is; anything else itself."""
    match expr:
        case Apply("transpose", (inner,)):
            return inner
        case Apply("*" | "/", args):
            return with_args(expr, (_turned(arg, setter) for arg in args))
        case _:
            return Apply("transpose", (expr,)) if setter.rank(expr) == 2 else expr


def in_one_line(box: MathBox) -> MathBox:
    """The same without what labels have no outlines for: fractions with a stroke, brackets as signs, cases one after
    the other."""
    match box:
        case Row(parts):
            return row(*map(in_one_line, parts))
        case Marked(body):
            return in_one_line(body)
        case Scripts(base, sub, sup):
            return Scripts(in_one_line(base), sub and in_one_line(sub), sup and in_one_line(sup))
        case Fenced(body, opening, closing):
            return row(Sign(opening), in_one_line(body), Sign(closing))
        case Fraction(over, under):
            first, last = (in_one_line(Fenced(part) if isinstance(part, Row) else part) for part in (over, under))
            return row(first, Sign("/"), last)
        case Root(body):
            return row(Sign("√"), in_one_line(Fenced(body) if isinstance(body, Row) else body))
        case Cases(rows):
            return with_commas([in_one_line(_case(*it)) for it in rows])
        case Operator(text):
            return Letters(text, "upright")
        case Sign(text):
            return Sign(text, "close" if text in CLOSE else "none")
        case _:
            return box


def _case(body: MathBox, condition: MathBox | None) -> MathBox:
    """One of several cases, with the condition under which it holds."""
    return body if condition is None else row(body, ThinSpace(), Letters("if", "upright"), ThinSpace(), condition)


def with_commas(labels: Sequence[MathBox]) -> MathBox:
    """Several labels as one."""
    parts = [part for label in labels for part in (Sign(","), ThinSpace(), label)]
    return row(*parts[2:])


@cached(16384)
def _script(text: str) -> MathBox | None:
    return row(*_pieces(text.replace("tau", GREEK["tau"]), "italic")) if text else None


def _pieces(text: str, style: str) -> Iterator[MathBox]:
    """Letters, digits and signs side by side; italic letters are a symbol each, upright ones are words."""
    for piece in PIECES.findall(text):
        if not piece[0].isalpha():
            yield Numeral(piece) if piece[0].isdigit() else Sign(piece, "close" if piece in CLOSE else "none")
        elif style == "italic":
            yield from map(Letters, piece)
        else:
            yield Letters(piece, "upright")
