"""Draws graphs with their numbers: a scene of plain shapes, from which every format is written.

`layout` places nodes, arrows and labels; `lettering` sets mathematics as outlines; `scene` puts the figure together;
`plots` draws curves; `formats` writes SVG, PNG, PDF, TikZ, DOT, JSON and ZIP.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from app.drawing.formats import (
    Figure,
    MovedElement,
    built,
    bundle,
    dot,
    node_link,
    page_figure,
    page_layers,
    page_legend,
    page_svg,
    pdf,
    placed_node,
    png,
    stylesheet,
    svg,
    tikz,
    wide,
)
from app.drawing.layout import LEGIBLE
from app.drawing.scene import THEMES, Background, Chain, FigureOptions, Scene, View, draw, draw_chain, draw_each

__all__ = [
    "FORMATS",
    "LEGIBLE",
    "PICTURES",
    "THEMES",
    "Background",
    "Chain",
    "Figure",
    "FigureOptions",
    "Format",
    "MovedElement",
    "Scene",
    "View",
    "built",
    "draw",
    "draw_chain",
    "draw_each",
    "node_link",
    "page_figure",
    "page_layers",
    "page_legend",
    "page_svg",
    "png",
    "stylesheet",
    "svg",
]


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file that a figure is written as.

    `steps`: whether it has every step, never, where the link asks for `frames`, or always. `shown`: whether a browser
    shows it in its window or keeps it as a file. A picture is written from a scene alone, so plots have it too.
    `price`: how many times as dear as SVG it is.
    """

    name: str
    media_type: str
    suffix: str
    render: Callable[[Figure], bytes]
    meaning: str
    steps: Literal["never", "asked", "always"] = "never"
    shown: bool = True
    of_scene: Callable[[Scene], bytes] | None = None
    price: float = 1.0

    @property
    def look(self) -> str:
        """What it is, without what frames make of it."""
        return self.meaning.partition(";")[0]


_ROWS = (
    Format(
        "svg", "image/svg+xml", ".svg", lambda it: svg(it.scene).encode(), "vector graphics for pages and slides",
        of_scene=lambda scene: svg(scene).encode(),
    ),
    Format(
        "png", "image/png", ".png", lambda it: png(svg(it.scene), wide(it.scene, it.scale)), "pixels, 1920 wide",
        of_scene=lambda scene: png(svg(scene)), price=2.0,
    ),
    Format(
        "pdf", "application/pdf", ".pdf", lambda it: pdf(it.pages),
        "vector graphics without a font; with frames a page a step", "asked", of_scene=lambda scene: pdf((scene,)),
        price=2.5,
    ),
    Format(
        "tex", "application/x-tex", ".tex", lambda it: tikz(it.pages),
        "TikZ with the document's own fonts; with frames a Beamer slide a step", "asked", shown=False,
        of_scene=lambda scene: tikz((scene,)),
    ),
    Format(
        "dot", "text/vnd.graphviz; charset=utf-8", ".dot", dot,
        "the graph for Graphviz: ids, labels, kinds, values", shown=False,
    ),
    Format(
        "json", "application/json", ".json", placed_node,
        "the graph as networkx reads it, with the places of nodes, lines and labels",
    ),
    Format(
        "zip", "application/zip", ".zip", lambda it: bundle(map(svg, it.film()), it.length),
        "every step as an SVG file", "always", shown=False,
    ),
)  # fmt: skip

FORMATS: Mapping[str, Format] = {row.name: row for row in _ROWS}
PICTURES: Mapping[str, Format] = {row.name: row for row in _ROWS if row.of_scene}
"""The formats that need nothing but a scene."""
