"""Where a node's value and its gradient are drawn within its shape."""

from __future__ import annotations

from typing import NamedTuple

from app.drawing.geometry import Point
from app.drawing.layout import RADIUS, SMALL, node_shape
from app.engine.graph import Node


class Slot(NamedTuple):
    """The box inside a circle that a value or a gradient fills; seen from the circle's centre until it is placed."""

    role: str
    x: float
    y: float
    width: float
    height: float

    def placed(self, at: Point) -> Slot:
        """The slot of the circle around a point."""
        return Slot(self.role, at[0] + self.x, at[1] + self.y, self.width, self.height)

    @property
    def middle(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2


VALUE = Slot("value", -18.0, 3.4, 36.0, 8.0)
GRADIENT = Slot("gradient", -11.2, 14.2, 27.4, 6.2)
OF_PARAMETER = Slot("value", -11.5, 0.8, 23.0, 6.0), Slot("gradient", -5.2, 8.2, 14.4, 3.8)
"""The slots of a parameter's small circle."""


POINTWISE = Slot("value", -9.5, 1.0, 19.0, 4.6), Slot("gradient", -4.2, 7.2, 11.2, 3.2)
"""The slots of what combines entry by entry."""
OPENING = Slot("opening", 4.0, 4.5, 5.0, 33.0)
"""The bar that a gate fills by its mean, from the top left corner of its box."""


def _lower(both: tuple[Slot, Slot], by: float) -> tuple[Slot, Slot]:
    """Both slots in a circle that is larger, in which they are lower."""
    value, gradient = both
    return value._replace(y=value.y + by), gradient._replace(y=gradient.y + by)


def slots(node: Node) -> tuple[Slot, Slot]:
    """Where a node's value and its gradient are drawn."""
    it = node_shape(node)
    if it.radius == RADIUS:
        return VALUE, GRADIENT
    if it.radius:
        return _lower(OF_PARAMETER, (it.radius - SMALL) / 2) if node.part is None else POINTWISE
    if node.part is not None and node.part.form == "layer" and node.part.name:
        left = it.bounds.left + (OPENING.x + OPENING.width + 4 if node.part.gate else 5)
        width = it.bounds.right - 5 - left
        return Slot("value", left, -0.5, width, 7.5), Slot("gradient", left + 5, 10.5, width - 5, 5.5)
    width = it.bounds.right - it.bounds.left
    value = Slot("value", it.bounds.left + 4, OF_PARAMETER[0].y, width - 8, OF_PARAMETER[0].height)
    return value, Slot("gradient", value.x + 5, OF_PARAMETER[1].y, value.width - 5, OF_PARAMETER[1].height)
