"""How a figure is drawn, beyond what it is a figure of: the fields of the picture, each with its usual value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.drawing.layout import Arrangement, Direction, Spacing, Span
from app.drawing.scene.fit import Fit
from app.drawing.scene.themes import CLASSIC, Colours, Theme, ThemeName, themed
from app.language.typeset import USUAL_NOTATION, Notation

View = Literal["folded", "unfolded", "both"]
Background = Literal["paper", "white", "none"]


@dataclass(frozen=True, slots=True)
class FigureOptions:
    """The names are those of a link's fields that decide the picture alone; a page adds `prefix` and `live`.

    `notation`: how names are written, for which a link has several fields.
    `window`: the first and the last step to show, for a part of a run other than that which is found by itself.
    `rows`: the variables and operations whose nodes are drawn, None for all;
    `caption`: words below it; `mark`: the ids of nodes and edges that are marked.
    `fit`: the box that it is made to fill. `scale` and `font_size` make all of it larger, or its labels: these fill
    what room they have, and what is still lacking makes everything larger. `prefix` begins every XML id. `live`: every
    layer of every step is drawn, for a page whose style sheet shows those that the cursor has reached, and the legend
    is in pieces beside the figure, for the page to put where it has room. `least`: the em of the smallest letters that
    can be read where the figure is to stand; `words`: that of what is written at arrows, in parts of cells and in boxes
    of operations alone, which stand as far apart as it needs; `tight`: what stands beside cells of operations takes as
    little room as it can.
    """

    view: View = "unfolded"
    theme: ThemeName = "light"
    colours: Colours = CLASSIC
    window: Span | None = None
    fit: Fit | None = None
    scale: float = 1.0
    font_size: float = 1.0
    background: Background = "paper"
    direction: Direction = "right"
    spacing: Spacing = "normal"
    rows: frozenset[str] | None = None
    caption: str = ""
    mark: frozenset[str] = frozenset()
    notation: Notation = USUAL_NOTATION
    prefix: str = "fig"
    live: bool = False
    least: float = 0.0
    words: float = 0.0
    tight: bool = False

    @property
    def arrangement(self) -> Arrangement:
        """How nodes are arranged."""
        return Arrangement(self.direction, self.spacing, self.tight)

    def readable(self, size: float) -> float:
        """The em of what is usually this large."""
        return max(size, self.least)

    def readable_word(self, size: float) -> float:
        """The same of what is written beside names and numbers."""
        return max(size, self.least, self.words)

    @property
    def numbers_as_cells(self) -> bool:
        """True where a number that could not be read is a coloured cell: in a small box, and on a page from afar."""
        return self.live or self.least > 0

    @property
    def palette(self) -> Theme:
        """Everything that has a colour."""
        return themed(self.theme, self.colours)


USUAL = FigureOptions()
"""Every field as it usually is."""
