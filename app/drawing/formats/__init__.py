"""Writes a scene: SVG, PNG, PDF, TikZ, DOT, JSON, ZIP, and the style sheet of figures on a page."""

from app.drawing.formats.css import shades, stylesheet
from app.drawing.formats.dot import dot
from app.drawing.formats.figure import Figure, built
from app.drawing.formats.node_link import listed, node_link
from app.drawing.formats.page_svg import MovedElement, page_figure, page_layers, page_legend, page_svg
from app.drawing.formats.pdf import pdf
from app.drawing.formats.placed import placed_node
from app.drawing.formats.png import png, wide
from app.drawing.formats.svg import svg
from app.drawing.formats.tikz import tikz
from app.drawing.formats.zip import bundle

__all__ = [
    "Figure",
    "MovedElement",
    "built",
    "bundle",
    "dot",
    "listed",
    "node_link",
    "page_figure",
    "page_layers",
    "page_legend",
    "page_svg",
    "pdf",
    "placed_node",
    "png",
    "shades",
    "stylesheet",
    "svg",
    "tikz",
    "wide",
]
