"""The slide-safe lint: what in an SVG file would break on a slide, in mail or in a renderer, as a list of reasons."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

SVG = "{http://www.w3.org/2000/svg}"
PAINTED = {"fill", "stroke", "stroke-width", "stroke-dasharray"}
ALLOWED = {
    "svg": {"width", "height", "viewBox", "role", "aria-labelledby", "aria-describedby"},
    "title": {"id"},
    "desc": {"id"},
    "g": {"id"},
    "circle": {"cx", "cy", "r"} | PAINTED,
    "rect": {"x", "y", "width", "height"} | PAINTED,
    "path": {"d"} | PAINTED,
}
"""Every element that a figure may have, with its attributes: no text, use, style, script, foreignObject."""
NUMBERS = re.compile(r"-?(\d+(\.\d+)?|\.\d+)([ ,]?-?(\d+(\.\d+)?|\.\d+))*")
PATH = re.compile(r"[MmLlHhVvCcQqZz0-9 .\-]*")
COLOUR = re.compile(r"none|#[0-9a-f]{6}")


def reasons(svg: str, prefix: str = "fig") -> list[str]:
    """Why a figure is not slide-safe; empty where it is."""
    head = re.search(r"<!|<\?", svg)
    root = ET.fromstring(svg)
    ids = [e.attrib["id"] for e in root.iter() if "id" in e.attrib]
    found = ["a document type, comment or instruction"] if head else []
    found += [f"the id {id} twice" for id in sorted({id for id in ids if ids.count(id) > 1})]
    found += [f"the id {id} without the prefix" for id in ids if not id.startswith(prefix + "-")]
    found += _root(root)
    for element in root.iter():
        found += _element(element)
    return found


def _root(root: ET.Element) -> Iterator[str]:
    if root.tag != f"{SVG}svg":
        yield "a root that is not svg"
    for side in ("width", "height"):
        if not re.fullmatch(r"[1-9]\d*", root.get(side, "")):
            yield f"{side} {root.get(side)}, not whole pixels"
    box = root.get("viewBox", "").split()
    if (
        len(box) != 4
        or abs(float(box[2]) / float(box[3]) - int(root.get("width", 0)) / int(root.get("height", 1))) > 1e-9
    ):
        yield "a viewBox of another shape"
    if root.get("role") != "img":
        yield "a root without the role img"
    for name, attribute in (("title", "aria-labelledby"), ("desc", "aria-describedby")):
        child = root.find(f"{SVG}{name}")
        if child is None or not (child.text or "").strip() or child.get("id") != root.get(attribute):
            yield f"no {name} that {attribute} points at"


def _element(element: ET.Element) -> Iterator[str]:
    name = element.tag.removeprefix(SVG)
    if name not in ALLOWED:
        yield f"the element {name}"
        return
    if name not in ("title", "desc") and (element.text or "").strip():
        yield f"text in {name}"
    for attribute, value in element.attrib.items():
        if attribute not in ALLOWED[name]:
            yield f"{attribute} on {name}"
        elif attribute == "d":
            yield from [] if PATH.fullmatch(value) else [f"the path {value[:60]}"]
        elif attribute in ("fill", "stroke"):
            yield from [] if COLOUR.fullmatch(value) else [f"the colour {value}"]
        elif attribute in PAINTED or name in ("circle", "rect"):
            yield from [] if NUMBERS.fullmatch(value) else [f"{attribute} {value}"]
    if name == "path" and not element.get("d", "").startswith("M"):
        yield "a path that does not begin with M"
