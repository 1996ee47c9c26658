"""Makes shapes larger about a point, their lines as wide as before, since what a line's width means stays."""

from __future__ import annotations

from collections.abc import Iterable

from app.drawing.geometry import Point
from app.drawing.lettering import outline
from app.drawing.scene.scene import Cells, Curve, Disc, Ink, Item, ItemGroup, Polygon, Polyline, Rect


def enlarged(items: Iterable[Item], times: float, about: Point) -> tuple[Item, ...]:
    """The items so many times as large, as seen from a point that stays where it is."""
    return tuple(_enlarged(item, times, about) for item in items)


def _enlarged(item: Item, times: float, about: Point) -> Item:
    def placed(x: float, y: float) -> Point:
        return about[0] + times * (x - about[0]), about[1] + times * (y - about[1])

    def grown(points: Iterable[Point]) -> tuple[Point, ...]:
        return tuple((times * x, times * y) for x, y in points)

    match item:
        case ItemGroup():
            return item._replace(items=enlarged(item.items, times, about))
        case Polyline():
            return item._replace(runs=tuple(tuple(placed(*p) for p in run) for run in item.runs))
    x, y = placed(item.x, item.y)
    match item:
        case Disc():
            return item._replace(x=x, y=y, radius=times * item.radius)
        case Rect():
            size = times * item.width, times * item.height
            return item._replace(x=x, y=y, width=size[0], height=size[1], corner=times * item.corner)
        case Cells():
            return item._replace(x=x, y=y, width=times * item.width, height=times * item.height)
        case Curve():
            return item._replace(x=x, y=y, points=grown(item.points))
        case Polygon():
            return item._replace(x=x, y=y, points=grown(item.points))
        case Ink():
            return item._replace(x=x, y=y, outline=outline(item.outline.box, times * item.outline.size))
