"""A plot of curves as shapes: title, grid, numbers at the axes, the curves, and each one's name where it ends.

Lengths are points, y downwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, cos, floor, inf, isfinite, log10, pi, sin
from sys import float_info
from typing import Any

import numpy as np

from app.arrays import Array, any_numbers
from app.drawing.geometry import Point
from app.drawing.lettering import outline, scripted, upright
from app.drawing.scene import Dash, Disc, Ink, Item, ItemGroup, Paint, Polygon, Polyline, Theme, ThemeName
from app.language import minus_signs
from app.language.typeset import MathBox

TITLE, NUMBER, UNIT = 13.0, 10.5, 8.5
"""The em of a plot's title, of numbers and names, and of what an axis counts."""
BESIDE = 13.0
"""How far left of the level axis that stands."""
ROW, LEAST, ASIDE = 13.0, 9.2, 9.0
"""Names beside the ends of curves: from one to the next, where there is room and at least; how far aside."""
COLUMNS = 600
"""Of more points than twice this, each column of the plot keeps its lowest and its highest."""
THICK, THIN = 2.7, 1.15
"""The target's curve and the prediction's: they differ without their colours."""
GRID, GUIDE = 0.4, 0.8
"""The width of the lines of the grid, and of the one that marks a place."""
LARGEST = float_info.max / 2
"""Where an axis ends at the latest: how far it is from one end to the other is a number."""
FLOOR, ON_FLOOR, SAID = 26.0, 5.0, 13.0
"""The floor below an axis of powers, for what is exactly 0; how high that stands there, and the words that say so."""
ZERO, ZERO_LINE = 1.7, 3.4
"""The radius of a point there without a mark of its own, and the width of a line."""
MARK = 2.7
"""The radius of a point's mark."""
SERIES = {
    "light": ("#15663a", "#8f5d06", "#7c3aad", "#0e7490", "#b83280", "#64748b"),
    "dark": ("#5fd38d", "#e5b454", "#c9a0f0", "#5cc8de", "#f59bc6", "#a9b7ca"),
    "print": ("#000000",) * 6,
}
DASHES: tuple[Dash, ...] = ((), (6, 2.6), (0.6, 2.6), (6, 2.6, 0.6, 2.6), (10.5, 3), (4.5, 2.6, 0.6, 2.6, 0.6, 2.6))
UNNAMED = upright("")


@dataclass(frozen=True)
class PlotCurve:
    """A curve: x and y, NaN where it breaks; its colour, its name, its dashes and width, its points' mark.

    A mark is the number of corners of what stands at each point, 0 a circle.
    """

    x: Array
    y: Array
    colour: str
    name: MathBox = UNNAMED
    dash: Dash = ()
    width: float = THIN
    mark: int | None = None


@dataclass(frozen=True)
class LinePlot:
    """A plot and its place on the sheet; `at` marks a place of the level axis, which counts a `unit`.

    `span` is the range of the upright axis. A `log` axis is one of powers of ten as long as nothing is below 0. With
    `decimal` the level axis has numbers that count nothing.
    """

    title: str
    curves: Sequence[PlotCurve]
    box: tuple[float, float, float, float]
    domain: tuple[float, float]
    log: bool = False
    at: float | None = None
    span: tuple[float, float] | None = None
    decimal: bool = False
    unit: str = ""

    @property
    def powers(self) -> bool:
        return self.log and not any((curve.y < 0).any() for curve in self.curves)

    @property
    def floor(self) -> float:
        """How high the floor for what is exactly 0 is; without any there is none."""
        return FLOOR if self.powers and any((curve.y == 0).any() for curve in self.curves) else 0.0

    @property
    def bottom(self) -> float:
        """Where the upright axis ends below, above the floor."""
        return self.box[1] + self.box[3] - self.floor

    @property
    def on_floor(self) -> float:
        return self.box[1] + self.box[3] - ON_FLOOR

    def across(self, x: Any) -> Any:
        """Where values of the level axis stand on the paper."""
        return self.box[0] + self.box[2] * (x - self.domain[0]) / (self.domain[1] - self.domain[0])

    def points(self, curve: PlotCurve) -> list[Point]:
        """Where the points of one of its curves stand on the paper; NaN is the height of one that is not drawn."""
        low, high, _ = _scale(self)
        return [(x, self.on_floor if y == inf else y) for x, y in _points(curve, self, low, high)[0]]

    def items(self, theme: Theme) -> Iterator[Item]:
        """The whole plot as shapes."""
        return _plot(self, theme)


def series(i: int, theme: ThemeName) -> tuple[str, Dash]:
    """The colour and the dashes of the i-th of many curves, which go together only once."""
    return SERIES[theme][i % 6], DASHES[(i + i // 6) % 6]


def compared(
    title: str,
    curves: Iterable[tuple[str, Array, Array]],
    box: tuple[float, float, float, float],
    theme: ThemeName,
    marks: bool = False,
    **more: Any,
) -> LinePlot:
    """A plot of a few named curves beside each other, each with its x and y; with `marks` each point has its own."""
    made = []
    for i, (name, x, y) in enumerate(curves):
        colour, dash = series(i, theme)
        made.append(PlotCurve(x, y, colour, upright(name), dash, mark=(0, 4, 3)[i % 3] if marks else None))
    if "domain" not in more:
        xs = np.concatenate([curve.x for curve in made])
        more["domain"] = float(xs.min()), float(xs.max())
    return LinePlot(title, made, box, **more)


def text(label: MathBox, size: float, x: float, y: float, colour: str, share: float = 0.0) -> Ink:
    """A label on the height y, with this share of its width to the left of x."""
    it = outline(label, size)
    pen = x - it.right if share == 1 else x - it.width * share
    return Ink(it, pen, y, Paint("label", colour))


def _line(points: Sequence[Point], colour: str, width: float, dash: Dash = ()) -> Polyline:
    return Polyline((tuple(points),), Paint("line", "none", colour, width, dash))


def _plot(plot: LinePlot, theme: Theme) -> Iterator[Item]:
    left, top, width, height = plot.box
    low, high, ticks = _scale(plot)
    yield text(upright(plot.title), TITLE, left - 34, top - 14, theme.ink)
    for value in ticks:
        y = top + (plot.bottom - top) * (1 - (value - low) / (high - low))
        yield _line([(left, y), (left + width, y)], theme.muted, GRID)
        yield text(_tick(value, plot.powers), NUMBER, left - 7, y + 3.5, theme.ink, share=1)
    for value in _level_ticks(plot):
        number = upright(f"{value:,g}" if plot.decimal else f"{value:,}")
        yield text(number, NUMBER, plot.across(value), top + height + 16, theme.ink, share=0.5)
    if plot.unit:
        yield text(upright(plot.unit), UNIT, left - BESIDE, top + height + 16, theme.muted, share=1)
    if plot.at is not None:
        x = plot.across(plot.at)
        yield _line([(x, top), (x, top + height)], theme.muted, GUIDE, (3, 3))
        yield text(upright(f"{plot.at:g}"), NUMBER, x + 4, top + height - 5, theme.ink)
    ends = []
    for curve in plot.curves:
        points, thinned = _points(curve, plot, low, high)
        zeros = _zeros(curve, plot)
        ends.append(max((p for p in (*points, *zeros) if isfinite(p[1])), default=None))
        yield ItemGroup((*_drawn(curve, points, thinned), *_drawn_on_floor(curve, zeros)), "curve")
    yield from _names(plot, ends, theme)
    if plot.floor:
        yield from _said_of_floor(plot, theme)


def _drawn(curve: PlotCurve, points: list[Point], thinned: bool) -> Iterator[Item]:
    """The line, with dashes where they can be seen, and the marks of its points."""
    if runs := tuple(_runs(points)):
        yield Polyline(runs, Paint("line", "none", curve.colour, curve.width, () if thinned else curve.dash))
    if curve.mark is not None:
        yield from (_mark(curve.mark, p, Paint("mark", curve.colour)) for p in points if isfinite(p[1]))


def _drawn_on_floor(curve: PlotCurve, zeros: Sequence[Point]) -> Iterator[Item]:
    """The marks of the points that are exactly 0; without marks, dots, of many so close that they are a line."""
    mark, paint = curve.mark, Paint("mark", curve.colour)
    if len(zeros) > COLUMNS / 4 and mark is None:
        gap = 2 * max(1.0, (zeros[-1][0] - zeros[0][0]) / len(zeros))
        ends = [p for p, q in pairwise((*zeros, (inf, 0.0))) if q[0] - p[0] > gap]
        begins = [q for p, q in pairwise(((-inf, 0.0), *zeros)) if q[0] - p[0] > gap]
        lines = tuple(((a[0] - ZERO, a[1]), (b[0] + ZERO, b[1])) for a, b in zip(begins, ends, strict=True))
        yield Polyline(lines, Paint("line", "none", curve.colour, ZERO_LINE))
    else:
        yield from (Disc(*p, ZERO, paint) if mark is None else _mark(mark, p, paint) for p in zeros)


def _said_of_floor(plot: LinePlot, theme: Theme) -> Iterator[Item]:
    """What the floor is for, beside the first point on it."""
    left, _, width, _ = plot.box
    first = min(x for curve in plot.curves for x, _ in _zeros(curve, plot))
    late = first > left + width / 2
    yield text(upright("0"), NUMBER, left - 7, plot.on_floor + 3.5, theme.ink, share=1)
    yield text(upright("exactly 0"), NUMBER, first, plot.on_floor - SAID + ON_FLOOR, theme.ink, share=float(late))


def _mark(corners: int, at: Point, paint: Paint) -> Item:
    """A circle, or a polygon with this number of corners, around a point."""
    if not corners:
        return Disc(*at, MARK, paint)
    turned = pi / 4 if corners == 4 else pi / 2
    angles = [turned + 2 * pi * k / corners for k in range(corners)]
    return Polygon(tuple((MARK * cos(a), -MARK * sin(a)) for a in angles), *at, paint)


def _runs(points: Iterable[Point]) -> Iterator[tuple[Point, ...]]:
    """The points between the breaks of a curve; a single one is no line."""
    run = list[Point]()
    for point in (*points, (0.0, float("nan"))):
        if isfinite(point[1]):
            run.append(point)
        elif run:
            if len(run) > 1:
                yield tuple(run)
            run = []


def _names(plot: LinePlot, ends: Sequence[Point | None], theme: Theme) -> Iterator[Item]:
    """The name of each curve, beside its end; those that would meet stand a row apart, led to by a line."""
    top, bottom = plot.box[1], plot.box[1] + plot.box[3]
    found = [(end, curve) for end, curve in zip(ends, plot.curves, strict=True) if end and curve.name != UNNAMED]
    order = sorted(found[: int((bottom - top) / LEAST) + 1], key=lambda one: one[0][1])
    row = min(ROW, (bottom - top) / max(1, len(order) - 1))
    heights = _apart([end[1] for end, _ in order], row, top, bottom)
    edge = max((end[0] for end in ends if end), default=0.0) + ASIDE
    for y, (end, curve) in zip(heights, order, strict=True):
        colour = theme.ink if theme.bars else curve.colour
        if abs(y - end[1]) > row / 4:
            yield _line([end, (edge - 1, y)], colour, GRID)
        yield text(curve.name, min(NUMBER + 1, row), edge + 1, y + 3.6, colour)


def _apart(heights: Sequence[float], row: float, top: float, bottom: float) -> list[float]:
    """Heights in ascending order, moved so that a row is between two and all stay within the plot."""
    found, above = list[float](), top - row
    for y in heights:
        found.append(above := max(y, above + row, top))
    below = bottom + row
    for i in reversed(range(len(found))):
        found[i] = below = min(found[i], below - row)
    return found


# Axes


def _scale(plot: LinePlot) -> tuple[float, float, list[float]]:
    """The ends of the upright axis and its ticks; of a logarithmic one their exponents."""
    if plot.span:
        low, high = plot.span
        return low, high, [low + (high - low) * k / 4 for k in range(5)]
    values = np.concatenate([curve.y for curve in plot.curves] or [np.zeros(0)])
    values = values[np.isfinite(values) & ((values > 0) | (not plot.powers))]
    if not len(values):
        return -1.0, 1.0, [-1.0, 0.0, 1.0]
    return _powers(values) if plot.powers else _round_steps(values)


def _powers(values: Array) -> tuple[float, float, list[float]]:
    low, high = floor(log10(values.min())), ceil(log10(values.max()))
    high += high == low
    by = max(1, ceil((high - low) / 5))
    return low, high, [float(k) for k in range(low, high + 1, by)]


def _round_steps(values: Array) -> tuple[float, float, list[float]]:
    low, high = float(values.min()), float(values.max())
    # Not finer than what numbers of this size, or any, can be apart.
    part = max((high / 4 - low / 4) or 0.25, max(-low, high) * 1e-15, 1e-300)
    step = 10.0 ** floor(log10(part))
    step *= next(k for k in (1, 2, 5, 10) if part <= k * step)
    first, last = floor(low / step), ceil(high / step)
    last += last == first
    ticks = [min(max(k * step, -LARGEST), LARGEST) for k in range(first, last + 1)]
    return ticks[0], ticks[-1], ticks


def _level_ticks(plot: LinePlot) -> list[float]:
    """A handful of numbers for the level axis, whole ones unless they count nothing."""
    low, high = plot.domain
    if plot.decimal:
        return [round(low + (high - low) * k / 4, 3) for k in range(5)]
    by = next(k * 10**e for e in range(6) for k in (1, 2, 5) if (high - low) / (k * 10**e) <= 6)
    return list(range(ceil(low / by) * by, floor(high) + 1, by))


def _tick(value: float, log: bool) -> MathBox:
    """A number at a tick, without noise; of a logarithmic axis a power of ten."""
    if log and not -3 <= value <= 3:
        return scripted(upright("10"), above=minus_signs(str(int(value))))
    shown = 10.0**value if log else value
    return upright(minus_signs(f"{round(shown, 10):g}"))


# Points


def _points(curve: PlotCurve, plot: LinePlot, low: float, high: float) -> tuple[list[Point], bool]:
    """The curve's points on the paper, not finer than can be seen, and whether that left any out."""
    top = plot.box[1]
    with any_numbers():  # Exactly 0 has no place on an axis of powers: it stands on the floor.
        y = np.log10(curve.y) if plot.powers else curve.y
    x, y = _thinned(curve.x, y, plot.domain)
    up = top + (plot.bottom - top) * (1 - (y - low) / (high - low))
    return list(zip(plot.across(x).tolist(), up.tolist(), strict=True)), len(x) < len(curve.x)


def _zeros(curve: PlotCurve, plot: LinePlot) -> list[Point]:
    """The points on the floor, none two in one column."""
    if not plot.floor:
        return []
    places: Array = plot.across(curve.x[curve.y == 0])
    return [(float(x), plot.on_floor) for x in places[np.unique(places.astype(int), return_index=True)[1]]]


def _thinned(x: Array, y: Array, domain: tuple[float, float]) -> tuple[Array, Array]:
    """Each column's lowest and highest point, where there are more than the columns show."""
    seen = np.isfinite(y)
    if seen.sum() <= 2 * COLUMNS:
        return x, y
    x, y = x[seen], y[seen]
    columns = ((x - domain[0]) / (domain[1] - domain[0]) * COLUMNS).astype(int)
    starts = np.flatnonzero(np.diff(columns, prepend=-1))
    pairs = np.stack([np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)], axis=1)
    return np.repeat(x[starts], 2), pairs.ravel()
