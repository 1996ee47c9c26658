"""Draws an SVG file as PNG, with resvg."""

from __future__ import annotations

import resvg_py

from app.drawing.scene import Scene
from app.language import Problem, Problems, Subject
from app.limits import LIMITS, limit

WIDTH = 1920


def png(svg: str, width: int = WIDTH) -> bytes:
    """The figure at this width in pixels, its height in proportion."""
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=width))


def wide(scene: Scene, scale: float) -> int:
    """The width of a picture in pixels; Problems if it would have more of them than allowed."""
    width = round(WIDTH * scale)
    most, count = limit("pixels"), round(width * width * scene.height / scene.width)
    if count > most:
        message = f"this is too large: {count:,} {LIMITS['pixels'].meaning}, and {most:,} are allowed"
        raise Problems(Problem(message, Subject.PICTURE_SIZE, {"pixels": most}, "choose a smaller scale"))
    return width
