"""Numbers as people write them: which texts are one, and which whole numbers 64 bits with a point cannot hold."""

from __future__ import annotations

import re
from math import isfinite

EXACT = 2**53
"""Up to here every whole number is one of 64 bits with a point."""
NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
WHOLE = re.compile(r"[+-]?[0-9]+")
LONGEST = 40
"""Digits of a number that are repeated."""


def plain_number(text: str) -> float | None:
    """The number that a text is: in plain digits, without `_`, finite, and not rounded; None of any other text."""
    text = text.strip()
    if not NUMBER.fullmatch(text) or rounding(text):
        return None
    number = float(text)
    return number if isfinite(number) else None


def rounding(value: object) -> str | None:
    """Why a whole number, or the text of one, would become another one; None of what keeps its value."""
    if isinstance(value, str):
        text = value.strip()
        value = int(text) if WHOLE.fullmatch(text) and len(text) <= 400 else None
    if not isinstance(value, int) or abs(value) <= EXACT:
        return None
    try:
        if float(value) == value:
            return None
    except OverflowError:
        return None  # It is too large, which is another matter.
    digits = str(value)
    shown = digits if len(digits) <= LONGEST else f"{digits[: LONGEST - 1]}…"
    return f"{shown}, which would be rounded: whole numbers are exact up to 2⁵³"
