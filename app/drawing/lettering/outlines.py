"""Sets boxes as outlines: symbols, steps and numbers as a typographer does, ready to be placed.

Distances follow the font's MATH table (scripts at 70 %) and Knuth, The TeXbook, appendix G.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, hypot
from typing import NamedTuple

from app.cache import cached
from app.drawing.lettering.glyphs import Glyph, glyph
from app.language import ACCENT_MARKS, ARROW_MARK, Accent
from app.language.typeset import Letters, MathBox, Numeral, Row, Scripts, Sign, Style, ThinSpace

SCRIPT = 0.7
"""The size of a script as a share of its base's."""
RAISED, LOWERED = 0.40, 0.21
"""How far a superscript rises and a subscript sinks, in em of the base."""
SCRIPT_GAP = 0.03
ACCENT_BASE = 0.48
"""The height of the letter that the font's accents are drawn above, in em."""
THIN_SPACE = "\N{SIX-PER-EM SPACE}"


class PlacedGlyph(NamedTuple):
    """A glyph and where its pen stands, in whole hundredths of a point."""

    glyph: Glyph
    x: int
    y: int


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """A label's ink, its pen at (0, 0) on the baseline, y downwards, in points.

    The ink spans `left` to `right` and `-ascent` to `descent`; `middle` is the height that the eye takes for the stem's
    centre (negative: above the baseline). Box and size say all, and formats that set text themselves read them;
    there is one outline for both, so it is its own key.
    """

    box: MathBox
    size: float
    glyphs: tuple[PlacedGlyph, ...]
    left: float = 0.0
    right: float = 0.0
    ascent: float = 0.0
    descent: float = 0.0
    middle: float = 0.0

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.ascent + self.descent

    def reach(self, x: float, y: float) -> float:
        """How far its ink, the pen being there, reaches from (0, 0): the farthest corner of a glyph."""
        corners = (
            (x + (pen + side) / 100, y + (line + end) / 100)
            for it, pen, line in self.glyphs
            for side in (it.left, it.right)
            for end in (it.top, it.bottom)
        )
        return max((hypot(*corner) for corner in corners), default=0.0)


class Phrase(NamedTuple):
    """Glyphs that are set side by side, the first pen at (0, 0), with the metrics of `Glyph`, which are the last one's.

    `stem` are those by which the eye finds the centre: no scripts, accents or signs that only stand before.
    """

    glyphs: tuple[PlacedGlyph, ...]
    advance: int
    italic: int
    attach: int
    stem: tuple[Glyph, ...]


@cached(32768)
def outline(box: MathBox, size: float) -> Outline:
    """The ink of a box; `size` is the em in points."""
    it = _phrase(box, size)
    if not it.glyphs:
        return Outline(box, size, ())
    left, right = min(x + glyph.left for glyph, x, _ in it.glyphs), max(x + glyph.right for glyph, x, _ in it.glyphs)
    top, bottom = min(y + glyph.top for glyph, _, y in it.glyphs), max(y + glyph.bottom for glyph, _, y in it.glyphs)
    tall = it.stem or [p.glyph for p in it.glyphs]
    middle = (_top(tall) + min(0, max(glyph.bottom for glyph in tall))) / 2
    return Outline(box, size, it.glyphs, left / 100, right / 100, -top / 100, bottom / 100, middle / 100)


def fitted(box: MathBox, size: float, width: float) -> Outline:
    """The outline at this size, or at the next smaller half point at which it is not wider than `width`."""
    it = outline(box, size)
    return it if it.width <= width else outline(box, max(1.0, floor(2 * size * width / it.width) / 2))


def _phrase(box: MathBox, size: float) -> Phrase:
    """The glyphs of a box; labels have no fractions, roots or tables."""
    match box:
        case Letters(text, style, accent):
            letters = _characters(text, size, style)
            accented = _accented(letters, accent, size) if accent else letters
            return _under_arrow(accented, size) if style == "arrow" else accented
        case Sign(text, "prefix"):
            return _characters(text, size)._replace(stem=())
        case Numeral(text) | Sign(text):
            return _characters(text, size)
        case ThinSpace():
            return _characters(THIN_SPACE, size)
        case Row(parts):
            return _side_by_side([_phrase(part, size) for part in parts])
        case Scripts(base, sub, sup):
            return _with_scripts(_phrase(base, size), sub, sup, size)
        case _:
            raise TypeError(f"no outline for {type(box).__name__}")


@cached(16384)
def _characters(text: str, size: float, style: Style = "upright") -> Phrase:
    placed, pen = list[PlacedGlyph](), 0
    italic = attach = 0
    for char in text:
        it = glyph(char, size, style)
        italic, attach = it.italic, pen + it.attach
        if it.contours:
            placed.append(PlacedGlyph(it, pen, 0))
        pen += it.advance
    return Phrase(tuple(placed), pen, italic, attach, tuple(p.glyph for p in placed))


def _side_by_side(phrases: Sequence[Phrase]) -> Phrase:
    glyphs, stem, pen = list[PlacedGlyph](), list[Glyph](), 0
    italic = attach = 0
    for it in phrases:
        glyphs += _moved(it, pen, 0)
        stem += it.stem
        italic, attach = it.italic, pen + it.attach
        pen += it.advance
    return Phrase(tuple(glyphs), pen, italic, attach, tuple(stem))


def _moved(it: Phrase, x: int, y: int) -> list[PlacedGlyph]:
    return [PlacedGlyph(p.glyph, x + p.x, y + p.y) for p in it.glyphs]


def _with_scripts(base: Phrase, sub: MathBox | None, sup: MathBox | None, size: float) -> Phrase:
    """A phrase with scripts at its end."""
    script, gap = round(size * SCRIPT, 2), round(100 * size * SCRIPT_GAP)
    raised, lowered = (round(100 * size * far) for far in (RAISED, LOWERED))
    placed, ends = [*base.glyphs], [base.advance]
    for box, x, y in ((sup, base.italic + gap, -raised), (sub, gap // 2, lowered)):
        if box:
            it = _phrase(box, script)
            placed += _moved(it, base.advance + x, y)
            ends.append(base.advance + x + it.advance)
    return base._replace(glyphs=tuple(placed), advance=max(ends))


def _accented(base: Phrase, accent: Accent, size: float) -> Phrase:
    """An accent of normal width, centred over the last letter's own centre and as far above it as the font says."""
    return _below_mark(base, ACCENT_MARKS[accent], base.attach, size)


def _under_arrow(base: Phrase, size: float) -> Phrase:
    """A vector's arrow over its letters and over the accent that these may have: one letter's own centre, a word's."""
    middle = base.attach if len(base.stem) == 1 else base.advance // 2
    return _below_mark(base, ARROW_MARK, middle, size)


def _below_mark(base: Phrase, mark: str, middle: int, size: float) -> Phrase:
    """A phrase with a mark over it, centred there and as far above all of it as the font says. What is raised stands
    behind the mark, which may reach beyond the letter."""
    it = glyph(mark, size)
    rise = min(0, min(y + over.top for over, _, y in base.glyphs) + round(100 * size * ACCENT_BASE))
    x = middle - (it.left + it.right) // 2
    italic = max(base.italic, x + it.right - base.advance)
    return base._replace(glyphs=(*base.glyphs, PlacedGlyph(it, x, rise)), italic=italic)


def _top(glyphs: Sequence[Glyph]) -> int:
    return min((it.top for it in glyphs), default=0)
