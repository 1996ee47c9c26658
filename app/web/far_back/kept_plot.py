"""The plot below the two chains: what is left at each step of the gradient at the last one, by powers of ten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from app.drawing import Scene
from app.drawing.lettering import upright
from app.drawing.plots import LinePlot, PlotCurve, series, sheet
from app.drawing.scene import HUNDREDTH, THEMES, ThemeName
from app.web.far_back.networks import FarBackNetwork

HEIGHT, AROUND = 78, (34.0, 8.0, 8.0, 20.0)
"""A sheet's height, and the room around the plot: left, top, right, bottom."""
LOOKS = (0, 2)
"""The places of the two among the looks of curves, as where memory is compared."""


def kept_plot(networks: Sequence[FarBackNetwork], width: int, prefix: str) -> Scene:
    """The curve of either network, and the line of one hundredth; what is exactly nothing is a gap."""
    theme: ThemeName = "light"
    steps = np.arange(1, len(networks[0].chain.nodes) + 1, dtype=float)
    hundredth = PlotCurve(steps, np.full(len(steps), HUNDREDTH), THEMES[theme].muted, upright(""), (3, 3), 0.8)
    curves = [hundredth]
    for network, place in zip(networks, LOOKS, strict=True):
        colour, dash = series(place, theme)
        shares = network.chain.shares
        curves.append(PlotCurve(steps, np.where(shares > 0, shares, np.nan), colour, dash=dash, width=1.6))
    left, top, right, bottom = AROUND
    box = left, top, width - left - right, HEIGHT - top - bottom
    plot = LinePlot("", curves, box, (1.0, float(len(steps))), log=True)
    ends = " ".join(f"{network.title}: {network.words} at step 1." for network in networks)
    about = f"By powers of ten; the dashed line is at one hundredth. {ends}"
    found = sheet([plot], theme, "What is left of the gradient at each step", about, (width, HEIGHT))
    return replace(found, prefix=prefix)
