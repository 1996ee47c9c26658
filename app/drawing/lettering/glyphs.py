"""A character in, its outline in STIX Two Math out: the one module that reads the font.

Lengths are whole hundredths of a point, y downwards, so that relative path coordinates never drift.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from threading import Lock
from typing import Any

import ziamath
from ziafont.svgpath import Moveto
from ziamath.mathfont import MathFont

FONT_FILE = Path(ziamath.__file__).parent / "fonts" / "STIXTwoMath-Regular.ttf"
MISSING = "□"
"""Drawn for a character that the font lacks."""

_reading = Lock()
"""The font's reader keeps a place in its file; threads take turns."""

Point = tuple[int, int]
Step = tuple[Point, ...]
"""Where a line ends; or a parabola's control point and end."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character's outline at one size, its pen at (0, 0) on the baseline.

    `start` is the first point, `body` the relative path commands after it, `end` where the last of them leaves the
    pen. `left`, `right`, `top`, `bottom` bound the ink. `attach` is where an accent centres.
    """

    start: Point
    body: str
    end: Point
    advance: int
    italic: int
    attach: int
    left: int
    right: int
    top: int
    bottom: int


EMPTY = Glyph((0, 0), "", (0, 0), *([0] * 7))


@lru_cache(maxsize=4096)
def glyph(char: str, size: float) -> Glyph:
    """The outline of a character; `size` is the em in points."""
    with _reading:
        return _read(char, size)


@lru_cache(maxsize=16384)
def phrase(text: str, size: float) -> Glyph:
    """Characters side by side as one outline; `italic` and `attach` are the last one's."""
    each = [glyph(char, size) for char in text]
    pens = accumulate((g.advance for g in each), initial=0)
    placed = [(g, pen) for g, pen in zip(each, pens, strict=False) if g.body]
    if len(each) == 1 or not placed:
        return each[0] if each else EMPTY
    (first, x), (last, end) = placed[0], placed[-1]
    return Glyph(
        (x + first.start[0], first.start[1]), first.body + "".join(_joints(placed)), (end + last.end[0], last.end[1]),
        advance=sum(g.advance for g in each), italic=last.italic, attach=end + last.attach,
        left=min(p + g.left for g, p in placed), right=max(p + g.right for g, p in placed),
        top=min(g.top for g, _ in placed), bottom=max(g.bottom for g, _ in placed),
    )  # fmt: skip


def _joints(placed: list[tuple[Glyph, int]]) -> Iterator[str]:
    """Every glyph after the first, with the move that leads to it."""
    for (before, x), (it, pen) in pairwise(placed):
        here = x + before.end[0], before.end[1]
        yield f"m{relative(here, [(pen + it.start[0], it.start[1])])}{it.body}"


@lru_cache(maxsize=1)
def _font() -> MathFont:
    return MathFont(FONT_FILE)


def _read(char: str, size: float) -> Glyph:
    font = _font()
    outline = font.glyph(char if font.glyphindex(char) else MISSING)
    scale = 100 * size / font.info.layout.unitsperem

    def scaled(value: float | None) -> int:
        hundredths: int = round((value or 0) * scale)
        return hundredths

    start, body, end = _commands(_contours(outline.operators, scale))
    box, middle = outline.bbox, (outline.bbox.xmin + outline.bbox.xmax) / 2
    attach = font.math.topattachment(outline.index)
    italic = font.math.italicsCorrection.getvalue(outline.index)
    return Glyph(
        start, body, end,
        advance=scaled(outline.advance()), italic=scaled(italic), attach=scaled(middle if attach is None else attach),
        left=scaled(box.xmin), right=scaled(box.xmax), top=-scaled(box.ymax), bottom=-scaled(box.ymin),
    )  # fmt: skip


def _contours(operators: Iterable[Any], scale: float) -> list[list[Step]]:
    """The closed lines of an outline; each begins with its first point."""
    contours: list[list[Step]] = []
    for operator in operators:
        corners = (operator.p1, operator.p2) if hasattr(operator, "p1") else (operator.p,)
        step = tuple((round(c.x * scale), -round(c.y * scale)) for c in corners)
        if isinstance(operator, Moveto):
            contours.append([])
        contours[-1].append(step)
    return contours


def _commands(contours: list[list[Step]]) -> tuple[Point, str, Point]:
    """Relative path commands of closed lines: where they begin, what follows, where the pen is left."""
    if not contours:
        return (0, 0), "", (0, 0)
    first = origin = contours[0][0][0]
    parts: list[str] = []
    for i, ((start,), *steps) in enumerate(contours):
        if i:
            parts.append("m" + relative(origin, (start,)))
        origin = here = start
        for step in steps:
            if step[-1] != here:
                parts.append(_line(here, step[0]) if len(step) == 1 else "q" + relative(here, step))
                here = step[-1]
        parts.append("z")
    return first, "".join(parts), origin


def _line(here: Point, there: Point) -> str:
    if here[1] == there[1]:
        return "h" + numbers((there[0] - here[0],))
    if here[0] == there[0]:
        return "v" + numbers((there[1] - here[1],))
    return "l" + relative(here, (there,))


def relative(here: Point, points: Iterable[Point]) -> str:
    """Points as offsets from here."""
    return numbers(c for x, y in points for c in (x - here[0], y - here[1]))


def numbers(hundredths: Iterable[int]) -> str:
    """Whole hundredths as the shortest decimals; a minus sign separates as well as a space."""
    text = " ".join(map(decimal, hundredths))
    return text.replace(" -", "-")


@lru_cache(maxsize=65536)
def decimal(hundredths: int) -> str:
    """123 is 1.23, -50 is -.5, 200 is 2."""
    sign, (whole, part) = "-" if hundredths < 0 else "", divmod(abs(hundredths), 100)
    tail = f".{part:02d}".rstrip("0") if part else ""
    return f"{sign}{whole or ''}{tail}" if whole or tail else "0"
