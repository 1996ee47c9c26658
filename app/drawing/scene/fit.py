"""The box that a figure is made to fill: a slide, or a column of a journal; and how large its letters are there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import ceil, inf
from typing import Literal, NamedTuple

from app.drawing.lettering import upright
from app.drawing.scene.scene import Ink, Item, ItemGroup, Scene
from app.language import NABLA

Fit = Literal["16:9", "4:3", "preview", "column"]

LEAST = 6.0
"""The least em of a letter, in points, at the size that a figure is made for."""
NEAR = 0.5
"""So much larger than its box, in points, is a figure that has room there."""
LONGEST_WRAPPED = 40
"""Runs of up to this number of steps are wrapped whole, where their letters stay readable."""
LONE_SIGN = upright(NABLA)
"""The sign before the cells of a gradient: a mark, no letter."""


class FitBox(NamedTuple):
    """A box in points. On a slide a figure has its shape; in a column it is as high as it needs, but no higher."""

    width: float
    height: float
    slide: bool
    unit: int = 1
    """Widths are multiples of this, so that heights are whole too."""

    def scale(self, width: float, height: float) -> float:
        """How large a figure of this size is in the box; in a column never larger than it is."""
        whole = min(self.width / width, self.height / height)
        return whole if self.slide else min(1.0, whole)


FIT_BOXES: Mapping[str, FitBox] = {
    "16:9": FitBox(960.0, 540.0, slide=True, unit=16),
    "4:3": FitBox(720.0, 540.0, slide=True, unit=4),
    "preview": FitBox(960.0, 504.0, slide=True, unit=40),
    "column": FitBox(252.0, 648.0, slide=False),
}
"""A slide of 13⅓ or 10 by 7½ inches; the preview of a link, 1200 to 630; a column 3½ inches wide, on a page of 9."""


def smallest_letters(items: Iterable[Item], left_out: frozenset[str]) -> float:
    """The least em of all labels but those in groups of these roles; of none it is none that counts."""
    return min(_sizes(items, left_out), default=inf)


def _sizes(items: Iterable[Item], left_out: frozenset[str]) -> Iterable[float]:
    for item in items:
        if isinstance(item, ItemGroup):
            if item.role not in left_out:
                yield from _sizes(item.items, left_out)
        elif isinstance(item, Ink) and item.outline.glyphs and item.outline.box != LONE_SIGN:
            yield item.outline.size


def filling(scene: Scene, box: FitBox, scale: float) -> Scene:
    """The scene on a canvas of the box's shape, itself in the middle, `scale` times as large as its points."""
    wide = max(box.width / scale, scene.width, scene.height * box.width / box.height if box.slide else 0.0)
    width = box.unit * ceil(round(wide / box.unit, 6))
    height = round(width * box.height / box.width) if box.slide else scene.height
    left, top = scene.left - (width - scene.width) / 2, scene.top - (height - scene.height) / 2
    natural = box.width / width if wide * scale <= box.width + 1e-6 else scale
    return replace(scene, width=width, height=height, left=left, top=top, scale=natural * scene.scale)


def no_room(box: FitBox, width: float, height: float, less: str = "") -> str:
    """What is to be said where a figure has no room in its box, how large it is with letters that can be read, and what
    to write; `less` is a detail that takes less room, if there is one. Nothing where it has room."""
    if width > box.width + NEAR:
        small = f"at {box.width:g} points this figure has letters of {LEAST * box.width / width:.1f} points"
        said = f"It needs {ceil(width)} points of width, {small}"
    elif height > box.height + NEAR:
        said = f"It needs {ceil(height)} points of height, a page has {box.height:g}"
    else:
        return ""
    ways = [f"detail={less} takes less room"] * bool(less) + ["fit=16:9 has more"] * (not box.slide)
    return f"{said}: {', '.join([*ways, 'rows= leaves variables out'])}."
