"""The first page as one picture: the question, and below it both chains with what is left."""

from __future__ import annotations

from collections.abc import Iterator

from app.drawing import FigureOptions, Scene
from app.drawing.lettering import upright
from app.drawing.plots import LOOKS, series, text
from app.drawing.scene import ChainDrawing, Item, ItemGroup, Theme
from app.web.far_back.networks import STEPS, FarBackNetwork, FarBackPair

QUESTION = "How far back can a network feel its mistake?"
SIZE, MARGIN = (960, 504), 48.0
"""The sheet in points, and the room at its sides."""
TITLE, NAME, WORDS, SMALL = 35.0, 22.0, 27.0, 14.0
"""The em of the question, of a network's name, of what is left of its gradient, and of the words beside that."""
QUESTION_LINE, FIRST, APART = 80.0, 158.0, 180.0
"""The lines of the question and of the first name, and from one network to the next."""
CHAIN_DROP = 82.0
"""How far a chain is below its name."""


def far_back_sheet(pair: FarBackPair) -> Scene:
    """Both networks in the proportions of a picture beside an address."""
    options = FigureOptions(prefix="far-back")
    theme = options.palette
    items = [text(upright(QUESTION), TITLE, MARGIN, QUESTION_LINE, theme.ink)]
    groups = [ItemGroup(tuple(_network(it, i, options, theme))) for i, it in enumerate(pair.networks)]
    about = " ".join(pair.sentences)
    return Scene(*SIZE, QUESTION, about, (*items, *groups), theme, options.prefix, background=theme.paper)


def _network(network: FarBackNetwork, i: int, options: FigureOptions, theme: Theme) -> Iterator[Item]:
    """The name and what is left in the colour of its curve, and the chain."""
    line, right = FIRST + i * APART, SIZE[0] - MARGIN
    colour, _ = series(LOOKS[i], "light")
    yield text(upright(network.title), NAME, MARGIN, line, theme.ink)
    yield text(upright(network.words), WORDS, MARGIN + 92, line, colour)
    said = f"of what arrives at step {STEPS} is left at step 1"
    yield text(upright(said), SMALL, MARGIN, line + 24, theme.muted)
    yield from ChainDrawing(network.chain, right - MARGIN, options, MARGIN, line + CHAIN_DROP).items()
