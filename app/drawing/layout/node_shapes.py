"""The shape that a node is drawn in.

Values are circles, with a tag below for the operation that computed them; operations within an equation are boxes.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.cache import cached
from app.drawing.geometry import Box
from app.drawing.layout.dimensions import RADIUS
from app.drawing.lettering import Outline, outline, scripted, upright
from app.engine.graph import Node

SMALL = 17.0
"""The radius of a parameter's circle, where it is drawn beside operations or copies."""
SIGN_SIZE, TAG_SIZE = 13.0, 10.5
"""The em of an operation's sign in its own box, and in the tag of a variable."""
WIDE, HIGH, TAG_WIDE, TAG_HIGH = 36.0, 30.0, 20.0, 15.0
"""The least width of an operation's box and its height; the same of a tag."""
PADDING = 6.0
OVERLAP = 3.5
"""How far a tag reaches into its circle."""


@dataclass(frozen=True, slots=True)
class NodeShape:
    """The shape at a node's place: a circle of this radius (0: none) and a box, from the place's centre."""

    radius: float
    box: Box | None = None

    @property
    def bounds(self) -> Box:
        return _bounds(self.radius, self.box)


@cached(1024)
def _bounds(radius: float, box: Box | None) -> Box:
    circle = Box(-radius, -radius, radius, radius)
    if box is None:
        return circle
    return Box(min(circle.left, box.left), circle.top, max(circle.right, box.right), box.bottom) if radius else box


CIRCLE = NodeShape(RADIUS)


def node_shape(node: Node) -> NodeShape:
    """A box for an operation; a small circle for a parameter; else a circle, with a tag if an operation made it."""
    if node.kind == "parameter":
        return NodeShape(SMALL)
    if node.kind == "operation":
        return _boxed(node.sign)
    return _tagged(node.sign) if node.sign else CIRCLE


@cached(1024)
def _boxed(sign: str) -> NodeShape:
    half = max(WIDE, sign_ink(sign, SIGN_SIZE).width + 2 * PADDING) / 2
    return NodeShape(0.0, Box(-half, -HIGH / 2, half, HIGH / 2))


@cached(1024)
def _tagged(sign: str) -> NodeShape:
    half, top = max(TAG_WIDE, sign_ink(sign, TAG_SIZE).width + PADDING) / 2, RADIUS - OVERLAP
    return NodeShape(RADIUS, Box(-half, top, half, top + TAG_HIGH))


def sign_ink(sign: str, size: float) -> Outline:
    """An operation's sign; what follows a ^ is raised."""
    stem, _, raised = sign.partition("^")
    return outline(scripted(upright(stem), above=raised), size)
