"""Sets labels as outlines: symbols, steps and numbers as a typographer does, ready to be placed.

Distances follow the font's MATH table (scripts at 70 %) and Knuth, The TeXbook, appendix G.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import floor
from typing import Literal, NamedTuple

from app.cache import cached
from app.drawing.lettering.glyphs import Glyph, glyph
from app.language import ACCENT_MARKS, GREEK, MINUS, NABLA, Accent, bold, italic, minus_signs, symbol

Style = Literal["upright", "italic", "bold"]

SCRIPT = 0.7
"""The size of a script as a share of its base's."""
RAISED, LOWERED = 0.40, 0.21
"""How far a superscript rises and a subscript sinks, in em of the base."""
SCRIPT_GAP = 0.03
ACCENT_BASE = 0.48
"""The height of the letter that the font's accents are drawn above, in em."""
SMALL = 1e-3
"""Smaller numbers are written with a power of ten."""
COMMA = ",\N{SIX-PER-EM SPACE}"


class Label(NamedTuple):
    """A symbol, a number or a word: a stem with an accent, what stands below it and what stands above it.

    Letters of the scripts are italic, everything else in them upright. `prefix` is set upright before the stem.
    """

    stem: str
    style: Style = "upright"
    sub: str = ""
    sup: str = ""
    accent: Accent = ""
    prefix: str = ""


class PlacedGlyph(NamedTuple):
    """A glyph and where its pen stands, in whole hundredths of a point."""

    glyph: Glyph
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Outline:
    """A label's ink, its pen at (0, 0) on the baseline, y downwards, in points.

    The ink spans `left` to `right` and `-ascent` to `descent`; `middle` is the height that the eye takes for the stem's
    centre (negative: above the baseline). Labels and size say all, and formats that set text themselves read them.
    """

    labels: tuple[Label, ...]
    size: float
    glyphs: tuple[PlacedGlyph, ...] = field(compare=False)
    left: float = field(default=0.0, compare=False)
    right: float = field(default=0.0, compare=False)
    ascent: float = field(default=0.0, compare=False)
    descent: float = field(default=0.0, compare=False)
    middle: float = field(default=0.0, compare=False)

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.ascent + self.descent


@cached(32768)
def variable(name: str, rank: int, step: str = "") -> Label:
    """The label of a variable, bold where it is a vector or a matrix, with `(step)` raised where it has one."""
    it = symbol(name)
    style: Style = "bold" if rank else "italic"
    if it.word and not rank:
        style = "upright"
    sup = f"({minus_signs(step)})" if step else ""
    return Label(it.stem, style, it.sub, sup, it.accent, NABLA if it.adjoint else "")


def number(value: float) -> Label:
    """A number with three significant digits: 0.367, −1.20; a small one with two, 3.1×10⁻⁴; a whole one as it is."""
    text = f"{value:.3g}" if value % 1 == 0 else f"{value:#.3g}".removesuffix(".")
    if text.lstrip("-") in ("inf", "nan"):
        return Label({"inf": "∞", "-inf": MINUS + "∞"}.get(text, "NaN"))
    if "e" not in text and (value == 0 or abs(value) >= SMALL):
        return Label(minus_signs("0" if float(text) == 0 else text))
    mantissa, exponent = f"{value:.1e}".split("e")
    ten = minus_signs(f"{mantissa.removesuffix('.0')}×10")
    return Label(ten, sup=minus_signs(str(int(exponent))))


def outline(label: Label | tuple[Label, ...], size: float) -> Outline:
    """The ink of a label, or of several with commas between them; `size` is the em in points."""
    return _outline((label,) if isinstance(label, Label) else label, size)


def fitted(label: Label, size: float, width: float) -> Outline:
    """The outline at this size, or at the next smaller half point at which it is not wider than `width`."""
    it = outline(label, size)
    return it if it.width <= width else outline(label, max(1.0, floor(2 * size * width / it.width) / 2))


class Phrase(NamedTuple):
    """Characters side by side, the first pen at (0, 0), with the metrics of `Glyph`; `italic` is the last one's."""

    glyphs: tuple[PlacedGlyph, ...]
    advance: int
    italic: int
    attach: int
    top: int
    bottom: int


@cached(16384)
def phrase(text: str, size: float) -> Phrase:
    """Set characters side by side; an accent centres over the last."""
    placed, pen = list[PlacedGlyph](), 0
    italic = attach = 0
    for char in text:
        it = glyph(char, size)
        italic, attach = it.italic, pen + it.attach
        if it.contours:
            placed.append(PlacedGlyph(it, pen, 0))
        pen += it.advance
    top, bottom = min((p.glyph.top for p in placed), default=0), max((p.glyph.bottom for p in placed), default=0)
    return Phrase(tuple(placed), pen, italic, attach, top, bottom)


@cached(32768)
def _outline(labels: tuple[Label, ...], size: float) -> Outline:
    placed: list[PlacedGlyph] = []
    stems: list[Phrase] = []
    pen = 0
    for i, label in enumerate(labels):
        pen = _row(placed, COMMA if i else "", size, pen, 0)
        pen = _row(placed, label.prefix, size, pen, 0)
        stem = phrase(_styled(label.stem, label.style), size)
        _put(placed, stem, pen, 0)
        if label.accent:
            placed.append(_accent(label.accent, stem, size, pen))
        pen = _scripts(placed, label, stem, size, pen + stem.advance)
        stems.append(stem)
    return _bounded(labels, size, tuple(placed), stems)


def _scripts(placed: list[PlacedGlyph], label: Label, stem: Phrase, size: float, pen: int) -> int:
    """Set the scripts at the end of a stem; where the pen ends."""
    script, gap = round(size * SCRIPT, 2), round(100 * size * SCRIPT_GAP)
    raised, lowered = (round(100 * size * far) for far in (RAISED, LOWERED))
    above = _row(placed, _script(label.sup), script, pen + stem.italic + gap, -raised) if label.sup else pen
    below = _row(placed, _script(label.sub), script, pen + gap // 2, lowered) if label.sub else pen
    return max(above, below)


def _row(placed: list[PlacedGlyph], text: str, size: float, pen: int, y: int) -> int:
    """Set characters side by side on the height y; where the pen ends."""
    if not text:
        return pen
    it = phrase(text, size)
    _put(placed, it, pen, y)
    return pen + it.advance


def _put(placed: list[PlacedGlyph], it: Phrase, x: int, y: int) -> None:
    placed += [PlacedGlyph(p.glyph, x + p.x, y) for p in it.glyphs]


def _accent(name: str, base: Phrase, size: float, pen: int) -> PlacedGlyph:
    """An accent of normal width, centred over the letter's own centre and as far above it as the font says."""
    mark = glyph(next(char for accent, char in ACCENT_MARKS.items() if accent == name), size)
    rise = min(0, base.top + round(100 * size * ACCENT_BASE))
    return PlacedGlyph(mark, pen + base.attach - (mark.left + mark.right) // 2, rise)


def _styled(text: str, style: Style) -> str:
    return bold(text) if style == "bold" else italic(text) if style == "italic" else text


@cached(16384)
def _script(text: str) -> str:
    """Letters italic, all else as it is; `tau` by its letter."""
    return italic(text.replace("tau", GREEK["tau"]))


def _bounded(
    labels: tuple[Label, ...], size: float, placed: tuple[PlacedGlyph, ...], stems: Iterable[Phrase]
) -> Outline:
    """The outline with the bounds of its ink."""
    if not placed:
        return Outline(labels, size, ())
    left, right = min(x + glyph.left for glyph, x, _ in placed), max(x + glyph.right for glyph, x, _ in placed)
    top, bottom = min(y + glyph.top for glyph, _, y in placed), max(y + glyph.bottom for glyph, _, y in placed)
    tall: Sequence[Phrase | Glyph] = [stem for stem in stems if stem.glyphs] or [p.glyph for p in placed]
    middle = (min(it.top for it in tall) + min(0, max(it.bottom for it in tall))) / 2
    return Outline(labels, size, placed, left / 100, right / 100, -top / 100, bottom / 100, middle / 100)


def bare(label: Label) -> Label:
    """The label without its scripts: what several with one stem share."""
    return label._replace(sub="", sup="")
