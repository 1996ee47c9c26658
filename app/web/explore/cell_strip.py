"""Draws a gradient as a strip of coloured cells on the scale of the figure, for a row of the panel's table."""

from __future__ import annotations

from dataclasses import dataclass

from app.arrays import Array
from app.drawing.scene import Scale, colour, peaks

FINEST = 48
"""A longer vector is drawn with this many cells, each the entry of its stretch that is furthest from zero."""


@dataclass(frozen=True)
class CellStrip:
    """The number of cells, and for each colour the SVG path of its cells."""

    cells: int
    paths: tuple[tuple[str, str], ...]


def cell_strip(gradient: Array, scale: Scale) -> CellStrip | None:
    """The entries of a vector on a scale; None for a single number."""
    if gradient.size == 1:
        return None
    flat = peaks(gradient.reshape(1, -1), FINEST).ravel()
    paths: dict[str, str] = {}
    for i, shade in enumerate(map(colour, scale.places(flat).tolist())):
        paths[shade] = f"{paths.get(shade, '')}M{i} 0h1v1h-1z"
    return CellStrip(flat.size, tuple(paths.items()))
