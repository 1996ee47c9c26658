"""How much the state at each step hangs on that at each other, as a triangle of cells on a logarithmic scale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.arrays import Array
from app.drawing.lettering import upright
from app.drawing.plots.line_plot import NUMBER, text
from app.drawing.scene import Item, Paint, Rect, Theme, blended
from app.language.typeset import MathBox

FAINTEST, LEVELS = 5, 8
"""The powers of ten of the scale, below which nothing is seen, and its steps."""
AXIS = 8.5
"""The em of the steps at its sides."""
OVERLAP = 0.2
"""How far rows overlap, to show no seams."""


@dataclass(frozen=True)
class TrianglePlot:
    """A row for each step, a column for each other; shares from 0 to 1. `place` is its top left on the sheet."""

    name: MathBox
    shares: Array
    place: tuple[float, float]
    side: float

    def items(self, theme: Theme) -> Iterator[Item]:
        """A cell for each pair of steps, the fuller the larger; equal neighbours are one."""
        (x, y), cell = self.place, self.side / len(self.shares)
        yield Rect(x, y, self.side, self.side, Paint("frame", "none", theme.muted, 0.5))
        for i, row in enumerate(self._levels().tolist()):
            starts = [k for k in range(len(row)) if k == 0 or row[k] != row[k - 1]]
            for k, end in zip(starts, [*starts[1:], len(row)], strict=True):
                if row[k]:
                    paint = Paint(fill=blended(theme.paper, theme.backward, row[k] / LEVELS))
                    yield Rect(x + k * cell, y + i * cell, (end - k) * cell, cell + OVERLAP, paint)
        yield text(self.name, NUMBER, x, y + self.side + 14, theme.ink)
        yield from self._axes(theme)

    def _axes(self, theme: Theme) -> Iterator[Item]:
        """The first and the last step of both: t down, k across, back to which it reaches."""
        (x, y), last = self.place, str(len(self.shares))
        for words, right, down in (("1", 0.0, -3.0), ("k", self.side / 2, -3.0), (last, self.side, -3.0)):
            yield text(upright(words), AXIS, x + right - 2.2 * len(words) * (right > 0), y + down, theme.muted)
        for words, down in (("1", 6.0), ("t", self.side / 2), (last, self.side)):
            yield text(upright(words), AXIS, x - 3 - 4.4 * len(words), y + down, theme.muted)

    def _levels(self) -> NDArray[np.int_]:
        levels = np.clip(LEVELS * (1 + np.log10(self.shares) / FAINTEST), 0, LEVELS)
        return np.nan_to_num(levels, nan=0.0).round().astype(int)
