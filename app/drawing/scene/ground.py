"""Takes the paper's colour out of a figure that stands on nothing: whatever lies below it is to be seen through it."""

from __future__ import annotations

from collections.abc import Iterable

from app.drawing.scene.scene import Cells, Item, ItemGroup, Paint


def without_paper(items: Iterable[Item], paper: str) -> tuple[Item, ...]:
    """The same items; what would be painted in the paper's colour is not painted."""
    return tuple(_bare(item, paper) for item in items)


def _bare(item: Item, paper: str) -> Item:
    if isinstance(item, ItemGroup):
        return item._replace(items=without_paper(item.items, paper))
    if isinstance(item, Cells) or paper not in (item.paint.fill, item.paint.stroke):
        return item
    return item._replace(paint=_unpainted(item.paint, paper))


def _unpainted(paint: Paint, paper: str) -> Paint:
    fill, stroke = ("none" if colour == paper else colour for colour in (paint.fill, paint.stroke))
    return paint._replace(fill=fill, stroke=stroke)
