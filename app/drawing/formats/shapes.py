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
    right, bottom = it.x + it.width, it.y + it.height
    for row in range(it.rows):
        y, before = it.y + row * height, ""
        for column, colour in enumerate(it.colours[row * columns : (row + 1) * columns]):
            if colour != before:
                x, before = it.x + column * width, colour
                yield Rect(x, y, right - x, bottom - y, _filled(colour))


@cached(256)
def _filled(colour: str) -> Paint:
    return Paint(fill=colour)
