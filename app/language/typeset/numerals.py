"""Writes numbers for readers: two or three significant digits, a true minus sign.

The entries of one array share their decimals and, where it is very small or large, a power of ten.
"""

from __future__ import annotations

from math import floor, isfinite, log10

import numpy as np

from app.arrays import Array
from app.language.symbols import MINUS
from app.language.typeset.boxes import DOTS, MINUS_SIGN, MathBox, Numeral, Scripts, Sign, Table, ThinSpace, row
from app.language.typeset.pieces import ATOM, PRODUCT, SUM, Piece

SMALLEST, LARGEST = 1e-3, 1e4
"""Between them numbers are written without a power of ten."""
FAR = -300
"""Below this power of ten one divides in two steps."""
EXACT = 1e-9
"""How far from what is written a number may be, beside itself, that its digits give exactly."""


def exponent(array: Array) -> int:
    """The power of ten to take out of an array: 0 for numbers of ordinary size, else that of the largest."""
    largest = _largest_finite(array)
    return 0 if largest == 0 or SMALLEST <= largest < LARGEST else floor(log10(largest))


def decimals(array: Array, digits: int) -> int:
    """The decimals that give the largest entry `digits` significant digits, or fewer if all entries are exact."""
    finite = array[np.isfinite(array)]
    largest = float(f"{_largest_finite(array):.{digits - 1}e}")  # 9.999 counts as the 10.0 that is shown
    most = max(0, digits - 1 - floor(log10(largest))) if largest else 0
    rounding = EXACT * np.abs(finite)
    exact = (p for p in range(most) if (np.abs(np.round(finite, p) - finite) <= rounding).all())
    return next(exact, most)


def fixed_point(value: float, places: int) -> str:
    """A number with a fixed number of decimals; if it rounds to zero it has no sign."""
    if not isfinite(value):
        return "NaN" if value != value else "∞" if value > 0 else MINUS + "∞"
    text = f"{abs(value):.{places}f}"
    return MINUS + text if value < 0 and float(text) else text


def numeral(value: float, digits: int = 3) -> str:
    """One number by itself in a line of text: 0.366, −12.3, 1.2×10⁻⁵."""
    array = np.asarray(value, dtype=np.float64)
    power = exponent(array)
    mantissa = _without_power(array, power)
    text = fixed_point(float(mantissa), decimals(mantissa, digits))
    return f"{text}×10{str(power).translate(RAISED_DIGITS)}" if power else text


RAISED_DIGITS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _without_power(array: Array, power: int) -> Array:
    """An array divided by a power of ten, in two steps where the power itself may be as good as 0."""
    return array / 10.0**power if power >= FAR else array * 10.0**-FAR / 10.0 ** (power - FAR)


def _largest_finite(array: Array) -> float:
    finite = np.abs(array[np.isfinite(array)])
    return float(finite.max()) if finite.size else 0.0


def array_piece(array: Array, limit: int = 8, across: bool = False) -> Piece:
    """Numbers as mathematics: a scalar, a column (`across`: a row), or a table in square brackets."""
    if array.ndim > 2:
        raise ValueError(f"no notation for an array of {array.ndim} axes")
    if array.ndim == 0:
        return _scalar_piece(float(array))
    power = exponent(array)
    scaled = _without_power(array.reshape((1, -1) if across and array.ndim == 1 else (len(array), -1)), power)
    places = decimals(scaled, 2 if _largest_finite(scaled) < 1 else 3)  # 0.55 and 1.13 stand in one column
    table = Table(_table_entries(scaled, places, limit))
    return Piece(row(_power_of_ten(power), ThinSpace(), table), PRODUCT) if power else Piece(table)


def elided(items: range, limit: int) -> list[int | None]:
    """All items, or the first and last of them around a None."""
    if len(items) <= limit:
        return list(items)
    head = max(limit // 2, 1)
    tail = max(limit - 1 - head, 1)
    return [*items[:head], None, *items[-tail:]]


def _table_entries(array: Array, places: int, limit: int) -> tuple[tuple[MathBox, ...], ...]:
    across, down, corner = DOTS

    def cell(i: int | None, j: int | None) -> MathBox:
        if i is None:
            return corner if j is None else down
        return across if j is None else _signed_digits(fixed_point(float(array[i, j]), places))

    rows, columns = (elided(range(n), limit) for n in array.shape)
    return tuple(tuple(cell(i, j) for j in columns) for i in rows)


def _scalar_piece(number: float) -> Piece:
    mantissa, _, raised = numeral(number).partition("×")
    box = _signed_digits(mantissa)
    if raised:
        power = exponent(np.asarray(number))
        return Piece(row(box, Sign("×", "binary"), _power_of_ten(power)), SUM if number < 0 else PRODUCT)
    return Piece(box, SUM if number < 0 else ATOM)


def _signed_digits(numeral: str) -> MathBox:
    bare = numeral.removeprefix(MINUS)
    return Numeral(bare) if bare == numeral else row(MINUS_SIGN, Numeral(bare))


def whole_number(number: int) -> MathBox:
    """A whole number with its sign."""
    return _signed_digits(fixed_point(number, 0))


def _power_of_ten(power: int) -> MathBox:
    return Scripts(Numeral("10"), sup=whole_number(power))
