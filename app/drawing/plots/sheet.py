"""Plots on one sheet of paper, as a scene."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from app.drawing.plots.line_plot import text
from app.drawing.scene import THEMES, Item, ItemGroup, Scene, Theme, ThemeName
from app.language.typeset import MathBox

WORDS = 10.5
"""Their em."""
USUAL_SIZE = (720, 420)
"""A sheet's width and height in points."""


class Plotted(Protocol):
    """A plot that knows its place on a sheet."""

    def items(self, theme: Theme) -> Iterator[Item]: ...


@dataclass(frozen=True)
class PlotWords:
    """A line of words on a sheet, from its place on."""

    words: MathBox
    place: tuple[float, float]

    def items(self, theme: Theme) -> Iterator[Item]:
        yield text(self.words, WORDS, *self.place, theme.ink)


def sheet(
    plots: Iterable[Plotted], theme: ThemeName, title: str, about: str, size: tuple[int, int] = USUAL_SIZE
) -> Scene:
    """The plots with a title and a description of them all."""
    look = THEMES[theme]
    groups = tuple(ItemGroup(tuple(plot.items(look)), "plot") for plot in plots)
    return Scene(*size, title, about, groups, look, prefix="run", background=look.paper)
