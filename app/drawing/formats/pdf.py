"""Scenes as a PDF with a page for each: vector shapes without a font.

The file does not say when it was made, so the same figure is the same bytes. PDF's operators are those of ISO 32000-1,
section 8.5.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import Any, NamedTuple

import pydyf

from app.cache import cached
from app.drawing.formats.decimals import decimal, length
from app.drawing.formats.shapes import KAPPA, cell_boxes, round_outline
from app.drawing.formats.svg_elements import PIXELS, extent, sides
from app.drawing.geometry import (
    Contour,
    GridPoint,
    Point,
    cubic,
    dashes_around,
    of_corners,
    of_cubics,
)
from app.drawing.lettering import Outline
from app.drawing.scene import Cells, Curve, Disc, Ink, Item, ItemGroup, Paint, Polygon, Polyline, Rect, Scene, channels

LONGEST = 14_400.0
"""The longest side, in points, that every reader of PDF shows (ISO 32000-1, annex C); longer pages shrink to it."""
LONG = 100
"""Shorter shapes are not worth an object of their own."""
PAINTED = {(True, False): "f", (False, True): "S", (True, True): "B", (False, False): "n"}
"""The operator that ends a path, by whether it is filled and stroked."""


class _Page(NamedTuple):
    """A page's width and height in points, how a scene's coordinates become its own, their bounds, and its shapes."""

    size: tuple[float, float]
    turned: str
    box: tuple[float, float, float, float]
    shapes: tuple[str, ...]


def pdf(scenes: Sequence[Scene]) -> bytes:
    """A document with a page for each scene, its title the first one's; what several pages draw is in it once."""
    pages = [_page(scene) for scene in scenes]
    file, resources = pydyf.PDF(), pydyf.Dictionary()
    file.info["Title"] = pydyf.String(scenes[0].title)
    file.info["Producer"] = pydyf.String("Unfold")
    file.add_object(resources)
    names = _shared(file, resources, pages)
    for page in pages:
        content = _stream("\n".join((page.turned, *(names.get(shape, shape) for shape in page.shapes))), {})
        file.add_object(content)
        about = {"Type": "/Page", "Parent": file.pages.reference, "MediaBox": pydyf.Array([0, 0, *page.size])}
        file.add_page(pydyf.Dictionary({**about, "Resources": resources.reference, "Contents": content.reference}))
    written = BytesIO()
    file.write(written, version=b"1.4")
    return written.getvalue()


def _shared(file: Any, resources: Any, pages: Sequence[_Page]) -> Mapping[str, str]:
    """The operator that draws each of the shapes on several pages, each an object of the file."""
    often = Counter(shape for page in pages for shape in page.shapes)
    names, forms = dict[str, str](), pydyf.Dictionary()
    for shape, count in often.items():
        if count > 1 and len(shape) > LONG:
            about = {"Type": "/XObject", "Subtype": "/Form", "BBox": pydyf.Array(pages[0].box)}
            form = _stream(shape, about)
            file.add_object(form)
            name = f"X{len(names)}"
            forms[name] = form.reference
            names[shape] = f"/{name} Do"
    resources["XObject"] = forms
    return names


def _stream(operators: str, about: Mapping[str, Any]) -> Any:
    """Compressed here: at its highest level, which pydyf takes, it takes nearly twice as long for a hundredth less."""
    return pydyf.Stream([zlib.compress(operators.encode(), 6)], {**about, "Filter": "/FlateDecode"})


def _page(scene: Scene) -> _Page:
    """A scene as a page: PDF's y goes up, ours down."""
    width, height = map(float, extent(scene))
    scale = min(sides(scene)[0] / PIXELS / width, LONGEST / width, LONGEST / height)
    turned = (scale, 0, 0, -scale, -scale * scene.left, scale * (scene.top + height))
    box = scene.left, scene.top, scene.left + width, scene.top + height
    shapes = [_drawn(item) for item in scene.walk() if not isinstance(item, ItemGroup)]
    if scene.background != "none":
        shapes.insert(0, _drawn(Rect(scene.left, scene.top, width, height, Paint(fill=scene.background))))
    text = " ".join(f"{value:.6f}" for value in turned)
    return _Page((round(scale * width, 4), round(scale * height, 4)), f"{text} cm", box, tuple(filter(None, shapes)))


@cached(4096)
def _drawn(item: Item) -> str:
    """An item as operators; pages that follow one another have most items in common."""
    return "\n".join(WRITERS[type(item)](item))


# Shapes


def _disc(it: Disc) -> Sequence[str]:
    circle = _placed(it.x, it.y, _circle(it.radius))
    if not it.paint.dash:
        return [_painted(it.paint, circle)]
    inside, border = it.paint._replace(stroke="none", dash=()), it.paint._replace(fill="none", dash=())
    arcs = _placed(it.x, it.y, _operators(dashes_around(it.radius, it.paint.dash)))
    return [_painted(inside, circle), _painted(border, arcs)]


def _rect(it: Rect) -> Sequence[str]:
    if it.corner:
        return _curve(round_outline(it))
    return [_painted(it.paint, f"{' '.join(map(length, (it.x, it.y, it.width, it.height)))} re ")]


def _curve(it: Curve) -> Sequence[str]:
    return [_painted(it.paint, _placed(it.x, it.y, _operators((of_cubics(it.points),))))]


def _polygon(it: Polygon) -> Sequence[str]:
    return [_painted(it.paint, _placed(it.x, it.y, _operators((of_corners(it.points),))))]


def _polyline(it: Polyline) -> Sequence[str]:
    return [_painted(it.paint, "".join(_moved(of_corners(run, closed=False), 0, 0) for run in it.runs))]


def _ink(it: Ink) -> Sequence[str]:
    return [_painted(it.paint, _placed(it.x, it.y, _letters(it.outline)))] if it.outline.glyphs else []


def _cells(it: Cells) -> Sequence[str]:
    return [shape for cell in cell_boxes(it) for shape in _rect(cell.rectangle)]


WRITERS: Mapping[type, Callable[[Any], Sequence[str]]] = {
    Disc: _disc,
    Rect: _rect,
    Curve: _curve,
    Polygon: _polygon,
    Polyline: _polyline,
    Ink: _ink,
    Cells: _cells,
}


# Paths and paint


def _painted(paint: Paint, path: str) -> str:
    """A path with its colours, width and dashes, which nothing after it has."""
    filled, stroked = paint.fill != "none", paint.stroke != "none"
    state = f"{_colour(paint.fill)} rg " if filled else ""
    if stroked:
        state += f"{_colour(paint.stroke)} RG {paint.width:g} w "
    if stroked and paint.dash:
        state += f"[{' '.join(f'{d:g}' for d in paint.dash)}] 0 d "
    return f"q {state}{path}{PAINTED[filled, stroked]} Q"


@cached(256)
def _colour(colour: str) -> str:
    """`#rrggbb` as three shares of one."""
    return " ".join(f"{channel / 255:.4g}" for channel in channels(colour))


def _placed(x: float, y: float, path: str) -> str:
    return f"1 0 0 1 {length(x)} {length(y)} cm {path}"


@cached(64)
def _circle(r: float) -> str:
    """A circle around the origin as four cubics."""
    k = KAPPA * r
    quarters = ((r, k, k, r, 0, r), (-k, r, -r, k, -r, 0), (-r, -k, -k, -r, 0, -r), (k, -r, r, -k, r, 0))
    return f"{length(r)} 0 m " + "".join(" ".join(map(_fine, quarter)) + " c " for quarter in quarters) + "h "


def _fine(value: float) -> str:
    return f"{value:.4f}"


@cached(16384)
def _letters(outline: Outline) -> str:
    return "".join(_moved(contour, x, y) for glyph, x, y in outline.glyphs for contour in glyph.contours)


@cached(4096)
def _operators(contours: tuple[Contour, ...]) -> str:
    return "".join(_moved(contour, 0, 0) for contour in contours)


def _moved(it: Contour, x: int, y: int) -> str:
    """A contour moved by whole hundredths."""

    def spelled(*points: GridPoint | Point) -> str:
        return " ".join(f"{decimal(round(px + x))} {decimal(round(py + y))}" for px, py in points)

    here, words = it.start, [f"{spelled(it.start)} m "]
    for segment in it.segments:
        words.append(f"{spelled(*segment)} l " if len(segment) == 1 else f"{spelled(*cubic(here, segment))} c ")
        here = segment[-1]
    return "".join(words) + "h " * it.closed
