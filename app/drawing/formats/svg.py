"""A scene as an SVG file: one image in attributes alone, safe on a slide, in mail and in every renderer."""

from __future__ import annotations

from html import escape

from app.drawing.formats.decimals import length
from app.drawing.formats.svg_elements import WRITERS, extent, opening, paint_attributes
from app.drawing.scene import Cells, Item, ItemGroup, Scene


def svg(scene: Scene) -> str:
    """The file: classes and facts are for pages, so a file has none of them."""
    parts = opening(scene, "img")
    parts[-1] += _paper(scene)
    for item in scene.items:
        _write(item, parts)
    parts.append("</svg>\n")
    return "\n".join(parts)


def _paper(scene: Scene) -> str:
    if scene.background == "none":
        return ""
    width, height = extent(scene)
    place = f'x="{length(scene.left)}" y="{length(scene.top)}" width="{width}" height="{height}"'
    return f'\n<rect {place} fill="{scene.background}"/>'


def _write(item: Item, parts: list[str]) -> None:
    if isinstance(item, ItemGroup):
        name = f' id="{escape(item.id)}"' if item.id else ""
        title = f"<title>{escape(item.title)}</title>" if item.title else ""
        parts.append(f"<g{name}>{title}")
        for child in item.items:
            _write(child, parts)
        parts.append("</g>")
        return
    element = WRITERS[type(item)](item, paint_attributes)
    parts.append(f"<g>{element}</g>" if isinstance(item, Cells) else element)
