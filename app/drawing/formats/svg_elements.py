"""The shapes of a scene as elements of SVG, which figures in files and figures on pages share.

What an element says of its paint is the caller's. No text, use, style, script or foreignObject, no DOCTYPE, no
`transparent` or `rgba()`; whole pixels and a viewBox: a subset that slides, mail and every renderer read alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any

from app.cache import cached
from app.drawing.formats.decimals import decimal, length, relative
from app.drawing.formats.shapes import cell_boxes, round_outline
from app.drawing.geometry import Contour, GridPoint, Point, dashes_around, of_corners, of_cubics
from app.drawing.lettering import Glyph, Outline
from app.drawing.scene import Cells, Curve, Disc, Ink, Paint, Polygon, Polyline, Rect, Scene

PIXELS = 4 / 3
"""A point in CSS pixels."""
PaintText = Callable[[Paint], str]
"""The attributes of a paint, each after a space."""


# The canvas


def sides(scene: Scene) -> tuple[int, int]:
    """The figure's width and height in whole pixels."""
    return round(scene.width * PIXELS * scene.scale), round(scene.height * PIXELS * scene.scale)


def extent(scene: Scene) -> tuple[str, str]:
    """The figure's width and height in points, as its whole pixels show them."""
    width, height = (f"{side / (PIXELS * scene.scale):.12g}" for side in sides(scene))
    return width, height


def canvas(scene: Scene, times: float = 1) -> tuple[tuple[str, str], ...]:
    """The root's attributes that say how large it is, so many `times` as the scene, and what of the plane it shows."""
    width, height = (round(side * times) for side in sides(scene))
    box = " ".join((length(scene.left), length(scene.top), *extent(scene)))
    return ("width", f"{width}"), ("height", f"{height}"), ("viewBox", box)


def opening(scene: Scene, role: str, before: str = "", after: str = "", times: float = 1) -> list[str]:
    """The root's start tag, with attributes before and after the usual ones; the title and the description.

    It says that it is so many `times` as large as the scene.
    """
    names = f"{scene.prefix}-title", f"{scene.prefix}-description"
    sized = " ".join(f'{name}="{value}"' for name, value in canvas(scene, times))
    named = f'role="{role}" aria-labelledby="{names[0]}" aria-describedby="{names[1]}"'
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" {before}{sized} {named}{after}>',
        f'<title id="{names[0]}">{escape(scene.title)}</title>',
        f'<desc id="{names[1]}">{escape(scene.description)}</desc>',
    ]


@cached(1024)
def paint_attributes(paint: Paint) -> str:
    """Fill, stroke, width and dashes."""
    attributes = f' fill="{paint.fill}"'
    if paint.stroke != "none":
        attributes += f' stroke="{paint.stroke}" stroke-width="{paint.width:g}"'
    if paint.dash:
        attributes += f' stroke-dasharray="{" ".join(f"{d:g}" for d in paint.dash)}"'
    return attributes


# Shapes


def _disc(it: Disc, painted: PaintText) -> str:
    """A circle; a dashed border is a path beside it."""
    place = f'cx="{length(it.x)}" cy="{length(it.y)}" r="{length(it.radius)}"'
    if not it.paint.dash:
        return f"<circle {place}{painted(it.paint)}/>"
    inside = it.paint._replace(stroke="none", dash=())
    border = it.paint._replace(role="dashes", fill="none", dash=())
    path = f"{_moved_to(it.x, it.y)}{_relative_path(dashes_around(it.radius, it.paint.dash))}"
    return f'<circle {place}{painted(inside)}/><path d="{path}"{painted(border)}/>'


def _rect(it: Rect, painted: PaintText) -> str:
    if it.corner:
        return _curve(round_outline(it), painted)
    place = f'x="{length(it.x)}" y="{length(it.y)}" width="{length(it.width)}" height="{length(it.height)}"'
    return f"<rect {place}{painted(it.paint)}/>"


def _curve(it: Curve, painted: PaintText) -> str:
    return f'<path d="{_way(it)}"{painted(it.paint)}/>'


def curves(paint: Paint, lines: Iterable[Curve], painted: PaintText) -> str:
    """Lines in the same paint as one path."""
    return f'<path d="{"".join(map(_way, lines))}"{painted(paint)}/>'


def _way(it: Curve) -> str:
    x, y = it.points[0]
    return _moved_to(x + it.x, y + it.y) + _curve_commands(it.points)


def _polygon(it: Polygon, painted: PaintText) -> str:
    x, y = it.points[0]
    return f'<path d="{_moved_to(x + it.x, y + it.y)}{_corner_commands(it.points)}"{painted(it.paint)}/>'


def _polyline(it: Polyline, painted: PaintText) -> str:
    ways = "".join(_moved_to(*run[0]) + _corner_commands(run, closed=False) for run in it.runs)
    return f'<path d="{ways}"{painted(it.paint)}/>'


def _ink(it: Ink, painted: PaintText) -> str:
    return f'<path d="{lettered(it.outline, (it.x, it.y))}"{painted(it.paint)}/>'


def lettered(outline: Outline, pen: Point) -> str:
    """The path of a label from where its pen is; of one without ink there is none."""
    return _moved_to(*pen) + _letters(outline) if outline.glyphs else ""


def _cells(it: Cells, painted: PaintText) -> str:
    return "".join(
        [
            f'<rect x="{length(x)}" y="{length(y)}" width="{length(width)}" height="{length(height)}" fill="{colour}"/>'
            for x, y, width, height, colour in cell_boxes(it)
        ]
    )


WRITERS: Mapping[type, Callable[[Any, PaintText], str]] = {
    Disc: _disc,
    Rect: _rect,
    Curve: _curve,
    Polygon: _polygon,
    Polyline: _polyline,
    Ink: _ink,
    Cells: _cells,
}


# Paths


def _moved_to(x: float, y: float) -> str:
    """The pen at a point, from which a contour begins."""
    across, down = length(x), length(y)
    return f"M{across}{down}" if down[0] == "-" else f"M{across} {down}"


@cached(4096)
def _curve_commands(points: tuple[Point, ...]) -> str:
    return _commands(of_cubics(points))


@cached(4096)
def _corner_commands(points: tuple[Point, ...], closed: bool = True) -> str:
    return _commands(of_corners(points, closed))


@cached(64)
def _relative_path(contours: tuple[Contour, ...]) -> str:
    """Contours after one another, seen from a pen at (0, 0)."""
    text, pen = "", (0, 0)
    for contour in contours:
        text += f"m{relative(pen, [contour.start])}{_commands(contour)}"
        pen = contour.end
    return text


@cached(4096)
def _commands(contour: Contour) -> str:
    """The commands after the start of a contour, each relative to where it begins."""
    here, words = contour.start, list[str]()
    for segment in contour.segments:
        words.append(_line(here, segment[0]) if len(segment) == 1 else "qc"[len(segment) - 2] + relative(here, segment))
        here = segment[-1]
    return "".join(words) + "z" * contour.closed


def _line(here: GridPoint, there: GridPoint) -> str:
    if here[1] == there[1]:
        return "h" + decimal(there[0] - here[0])
    if here[0] == there[0]:
        return "v" + decimal(there[1] - here[1])
    return "l" + relative(here, (there,))


@cached(16384)
def _letters(outline: Outline) -> str:
    """A label's glyphs, seen from its pen."""
    words, pen = list[str](), (0, 0)
    for glyph, x, y in outline.glyphs:
        (sx, sy), (ex, ey) = glyph.contours[0].start, glyph.contours[-1].end
        words.append(f"m{relative(pen, [(x + sx, y + sy)])}{_from_first(glyph)}")
        pen = x + ex, y + ey
    return "".join(words)


@cached(4096)
def _from_first(glyph: Glyph) -> str:
    """A glyph from the start of its first contour."""
    first, *rest = glyph.contours
    pen, text = first.end, _commands(first)
    for contour in rest:
        text += f"m{relative(pen, [contour.start])}{_commands(contour)}"
        pen = contour.end
    return text
