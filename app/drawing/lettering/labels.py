"""Makes the boxes of labels: symbols with their step, numbers, words. They are those of typeset equations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.cache import cached
from app.language import GREEK, MINUS, NABLA, minus_signs
from app.language.typeset import USUAL_NOTATION, Letters, MathBox, Notation, Numeral, Row, Scripts, Sign, ThinSpace, row

SMALL = 1e-3
"""Smaller numbers are written with a power of ten."""
CLOSE = frozenset("−×·∙⊙,~")
"""Signs around which LaTeX sets space, and a label none."""
PIECES = re.compile(r"[^\W\d_]+|[\d.]+|.", re.DOTALL)
GRADIENT_SIGN = Sign(NABLA, "prefix")


@cached(32768)
def variable(name: str, rank: int, step: str = "", notation: Notation = USUAL_NOTATION) -> MathBox:
    """The label of a variable, bold where it is a vector or a matrix, with its step where the notation has it."""
    it = notation.symbol(name)
    letters = notation.letters(it, rank)
    stem = upright(it.stem) if letters.style == "upright" else letters
    box = scripted(stem, *notation.step_scripts(it.sub, minus_signs(step)))
    return row(GRADIENT_SIGN, box) if it.adjoint else box


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


def without_scripts(box: MathBox) -> MathBox:
    """What several labels with one stem share."""
    match box:
        case Row(parts):
            return row(*map(without_scripts, parts))
        case Scripts(base):
            return base
        case _:
            return box


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
