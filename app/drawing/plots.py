"""Numbers of trainings in, a figure of plots out: what was said beside what should have been, losses, gradients.

Text is outlines, as in every figure; only attributes are used. Lengths are points, y downwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, cos, floor, isfinite, log10, pi, sin
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.drawing.formats.decimals import decimal
from app.drawing.formats.svg_elements import placed_letters
from app.drawing.lettering.labels import MINUS, Label, outline, variable
from app.drawing.scene.themes import THEMES, Dash, Theme, ThemeName

Array = NDArray[np.float64]
Point = tuple[float, float]

WIDTH, HEIGHT = 720, 420
PIXELS = 4 / 3
TITLE, NUMBER = 13.0, 10.5
ROW, LEAST, ASIDE = 13.0, 9.2, 9.0
"""Names beside the ends of curves: from one to the next, where there is room and at least; how far aside."""
COLUMNS = 600
"""Of more points than twice this, each column of the plot keeps its lowest and its highest."""
THICK, THIN = 2.7, 1.15
"""The curve that is to be reached, and that which is to reach it: they are told apart without their colours."""
TARGET = {"light": "#c62828", "dark": "#ff7b72", "print": "#9a9a9a"}
SAID = {"light": "#1d5fbf", "dark": "#79b8ff", "print": "#000000"}
SERIES = {
    "light": ("#15663a", "#8f5d06", "#7c3aad", "#0e7490", "#b83280", "#64748b"),
    "dark": ("#5fd38d", "#e5b454", "#c9a0f0", "#5cc8de", "#f59bc6", "#a9b7ca"),
    "print": ("#000000",) * 6,
}
DASHES: tuple[Dash, ...] = ((), (6, 2.6), (0.6, 2.6), (6, 2.6, 0.6, 2.6), (10.5, 3), (4.5, 2.6, 0.6, 2.6, 0.6, 2.6))
FAINTEST, OVERLAP = 5, 0.2
"""The powers of ten of a triangle's scale, below which nothing is seen; how far its rows overlap, to show no seams."""


NOBODY = Label("")


@dataclass(frozen=True)
class Line:
    """A curve: x and y, NaN where it breaks; its colour, what it is called, its dashes and width, its points' mark.

    A mark is the number of corners of what stands at each point, 0 a circle.
    """

    x: Array
    y: Array
    colour: str
    name: Label = NOBODY
    dash: Dash = ()
    width: float = THIN
    mark: int | None = None


@dataclass(frozen=True)
class Plot:
    """A plot and its place in the figure; `at` marks a place of the axis, `span` is what the upright one shows.

    A `log` axis is one of powers of ten as long as nothing is below 0.
    """

    title: str
    lines: Sequence[Line]
    box: tuple[float, float, float, float]
    domain: tuple[float, float]
    log: bool = False
    at: float | None = None
    span: tuple[float, float] | None = None
    decimal: bool = False

    @property
    def powers(self) -> bool:
        return self.log and not any((line.y < 0).any() for line in self.lines)


@dataclass(frozen=True)
class Triangle:
    """How much the state at each step, a row, hangs on that at each other, a column; shares from 0 to 1."""

    name: Label
    shares: Array
    place: tuple[float, float]
    side: float


def series(i: int, theme: ThemeName) -> tuple[str, Dash]:
    """The colour and the dashes of the i-th of many curves, which go together only once."""
    return SERIES[theme][i % 6], DASHES[(i + i // 6) % 6]


def plots(
    said: Array, target: Array, losses: Array, norms: Mapping[str, Array], ranks: Mapping[str, int],
    theme: ThemeName = "light", first: int = 0, steps: int | None = None,
) -> str:  # fmt: skip
    """A run as a figure: `said` and `target` are (steps, points), `losses` (steps), `norms` the same by parameter."""
    domain = (float(first), float(first + (steps or max(len(losses), 1))))
    at = np.arange(len(losses), dtype=np.float64) + first + 0.5
    pair = [(target, TARGET[theme], "target", THICK), (said, SAID[theme], "prediction", THIN)]
    curves = [Line(*_windows(a, first), colour, Label(name), (), wide) for a, colour, name, wide in pair if a.size]
    named = enumerate(norms.items())
    lengths = [Line(at, array, *_named(i, variable(name, ranks[name]), theme)) for i, (name, array) in named]
    pairs = [Plot("Target and prediction, window after window", curves, (48, 34, 596, 150), domain)] if curves else []
    top, height = (248, 130) if curves else (34, 344)
    made = (
        *pairs,
        Plot("Loss", [Line(at, losses, THEMES[theme].ink)], (48, top, 270, height), domain, log=True),
        Plot("Length of the gradients", lengths, (394, top, 270, height), domain, log=True),
    )
    about = f"{'Target and prediction, loss, and' if curves else 'Loss and'} length of the gradients by step"
    return figure(made, theme, f"A training of {len(losses)} steps", about)


def _named(i: int, name: Label, theme: ThemeName) -> tuple[str, Label, Dash]:
    colour, dash = series(i, theme)
    return colour, name, dash


def compared(
    title: str, lines: Iterable[tuple[str, Array, Array]], box: tuple[float, float, float, float], theme: ThemeName,
    marks: bool = False, **more: Any,
) -> Plot:  # fmt: skip
    """A plot of a few named curves beside each other, each with its x and y; with `marks` each point has its own."""
    made = [
        Line(x, y, *_named(i, Label(name), theme), mark=(0, 4, 3)[i % 3] if marks else None)
        for i, (name, x, y) in enumerate(lines)
    ]
    xs = np.concatenate([line.x for line in made])
    return Plot(title, made, box, more.pop("domain", (float(xs.min()), float(xs.max()))), **more)


def figure(
    made: Iterable[Plot | Triangle], theme: ThemeName, title: str, about: str, size: tuple[int, int] = (WIDTH, HEIGHT)
) -> str:
    """Plots on one sheet of paper, as SVG."""
    look = THEMES[theme]
    width, height = size
    outer = f'width="{round(width * PIXELS)}" height="{round(height * PIXELS)}" viewBox="0 0 {width} {height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {outer} role="img" aria-labelledby="run-title"'
    names = f'<title id="run-title">{escape(title)}</title>\n<desc id="run-description">{escape(about)}</desc>'
    paper = f'<rect width="{width}" height="{height}" fill="{look.paper}"/>'
    drawn = (_plot(one, look) if isinstance(one, Plot) else _triangle(one, look) for one in made)
    parts = [part for one in drawn for part in one]
    return "\n".join((f'{head} aria-describedby="run-description">', names, paper, *parts, "</svg>\n"))


def _windows(array: Array, first: int) -> tuple[Array, Array]:
    """The points of all windows, window k from k to k + 1, with a break after each."""
    steps, points = array.shape
    at = np.linspace(0, 1, points) if points > 1 else np.array([0.5])
    x = np.arange(steps, dtype=np.float64)[:, None] + first + at
    if points == 1:
        return x[:, 0], array[:, 0]
    gap = np.full((steps, 1), np.nan)
    return np.hstack([x, gap]).ravel(), np.hstack([array, gap]).ravel()


def _plot(plot: Plot, theme: Theme) -> Iterator[str]:
    """Title, grid, the curves, and each one's name where it ends."""
    left, top, width, height = plot.box
    low, high, ticks = _scale(plot)
    yield _text(Label(plot.title), TITLE, left - 34, top - 14, theme.ink)
    for value in ticks:
        y = top + height * (1 - (value - low) / (high - low))
        yield f'<path d="M{_n(left)} {_n(y)}h{_n(width)}" stroke="{theme.muted}" stroke-width=".4" fill="none"/>'
        yield _text(_number(value, plot.powers), NUMBER, left - 7, y + 3.5, theme.ink, end=True)
    for value in _along(plot):
        x = left + width * (value - plot.domain[0]) / (plot.domain[1] - plot.domain[0])
        yield _text(
            Label(f"{value:,g}" if plot.decimal else f"{value:,}"), NUMBER, x, top + height + 16, theme.ink, middle=True
        )
    if plot.at is not None:
        x = left + width * (plot.at - plot.domain[0]) / (plot.domain[1] - plot.domain[0])
        dash = 'stroke-width=".8" stroke-dasharray="3 3" fill="none"'
        yield f'<path d="M{_n(x)} {_n(top)}v{_n(height)}" stroke="{theme.muted}" {dash}/>'
        yield _text(Label(f"{plot.at:g}"), NUMBER, x + 4, top + height - 5, theme.ink)
    ends = []
    for line in plot.lines:
        points, thinned = _points(line, plot, low, high)
        ends.append(next((p for p in reversed(points) if isfinite(p[1])), None))
        yield from _curve(line, points, thinned)
    yield from _names(plot, ends, theme)


def _curve(line: Line, points: list[Point], thinned: bool) -> Iterator[str]:
    """The line, with dashes where they can be seen, and the marks of its points."""
    d = _path(points)
    dash = f' stroke-dasharray="{" ".join(map(_n, line.dash))}"' if line.dash and not thinned else ""
    if d:
        yield f'<path d="{d}" stroke="{line.colour}" stroke-width="{line.width:g}"{dash} fill="none"/>'
    if line.mark is not None and (marks := "".join(_mark(line.mark, x, y) for x, y in points if isfinite(y))):
        yield f'<path d="{marks}" fill="{line.colour}"/>'


def _mark(corners: int, x: float, y: float) -> str:
    """A figure with so many corners around a point; a circle is one with many."""
    corners, turned = corners or 16, pi / 4 if corners == 4 else pi / 2
    around = [turned + 2 * pi * k / corners for k in range(corners)]
    return "M" + "L".join(f"{_n(x + 2.7 * cos(a))} {_n(y - 2.7 * sin(a))}" for a in around) + "Z"


def _names(plot: Plot, ends: Sequence[Point | None], theme: Theme) -> Iterator[str]:
    """What each curve is called, beside its end; those that would meet stand a row apart, led to by a line."""
    top, bottom = plot.box[1], plot.box[1] + plot.box[3]
    found = [(end, line) for end, line in zip(ends, plot.lines, strict=True) if end and line.name.stem]
    order = sorted(found[: int((bottom - top) / LEAST) + 1], key=lambda one: one[0][1])
    row = min(ROW, (bottom - top) / max(1, len(order) - 1))
    heights, above = list[float](), top - row
    for (_, y), _ in order:
        heights.append(above := max(y, above + row, top))
    below = bottom + row
    for i in reversed(range(len(order))):
        heights[i] = below = min(heights[i], below - row)
    edge = max((end[0] for end in ends if end), default=0.0) + ASIDE
    for y, (end, line) in zip(heights, order, strict=True):
        colour = theme.ink if theme.bars else line.colour
        if abs(y - end[1]) > row / 4:
            way = f"M{_n(end[0])} {_n(end[1])}L{_n(edge - 1)} {_n(y)}"
            yield f'<path d="{way}" stroke="{colour}" stroke-width=".4" fill="none"/>'
        yield _text(line.name, min(NUMBER + 1, row), edge + 1, y + 3.6, colour)


def _triangle(made: Triangle, theme: Theme) -> Iterator[str]:
    """A cell for each pair of steps, the fuller the larger, on a logarithmic scale; equal neighbours are one."""
    x, y = made.place
    cell = made.side / len(made.shares)
    with np.errstate(all="ignore"):
        levels = np.nan_to_num(np.clip(8 * (1 + np.log10(made.shares) / FAINTEST), 0, 8), nan=0.0).round().astype(int)
    frame = f'width="{_n(made.side)}" height="{_n(made.side)}" fill="none" stroke="{theme.muted}" stroke-width=".5"'
    yield f'<rect x="{_n(x)}" y="{_n(y)}" {frame}/>'
    for i, row in enumerate(levels.tolist()):
        starts = [k for k in range(len(row)) if k == 0 or row[k] != row[k - 1]]
        for k, end in zip(starts, [*starts[1:], len(row)], strict=True):
            if row[k]:
                place = f'x="{_n(x + k * cell)}" y="{_n(y + i * cell)}" width="{_n((end - k) * cell)}"'
                place += f' height="{_n(cell + OVERLAP)}"'
                yield f'<rect {place} fill="{_between(theme.paper, theme.backward, row[k] / 8)}"/>'
    yield _text(made.name, NUMBER, x, y + made.side + 14, theme.ink)


def _between(paper: str, ink: str, share: float) -> str:
    pairs = [(int(paper[i : i + 2], 16), int(ink[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _scale(plot: Plot) -> tuple[float, float, list[float]]:
    """The ends of the upright axis and its ticks; of a logarithmic one their exponents."""
    if plot.span:
        low, high = plot.span
        return low, high, [low + (high - low) * k / 4 for k in range(5)]
    values = np.concatenate([line.y for line in plot.lines] or [np.zeros(0)])
    values = values[np.isfinite(values) & ((values > 0) | (not plot.powers))]
    if not len(values):
        return -1.0, 1.0, [-1.0, 0.0, 1.0]
    if plot.powers:
        low, high = floor(log10(values.min())), ceil(log10(values.max()))
        high += high == low
        by = max(1, ceil((high - low) / 5))
        return low, high, [float(k) for k in range(low, high + 1, by)]
    span = float(values.max() - values.min()) or 1.0
    step = 10.0 ** floor(log10(span / 4))
    step *= next(k for k in (1, 2, 5, 10) if span / 4 <= k * step)
    first, last = floor(values.min() / step), ceil(values.max() / step)
    last += last == first
    return first * step, last * step, [k * step for k in range(first, last + 1)]


def _along(plot: Plot) -> list[float]:
    """A handful of numbers for the level axis, whole ones unless they count nothing."""
    low, high = plot.domain
    if plot.decimal:
        return [round(low + (high - low) * k / 4, 3) for k in range(5)]
    by = next(k * 10**e for e in range(6) for k in (1, 2, 5) if (high - low) / (k * 10**e) <= 6)
    return list(range(ceil(low / by) * by, floor(high) + 1, by))


def _points(line: Line, plot: Plot, low: float, high: float) -> tuple[list[Point], bool]:
    """The curve's points on the paper, not finer than can be seen, and whether that left any out."""
    left, top, width, height = plot.box
    with np.errstate(all="ignore"):
        y = np.log10(line.y) if plot.powers else line.y
    x, y = _thinned(line.x, y, plot.domain)
    across = left + width * (x - plot.domain[0]) / (plot.domain[1] - plot.domain[0])
    up = top + height * (1 - (y - low) / (high - low))
    return list(zip(across.tolist(), up.tolist(), strict=True)), len(x) < len(line.x)


def _path(points: Iterable[Point]) -> str:
    parts, begun = [], False
    for x, y in points:
        if isfinite(y):
            parts.append(f"{'L' if begun else 'M'}{_n(x)} {_n(y)}")
        begun = isfinite(y)
    return "".join(parts)


def _thinned(x: Array, y: Array, domain: tuple[float, float]) -> tuple[Array, Array]:
    seen = np.isfinite(y)
    if seen.sum() <= 2 * COLUMNS:
        return x, y
    x, y = x[seen], y[seen]
    columns = ((x - domain[0]) / (domain[1] - domain[0]) * COLUMNS).astype(int)
    starts = np.flatnonzero(np.diff(columns, prepend=-1))
    pairs = np.stack([np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)], axis=1)
    return np.repeat(x[starts], 2), pairs.ravel()


def _number(value: float, log: bool) -> Label:
    """A number at a tick, without noise; of a logarithmic axis a power of ten."""
    if log and not -3 <= value <= 3:
        return Label("10", sup=str(int(value)).replace("-", MINUS))
    shown = 10.0**value if log else value
    return Label(f"{round(shown, 10):g}".replace("-", MINUS))


def _text(label: Label, size: float, x: float, y: float, colour: str, end: bool = False, middle: bool = False) -> str:
    ink = outline(label, size)
    pen = x - ink.right if end else x - ink.width / 2 if middle else x
    return f'<path d="{placed_letters(ink, pen, y)}" fill="{colour}"/>'


def _n(value: float) -> str:
    return decimal(round(100 * float(value)))
