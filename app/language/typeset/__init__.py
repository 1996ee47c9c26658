"""Typesets equations and numbers: one tree of boxes, written as MathML, as LaTeX or as the language's own text."""

from app.language.typeset.boxes import Marked
from app.language.typeset.expressions import Definition, Typesetter, equated, ranks_of
from app.language.typeset.mathml_writer import math_element, mathml
from app.language.typeset.numerals import array_piece, numeral
from app.language.typeset.pieces import sum_of_pieces
from app.language.typeset.tex_writer import box_tex, tex
from app.language.typeset.text_writer import show

__all__ = [
    "Definition",
    "Marked",
    "Typesetter",
    "array_piece",
    "box_tex",
    "equated",
    "math_element",
    "mathml",
    "numeral",
    "ranks_of",
    "show",
    "sum_of_pieces",
    "tex",
]
