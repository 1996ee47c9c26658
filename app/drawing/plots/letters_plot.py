"""What a training's network says in letters: of some windows the wanted word and the one that it says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from app.drawing.lettering import upright
from app.drawing.plots.line_plot import text
from app.drawing.scene import Item, Paint, Polyline, Theme

TITLE, LETTER, NUMBER = 13.0, 11.5, 9.5
"""Ems."""
PITCH, LINE = 10.0, 17.0
"""From letter to letter, and from line to line."""
AHEAD, BETWEEN, APART = 30.0, 14.0, 22.0
"""The room of a step's number, that between the two words, and that between columns."""
LONGEST = 24
"""Of longer words the first letters are written."""
SEEN = {" ": "␣", "\n": "↵"}


@dataclass(frozen=True)
class SpelledWindow:
    """A window by the number of its update."""

    step: int
    wanted: str
    said: str


@dataclass(frozen=True)
class LettersPlot:
    """Windows in columns within a box (left, top, width, height); wrong letters are crossed out, in `wrong`."""

    title: str
    windows: Sequence[SpelledWindow]
    box: tuple[float, float, float, float]
    wrong: str

    def items(self, theme: Theme) -> Iterator[Item]:
        left, top, width, height = self.box
        yield text(upright(self.title), TITLE, left - 34, top - 14, theme.ink)
        wide = AHEAD + BETWEEN + 2 * PITCH * min(LONGEST, max(len(it.wanted) for it in self.windows)) + APART
        rows, columns = int(height // LINE), max(1, int((width + APART + 34) // wide))
        places = np.linspace(0, len(self.windows) - 1, min(len(self.windows), rows * columns)).round().astype(int)
        for i, place in enumerate(dict.fromkeys(places.tolist())):
            yield from self._window(
                self.windows[place], theme, left - 34 + wide * (i // rows), top + 6 + LINE * (i % rows)
            )

    def _window(self, it: SpelledWindow, theme: Theme, x: float, y: float) -> Iterator[Item]:
        yield text(upright(str(it.step)), NUMBER, x + AHEAD - 12, y, theme.muted, 1)
        wanted, said = it.wanted[:LONGEST], it.said[:LONGEST]
        second = x + AHEAD + BETWEEN + PITCH * len(wanted)
        for k, (one, other) in enumerate(zip(wanted, said, strict=True)):
            right = one == other
            yield from _letter(one, x + AHEAD + PITCH * k, y, theme.muted)
            yield from _letter(other, second + PITCH * k, y, theme.ink if right else self.wrong)
            if not right:
                middle = second + PITCH * k
                crossed = ((middle - 4.5, y + 0.5), (middle + 4.5, y - 6.5))
                yield Polyline((crossed,), Paint("line", "none", self.wrong, 1.0))


def _letter(letter: str, x: float, y: float, colour: str) -> Iterator[Item]:
    yield text(upright(SEEN.get(letter, letter)), LETTER, x, y, colour, 0.5)
