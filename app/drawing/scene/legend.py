"""Draws the legend under a figure: the scales of its colours and of its arrows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import ceil

import numpy as np

from app.drawing.geometry import straight
from app.drawing.layout import Arrow, draw_arrows
from app.drawing.lettering import number, outline, upright
from app.drawing.scene.edges import STOP, flowing, head_size
from app.drawing.scene.options import FigureOptions
from app.drawing.scene.overview_strip import Norms, Strips, ramp
from app.drawing.scene.scales import BEYOND, NOTHING, Flow, FlowScale, Scale, ScaleMark, Scales
from app.drawing.scene.scene import Cells, Ink, Item, ItemGroup, Paint, Rect, Scene
from app.drawing.scene.slots import OPENING, Slot
from app.drawing.scene.themes import colour
from app.drawing.scene.values import bars, figure_number, framed_cells, ink, opening_bar
from app.language.typeset import MathBox

SIZE, NUMBERS = 11.0, 9.5
"""The em of the words and of the numbers."""
HEIGHT, LINE = 40.0, 27.0
"""The height under the figure of a legend of one line, and what each other adds."""
PICTURE_HEIGHT, PICTURE_RISE, PICTURE_LEFT, PICTURE_RIGHT = 25, 5.0, 1.0, 15.0
"""An entry as a picture of its own: its height, what of it is above its bar, and the room at its sides: none before its
word, behind its bar as far as numbers reach."""
BAR = Slot("bar", 0.0, 0.0, 78.0, 7.5)
BEYOND_END, BEYOND_GAP = 8.0, 2.0
"""The cell beyond an end of a scale, and how far from it."""
SAID_BEYOND = "; the cells beyond its ends are of single numbers that are larger"
LOG_BAR = BAR._replace(width=164.0)
WORD_GAP, PART_GAP, ARROW_GAP, NUMBER_GAP = 8.0, 26.0, 10.0, 5.0
SHADES = 17
"""The cells of a colour scale."""
SHADE_PLACES = np.linspace(-1, 1, SHADES)
SHADE_COLOURS = tuple(map(colour, SHADE_PLACES.tolist()))
RISE = 0.7
"""How high digits are, of their em."""
LAYERS_OF_CELLS = frozenset({"value", "gradient"})
WORD_DROP = 3.2
"""How far the words' line lies below the middle of their pictures."""
ARROW_LENGTH = 24.0
OVERHANG = 8.0
"""How far the number at the end of a scale reaches beyond it."""
SHARES = (0.01, 0.1, 1.0)
"""The full arrows that are shown, as shares of the largest norm."""
HOLLOW_SHARE = 1e-4
"""The hollow one, where some are in the figure."""
OPENING_HEIGHT = 15.0
"""Of the bar of a gate."""
TICK = 2.2
"""A tick's length below a scale, where a number stands at neither end."""


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One entry: its word, the width of its picture, and the function that draws it from (x, y)."""

    name: str
    word: str
    width: float
    picture: Callable[[float, float], Iterable[Item]]
    more: str = ""
    """What else is to be said of it."""

    @property
    def lead(self) -> float:
        """From where its word begins to where its picture does."""
        return outline(upright(self.word), SIZE).width + WORD_GAP

    @property
    def whole(self) -> float:
        return self.lead + self.width


@dataclass(frozen=True)
class LegendKey:
    """The scales that a legend explains, of the layers that are drawn, and how wide the figure above it is.

    Its lines are no wider than that if they can. A scale stands in it if some of its colours may be in the figure.
    """

    scales: Scales
    strips: Strips | None
    layers: frozenset[str]
    options: FigureOptions
    room: float
    gates: bool = False
    """True if some node has the bar of a gate."""

    @cached_property
    def lines(self) -> list[list[LegendEntry]]:
        """The entries line by line."""
        lines: list[list[LegendEntry]] = []
        for part in _parts(self):
            if lines and _length([*lines[-1], part]) <= self.room:
                lines[-1].append(part)
            else:
                lines.append([part])
        return lines

    @cached_property
    def lead(self) -> float | None:
        """Where pictures begin, below each other, in a list of entries; None where some stand side by side."""
        alone = len(self.lines) > 1 and all(len(line) == 1 for line in self.lines)
        return max(line[0].lead for line in self.lines) if alone else None

    @cached_property
    def width(self) -> float:
        """How wide the legend is with every entry."""
        if self.lead is not None:
            return self.lead + max(line[0].width for line in self.lines) + 2 * OVERHANG
        return max(map(_length, self.lines), default=0.0)

    @property
    def height(self) -> float:
        return HEIGHT + (len(self.lines) - 1) * LINE if self.lines else 0.0

    def pictures(self, prefix: str) -> Iterator[Scene]:
        """Each entry as a picture of its own: those of colours, then the longest, that of arrows: lines are full."""
        parts = sorted(_parts(self), key=lambda part: part.name == "arrows")
        for i, part in enumerate(parts):
            group = ItemGroup(tuple(_entry(part, 0.0, 0.0, self.options)), f"legend-{part.name}")
            yield Scene(
                ceil(PICTURE_LEFT + part.whole + PICTURE_RIGHT), PICTURE_HEIGHT, part.word,
                f"The scale of: {part.word}{part.more}", (group,), self.options.palette, f"{prefix}-{i}",
                left=-PICTURE_LEFT, top=-PICTURE_RISE,
            )  # fmt: skip


def legend(it: LegendKey, middle: float, top: float) -> ItemGroup:
    """The scales of colours, and the arrows with the norms they stand for, centred on `middle`."""
    groups = []
    for line in it.lines:
        x = middle - _length(line) / 2 + OVERHANG
        if it.lead is not None:
            x = middle - it.width / 2 + OVERHANG + it.lead - line[0].lead
        for part in line:
            groups.append(ItemGroup(tuple(_entry(part, x, top, it.options)), f"legend-{part.name}"))
            x += part.whole + PART_GAP
        top += LINE
    return ItemGroup(tuple(groups), "legend")


def _length(line: list[LegendEntry]) -> float:
    return sum(part.whole for part in line) + PART_GAP * (len(line) - 1) + 2 * OVERHANG


def _entry(part: LegendEntry, x: float, top: float, options: FigureOptions) -> Iterable[Item]:
    word = outline(upright(part.word), SIZE)
    yield Ink(word, x - word.left, top + BAR.height / 2 + WORD_DROP, Paint("number", options.palette.ink))
    yield from part.picture(x + word.width + WORD_GAP, top)


def _parts(it: LegendKey) -> list[LegendEntry]:
    """The entries of the layers that are drawn, from the left; last the scale of the strip."""
    options = it.options
    norms = [_norm(row, options) for row in (it.strips.norms if it.strips else ())]
    gates = [LegendEntry("value", "mean opening", OPENING.width, lambda x, y: _opening(x, y, options))] * it.gates
    parts = (*_scales(it.scales, options), *gates, *norms)
    return [part for part in parts if part.name in it.layers]


def _opening(x: float, y: float, options: FigureOptions) -> Iterable[Item]:
    """The bar of a gate that is half open."""
    middle = y + BAR.height / 2
    yield from opening_bar(0.5, x, middle - OPENING_HEIGHT / 2, OPENING_HEIGHT, options.palette)


def _scales(it: Scales, options: FigureOptions) -> Iterable[LegendEntry]:
    theme = options.palette
    seen = LAYERS_OF_CELLS if options.numbers_as_cells else it.cells
    if it.value.most and "value" in seen:
        yield _scale("value", "value", it.value, BAR, options, theme.frame)
    if bitmaps := it.bitmaps:
        yield _scale("value", "bitmap", bitmaps, BAR, options, theme.frame)
    if it.gradient.most and "gradient" in seen:
        yield _scale("gradient", "gradient, log", it.gradient, LOG_BAR, options, theme.gradient_frame)
    if it.arrows.most or it.arrows.nothing:
        width = sum(_widths(it.arrows, options)) - ARROW_GAP
        yield LegendEntry("arrows", "contribution, log", width, lambda x, y: _arrows(it.arrows, x, y, options))


def scale_bar(name: str, scale: Scale, options: FigureOptions, frame: str, em: float) -> LegendEntry:
    """The scale of colours that stand elsewhere than in nodes, as wide as that of values, with numbers at its ends."""
    return LegendEntry(name, "", BAR.width, lambda x, y: _bar(scale, BAR, x, y, options, frame, em))


def _scale(name: str, word: str, scale: Scale, bar: Slot, options: FigureOptions, frame: str) -> LegendEntry:
    """The entry of a scale of colours, whose bar is longer where the numbers at its marks would meet."""
    ends = [(it.place, outline(_written(it.number, options, _within(it)), NUMBERS).width / 2) for it in scale.marks]
    room = ((half + half_of_next + NUMBER_GAP) / (at - before) for (before, half), (at, half_of_next) in pairwise(ends))
    wide = bar._replace(width=max([bar.width, *(2 * needed for needed in room)]))
    more = BEYOND_END + BEYOND_GAP if scale.beyond and options.numbers_as_cells else 0.0

    end = wide._replace(width=BEYOND_END)

    def draw(x: float, y: float) -> Iterator[Item]:
        yield from _bar(scale, wide, x + more, y, options, frame)
        if more:
            for place, left in ((-BEYOND, x), (BEYOND, x + more + wide.width + BEYOND_GAP)):
                yield from framed_cells(np.array([[place]]), end.placed((left, y)), options.palette, frame)

    return LegendEntry(name, word, wide.width + 2 * more, draw, SAID_BEYOND if more else "")


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


def _bar(
    scale: Scale, bar: Slot, left: float, top: float, options: FigureOptions, frame: str, at_ends: float | None = None
) -> Iterable[Item]:
    """The colours from the lowest to the highest, and the numbers at its marks, or `at_ends` alone, so large."""
    if options.palette.bars:
        yield from bars(SHADE_PLACES, bar.placed((left, top)), options.palette)
    else:
        yield Cells(left, top, bar.width, bar.height, SHADE_COLOURS)
    yield Rect(left, top, bar.width, bar.height, Paint("frame", "none", frame, 0.6))
    for mark in scale.marks:
        if at_ends and _within(mark):
            continue
        x, within = left + bar.width * (mark.place + 1) / 2, _within(mark)
        if within:
            yield Rect(x - 0.3, top + bar.height, 0.6, TICK, Paint("tick", frame))
        yield _number(mark.number, x, top, options, brief=within, em=at_ends or NUMBERS)


def _within(mark: ScaleMark) -> bool:
    """Whether a mark stands between an end of its scale and zero."""
    return abs(mark.place) not in (0, 1)


def _shown_norms(scale: FlowScale) -> list[float]:
    """The norms that the legend has an arrow for: nothing and hollow ones where the figure has some."""
    shares = [0.0] * scale.nothing + [HOLLOW_SHARE] * scale.hollow + [*SHARES] * bool(scale.most)
    return [share * scale.most for share in shares]


def _arrows(scale: FlowScale, left: float, top: float, options: FigureOptions) -> Iterable[Item]:
    for norm, width in zip(_shown_norms(scale), _widths(scale, options), strict=True):
        middle = left + (width - ARROW_GAP) / 2
        yield from _arrow(middle - ARROW_LENGTH / 2, top + BAR.height / 2, scale.flow(norm), options)
        yield _number(norm, middle, top, options)
        left += width


def _widths(scale: FlowScale, options: FigureOptions) -> list[float]:
    """From each arrow to the next: as wide as it or its number, and a gap."""
    numbers = (outline(figure_number(norm, options), NUMBERS).width for norm in _shown_norms(scale))
    return [max(ARROW_LENGTH, width) + ARROW_GAP for width in numbers]


def _number(
    value: float, x: float, top: float, options: FigureOptions, brief: bool = False, em: float = NUMBERS
) -> Ink:
    """A number under a scale."""
    base = top + BAR.height + 8.5 + RISE * (em - NUMBERS)
    return ink(_written(value, options, brief), em, (x, base), options.palette.ink)


def _written(value: float, options: FigureOptions, brief: bool) -> MathBox:
    """A number as a legend has it; a brief one has the one digit that it was chosen with."""
    return number(value, digits=1) if brief else figure_number(value, options)


def _arrow(x: float, y: float, flow: Flow, options: FigureOptions) -> Iterable[Item]:
    """A short arrow as those of the backward pass, pointing left."""
    head, theme = flow != NOTHING, options.palette
    end = (-ARROW_LENGTH - (0.0 if head else STOP), 0.0)
    arrow = Arrow(end, straight(end), size=head_size(flow), head=head, from_circle=False, to_circle=False)
    return flowing(draw_arrows([arrow])[arrow], x + ARROW_LENGTH, y, flow, theme.backward, theme)
