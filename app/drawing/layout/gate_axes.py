"""From places on the grid of a step at the detail `gates` to points: which way time runs, and how far apart things are.

On the grid time runs to the right, and states' lines lie at the top. Where time is to run up, the whole is mirrored at
a diagonal, lines at the right and data at the left; nodes and what is written stay upright.
"""

from __future__ import annotations

from math import ceil, floor
from typing import NamedTuple

from app.drawing.geometry import Box, Point
from app.drawing.layout.arrangement import USUAL_ARRANGEMENT, Arrangement, upwards, upwards_box
from app.drawing.layout.dimensions import RADIUS
from app.drawing.layout.wire_grid import GridSpot

PITCH = 7.0
"""The grid's, in points, where nothing else is asked for."""


class GateAxes(NamedTuple):
    """Between neighbours on the grid, in points; whether time runs up. Where wires find no way else: so many columns
    more than usual are left beside cells, before layers what all that comes in there needs (`inlets`), and what layers
    read of other cells' states comes in together (`gathered`).
    """

    pitch: float = PITCH
    up: bool = False
    room: int = 0
    inlets: bool = False
    gathered: bool = False

    @classmethod
    def of(cls, arrangement: Arrangement = USUAL_ARRANGEMENT) -> GateAxes:
        return cls(PITCH * arrangement.spread, arrangement.up)

    def turned(self, x: float, y: float) -> Point:
        """A point of the grid's own plane where it is drawn; the way back is the same."""
        return upwards(x, y) if self.up else (x, y)

    def turned_box(self, box: Box) -> Box:
        return upwards_box(box) if self.up else box

    def point(self, spot: tuple[float, float]) -> Point:
        """A place of the grid as it is drawn."""
        return self.turned(spot[0] * self.pitch, spot[1] * self.pitch)

    def box(self, low: GridSpot, high: GridSpot) -> Box:
        """The box between two places of the grid as it is drawn."""
        (x, y), (u, v) = self.point(low), self.point(high)
        return Box(min(x, u), min(y, v), max(x, u), max(y, v))

    def columns(self, length: float) -> int:
        """How many columns or rows of the grid a length takes."""
        return ceil(length / self.pitch - 1e-6)

    @property
    def radius(self) -> int:
        """How many columns or rows a circle reaches from its middle."""
        return self.columns(RADIUS)

    def within(self, drawn: Box) -> tuple[GridSpot, GridSpot]:
        """The first and the last place of the grid in a box as it is drawn."""
        it = self.turned_box(drawn)
        low = ceil(it.left / self.pitch), ceil(it.top / self.pitch)
        return low, (floor(it.right / self.pitch), floor(it.bottom / self.pitch))

    def side(self, drawn: Box, way: GridSpot) -> Point:
        """From the middle of what is drawn in a box, (0, 0), to where its edge is met in a direction of the grid."""
        x, y = self.turned(*way)
        return (drawn.right if x > 0 else drawn.left, 0.0) if x else (0.0, drawn.bottom if y > 0 else drawn.top)
