"""Outlines that a figure on a page shows again and again, each written once: labels put together from letters.

Every step of an unfolded graph repeats the labels of the others, further apart than compression looks back. So a page
that has its figure in it has each letter once and each label once, and says where they stand.
"""

from __future__ import annotations

from app.drawing.formats.decimals import decimal, length
from app.drawing.formats.svg_elements import PaintText, letter
from app.drawing.lettering import Glyph, Outline, PlacedGlyph
from app.drawing.scene import Ink


class SharedOutlines:
    """The outlines that a figure has shown so far; `prefix` keeps their ids apart from those of other figures."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.labels: dict[Outline, str] = {}
        self.letters: dict[Glyph, str] = {}

    def shown(self, it: Ink, painted: PaintText) -> str:
        """A label at its place, as one element that has its paint."""
        name = self.labels.setdefault(it.outline, f"{self.prefix}-label-{len(self.labels)}")
        return f'<use href="#{name}" x="{length(it.x)}" y="{length(it.y)}"{painted(it.paint)}/>'

    def definitions(self) -> str:
        """What the shown ones refer to; no paint, so that each has that of where it stands."""
        labels = "".join(self._label(it, name) for it, name in self.labels.items())  # Which name the letters.
        letters = "".join(f'<path id="{name}" d="{letter(it)}"/>' for it, name in self.letters.items())
        return f"<defs>{letters}{labels}</defs>"

    def _label(self, it: Outline, name: str) -> str:
        return f'<g id="{name}">{"".join(map(self._placed, it.glyphs))}</g>'

    def _placed(self, it: PlacedGlyph) -> str:
        name = self.letters.setdefault(it.glyph, f"{self.prefix}-letter-{len(self.letters)}")
        across, down = (f' {side}="{decimal(by)}"' if by else "" for side, by in (("x", it.x), ("y", it.y)))
        return f'<use href="#{name}"{across}{down}/>'
