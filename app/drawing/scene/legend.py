"""Draws the legend under a figure: the scales of its colours and of its arrows' widths."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from app.drawing.geometry import straight
from app.drawing.layout import Arrow, draw_arrows
from app.drawing.lettering import outline, upright
from app.drawing.scene.edges import stroke
from app.drawing.scene.options import FigureOptions
from app.drawing.scene.overview_strip import Norms, Strips, ramp
from app.drawing.scene.scene import Cells, Ink, Item, ItemGroup, Paint, Rect
from app.drawing.scene.themes import colour
from app.drawing.scene.values import Scales, Slot, bars, figure_number, head_size, ink

SIZE, NUMBERS = 11.0, 9.5
"""The em of the words and of the numbers."""
HEIGHT = 40.0
"""The legend's height under the figure."""
BAR = Slot("bar", 0.0, 0.0, 78.0, 7.5)
WORD_GAP, PART_GAP, ARROW_GAP = 8.0, 26.0, 10.0
SHADES = 17
"""The cells of a colour scale."""
WORD_DROP = 3.2
"""How far the words' line lies below the middle of their pictures."""
ARROW_LENGTH = 24.0
OVERHANG = 8.0
"""How far the number at the end of a scale reaches beyond it."""
SHARES = (0.25, 0.5, 1.0)
"""The arrows that are shown, as shares of the largest norm."""


@dataclass(frozen=True)
class LegendKey:
    """The scales that a legend explains."""

    scales: Scales
    strips: Strips | None
    options: FigureOptions


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One entry: its word, the width of its picture, and the function that draws it from (x, y)."""

    name: str
    word: str
    width: float
    picture: Callable[[float, float], Iterable[Item]]

    @property
    def whole(self) -> float:
        return outline(upright(self.word), SIZE).width + WORD_GAP + self.width


def legend(it: LegendKey, middle: float, top: float, layers: frozenset[str]) -> ItemGroup:
    """The scales of colours, and the widths of arrows with the norms they stand for, centred on `middle`.

    Each is drawn at its place, if it is one of the layers named.
    """
    x = middle - width(it) / 2 + OVERHANG
    groups = []
    for parts in _places(it):
        shown = (part for part in parts if part.name in layers)
        groups += [ItemGroup(tuple(_entry(part, x, top, it.options)), f"legend-{part.name}") for part in shown]
        x += max(part.whole for part in parts) + PART_GAP
    return ItemGroup(tuple(groups), "legend")


def _entry(part: LegendEntry, x: float, top: float, options: FigureOptions) -> Iterable[Item]:
    word = outline(upright(part.word), SIZE)
    yield Ink(word, x - word.left, top + BAR.height / 2 + WORD_DROP, Paint("number", options.palette.ink))
    yield from part.picture(x + word.width + WORD_GAP, top)


def width(it: LegendKey) -> float:
    """How wide the legend is with every entry, the same for all steps of a pass."""
    places = _places(it)
    return sum(max(p.whole for p in parts) for parts in places) + PART_GAP * (len(places) - 1) + 2 * OVERHANG


def _places(it: LegendKey) -> list[list[LegendEntry]]:
    """The entries from the left; those of the strip, of which a phase shows one, at the same place."""
    norms = [_norm(row, it.options) for row in (it.strips.norms if it.strips else ())]
    return [[part] for part in _parts(it.scales, it.options)] + [norms] * bool(norms)


def _parts(it: Scales, options: FigureOptions) -> Iterable[LegendEntry]:
    if it.value:
        yield LegendEntry(
            "value", "value", BAR.width, lambda x, y: _bar(it.value, x, y, options, options.palette.frame)
        )
    if it.gradient:
        frame = options.palette.gradient_frame
        yield LegendEntry("gradient", "gradient", BAR.width, lambda x, y: _bar(it.gradient, x, y, options, frame))
    if it.norm:
        width = len(SHARES) * _stride(it, options) - ARROW_GAP
        yield LegendEntry("arrows", "contribution", width, lambda x, y: _arrows(it, x, y, options))


def _norm(it: Norms, options: FigureOptions) -> LegendEntry:
    """The scale of the strip of all steps."""
    word = f"norm of {it.name}" + ", log" * it.log
    return LegendEntry(f"norm-{it.name}", word, BAR.width, lambda x, y: _shades(it, x, y, options))


def _shades(it: Norms, left: float, top: float, options: FigureOptions) -> Iterable[Item]:
    """The colours from the least norm to the largest, with the numbers of both ends."""
    yield from ramp(np.linspace(0, 1, SHADES).tolist(), it.name, left, top, BAR.width, BAR.height, options.palette)
    yield Rect(left, top, BAR.width, BAR.height, Paint("frame", "none", options.palette.frame, 0.6))
    yield _number(it.low, left, top, options)
    yield _number(it.high, left + BAR.width, top, options)


def _bar(most: float, left: float, top: float, options: FigureOptions, frame: str) -> Iterable[Item]:
    """The colours from the lowest to the highest, and the numbers of both ends and the middle."""
    shares = np.linspace(-1, 1, SHADES)
    if options.palette.bars:
        yield from bars(shares, BAR.placed((left, top)), options.palette)
    else:
        yield Cells(left, top, BAR.width, BAR.height, tuple(map(colour, shares.tolist())))
    yield Rect(left, top, BAR.width, BAR.height, Paint("frame", "none", frame, 0.6))
    for share in (-1, 0, 1):
        yield _number(share * most, left + BAR.width * (share + 1) / 2, top, options)


def _arrows(it: Scales, left: float, top: float, options: FigureOptions) -> Iterable[Item]:
    stride = _stride(it, options)
    for share in SHARES:
        middle = left + (stride - ARROW_GAP) / 2
        yield from _arrow(middle - ARROW_LENGTH / 2, top + BAR.height / 2, it.width_of(share * it.norm), options)
        yield _number(share * it.norm, middle, top, options)
        left += stride


def _stride(it: Scales, options: FigureOptions) -> float:
    """From one arrow to the next: as wide as it or the widest of the numbers, and a gap."""
    return max(ARROW_LENGTH, *(outline(figure_number(s * it.norm, options), NUMBERS).width for s in SHARES)) + ARROW_GAP


def _number(value: float, x: float, top: float, options: FigureOptions) -> Ink:
    return ink(figure_number(value, options), NUMBERS, (x, top + BAR.height + 8.5), options.palette.ink)


def _arrow(x: float, y: float, width: float, options: FigureOptions) -> Iterable[Item]:
    """A short arrow as those of the backward pass, pointing left."""
    end = (-ARROW_LENGTH, 0.0)
    arrow = Arrow(end, straight(end), size=head_size(width), from_circle=False, to_circle=False)
    return stroke(draw_arrows([arrow])[arrow], x + ARROW_LENGTH, y, options.palette.backward, width)
