"""Numbers of a training in, a figure of plots out: what was said beside what should have been, loss and gradients.

Text is outlines, as in every figure; only attributes are used. Lengths are points, y downwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

import numpy as np
from numpy.typing import NDArray

from app.drawing.glyphs import decimal
from app.drawing.labels import MINUS, Label, outline, placed, variable
from app.drawing.themes import THEMES, Theme, ThemeName

Array = NDArray[np.float64]

WIDTH, HEIGHT = 720, 420
PIXELS = 4 / 3
TITLE, NUMBER = 13.0, 10.5
COLUMNS = 600
"""Of more points than twice this, each column of the plot keeps its lowest and its highest."""
TARGET, SAID = {"light": "#c62828", "dark": "#ff7b72"}, {"light": "#1d5fbf", "dark": "#79b8ff"}
SERIES = {
    "light": ("#15663a", "#a8700b", "#7c3aad", "#0e7490", "#b83280", "#64748b"),
    "dark": ("#5fd38d", "#e5b454", "#c9a0f0", "#5cc8de", "#f59bc6", "#a9b7ca"),
}


@dataclass(frozen=True)
class Line:
    """A curve: x and y, NaN where it breaks; its colour, and what it is called."""

    x: Array
    y: Array
    colour: str
    name: Label


@dataclass(frozen=True)
class Plot:
    """A plot and its place in the figure."""

    title: str
    lines: Sequence[Line]
    box: tuple[float, float, float, float]
    domain: tuple[float, float]
    log: bool = False


def plots(
    said: Array, target: Array, losses: Array, norms: Mapping[str, Array], ranks: Mapping[str, int],
    theme: ThemeName = "light", first: int = 0, steps: int | None = None,
) -> str:  # fmt: skip
    """A run as a figure: `said` and `target` are (steps, points), `losses` (steps), `norms` the same by parameter."""
    look, kind = THEMES[theme], "dark" if theme == "dark" else "light"
    domain = (float(first), float(first + (steps or max(len(losses), 1))))
    at = np.arange(len(losses), dtype=np.float64) + first + 0.5
    pair = [(target, TARGET[kind], "target"), (said, SAID[kind], "prediction")]
    curves = [Line(*_windows(array, first), colour, Label(name)) for array, colour, name in pair if array.size]
    colours = SERIES[kind]
    lengths = [
        Line(at, array, colours[i % len(colours)], variable(name, ranks[name]))
        for i, (name, array) in enumerate(norms.items())
    ]
    made = (
        Plot("Target and prediction, window after window", curves, (48, 34, 656, 150), domain),
        Plot("Loss", [Line(at, losses, look.ink, Label(""))], (48, 248, 290, 130), domain, log=True),
        Plot("Length of the gradients", lengths, (414, 248, 290, 130), domain, log=True),
    )
    return _file([part for plot in made for part in _plot(plot, look)], look, len(losses))


def _file(parts: Iterable[str], theme: Theme, steps: int) -> str:
    title, about = f"A training of {steps} steps", "Target and prediction, loss, and length of the gradients by step"
    size = f'width="{round(WIDTH * PIXELS)}" height="{round(HEIGHT * PIXELS)}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="run-title"'
    names = f'<title id="run-title">{title}</title>\n<desc id="run-description">{about}</desc>'
    paper = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{theme.paper}"/>'
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
    """Title, key, grid, and the curves."""
    left, top, width, height = plot.box
    low, high, ticks = _scale(plot)
    yield _text(Label(plot.title), TITLE, left - 34, top - 14, theme.ink)
    yield from _key(plot, theme)
    for value in ticks:
        y = top + height * (1 - (value - low) / (high - low))
        yield f'<path d="M{_n(left)} {_n(y)}h{_n(width)}" stroke="{theme.muted}" stroke-width=".4" fill="none"/>'
        yield _text(_number(value, plot.log), NUMBER, left - 7, y + 3.5, theme.ink, end=True)
    for value in _whole(*plot.domain):
        x = left + width * (value - plot.domain[0]) / (plot.domain[1] - plot.domain[0])
        yield _text(Label(f"{value:,}"), NUMBER, x, top + height + 16, theme.ink, middle=True)
    for line in plot.lines:
        d = _path(line, plot, low, high)
        if d:
            stroke = f'stroke="{line.colour}" stroke-width="1.15"'
            yield f'<path d="{escape(d)}" {stroke} fill="none"/>'


def _key(plot: Plot, theme: Theme) -> Iterator[str]:
    """What the colours mean, from the right."""
    pen, y = plot.box[0] + plot.box[2], plot.box[1] - 14
    for line in reversed([line for line in plot.lines if line.name.stem][:8]):
        ink = outline(line.name, NUMBER + 1)
        pen -= ink.right
        yield f'<path d="{placed(ink, pen, y)}" fill="{theme.ink}"/>'
        yield f'<path d="M{_n(pen - 19)} {_n(y - 3.5)}h14" stroke="{line.colour}" stroke-width="1.6" fill="none"/>'
        pen -= 30


def _scale(plot: Plot) -> tuple[float, float, list[float]]:
    """The ends of the upright axis and its ticks; of a logarithmic one their exponents."""
    values = np.concatenate([line.y for line in plot.lines] or [np.zeros(0)])
    values = values[np.isfinite(values) & ((values > 0) | (not plot.log))]
    if not len(values):
        return -1.0, 1.0, [-1.0, 0.0, 1.0]
    if plot.log:
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


def _whole(low: float, high: float) -> list[int]:
    """A handful of whole numbers between two."""
    by = next(k * 10**e for e in range(6) for k in (1, 2, 5) if (high - low) / (k * 10**e) <= 6)
    return list(range(ceil(low / by) * by, floor(high) + 1, by))


def _path(line: Line, plot: Plot, low: float, high: float) -> str:
    """The curve, not finer than it can be seen."""
    left, top, width, height = plot.box
    with np.errstate(all="ignore"):
        y = np.log10(line.y) if plot.log else line.y
    x, y = _thinned(line.x, y, plot.domain)
    pen = [left + width * (x - plot.domain[0]) / (plot.domain[1] - plot.domain[0])]
    pen.append(top + height * (1 - (y - low) / (high - low)))
    parts, begun = [], False
    for a, b in zip(*pen, strict=True):
        if np.isfinite(b):
            parts.append(f"{'L' if begun else 'M'}{_n(a)} {_n(b)}")
        begun = bool(np.isfinite(b))
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
    return f'<path d="{placed(ink, pen, y)}" fill="{colour}"/>'


def _n(value: float) -> str:
    return decimal(round(100 * float(value)))
