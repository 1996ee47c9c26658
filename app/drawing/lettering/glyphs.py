"""A character as an outline in STIX Two Math: the one module that reads the font.

Lengths are whole hundredths of a point, y downwards, as in `geometry.segments`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import ziamath
from ziafont.svgpath import Moveto
from ziamath.mathfont import MathFont

from app.drawing.geometry.segments import Contour, GridPoint, Segment

FONT_FILE = Path(ziamath.__file__).parent / "fonts" / "STIXTwoMath-Regular.ttf"
MISSING = "□"
"""Drawn for a character that the font lacks."""

_reading = Lock()
"""The font's reader keeps a place in its file; threads take turns."""


@dataclass(frozen=True, slots=True, eq=False)
class Glyph:
    """One character's outline at one size, its pen at (0, 0) on the baseline.

    `left`, `right`, `top`, `bottom` bound the ink. `italic` is how far a script moves away from the slanted end of the
    letter, `attach` where an accent centres. There is one glyph for each character and size, so it is its own key.
    """

    contours: tuple[Contour, ...]
    advance: int
    italic: int
    attach: int
    left: int
    right: int
    top: int
    bottom: int


@lru_cache(maxsize=4096)
def glyph(char: str, size: float) -> Glyph:
    """The outline of a character; `size` is the em in points."""
    with _reading:
        return _read(char, size)


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

    box, middle = outline.bbox, (outline.bbox.xmin + outline.bbox.xmax) / 2
    attach = font.math.topattachment(outline.index)
    italic = font.math.italicsCorrection.getvalue(outline.index)
    return Glyph(
        tuple(_contours(outline.operators, scale)),
        advance=scaled(outline.advance()), italic=scaled(italic), attach=scaled(middle if attach is None else attach),
        left=scaled(box.xmin), right=scaled(box.xmax), top=-scaled(box.ymax), bottom=-scaled(box.ymin),
    )  # fmt: skip


def _contours(operators: Iterable[Any], scale: float) -> Iterator[Contour]:
    """The closed contours of an outline, without steps that lead nowhere on the grid."""
    start: GridPoint | None = None
    segments: list[Segment] = []
    here = (0, 0)
    for operator in operators:
        corners = (operator.p1, operator.p2) if hasattr(operator, "p1") else (operator.p,)
        segment = tuple((round(c.x * scale), -round(c.y * scale)) for c in corners)
        if isinstance(operator, Moveto):
            if start is not None:
                yield Contour(start, tuple(segments))
            start, segments = segment[0], []
        elif segment[-1] != here:
            segments.append(segment)
        here = segment[-1]
    if start is not None:
        yield Contour(start, tuple(segments))
