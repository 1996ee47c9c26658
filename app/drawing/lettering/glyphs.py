"""A character as an outline in STIX Two Math, or in STIX Two Text where that lacks it: the one module that reads fonts.

Lengths are whole hundredths of a point, y downwards, as in `geometry.segments`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

from app.cache import cached
from app.drawing.geometry import Contour, Point, Segment
from app.language import OTHER_LETTERS, bold, italic
from app.language.typeset import Style

FONTS = Path(__file__).parent / "fonts"
FORMULAS = "STIXTwoMath-outlines.woff"
OTHERS: Mapping[str, str] = {
    "bold": "STIXTwoText-bold.woff",
    "italic": "STIXTwoText-italic.woff",
    "arrow": "STIXTwoText-italic.woff",
}
"""The fonts of the letters that formulas are not made of: ö, ß, я. Upright the other font has them too."""
STYLED: Mapping[Style, Callable[[str], str]] = {"upright": str, "bold": bold, "italic": italic, "arrow": italic}
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


@cached(4096)
def glyph(char: str, size: float, style: Style = "upright") -> Glyph:
    """The outline of a character; `size` is the em in points."""
    file = OTHERS.get(style, FORMULAS) if char in OTHER_LETTERS else FORMULAS
    with _reading:
        return _read(STYLED[style](char), size, _font(file))


class _Font:
    """The font's tables as they are read here: lengths in its own units, by the name of a glyph."""

    def __init__(self, path: Path) -> None:
        font = TTFont(BytesIO(path.read_bytes()), lazy=True)
        # Any names do; to make up telling ones from the characters takes a third of the time of reading it all.
        font.setGlyphOrder([str(n) for n in range(font["maxp"].numGlyphs)])
        self.units: int = font["head"].unitsPerEm
        self.names: Mapping[int, str] = font.getBestCmap()
        self.glyphs = font.getGlyphSet()
        self.boxes, self.advances = font["glyf"], font["hmtx"]
        self.italics: Mapping[str, int] = {}
        self.accents: Mapping[str, int] = {}
        if "MATH" in font:
            about = font["MATH"].table.MathGlyphInfo
            italics, accents = about.MathItalicsCorrectionInfo, about.MathTopAccentAttachment
            self.italics = _by_name(italics.Coverage, italics.ItalicsCorrection)
            self.accents = _by_name(accents.TopAccentCoverage, accents.TopAccentAttachment)


def _by_name(coverage: Any, records: Any) -> dict[str, int]:
    """A part of the MATH table that says a length of some glyphs."""
    return {name: record.Value for name, record in zip(coverage.glyphs, records, strict=True)}


class _ContourPen(BasePen):  # type: ignore[misc]
    """Draws a glyph as closed contours on the grid, without steps that lead nowhere on it."""

    def __init__(self, font: _Font, scale: float) -> None:
        super().__init__(font.glyphs)
        self.scale = scale
        self.contours: list[Contour] = []
        self.segments: list[Segment] = []

    def _step(self, *points: Point) -> Segment:
        return tuple((round(x * self.scale), -round(y * self.scale)) for x, y in points)

    def _moveTo(self, pt: Point) -> None:
        (self.start,) = self._step(pt)
        self.here, self.segments = self.start, []

    def _lineTo(self, pt: Point) -> None:
        self._add(self._step(pt))

    def _qCurveToOne(self, pt1: Point, pt2: Point) -> None:
        self._add(self._step(pt1, pt2))

    def _closePath(self) -> None:
        self.contours.append(Contour(self.start, tuple(self.segments)))

    def _add(self, segment: Segment) -> None:
        if segment[-1] != self.here:
            self.segments.append(segment)
        self.here = segment[-1]


@cached(1 + len(OTHERS), lasting=True)
def _font(file: str) -> _Font:
    return _Font(FONTS / file)


def _read(char: str, size: float, font: _Font) -> Glyph:
    name = font.names.get(ord(char)) or font.names[ord(MISSING)]
    scale = 100 * size / font.units
    pen = _ContourPen(font, scale)
    font.glyphs[name].draw(pen)
    box = font.boxes[name]
    left, right, top, bottom = (getattr(box, side, 0) for side in ("xMin", "xMax", "yMax", "yMin"))

    def scaled(units: float) -> int:
        return round(units * scale)

    return Glyph(
        tuple(pen.contours),
        advance=scaled(font.advances[name][0]),
        italic=scaled(font.italics.get(name, 0)),
        attach=scaled(font.accents.get(name, (left + right) / 2)),
        left=scaled(left), right=scaled(right), top=-scaled(top), bottom=-scaled(bottom),
    )  # fmt: skip
