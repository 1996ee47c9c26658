"""A `Scene` in, SVG out: attributes only, a subset that slides, mail and every renderer read alike.

No text, use, style, script or foreignObject, no DOCTYPE, no `transparent` or `rgba()`; whole pixels and a viewBox.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from html import escape
from itertools import groupby, pairwise
from math import cos, pi, sin, tan
from typing import Any

from app.drawing.geometry.curves import Point
from app.drawing.lettering.glyphs import decimal, numbers, relative
from app.drawing.lettering.labels import placed
from app.drawing.scene.scene import Cells, Curve, Disc, Group, Ink, Item, Paint, Polygon, Rect, Scene
from app.drawing.scene.themes import Dash

PIXELS = 4 / 3
"""A point in CSS pixels."""


def svg(scene: Scene, titled: bool = True) -> str:
    """The figure as a file, or, where the scene is live, as a fragment for a page.

    The file says that it is an image; in a page each node can take focus and has a name, and the paper is the page's.
    `titled`: whether groups have their titles as elements, as readers want them; a page's scripts read a fact.
    """
    named = f"{scene.prefix}-title", f"{scene.prefix}-description"
    width, height = sides(scene)
    size = f'width="{width}" height="{height}"'
    box = f'viewBox="{_n(scene.left)} {_n(scene.top)} {_shown(width, scene)} {_shown(height, scene)}"'
    role = "group" if scene.live else "img"
    kind = 'class="figure" ' if scene.live else ""
    data = "".join(f' data-{key}="{escape(value)}"' for key, value in scene.data)
    names = f'aria-labelledby="{named[0]}" aria-describedby="{named[1]}"'
    paper = "" if scene.live else _paper(scene)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {kind}{size} {box} role="{role}" {names}{data}>',
        f'<title id="{named[0]}">{escape(scene.title)}</title>',
        f'<desc id="{named[1]}">{escape(scene.description)}</desc>{paper}',
    ]
    for item in scene.items:
        _write(item, parts, scene.live, titled)
    parts.append("</svg>\n")
    return "\n".join(parts)


def sides(scene: Scene) -> tuple[int, int]:
    """The figure's width and height in whole pixels."""
    return round(scene.width * PIXELS * scene.scale), round(scene.height * PIXELS * scene.scale)


def _shown(side: int, scene: Scene) -> str:
    """The points that so many pixels show."""
    return f"{side / (PIXELS * scene.scale):.12g}"


def _paper(scene: Scene) -> str:
    if scene.background == "none":
        return ""
    width, height = (_shown(side, scene) for side in sides(scene))
    place = f'x="{_n(scene.left)}" y="{_n(scene.top)}" width="{width}" height="{height}"'
    return f'\n<rect {place} fill="{scene.background}"/>'


def _write(item: Item, parts: list[str], live: bool, titled: bool) -> None:
    if isinstance(item, Group):
        parts.append(_opened(item, live, titled))
        for line, found in groupby(item.items, _line) if live else ((None, item.items),):
            if line:
                parts.append(_strokes(line, found, live))
            else:
                for child in found:
                    _write(child, parts, live, titled)
        parts.append("</g>")
    else:
        parts.append(WRITERS[type(item)](item, live))


def _line(item: Item) -> Paint | None:
    """What a line is drawn with. In a page, lines that follow each other in the same paint are one element."""
    return item.paint if isinstance(item, Curve) else None


def _opened(group: Group, live: bool, titled: bool) -> str:
    """A group's start tag and title. Classes and data are for pages alone."""
    attributes = f' id="{escape(group.id)}"' if group.id else ""
    if live:
        attributes += f' class="{group.role}"' if group.role else ""
        attributes += "".join(f' data-{key}="{_fact(value)}"' for key, value in group.data)
        attributes += f' tabindex="{group.tab}" role="img"' if group.tab is not None else ""
    if not group.title:
        return f"<g{attributes}>"
    title = escape(group.title)
    return f"<g{attributes}><title>{title}</title>" if titled else f'<g{attributes} data-sentence="{title}">'


def _fact(value: str | float) -> str:
    return escape(value) if isinstance(value, str) else f"{value:.2f}"


def _n(value: float) -> str:
    return decimal(round(100 * value))


def _disc(it: Disc, live: bool) -> str:
    """A circle. A dashed border is one arc a dash: renderers disagree on where dashes along a circle fall."""
    place = f'cx="{_n(it.x)}" cy="{_n(it.y)}" r="{_n(it.radius)}"'
    if not it.paint.dash:
        return f"<circle {place}{_painted(it.paint, live)}/>"
    inside = it.paint._replace(stroke="none", dash=())
    border = it.paint._replace(role="dashes", fill="none", dash=())
    path = f"M{numbers((round(100 * it.x), round(100 * it.y)))}{_dashes(it.radius, it.paint.dash)}"
    return f'<circle {place}{_painted(inside, live)}/><path d="{path}"{_painted(border, live)}/>'


@lru_cache(maxsize=64)
def _dashes(radius: float, dash: Dash) -> str:
    """A whole number of arcs around the pen, the first one centred on the right."""
    count = round(2 * pi * radius / sum(dash))
    half = pi / count * dash[0] / sum(dash)
    reach = radius * 4 / 3 * tan(half / 2)
    text, pen = "", (0, 0)
    for i in range(count):
        first, last = (2 * pi * i / count + side * half for side in (-1, 1))
        ends = [(radius * cos(a), radius * sin(a)) for a in (first, last)]
        tangents = [(-reach * sin(a), reach * cos(a)) for a in (first, last)]
        (ax, ay), (dx, dy) = ends
        corners = (
            (ax, ay),
            (ax + tangents[0][0], ay + tangents[0][1]),
            (dx - tangents[1][0], dy - tangents[1][1]),
            (dx, dy),
        )
        start, *rest = ((round(100 * x), round(100 * y)) for x, y in corners)
        text += f"m{relative(pen, [start])}c{relative(start, rest)}"
        pen = rest[-1]
    return text


def _rect(it: Rect, live: bool) -> str:
    return _rectangle(it.x, it.y, it.width, it.height, _painted(it.paint, live))


def _rectangle(x: float, y: float, width: float, height: float, paint: str) -> str:
    return f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"{paint}/>'


def _curve(it: Curve, live: bool) -> str:
    return _strokes(it.paint, (it,), live)


def _strokes(paint: Paint, lines: Iterable[Item], live: bool) -> str:
    curves = (it for it in lines if isinstance(it, Curve))
    ways = "".join(f"{_start(it.points[0], it.x, it.y)}{_pieces(it.points)}" for it in curves)
    return f'<path d="{ways}"{_painted(paint, live)}/>'


def _polygon(it: Polygon, live: bool) -> str:
    return f'<path d="{_start(it.points[0], it.x, it.y)}{_corners(it.points)}"{_painted(it.paint, live)}/>'


def _start(first: Point, x: float, y: float) -> str:
    return f"M{numbers((round(100 * (first[0] + x)), round(100 * (first[1] + y))))}"


@lru_cache(maxsize=4096)
def _pieces(points: tuple[Point, ...]) -> str:
    """Cubic pieces as relative commands; those that are straight as lines."""
    whole = [(round(100 * x), round(100 * y)) for x, y in points]
    text = ""
    for i in range(0, len(whole) - 1, 3):
        here, *rest = whole[i : i + 4]
        steps = [(x - here[0], y - here[1]) for x, y in rest]
        (ax, ay), (bx, by), (dx, dy) = steps
        level = abs(ax * dy - ay * dx) <= abs(dx) + abs(dy) and abs(bx * dy - by * dx) <= abs(dx) + abs(dy)
        text += f"l{numbers((dx, dy))}" if level else "c" + numbers(c for step in steps for c in step)
    return text


@lru_cache(maxsize=4096)
def _corners(points: tuple[Point, ...]) -> str:
    whole = [(round(100 * x), round(100 * y)) for x, y in points]
    return "l" + numbers(c for p, q in pairwise(whole) for c in (q[0] - p[0], q[1] - p[1])) + "z"


def _ink(it: Ink, live: bool) -> str:
    return f'<path d="{placed(it.outline, it.x, it.y)}"{_painted(it.paint, live)}/>'


def _cells(it: Cells, live: bool) -> str:
    """Each cell reaches to the end of its row, under those after it, so that no seam shows between them.

    One of the same colour as that before it is drawn already. A file has them in a group, which moves as one.
    """
    columns = len(it.colours) // it.rows
    width, height = it.width / columns, it.height / it.rows
    rectangles = []
    for i, colour in enumerate(it.colours):
        row, column = divmod(i, columns)
        if column and colour == it.colours[i - 1]:
            continue
        x, y = it.x + column * width, it.y + row * height
        rectangles.append(_rectangle(x, y, it.x + it.width - x, it.y + it.height - y, f' fill="{colour}"'))
    return "".join(rectangles) if live else f"<g>{''.join(rectangles)}</g>"


@lru_cache(maxsize=1024)
def _painted(paint: Paint, live: bool) -> str:
    attributes = f' class="{paint.role}"' if live and paint.role else ""
    attributes += f' fill="{paint.fill}"'
    if paint.stroke != "none":
        attributes += f' stroke="{paint.stroke}" stroke-width="{paint.width:g}"'
    if paint.dash:
        dashes = " ".join(f"{d:g}" for d in paint.dash)
        attributes += f' stroke-dasharray="{dashes}"'
    return attributes


WRITERS: dict[type, Callable[[Any, bool], str]] = {
    Disc: _disc,
    Rect: _rect,
    Curve: _curve,
    Polygon: _polygon,
    Ink: _ink,
    Cells: _cells,
}
