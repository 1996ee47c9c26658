"""What is written in nodes: names with their steps, signs, the letters and the parameters of layers."""

from __future__ import annotations

from collections.abc import Iterator

from app.cache import cached
from app.drawing.geometry import Point
from app.drawing.layout import (
    BARE_ROOM,
    BOX_ROOM,
    LAYER_SIZE,
    RADIUS,
    SIGN_SIZE,
    SUMS,
    TAG_SIZE,
    WEIGHT_SIZE,
    WORDS_APART,
    is_bare,
    node_shape,
    sign_ink,
    weight_words,
)
from app.drawing.lettering import Outline, fitted, variable
from app.drawing.scene.bitmaps import NAME_EDGES, NAME_ROOM, NAME_SIZE, BitmapNode
from app.drawing.scene.panel import Panel
from app.drawing.scene.scene import Ink, ItemGroup, Paint, shared_paint
from app.drawing.scene.slots import OPENING, slots
from app.engine.graph import CellPart, Node
from app.language.typeset import Notation

LABEL = 18.0
"""The em of a node's name."""
LABEL_WIDTH = 2 * RADIUS - 9
INNER_ROOM = 1.6
"""The least room between a name and its circle."""
SIGN_ROOM, TAG_ROOM = 1.2, 2.0
"""The same between a sign and its circle, whose line is thin, and the low box of a tag."""
SMALLEST_NAME = 5.0
VALUE_ROOM, SIGN_VALUE_ROOM = 0.8, 1.8
"""The least room between a name and the value below it; and between a sign and that, which is wider."""
RAISED = 9.5
"""How far a name moves up to make room for numbers."""
SMALL_LABEL = 14.0
"""The em of a parameter's name."""
SIGN_RAISED, LETTER_RAISED = 6.5, 9.0
"""How far a sign or a parameter's name moves up to make room for numbers; and the letter of a layer."""
DROP = 0.12
"""Optical centring: a label moves down by this share of what its superscript adds on top."""
BAR_ROOM = 9.0
"""How far the letter of a gate moves away from the bar of its opening."""


def inscriptions(panel: Panel, node: Node, at: Point) -> Iterator[Ink | ItemGroup]:
    """What is written in a node, above its numbers where it has some.

    A page has it in both ways, as its numbers are not shown before the first step.
    """
    numbered = tuple(_written(panel, node, at, panel.trace is not None))
    alone = tuple(unnumbered(panel, node, at)) if panel.live else numbered
    if alone == numbered:
        yield from numbered
    else:
        yield ItemGroup(alone, "unnumbered")
        yield ItemGroup(numbered, "numbered")


def unnumbered(panel: Panel, node: Node, at: Point) -> Iterator[Ink]:
    """The same in a node without numbers."""
    return _written(panel, node, at, False)


def _written(panel: Panel, node: Node, at: Point, numbered: bool) -> Iterator[Ink]:
    """The node's name with its step, higher where numbers stand below it; the sign of what made it."""
    form = node_shape(node)
    if node.part is not None:
        yield from _part_names(panel, node, node.part, at, numbered)
        return
    if form.box:
        paint = shared_paint("sign", panel.theme.ink)
        if numbered and not form.radius:
            yield _sign_above_numbers(panel, node, at, paint)
        else:
            size, room = (TAG_SIZE, TAG_ROOM) if form.radius else (SIGN_SIZE, BOX_ROOM)
            it = sign_ink(node.sign, panel.options.readable_word(size))
            high = form.box.bottom - form.box.top - 2 * room
            if it.height > high:
                it = sign_ink(node.sign, it.size * high / it.height)
            middle = (form.box.top + form.box.bottom) / 2 - it.middle
            y = max(min(middle, form.box.bottom - room - it.descent), form.box.top + room + it.ascent)
            x = (form.box.left + form.box.right) / 2 - (it.left + it.right) / 2
            yield Ink(it, at[0] + x, at[1] + y, paint)
    if bitmap := panel.shown_bitmap(node):
        yield name_in_head(panel, node, at, bitmap)
    elif form.radius:
        raised = SIGN_RAISED if form.radius < RADIUS else RAISED
        yield name_with_step(panel, node, at, panel.graph.step_of(node), raised if numbered else 0.0)


def _part_names(panel: Panel, node: Node, part: CellPart, at: Point, numbered: bool) -> Iterator[Ink]:
    """The letter of a layer with what squashes it, its parameters where it has neither, or what combines."""
    paint = shared_paint("sign", panel.theme.ink)
    letter, sign = _layer_words(panel, node, part, numbered)
    if letter is None:
        if sign is not None and numbered and not is_bare(node):
            yield _sign_above_numbers(panel, node, at, paint)
        elif sign is not None:
            yield _centred(sign, at, -_raised(node, sign) if numbered else 0.0, paint)
    elif sign is None:
        yield _centred(letter, at, -RAISED if numbered else 0.0, paint)
    elif numbered:
        first, last = _room_beside_bar(node, part)
        most = last - first - sign.width
        wide = WORDS_APART + BAR_ROOM * part.gate
        gap = wide if letter.width + wide <= most else WORDS_APART
        letter = _above_numbers(node, fitted(letter.box, letter.size, most - gap))
        whole = letter.width + gap + sign.width
        left = at[0] + min(max(BAR_ROOM / 2 * part.gate - whole / 2, first), last - whole)
        base = at[1] - max(LETTER_RAISED, _least_raised(node, letter, VALUE_ROOM))
        yield Ink(letter, left - letter.left, base - letter.middle, paint)
        yield Ink(sign, left + letter.width + gap - sign.left, base - sign.middle, paint)
    else:
        highest = node_shape(node).bounds.top + BOX_ROOM + letter.ascent + letter.middle
        yield _centred(letter, at, max(-7.5, highest), paint)
        yield _centred(sign, at, 9.5, paint)


def _raised(node: Node, words: Outline) -> float:
    """How far the parameters in a box move up to make room for numbers: clear of these where the box has the room."""
    return max(SIGN_RAISED + 1, min(_least_raised(node, words, SIGN_VALUE_ROOM), _most_raised(node, words)))


def _least_raised(node: Node, words: Outline, room: float) -> float:
    """How far words in a box move up to be clear of its numbers."""
    return room + words.descent - words.middle - slots(node)[0].y


def _most_raised(node: Node, words: Outline) -> float:
    """How far words move up at most to stay in their box."""
    return -(node_shape(node).bounds.top + TAG_ROOM + words.ascent + words.middle)


def _above_numbers(node: Node, letter: Outline) -> Outline:
    """The letter of a layer, smaller where it has no room with what hangs from it between the box and its numbers."""
    while _least_raised(node, letter, VALUE_ROOM) > _most_raised(node, letter) and letter.size > SMALLEST_NAME:
        letter = fitted(letter.box, letter.size - 0.5, letter.width)
    return letter


def _room_beside_bar(node: Node, part: CellPart) -> Point:
    """From where to where, seen from the middle of a layer's box, what stands in it reaches at most."""
    box = node_shape(node).bounds
    return box.left + BOX_ROOM + (OPENING.x + OPENING.width if part.gate else 0.0), box.right - BOX_ROOM


def _sign_above_numbers(panel: Panel, node: Node, at: Point, paint: Paint) -> Ink:
    """A sign right above its node's numbers, or as much smaller as can be read, where it would reach the outline
    otherwise."""
    floor, shape = slots(node)[0].y - SIGN_VALUE_ROOM, node_shape(node)
    size, least = panel.options.readable_word(SIGN_SIZE), panel.options.readable_word(SMALLEST_NAME)

    def is_inside(it: Outline, x: float, y: float) -> bool:
        if shape.radius:
            return it.reach(x, y) <= shape.radius - SIGN_ROOM
        return y - it.ascent >= shape.bounds.top + BOX_ROOM

    while True:
        it = sign_ink(node.sign, size)
        x, lowest = -(it.left + it.right) / 2, floor - it.descent
        raised = min(-SIGN_RAISED - it.middle, lowest)
        y = raised if is_inside(it, x, raised) else lowest
        if is_inside(it, x, y) or size <= least:
            return Ink(it, at[0] + x, at[1] + y, paint)
        size = max(size - 0.5, least)


def _centred(it: Outline, at: Point, down: float, paint: Paint) -> Ink:
    """Ink whose middle is so far below a point."""
    return Ink(it, at[0] - (it.left + it.right) / 2, at[1] + down - it.middle, paint)


def _layer_words(panel: Panel, node: Node, part: CellPart, numbered: bool) -> tuple[Outline | None, Outline | None]:
    """The letter of a layer, if it has one; and the sign of its squashing or of what combines, or its parameters."""
    room, readable = node_shape(node).bounds.right * 2, panel.options.readable_word
    if part.form != "layer" or not part.name:
        words = _bare_words(panel, node, room - 2 * BARE_ROOM) if is_bare(node) else None
        return None, words or sign_ink(node.sign, readable(SIGN_SIZE))
    rank = panel.graph.ranks.get(part.name, len(node.shape))
    size = readable((SMALL_LABEL if numbered else LAYER_SIZE) * panel.labels)
    letter = fitted(variable(part.name, rank, notation=panel.graph.notation), size, room - 12)
    squashed = node.op not in SUMS and node.sign
    return letter, sign_ink(node.sign, readable(TAG_SIZE if numbered else SIGN_SIZE)) if squashed else None


def _bare_words(panel: Panel, node: Node, room: float) -> Outline | None:
    """The parameters that stand in the box of a layer that has no letter."""
    words = weight_words(node, panel.graph, panel.options.readable_word(WEIGHT_SIZE * panel.labels) / WEIGHT_SIZE)
    return words and fitted(words.box, words.size, room)


def name_with_step(panel: Panel, node: Node, at: Point, step: str, raised: float = 0.0) -> Ink:
    """The node's name with its step, centred or raised."""
    reach, look = node_shape(node).radius, panel.theme.kinds[node.kind]
    size, room = (SMALL_LABEL, 2 * reach - 6) if reach < RADIUS else (LABEL, LABEL_WIDTH)
    size = max(size, node.letters)
    rank = panel.graph.ranks.get(node.var, len(node.shape))
    floor = slots(node)[0].y - VALUE_ROOM if raised else reach
    name = node.var, rank, step, panel.graph.notation
    it, (x, y) = _inscribed(*name, size * panel.labels, room, reach - look.inner - INNER_ROOM, raised, floor)
    return Ink(it, at[0] + x, at[1] + y, shared_paint("label", panel.theme.ink))


def name_in_head(panel: Panel, node: Node, at: Point, bitmap: BitmapNode) -> Ink:
    """The name of a bitmap, in the head of its card on the left."""
    rank = panel.graph.ranks.get(node.var, len(node.shape))
    label = variable(node.var, rank, panel.graph.step_of(node), panel.graph.notation)
    it = fitted(label, NAME_SIZE * panel.labels, NAME_ROOM)
    x, y = at[0] + bitmap.card.left - it.left, at[1] + bitmap.card.top + it.ascent
    return Ink(it, x + NAME_EDGES[0], y + NAME_EDGES[1], shared_paint("label", panel.theme.ink))


@cached(8192)
def _inscribed(
    name: str,
    rank: int,
    step: str,
    notation: Notation,
    size: float,
    width: float,
    radius: float,
    raised: float,
    floor: float,
) -> tuple[Outline, Point]:
    """A name no wider than this, all of its ink above the floor and in the circle, and its pen seen from the middle.

    It is smaller by half points until it is.
    """
    box = variable(name, rank, step, notation)
    while True:
        it = fitted(box, size, width)
        y = DROP * max(0.0, it.ascent + 2 * it.middle - 2) - it.middle - raised
        pen = -(it.left + it.right) / 2, min(y, floor - it.descent)
        if it.size <= SMALLEST_NAME or it.reach(*pen) <= radius:
            return it, pen
        size = it.size - 0.5
