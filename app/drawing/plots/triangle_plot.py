"""How much of a change of the state at each step is felt at each later one: a triangle of cells in bands of colour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.arrays import Array
from app.drawing.lettering import upright
from app.drawing.plots.line_plot import NUMBER, text
from app.drawing.scene import Item, Paint, Rect, Theme, ThemeName, blended
from app.engine.measure import GROWN
from app.language.typeset import MathBox, share_words

BANDS = (0.001, 0.01, 0.1, 0.25, 0.5, 0.75, GROWN, 3.0, 10.0)
"""Where the bands begin, the first of them at nothing; in those from `GROWN` on it is more than it was."""
SHARES = (0.0, 0.08, 0.2, 0.34, 0.5, 0.7, 1.0, 0.4, 0.7, 1.0)
"""How full the colour of each band is."""
GROWN_INK: dict[ThemeName, str] = {"light": "#1d4fb8", "dark": "#6aa9f7", "print": "#1d4fb8"}
AXIS = 8.5
"""The em of the steps at its sides."""
OVERLAP = 0.2
"""How far rows overlap, to show no seams."""
SWATCH = (28.5, 9.0)
"""The sides of a band in the scale."""


def band_words() -> list[str]:
    """The edges between the bands, in percents."""
    return [f"{100 * (1 if edge == GROWN else edge):,g}" for edge in BANDS]


@dataclass(frozen=True)
class TrianglePlot:
    """A row for each step t, a column for each step k; `place` is its top left, `cell` the pair that is marked."""

    name: MathBox
    shares: Array
    place: tuple[float, float]
    side: float
    cell: tuple[int, int] | None = None

    def items(self, theme: Theme) -> Iterator[Item]:
        """A cell for each pair of steps; equal neighbours are one."""
        (x, y), cell = self.place, self.side / len(self.shares)
        yield Rect(x, y, self.side, self.side, Paint("frame", "none", theme.muted, 0.5))
        for i, row in enumerate(self._bands().tolist()):
            row = row[: i + 1]
            starts = [k for k in range(len(row)) if k == 0 or row[k] != row[k - 1]]
            for k, end in zip(starts, [*starts[1:], len(row)], strict=True):
                if row[k]:
                    yield Rect(x + k * cell, y + i * cell, (end - k) * cell, cell + OVERLAP, _paint(row[k], theme))
        if self.cell:
            t, k = self.cell
            marked = Paint("frame", "none", theme.ink, 1.0)
            yield Rect(x + (k - 1) * cell, y + (t - 1) * cell, cell, cell, marked)
            share = share_words(float(self.shares[t - 1, k - 1]))
            yield text(upright(f"step {t} feels"), AXIS, x, y + self.side + 26, theme.muted)
            yield text(upright(f"{share} of step {k}"), AXIS, x, y + self.side + 36, theme.muted)
        yield text(self.name, NUMBER, x, y + self.side + 14, theme.ink)
        yield from self._axes(theme)

    def _axes(self, theme: Theme) -> Iterator[Item]:
        """The first and the last step of both: t down, k across, back to which it reaches."""
        (x, y), last = self.place, str(len(self.shares))
        for words, right, down in (("1", 0.0, -3.0), ("k", self.side / 2, -3.0), (last, self.side, -3.0)):
            yield text(upright(words), AXIS, x + right - 2.2 * len(words) * (right > 0), y + down, theme.muted)
        for words, down in (("1", 6.0), ("t", self.side / 2), (last, self.side)):
            yield text(upright(words), AXIS, x - 3 - 4.4 * len(words), y + down, theme.muted)

    def _bands(self) -> NDArray[np.intp]:
        """The band of each cell; what has left the finite numbers is in the last."""
        return np.searchsorted(BANDS, np.nan_to_num(self.shares, nan=0.0), side="right")


@dataclass(frozen=True)
class BandScale:
    """The colours of the bands, with what each begins at."""

    place: tuple[float, float]

    def items(self, theme: Theme) -> Iterator[Item]:
        (x, y), (wide, high) = self.place, SWATCH
        for i in range(len(SHARES)):
            yield Rect(x + i * wide, y, wide, high, _paint(i, theme))
        yield Rect(x, y, wide * len(SHARES), high, Paint("frame", "none", theme.muted, 0.5))
        for i, words in enumerate(band_words(), 1):
            yield text(upright(words), AXIS, x + i * wide - 2.1 * len(words), y + high + 9, theme.muted)


def _paint(band: int, theme: Theme) -> Paint:
    ink = GROWN_INK[theme.name] if band >= BANDS.index(GROWN) + 1 else theme.backward
    return Paint(fill=blended(theme.paper, ink, SHARES[band]))
