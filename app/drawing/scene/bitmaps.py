"""The boxes of a node whose value is a bitmap: a card with its name and its gradient above the bitmap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod

from app.drawing.geometry import Box
from app.drawing.layout import RADIUS, node_shape
from app.drawing.scene.scales import Numbers
from app.drawing.scene.slots import Slot
from app.engine.graph import Node

HALF = 27.0
"""Half the side of the card in place of a circle: lines end where they ended."""
WHOLE = Box(-HALF, -HALF, HALF, HALF)
HEAD = 13.5
"""The height of the part with the name."""
NAME_SIZE, NAME_EDGES, NAME_ROOM = 10.5, (3.6, 2.4), 29.0
"""The em of the name, how far from the card's left and upper edge it stands, and how wide it may be."""
GRADIENT_SIDE, GRADIENT_EDGE = 9.5, 2.2
"""The gradient's bitmap at the right of the name, and how far both bitmaps stay from the card's edge."""


@dataclass(frozen=True)
class BitmapNode:
    """A node drawn as a bitmap: its card, and on it where the value and the gradient are, from the node's place."""

    rows: int
    card: Box
    value: Slot
    gradient: Slot


def _bitmap_node(node: Node, trace: Numbers) -> BitmapNode | None:
    """How a node is drawn whose value is a bitmap; None for any other."""
    sides = trace.pictures.get(node.var)
    if not sides or prod(sides) != prod(node.shape) or (form := node_shape(node)).radius != RADIUS:
        return None
    card = _up_to(form.box) if form.box else WHOLE
    left, right, top = card.left + GRADIENT_EDGE, HALF - GRADIENT_EDGE, -HALF + GRADIENT_EDGE
    return BitmapNode(
        sides[0],
        card,
        _within(Slot("value", left, -HALF + HEAD, right - left, card.bottom + HALF - HEAD - GRADIENT_EDGE), *sides),
        _within(Slot("gradient", right - GRADIENT_SIDE, top, GRADIENT_SIDE, GRADIENT_SIDE), *sides),
    )


def _up_to(tag: Box) -> Box:
    """A card as far as the tag of its node, which is on the left of it or below."""
    if tag.right < 0:
        return WHOLE._replace(left=max(-HALF, tag.right))
    return WHOLE._replace(bottom=min(HALF, tag.top))


def bitmap_nodes(nodes: Iterable[Node], trace: Numbers | None) -> Mapping[str, BitmapNode]:
    """The nodes that are drawn as bitmaps, by their ids."""
    if trace is None or not trace.pictures:
        return {}
    return {node.id: found for node in nodes if (found := _bitmap_node(node, trace))}


def _within(room: Slot, rows: int, columns: int) -> Slot:
    """The largest part of a room that has these rows and columns of squares."""
    side = min(room.width / columns, room.height / rows)
    width, height = columns * side, rows * side
    x, y = room.middle
    return Slot(room.role, x - width / 2, y - height / 2, width, height)
