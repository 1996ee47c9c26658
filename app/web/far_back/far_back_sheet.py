"""Two chains as one picture beside an address: a question or a name, and below it each chain with what is left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from app.drawing import FigureOptions, Scene
from app.drawing.lettering import upright
from app.drawing.plots import LOOKS, series, text
from app.drawing.scene import Chain, ChainDrawing, Item, ItemGroup, Theme
from app.web.far_back.networks import STEPS, FarBackPair

QUESTION = "How far back can a network feel its mistake?"
SIZE, MARGIN = (960, 504), 48.0
"""The sheet in points, and the room at its sides."""
TITLE, NAME, WORDS, SMALL = 35.0, 22.0, 27.0, 14.0
"""The em of the question, of a network's name, of what is left of its gradient, and of the words beside that."""
QUESTION_LINE, FIRST, APART = 80.0, 158.0, 180.0
"""The lines of the question and of the first name, and from one network to the next."""
CHAIN_DROP = 82.0
"""How far a chain is below its name."""


class SheetRow(NamedTuple):
    """A chain of a sheet: the network's name, what is left of its gradient, words on that, the steps of the axis."""

    name: str
    left: str
    said: str
    chain: Chain
    steps: int = 0


def far_back_sheet(pair: FarBackPair) -> Scene:
    """Both networks of the first page in the proportions of a picture beside an address."""
    said = f"of what arrives at step {STEPS} is left at step 1"
    rows = [SheetRow(it.title, it.words, said, it.chain) for it in pair.networks]
    return chains_sheet(QUESTION, " ".join(pair.sentences), rows, "far-back")


def chains_sheet(heading: str, about: str, rows: Sequence[SheetRow], prefix: str) -> Scene:
    """Two chains below each other, with what is left of each."""
    options = FigureOptions(prefix=prefix)
    theme = options.palette
    items = [text(upright(heading), TITLE, MARGIN, QUESTION_LINE, theme.ink)]
    groups = [ItemGroup(tuple(_row(row, i, options, theme))) for i, row in enumerate(rows)]
    return Scene(*SIZE, heading, about, (*items, *groups), theme, options.prefix, background=theme.paper)


def _row(row: SheetRow, i: int, options: FigureOptions, theme: Theme) -> Iterator[Item]:
    """The name and what is left in the colour of its curve, and the chain."""
    line, right = FIRST + i * APART, SIZE[0] - MARGIN
    colour, _ = series(LOOKS[i], "light")
    name = text(upright(row.name), NAME, MARGIN, line, theme.ink)
    yield name
    yield text(upright(row.left), WORDS, MARGIN + max(92, name.outline.width + 22), line, colour)
    yield text(upright(row.said), SMALL, MARGIN, line + 24, theme.muted)
    yield from ChainDrawing(row.chain, right - MARGIN, options, MARGIN, line + CHAIN_DROP, row.steps).items()
