"""Lengths as the shortest decimals that SVG, PDF and TikZ read alike: whole hundredths, no zeros that say nothing."""

from __future__ import annotations

from collections.abc import Iterable

from app.cache import cached
from app.drawing.geometry import GridPoint


@cached(16384)
def decimal(hundredths: int) -> str:
    """123 is 1.23, -50 is -.5, 200 is 2."""
    sign, (whole, part) = "-" if hundredths < 0 else "", divmod(abs(hundredths), 100)
    tail = f".{part:02d}".rstrip("0") if part else ""
    return f"{sign}{whole or ''}{tail}" if whole or tail else "0"


@cached(16384)
def length(points: float) -> str:
    """A length in points, to a hundredth."""
    return decimal(round(100 * points))


def numbers(hundredths: Iterable[int]) -> str:
    """Several after each other; a minus sign separates as well as a space."""
    return " ".join(map(decimal, hundredths)).replace(" -", "-")


def relative(here: GridPoint, points: Iterable[GridPoint]) -> str:
    """Points as offsets from here."""
    return numbers(c for x, y in points for c in (x - here[0], y - here[1]))
