"""SVG files in, a PDF out with a page for each: the same shapes, vector and without a font.

Our SVG is a small language (circles, rectangles, paths of relative commands, an element a line), so each of its words
has one in PDF (ISO 32000-1, section 8.5). Nothing in the file says when it was made: the same figure is the same bytes.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.drawing.geometry.svg_path import strokes

LONGEST = 14_400.0
"""The longest side, in points, that every reader of PDF shows (ISO 32000-1, annex C); longer pages shrink to it."""
LONG = 100
"""Shorter shapes are not worth an object of their own."""
KAPPA = 0.5522847498
"""How far the controls of a quarter circle lie along its tangents, as a share of the radius (4/3 (√2 - 1))."""
SHAPE = re.compile(r"<(rect|circle|path) ([^>]*)/>")
ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
TITLE = re.compile("<title[^>]*>([^<]*)</title>")
PIXELS = 4 / 3
PAINTED = {(True, False): "f", (False, True): "S", (True, True): "B", (False, False): "n"}
"""The operator that ends a path, by whether it is filled and stroked."""


def pdf(svgs: Sequence[str]) -> bytes:
    """A document with a page for each file, its title the first one's; what several pages draw is in it once."""
    pages = [_page(svg) for svg in svgs]
    often = Counter(shapes for page in pages for shapes in page.content)
    forms = {shapes: f"/X{i}" for i, shapes in enumerate(s for s, n in often.items() if n > 1 and len(s) > LONG)}
    first, kids = len(FIXED) + 1, len(FIXED) + 1 + len(forms)
    numbers = range(kids, kids + 2 * len(pages), 2)
    title = TITLE.findall(svgs[0])[0].encode("utf-16-be").hex()
    said = {
        "pages": f"/Count {len(pages)}/Kids[{' '.join(f'{n} 0 R' for n in numbers)}]",
        "title": f"<feff{title}>",
        "forms": "".join(f"{name} {first + i} 0 R" for i, name in enumerate(forms.values())),
    }
    objects = [text.format(**said).encode() for text in FIXED]
    objects += [_stream(shapes, f"/Type/XObject/Subtype/Form/BBox[{pages[0].box}]") for shapes in forms]
    for number, page in zip(numbers, pages, strict=True):
        content = "\n".join((page.turned, *(f"{forms[s]} Do" if s in forms else s for s in page.content)))
        about = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {page.size}]/Resources 4 0 R/Contents {number + 1} 0 R>>"
        objects += [about.encode(), _stream(content)]
    return _file(objects)


FIXED = (
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages{pages}>>",
    "<</Title{title}/Producer(Unfold)>>",
    "<</XObject<<{forms}>>>>",
)
"""The first objects; the fourth is what all pages may draw."""


@dataclass(frozen=True, slots=True)
class _Page:
    """A page's width and height, how SVG's coordinates become its own, their bounds, and its shapes."""

    size: str
    turned: str
    box: str
    content: tuple[str, ...]


def _stream(content: str, about: str = "") -> bytes:
    packed = zlib.compress(content.encode(), 6)
    return b"<<%b/Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (about.encode(), len(packed), packed)


def _file(objects: Iterable[bytes]) -> bytes:
    """Numbered objects, then where in the file each of them is."""
    data, places = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    tail = b"trailer\n<</Size %d/Root 1 0 R/Info 3 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, len(data))
    return bytes(data + head + table + tail)


def _page(svg: str) -> _Page:
    """A file as a page: PDF's y goes up, SVG's down."""
    head, *lines = svg.split("\n")
    said = dict(ATTRIBUTE.findall(head))
    left, top, width, height = map(float, said["viewBox"].split())
    scale = min(float(said["width"]) / PIXELS / width, LONGEST / width, LONGEST / height)
    turned = f"{_n(scale)} 0 0 {_n(-scale)} {_n(-scale * left)} {_n(scale * (top + height))} cm"
    size, box = (_n(scale * width), _n(scale * height)), (left, top, left + width, top + height)
    return _Page(" ".join(size), turned, " ".join(map(_n, box)), tuple(filter(None, map(_shapes, lines))))


@lru_cache(maxsize=16384)
def _shapes(line: str) -> str:
    """The shapes of a line of SVG; pages that follow one another have most lines in common."""
    found = ((name, dict(ATTRIBUTE.findall(rest))) for name, rest in SHAPE.findall(line))
    return "\n".join(f"q {_paint(said)}{SHAPES[name](said)} Q" for name, said in found)


def _paint(said: Mapping[str, str]) -> str:
    """What sets the colours, the width and the dashes."""
    text = f"{_colour(said['fill'])} rg " if said["fill"] != "none" else ""
    if "stroke" in said:
        dashes = f"[{said['stroke-dasharray']}] 0 d " if "stroke-dasharray" in said else ""
        text += f"{_colour(said['stroke'])} RG {said['stroke-width']} w {dashes}"
    return text


@lru_cache(maxsize=256)
def _colour(colour: str) -> str:
    """`#rrggbb` as three shares of one."""
    return " ".join(_n(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))


def _ended(said: Mapping[str, str]) -> str:
    return PAINTED[said["fill"] != "none", "stroke" in said]


def _rect(said: Mapping[str, str]) -> str:
    return f"{said['x']} {said['y']} {said['width']} {said['height']} re {_ended(said)}"


def _circle(said: Mapping[str, str]) -> str:
    return f"1 0 0 1 {said['cx']} {said['cy']} cm {_quarters(float(said['r']))}{_ended(said)}"


@lru_cache(maxsize=64)
def _quarters(r: float) -> str:
    """A circle around the origin as four cubics."""
    k = KAPPA * r
    quarters = ((r, k, k, r, 0, r), (-k, r, -r, k, -r, 0), (-r, -k, -k, -r, 0, -r), (k, -r, r, -k, r, 0))
    return f"{_n(r)} 0 m " + "".join(" ".join(map(_n, quarter)) + " c " for quarter in quarters) + "h "


def _path(said: Mapping[str, str]) -> str:
    """A path begins with one place; the rest is relative to it and known if it was drawn before."""
    match = re.match(r"M(-?[\d.]+) ?(-?[\d.]+)", said["d"])
    assert match, "our own paths begin with M"
    return f"1 0 0 1 {match[1]} {match[2]} cm {_operators(said['d'][match.end() :])}{_ended(said)}"


@lru_cache(maxsize=4096)
def _operators(path: str) -> str:
    """Relative commands of SVG, from (0, 0), as operators of PDF."""
    return "".join(" ".join(_n(c) for p in points for c in p) + OPERATORS[kind] for kind, points in strokes(path))


OPERATORS = {"M": " m ", "L": " l ", "C": " c ", "Z": "h "}
SHAPES: Mapping[str, Callable[[Mapping[str, str]], str]] = {"rect": _rect, "circle": _circle, "path": _path}


@lru_cache(maxsize=65536)
def _n(value: float) -> str:
    """A number with at most four decimals."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text
