"""The shape that a node is drawn in.

Values are circles, with a tag below for the operation that computed them, or left of them where time runs up;
operations within an equation are boxes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.cache import cached
from app.drawing.geometry import Box, around
from app.drawing.layout.arrangement import upwards_box
from app.drawing.layout.dimensions import RADIUS
from app.drawing.lettering import Outline, outline, scripted, upright, variable, weight
from app.engine.graph import Graph, Node
from app.engine.ir import applied
from app.language import Read, parse_expression
from app.language.typeset import MathBox, ThinSpace, row

SMALL = 17.0
"""The radius of a parameter's circle, where it is drawn beside operations or copies."""
SMALL_LETTERS = 14.0
"""The em of the largest letters that it has room for."""
SIGN_SIZE, TAG_SIZE = 13.0, 10.5
"""The em of an operation's sign in its own box, and in the tag of a variable."""
WIDE, HIGH, TAG_WIDE, TAG_HIGH = 36.0, 30.0, 20.0, 15.0
"""The least width of an operation's box and its height; the same of a tag."""
PADDING, RISE, ABOVE_NUMBERS = 6.0, 0.7, 4.0
"""Beside a sign in its box; how much farther up, and down, this reaches where a sign above numbers is larger by 1, and
how much farther than a sign that cannot be smaller is high."""
LAYER_SIZE, WEIGHT_SIZE = 17.0, 11.5
"""The em of the letter in a layer's box, and of the parameters named at it."""
LAYER_WIDE, LAYER_HIGH, PLAIN_LAYER_HIGH, POINTWISE = 56.0, 42.0, 28.0, 14.0
"""The box of a layer with a letter in it, the height of one without, the radius of a pointwise operation."""
BOX_ROOM, BARE_ROOM, WORDS_APART, OPENING_ROOM = 3.0, 4.0, 5.0, 9.0
"""Between the edge of a box and what stands in it, and the same of parameters; between the name of a layer and its
squashing, where these stand beside each other; and what the bar of a gate takes of its box."""
SLACK = 0.1
"""What words take less than their box has, so that no rounding makes them smaller."""
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

    @property
    def upwards(self) -> NodeShape:
        """The same in a plane that is mirrored so that time runs up."""
        return NodeShape(self.radius, self.box and upwards_box(self.box))


@cached(1024)
def _bounds(radius: float, box: Box | None) -> Box:
    circle = Box(-radius, -radius, radius, radius)
    if box is None:
        return circle
    return around([circle, box]) if radius else box


CIRCLE = NodeShape(RADIUS)


def node_shape(node: Node) -> NodeShape:
    """A box for an operation; a small circle for a parameter; else a circle, with a tag if an operation made it."""
    if node.part is not None:
        if node.part.form == "pointwise":
            return _pointwise(node.sign, node.letters)
        if is_bare(node):
            return _bare(node.part.weights, node.letters)
        return _layer(node.part.name, node.sign, node.letters * (node.op not in SUMS), OPENING_ROOM * node.part.gate)
    if node.kind == "parameter":
        return NodeShape(SMALL * max(1.0, node.letters / SMALL_LETTERS))
    if node.kind == "operation":
        return _boxed(node.sign, node.letters)
    return _tagged(node.sign, max(TAG_SIZE, node.letters), node.up) if node.sign else CIRCLE


def shaped(graph: Graph, least: float, numbered: bool, up: bool) -> Graph:
    """The graph with boxes, tags and small circles that have room for letters that are no smaller than this, and with
    its tags where lines come in.

    In the box of a layer what squashes stands below the name, but beside it where numbers are below.
    """
    letters, up = least if least > TAG_SIZE else 0.0, up and graph.has_operations
    if not letters and not up:
        return graph

    def grows(n: Node) -> bool:
        return graph.has_operations if n.part is None else numbered or is_bare(n)

    return replace(graph, nodes=tuple(n._replace(letters=letters, up=up) if grows(n) else n for n in graph.nodes))


@cached(1024)
def _bare(weights: tuple[str, ...], letters: float) -> NodeShape:
    """The low box of a layer whose parameters stand in it."""
    half = max(LAYER_WIDE, 24.0 * len(weights)) / 2
    labels = [variable(it, 2) if it.isidentifier() else upright(it) for it in weights]
    words = outline(row(*_apart(labels)), max(letters, WEIGHT_SIZE))
    if letters:
        half = max(half, words.width / 2 + BARE_ROOM)
    high = max(PLAIN_LAYER_HIGH / 2, words.height + WORDS_APART / 2)
    return NodeShape(0.0, Box(-half, -high, half, high))


def _rise(letters: float, usual: float) -> float:
    """How much farther a shape reaches for letters of this size above its numbers, where it has room for usual ones."""
    return max(0.0, letters - usual) if letters else 0.0


@cached(1024)
def _layer(name: str, sign: str, letters: float, bar: float) -> NodeShape:
    """A layer's box: low where it has no letter, wide where its words are. With letters of a size its words have room
    beside each other, and beside a bar so wide."""
    name_ink = outline(variable(name, 1), LAYER_SIZE).width if name else 0.0
    sign_width = sign_ink(sign, SIGN_SIZE).width if sign else 0.0
    half = max(LAYER_WIDE / 2, (max(name_ink, sign_width) + 2 * PADDING) / 2)
    if letters and name and sign:
        beside = outline(variable(name, 1), letters).width + WORDS_APART + sign_ink(sign, letters).width
        half = max(half, (bar + beside + 2 * BOX_ROOM) / 2 + SLACK)
    high = LAYER_HIGH if name else PLAIN_LAYER_HIGH + 2 * _rise(letters, SIGN_SIZE)
    return NodeShape(0.0, Box(-half, -high / 2, half, high / 2))


@cached(1024)
def _pointwise(sign: str, letters: float) -> NodeShape:
    """A small circle; a low box where the sign is a word."""
    half, reach = sign_ink(sign, max(SIGN_SIZE, letters)).width / 2 + PADDING, POINTWISE + _rise(letters, SIGN_SIZE)
    return NodeShape(reach) if half <= reach + 4 else NodeShape(0.0, Box(-half, -reach, half, reach))


@cached(1024)
def _boxed(sign: str, letters: float) -> NodeShape:
    """The box of an operation, which has room for its sign above numbers where that cannot be smaller than this."""
    size = max(SIGN_SIZE, letters)
    half = max(WIDE, sign_ink(sign, size).width + 2 * PADDING) / 2
    least = sign_ink(sign, letters).height + ABOVE_NUMBERS if letters else 0.0
    rise = max(HIGH / 2 + RISE * (size - SIGN_SIZE), least)
    return NodeShape(0.0, Box(-half, -rise, half, rise))


@cached(1024)
def _tagged(sign: str, size: float, left: bool) -> NodeShape:
    """A circle with its tag below, or on the left, where lines come in along the other side of that."""
    times, near, words = size / TAG_SIZE, RADIUS - OVERLAP, sign_ink(sign, size).width + PADDING
    if left:
        half = TAG_WIDE * times / 2
        return NodeShape(RADIUS, Box(-near - max(TAG_HIGH * times, words), -half, -near, half))
    half = max(TAG_WIDE * times, words) / 2
    return NodeShape(RADIUS, Box(-half, near, half, near + TAG_HIGH * times))


@cached(512)
def sign_ink(sign: str, size: float) -> Outline:
    """An operation's sign; what follows a ^ is raised. Without letters it has its own middle."""
    stem, _, raised = sign.partition("^")
    it = outline(scripted(upright(stem), above=raised), size)
    return it if any(map(str.isalnum, stem)) else replace(it, middle=(it.descent - it.ascent) / 2)


SUMS = ("+", "-", "neg", "@", "*", "/")
"""The outermost operation of a layer that nothing squashes."""


def is_bare(node: Node) -> bool:
    """Whether a layer has neither a letter nor a squashing, so that its parameters stand in it."""
    part = node.part
    return part is not None and part.form == "layer" and not part.name and node.op in SUMS and bool(part.weights)


def weight_words(node: Node, graph: Graph, larger: float = 1.0) -> Outline | None:
    """The parameters that are named at a part of a cell; `larger` makes them so."""
    weights = node.part.weights if node.part is not None else ()
    shown = [w for w in weights if graph.parameters == "arrows"]
    if not shown:
        return None
    written = (Read(w) if w in graph.ranks else applied(parse_expression(w)) for w in shown)
    labels = [weight(it, graph.ranks, graph.notation) for it in written]
    return outline(row(*_apart(labels)), WEIGHT_SIZE * larger)


def _apart(labels: Iterable[MathBox]) -> list[MathBox]:
    """Labels beside each other, with space between."""
    return [part for label in labels for part in (ThinSpace(), ThinSpace(), label)][2:]
