"""A plot of what is left at each step of gradients that run back, each relative to its own end, by powers of ten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from app.drawing.lettering import upright
from app.drawing.plots.line_plot import LinePlot, PlotCurve, series
from app.drawing.plots.plot_places import PlotPlaces, plot_places
from app.drawing.plots.sheet import sheet
from app.drawing.scene import THEMES, Scene, ThemeName
from app.engine.measure import HUNDREDTH, KeptGradient
from app.language.typeset import share_words

HEIGHT, AROUND = 78, (34.0, 8.0, 8.0, 20.0)
"""A sheet's height, and the room around the plot: left, top, right, bottom."""
THEME: ThemeName = "light"
LOOKS = (0, 2)
"""The places of the two among the looks of curves, as where memory is compared."""


def kept_plot(
    compared: Sequence[tuple[str, KeptGradient]], width: int, prefix: str, axis: tuple[float, float] | None = None
) -> Scene:
    """The curves of two networks by their names, and the line of one hundredth; what is exactly nothing is a gap.

    `axis` is where the first step and the last one stand, as in chains above it.
    """
    plot = _plot(compared, width, axis)
    ends = " ".join(f"{title}: {share_words(kept.left)} at step 1." for title, kept in compared)
    about = f"By powers of ten; the dashed line is at one hundredth. {ends}"
    found = sheet([plot], THEME, "What is left of the gradient at each step", about, (width, HEIGHT))
    return replace(found, prefix=prefix)


def kept_places(
    compared: Sequence[tuple[str, KeptGradient]], width: int, axis: tuple[float, float] | None = None
) -> PlotPlaces:
    """The same plot where it answers: at each step what is left in either network."""
    plot = _plot(compared, width, axis)
    words = [_words(compared, t) for t in range(1, int(plot.curves[0].x[-1]) + 1)]
    return plot_places(plot, plot.curves[1:], (width, HEIGHT), words)


def _words(compared: Sequence[tuple[str, KeptGradient]], t: int) -> str:
    """What is left at step t, of each network that has such a step."""
    left = ((title, kept.shares) for title, kept in compared)
    return f"step {t}: " + ", ".join(f"{title} {share_words(s[t - 1])}" for title, s in left if t <= len(s))


def _plot(compared: Sequence[tuple[str, KeptGradient]], width: int, axis: tuple[float, float] | None) -> LinePlot:
    most = max(len(kept.shares) for _, kept in compared)
    steps = np.arange(1, most + 1, dtype=float)
    hundredth = PlotCurve(steps, np.full(most, HUNDREDTH), THEMES[THEME].muted, upright(""), (3, 3), 0.8)
    curves = [hundredth]
    for (_, kept), place in zip(compared, LOOKS, strict=True):
        colour, dash = series(place, THEME)
        shares = np.where(kept.shares > 0, kept.shares, np.nan)
        curves.append(PlotCurve(steps[: len(shares)], shares, colour, dash=dash, width=1.6))
    left, top, right, bottom = AROUND
    first, last = axis or (left, width - right)
    box = first, top, last - first, HEIGHT - top - bottom
    return LinePlot("", curves, box, (1.0, float(max(most, 2))), log=True, unit="step")
