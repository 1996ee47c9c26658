"""The places at which a drawn plot answers a pointer and the keys: where each stands, and what is said there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.drawing.plots.line_plot import LinePlot, PlotCurve


@dataclass(frozen=True)
class PlotPlaces:
    """Of a sheet of a `size` in points: for each place of the level axis its x, and the height of every curve there.

    `span` is the top and the bottom of the plot, a height None where a curve is not drawn; `words` say what is there.
    """

    size: tuple[int, int]
    span: tuple[float, float]
    xs: list[float]
    heights: list[list[float | None]]
    words: list[str]

    @property
    def data(self) -> dict[str, object]:
        """What the page's script reads."""
        return {"span": self.span, "xs": self.xs, "heights": self.heights, "words": self.words}


def plot_places(plot: LinePlot, curves: Sequence[PlotCurve], size: tuple[int, int], words: Sequence[str]) -> PlotPlaces:
    """The places of some of its curves, which have the same points as far as they go, in words one each."""
    drawn = [plot.points(curve) for curve in curves]
    xs = [round(x, 1) for x, _ in max(drawn, key=len)]
    heights = [[round(y, 1) if y == y else None for _, y in points] for points in drawn]
    _, top, _, high = plot.box
    return PlotPlaces(size, (top, top + high), xs, heights, list(words))
