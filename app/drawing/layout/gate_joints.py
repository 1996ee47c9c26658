"""Whether steps that have different templates can stand beside each other at the detail `gates`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, product
from typing import NamedTuple

from app.drawing.geometry import Box, Point, around
from app.drawing.layout.gate_template import GateTemplate
from app.drawing.layout.node_shapes import node_shape
from app.engine.graph import Node

WIRES_APART, FROM_NODE, FROM_WORDS = 4.0, 4.0, 2.0
"""The least between wires beside each other, between a wire and a node, and around what is written, in points."""


class JointPiece(NamedTuple):
    """A straight piece of a wire, a node, words or a frame of a step, by the box that it takes, and whose it is."""

    form: str
    owner: str
    box: Box

    @property
    def level(self) -> bool:
        return self.box.right - self.box.left >= self.box.bottom - self.box.top


def are_parted(
    one: GateTemplate, other: GateTemplate, nodes: tuple[dict[str, Node], dict[str, Node]], by: Point
) -> bool:
    """Whether nothing of a step lies on anything of the next one, which stands so far from it."""
    first, second = list(_pieces(one, nodes[0], (0.0, 0.0))), list(_pieces(other, nodes[1], by))
    return not any(_clash(a, b) for a, b in product(first, second))


def _pieces(it: GateTemplate, nodes: dict[str, Node], by: Point) -> Iterator[JointPiece]:
    for (source, _), wire in it.wires.items():
        for stretch in wire.stretches:
            for p, q in pairwise(stretch.points):
                yield JointPiece("wire", source.partition(":")[0], around((Box(*p, *p), Box(*q, *q))).moved(*by))
    for key, place in it.places.items():
        if key in nodes:
            yield JointPiece("node", key, node_shape(nodes[key]).bounds.moved(place[0] + by[0], place[1] + by[1]))
    for frame in it.frames.values():
        yield JointPiece("frame", "", frame.moved(*by))
    words = [*it.node_words.values(), *(label for block in it.edge_words.values() for label in block)]
    for label in words:
        yield JointPiece("words", "", label.box.moved(*by))


def _clash(one: JointPiece, other: JointPiece) -> bool:
    forms = {one.form, other.form}
    if one.owner and one.owner == other.owner and forms != {"node"}:
        return False
    if forms & {"words", "frame"}:
        return one.box.meets(other.box.grown(FROM_WORDS))
    if forms == {"wire"} and one.level != other.level:
        return one.box.meets(other.box) and not (_is_through(one, other) and _is_through(other, one))
    return one.box.meets(other.box.grown(WIRES_APART if forms == {"wire"} else FROM_NODE))


def _is_through(one: JointPiece, other: JointPiece) -> bool:
    """Whether a piece of a wire runs on beyond another that it crosses on both sides."""
    if one.level:
        x = other.box.left
        return one.box.left < x - WIRES_APART and x + WIRES_APART < one.box.right
    y = other.box.top
    return one.box.top < y - WIRES_APART and y + WIRES_APART < one.box.bottom
