"""How the nodes of a figure are arranged, as a link may ask for it: which way time runs, how far apart they stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from app.drawing.geometry import Box, Point

Direction = Literal["right", "up"]
Spacing = Literal["compact", "normal", "wide"]


class Arrangement(NamedTuple):
    """Time runs to the right, variables standing above each other, or up, variables beside each other.

    `tight`: what cells share, and what stands behind the last one, takes no more room along time than these need.
    """

    direction: Direction = "right"
    spacing: Spacing = "normal"
    tight: bool = False

    @property
    def up(self) -> bool:
        """True if time runs up."""
        return self.direction == "up"

    @property
    def spread(self) -> float:
        """How many times as far apart as usual nodes stand."""
        return SPREAD[self.spacing]


def upwards(x: float, y: float) -> Point:
    """A point of a plane in which time runs to the right, where it is to run up: mirrored at a diagonal.

    The way back is the same.
    """
    return -y, -x


def upwards_box(box: Box) -> Box:
    """The same of a box."""
    return Box(-box.bottom, -box.right, -box.top, -box.left)


SPREAD: Mapping[Spacing, float] = {"compact": 0.86, "normal": 1.0, "wide": 1.3}
USUAL_ARRANGEMENT = Arrangement()
