"""SVG files in, a PDF out with a page for each: the same shapes, vector and without a font.

Our SVG is a small language (groups, circles, rectangles, paths of relative commands), so each of its words has one in
PDF (ISO 32000-1, section 8.5). Nothing in the file says when it was made: the same figure is the same bytes.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from app.drawing.paths import strokes

LONGEST = 14_400.0
"""The longest side, in points, that every reader of PDF shows (ISO 32000-1, annex C); longer pages shrink to it."""
KAPPA = 0.5522847498
"""How far the controls of a quarter circle lie along its tangents, as a share of the radius (4/3 (√2 - 1))."""
SVG = "{http://www.w3.org/2000/svg}"
PIXELS = 4 / 3
PAINTED = {(True, False): "f", (False, True): "S", (True, True): "B", (False, False): "n"}
"""The operator that ends a path, by whether it is filled and stroked."""


def pdf(svgs: Sequence[str]) -> bytes:
    """A document with a page for each file, its title the first one's."""
    roots = [ET.fromstring(svg) for svg in svgs]
    pages = range(4, 4 + 2 * len(roots), 2)
    title = (roots[0].findtext(f"{SVG}title") or "").encode("utf-16-be").hex()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(roots)}/Kids[{' '.join(f'{n} 0 R' for n in pages)}]>>".encode(),
        f"<</Title<feff{title}>/Producer(Unfold)>>".encode(),
    ]
    for number, root in zip(pages, roots, strict=True):
        box, content = _page(root)
        said = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {box}]/Resources<<>>/Contents {number + 1} 0 R>>"
        packed = zlib.compress(content.encode(), 6)
        objects += [said.encode(), b"<</Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (len(packed), packed)]
    return _file(objects)


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


def _page(root: ET.Element) -> tuple[str, str]:
    """The page's width and height, and its content: PDF's y goes up, SVG's down."""
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    scale = float(root.attrib["width"]) / PIXELS / width
    scale = min(scale, LONGEST / width, LONGEST / height)
    parts = [f"{_n(scale)} 0 0 {_n(-scale)} {_n(-scale * left)} {_n(scale * (top + height))} cm"]
    _write(root, parts)
    return f"{_n(scale * width)} {_n(scale * height)}", "\n".join(parts)


def _write(element: ET.Element, parts: list[str]) -> None:
    for child in element:
        name = child.tag.removeprefix(SVG)
        if name == "g":
            _write(child, parts)
        elif name in SHAPES:
            parts.append(f"q {_paint(child.attrib)}{SHAPES[name](child.attrib)} Q")


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
