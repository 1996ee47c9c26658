"""Typesets equations and numbers: one tree of boxes, written as MathML, as LaTeX or as the language's own text."""

from app.language.typeset.boxes import (
    DOTS,
    Cases,
    Fenced,
    Fraction,
    Letters,
    Marked,
    MathBox,
    Numeral,
    Operator,
    Root,
    Row,
    Scripts,
    Sign,
    Style,
    ThinSpace,
    fence,
    row,
)
from app.language.typeset.expressions import Definition, Typesetter, equated, orientation_of, ranks_of, term_of
from app.language.typeset.mathml_writer import math_display, math_element, mathml, recurrence_mathml
from app.language.typeset.notation import USUAL_NOTATION, LastStep, Notation, Orientation, TimeMarks, VectorMarks
from app.language.typeset.numerals import array_piece, elided, numeral, whole_number
from app.language.typeset.operation_signs import operation_sign, operation_sign_tex
from app.language.typeset.pieces import Piece, function_name, raised, sum_of_pieces
from app.language.typeset.share_words import share_words
from app.language.typeset.tex_writer import box_tex, has_tex, has_words_tex, tex, words_tex
from app.language.typeset.text_writer import show, steps_line

__all__ = [
    "DOTS",
    "USUAL_NOTATION",
    "Cases",
    "Definition",
    "Fenced",
    "Fraction",
    "LastStep",
    "Letters",
    "Marked",
    "MathBox",
    "Notation",
    "Numeral",
    "Operator",
    "Orientation",
    "Piece",
    "Root",
    "Row",
    "Scripts",
    "Sign",
    "Style",
    "ThinSpace",
    "TimeMarks",
    "Typesetter",
    "VectorMarks",
    "array_piece",
    "box_tex",
    "elided",
    "equated",
    "fence",
    "function_name",
    "has_tex",
    "has_words_tex",
    "math_display",
    "math_element",
    "mathml",
    "numeral",
    "operation_sign",
    "operation_sign_tex",
    "orientation_of",
    "raised",
    "ranks_of",
    "recurrence_mathml",
    "row",
    "share_words",
    "show",
    "steps_line",
    "sum_of_pieces",
    "term_of",
    "tex",
    "whole_number",
    "words_tex",
]
