"""Outlines that a figure on a page shows again and again, each written once.

Every step of an unfolded graph repeats the labels of the others, further apart than compression looks back. So a page
that has its figure in it has each label once, and says where it stands. A label is one path: a browser makes what is
put together from letters anew wherever it is shown, letter by letter.
"""

from __future__ import annotations

from app.drawing.formats.decimals import length
from app.drawing.formats.svg_elements import PaintText, lettered
from app.drawing.lettering import Outline
from app.drawing.scene import Ink


class SharedOutlines:
    """The outlines that a figure has shown so far; `prefix` keeps their ids apart from those of other figures.

    What looks alike is one, whether it was made once or, since caches let go of some, again.
    """

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.paths: dict[str, str] = {}
        self.names: dict[Outline, str] = {}

    def shown(self, it: Ink, painted: PaintText) -> str:
        """A label at its place, as one element that has its paint."""
        name = self.names.get(it.outline) or self._named(it.outline)
        return f'<use href="#{name}" x="{length(it.x)}" y="{length(it.y)}"{painted(it.paint)}/>'

    def _named(self, outline: Outline) -> str:
        path = lettered(outline, (0, 0))
        self.names[outline] = name = self.paths.setdefault(path, f"{self.prefix}-label-{len(self.paths)}")
        return name

    def definitions(self) -> str:
        """What the shown ones refer to; no paint, so that each has that of where it stands."""
        labels = "".join(f'<path id="{name}" d="{path}"/>' for path, name in self.paths.items())
        return f"<defs>{labels}</defs>"
