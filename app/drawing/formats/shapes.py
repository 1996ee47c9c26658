"""Splits shapes of a scene that formats have no word for into ones that they have."""

from __future__ import annotations

from collections.abc import Iterator

from app.cache import cached
from app.drawing.scene import Cells, Paint, Rect


def cell_rectangles(it: Cells) -> Iterator[Rect]:
    """Each cell reaches to the end of its row, under those after it, so that no seam shows between them.

    One of the same colour as that before it is drawn already.
    """
    columns = len(it.colours) // it.rows
    width, height = it.width / columns, it.height / it.rows
    for i, colour in enumerate(it.colours):
        row, column = divmod(i, columns)
        if column and colour == it.colours[i - 1]:
            continue
        x, y = it.x + column * width, it.y + row * height
        yield Rect(x, y, it.x + it.width - x, it.y + it.height - y, _filled(colour))


@cached(256)
def _filled(colour: str) -> Paint:
    return Paint(fill=colour)
