"""Writes what is left of something in words that are read at a glance: 16 %, 1 in 1,300, 1 in 40 million."""

from __future__ import annotations

from math import isfinite, log10

from app.language.typeset.numerals import RAISED_DIGITS, numeral

PERCENT, TIMES = 0.01, 9.95
"""From here on a share is so many percent; from here on it is so many times the whole."""
NAMED = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
"""What powers of a thousand are called."""
NAMELESS = 14.97
"""From this power of ten on a number has no name that people know."""


def share_words(share: float) -> str:
    """A share of a whole, with two significant digits."""
    if not isfinite(share):
        return numeral(share)
    if share <= 0:
        return "nothing"
    if share >= TIMES:
        return f"{_counted(log10(share))} times"
    if share >= PERCENT:
        return f"{float(f'{100 * share:.2g}'):g} %"
    return f"1 in {_counted(-log10(share))}"


def _counted(power: float) -> str:
    """The number of a power of ten with two significant digits: 39, 2,100, 1.3 billion, 10¹⁸."""
    if power >= NAMELESS:
        return f"10{str(round(power)).translate(RAISED_DIGITS)}"
    number = float(f"{10**power:.2g}")
    by, name = next(((by, f" {name}") for by, name in NAMED if number >= by), (1.0, ""))
    return f"{number / by:,g}{name}"
