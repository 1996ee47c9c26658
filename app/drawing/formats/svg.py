"""A scene as an SVG file: one image in attributes alone, safe on a slide, in mail and in every renderer."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from app.drawing.formats.decimals import length
from app.drawing.formats.svg_elements import WRITERS, extent, opening, paint_attributes
from app.drawing.scene import Cells, Item, ItemGroup, Scene


def svg(scene: Scene) -> str:
    """The file: classes and facts are for pages, so a file has none of them."""
    parts = opening(scene, "img")
    parts[-1] += _paper(scene)
    _write(scene.items, parts)
    parts.append("</svg>\n")
    return "\n".join(parts)


def _paper(scene: Scene) -> str:
    if scene.background == "none":
        return ""
    width, height = extent(scene)
    place = f'x="{length(scene.left)}" y="{length(scene.top)}" width="{width}" height="{height}"'
    return f'\n<rect {place} fill="{scene.background}"/>'


def _write(items: Iterable[Item], parts: list[str]) -> None:
    for item in items:
        if isinstance(item, ItemGroup):
            name = f' id="{escape(item.id)}"' if item.id else ""
            title = f"<title>{escape(item.title)}</title>" if item.title else ""
            parts.append(f"<g{name}>{title}")
            _write(item.items, parts)
            parts.append("</g>")
        else:
            element = WRITERS[type(item)](item, paint_attributes)
            parts.append(f"<g>{element}</g>" if isinstance(item, Cells) else element)
