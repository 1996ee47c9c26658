"""The drawing: `Graph` + `Trace` + cursor → `Scene` → bytes of each format.

`window` chooses the steps of a long run, `layout` and `folded` place nodes, `routes` leads arrows around them,
`graphviz` draws both, `labels` sets the mathematics, `values` the numbers, `strip` the norms of all steps; `draw` puts
the scene together and `svg` writes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.drawing.draw import View, draw
from app.drawing.png import png
from app.drawing.scene import Scene
from app.drawing.style import stylesheet
from app.drawing.svg import svg
from app.drawing.themes import THEMES

__all__ = ["FORMATS", "THEMES", "Format", "Scene", "View", "draw", "png", "stylesheet", "svg"]


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file that a figure can be had as."""

    name: str
    media_type: str
    suffix: str
    render: Callable[[Scene], bytes]
    meaning: str


_ROWS = (
    Format("svg", "image/svg+xml", ".svg", lambda scene: svg(scene).encode(), "vector graphics for pages and slides"),
    Format("png", "image/png", ".png", lambda scene: png(svg(scene)), "pixels, 1920 wide"),
)

FORMATS: Mapping[str, Format] = {row.name: row for row in _ROWS}
