"""SVG in, PNG out, drawn by resvg."""

from __future__ import annotations

import resvg_py

WIDTH = 1920


def png(svg: str, width: int = WIDTH) -> bytes:
    """The figure so many pixels wide, its height in proportion."""
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=width))
