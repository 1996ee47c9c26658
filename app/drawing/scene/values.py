"""Draws a node's numbers inside its circle, on scales that a whole pass shares.

Vectors are strips of cells on a scale centred on 0, single entries are numbers, a one-hot vector of a word is its
letter. A gradient stands below the value, framed, and after the sign ∇.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import inf, isfinite, sqrt
from typing import NamedTuple

import numpy as np

from app.arrays import Array
from app.drawing.geometry import Point
from app.drawing.layout import node_shape
from app.drawing.lettering import GRADIENT_SIGN, fitted, number, upright
from app.drawing.scene.bitmaps import BitmapNode
from app.drawing.scene.options import FigureOptions
from app.drawing.scene.panel import Panel
from app.drawing.scene.scales import COMPUTED, Scale
from app.drawing.scene.scene import Cells, Curve, Ink, Item, ItemGroup, Rect, shared_paint
from app.drawing.scene.slots import GRADIENT, OPENING, VALUE, Slot, slots
from app.drawing.scene.themes import Theme, colour
from app.engine.graph import Node
from app.language import NABLA
from app.language.typeset import MathBox, ThinSpace, row

SEPARATE = 12
"""Up to this number of cells are drawn one by one."""
FINEST = 72
"""Of more cells than this, neighbours share one: the entry furthest from zero."""
BREAK = 0.25
"""How much of a bar is left out where it is broken: what it stands for lies beyond the end of its scale."""
HOLLOW = 0.3
"""The line around the squares of a table that are below zero."""
NUMBER_SIZE = 11.0
FEWER_DIGITS = (2, 1)
"""Of a number that could not be read in its slot otherwise."""
TALLEST = 2.0
"""The largest em of a number, in heights of its slot: the next slot begins below."""
DIGIT, RING_ROOM = 0.66, 1.0
"""The height of a digit in em, and the least room between a number and a circle around it."""
LETTER_SIZE = 14.0
SIGN_SIZE = 8.0


SIGN_GAP = 3.6
"""From the middle of the sign before a gradient to its strip, where the sign has its usual size."""


class PlacedNumbers(NamedTuple):
    """An array as a slot shows it: of these rows and columns, with the places of its entries on their scale.

    Of more columns than can be told apart `places` has fewer. A vector that stands for a letter has that, and none.
    """

    table: Array
    places: Array
    letter: str = ""


NO_PLACES: Array = np.zeros((0, 0))


def placed_values(panel: Panel) -> Mapping[str, PlacedNumbers]:
    """The values that the nodes of a panel show, by their ids."""
    trace, scales, found = panel.trace, panel.scales, dict[str, PlacedNumbers]()
    if trace is None or scales is None:
        return found
    usual, pictured = dict[str, Array](), dict[str, Array]()
    for node in panel.numbered:
        if not panel.shows(node.id in panel.cursor.valued):
            continue
        array, letters = np.asarray(trace.value(node.id), dtype=float), trace.symbols.get(node.var)
        if letters and (letter := _letter(array, letters)):
            found[node.id] = PlacedNumbers(array, NO_PLACES, letter)
        elif bitmap := panel.bitmaps.get(node.id):
            pictured[node.id] = array.reshape(bitmap.rows, -1)
        else:
            usual[node.id] = array
    return found | placed(usual, scales.value) | placed(pictured, scales.bitmaps or scales.value)


def placed_gradients(panel: Panel) -> Mapping[str, PlacedNumbers]:
    """The gradients that the nodes of a panel show, by their ids."""
    trace, scales, arrays = panel.trace, panel.scales, dict[str, Array]()
    if trace is None or scales is None:
        return {}
    for node in panel.numbered:
        if node.kind in COMPUTED and panel.shows(panel.backward and node.id in panel.cursor.graded):
            array, bitmap = np.asarray(trace.gradient(node.id), dtype=float), panel.bitmaps.get(node.id)
            arrays[node.id] = array.reshape(bitmap.rows, -1) if bitmap else array
    return placed(arrays, scales.gradient)


def placed(arrays: Mapping[str, Array], scale: Scale) -> dict[str, PlacedNumbers]:
    """Arrays with the places of their entries, all found at once: each by itself would take as long as hundreds."""
    tables = [
        array.reshape(array.shape[0], -1) if array.ndim > 1 else array.reshape(1, -1) for array in arrays.values()
    ]
    shown = [peaks(table, FINEST) for table in tables]
    every = scale.places(np.concatenate([table.ravel() for table in shown])) if shown else NO_PLACES
    found, end = dict[str, PlacedNumbers](), 0
    for id, table, it in zip(arrays, tables, shown, strict=True):
        begin, end = end, end + it.size
        found[id] = PlacedNumbers(table, every[begin:end].reshape(it.shape))
    return found


def _scaled(size: float, slot: Slot) -> float:
    """The em of a number or letter in a slot, smaller in a lower one."""
    usual = VALUE if slot.role == VALUE.role else GRADIENT
    return size * slot.height / usual.height


def value(
    node: Node, numbers: PlacedNumbers, bitmap: BitmapNode | None, at: Point, options: FigureOptions
) -> ItemGroup:
    """A node's value in its slot; `at` is the circle's centre."""
    if numbers.letter:
        size, slot = options.readable(LETTER_SIZE), slots(node)[0].placed(at)
        return _lettered(slot, _centred(upright(numbers.letter), size, slot, options.palette.ink), options)
    slot = (bitmap.value if bitmap else slots(node)[0]).placed(at)
    group = in_slot(slot, numbers, options, options.palette.frame)
    if node.part is None or not node.part.gate or node.part.form != "layer":
        return group
    return group._replace(items=(*group.items, *_opening(node, numbers.table, at, options.palette)))


def _opening(node: Node, array: Array, at: Point, theme: Theme) -> Iterable[Item]:
    """The bar of a gate, filled from below by how far it is open on average."""
    box = node_shape(node).bounds
    slot = OPENING.placed((at[0] + box.left, at[1] + box.top))
    mean = float(array.mean()) if array.size else 0.0
    yield from opening_bar(mean, slot.x, slot.y, max(0.0, box.bottom - box.top - 2 * OPENING.y), theme)


def opening_bar(share: float, x: float, y: float, height: float, theme: Theme) -> Iterable[Item]:
    """A bar with its top left at (x, y) that is filled by a share of its height."""
    edge = theme.kinds["layer"].stroke
    filled = height * min(1.0, max(0.0, share)) if isfinite(share) else height
    yield Rect(x, y, OPENING.width, height, shared_paint("opening", theme.paper, edge, 0.6))
    if filled >= 0.05:
        yield Rect(x, y + height - filled, OPENING.width, filled, shared_paint("opened", edge))


def gradient(
    node: Node, numbers: PlacedNumbers, bitmap: BitmapNode | None, at: Point, options: FigureOptions
) -> ItemGroup:
    """The gradient at a node in its slot, after the sign ∇."""
    slot, fill = (bitmap.gradient if bitmap else slots(node)[1]).placed(at), options.palette.backward
    if numbers.table.size == 1:
        size = _scaled(NUMBER_SIZE - 1, slot)
        half = min(slot.width / 2 + 2, _half_inside_ring(node, slot.middle[1] - at[1] + DIGIT / 2 * size, options))
        wide = Slot(slot.role, at[0] - half, slot.y, 2 * half, slot.height)
        signed = (row(GRADIENT_SIGN, ThinSpace(), it) for it in _numbers(numbers.table, options))
        if words := _readable(signed, size, wide, fill, options):
            return _lettered(wide, words, options, _signed(slot, numbers, options))
    return _group(slot, _signed(slot, numbers, options), options.live, numbers.table.shape[1])


def _signed(slot: Slot, numbers: PlacedNumbers, options: FigureOptions) -> tuple[Item, ...]:
    """The strip of a gradient after its sign."""
    size = min(SIGN_SIZE, _scaled(SIGN_SIZE, slot))
    middle = slot.x - SIGN_GAP * size / SIGN_SIZE, slot.middle[1]
    sign = ink(upright(NABLA), size, middle, options.palette.backward)
    return *framed_cells(numbers.places, slot, options.palette, options.palette.gradient_frame), sign


def _half_inside_ring(node: Node, low: float, options: FigureOptions) -> float:
    """How far to either side the second circle of a node's kind leaves room that far below its middle."""
    inner = options.palette.kinds[node.kind].inner if node.part is None else 0.0
    return sqrt((node_shape(node).radius - inner - RING_ROOM) ** 2 - low**2) if inner else inf


def blank_value(node: Node, at: Point, theme: Theme) -> Rect:
    """The dash in place of the value, where the cursor has not been."""
    return _dash("value", at, (0.0, slots(node)[0].middle[1]), theme)


def blank_gradient(node: Node, bitmap: BitmapNode | None, at: Point, theme: Theme) -> Rect:
    """The same in place of the gradient."""
    return _dash("gradient", at, bitmap.gradient.middle if bitmap else (0.0, slots(node)[1].middle[1]), theme)


def _dash(role: str, at: Point, place: Point, theme: Theme) -> Rect:
    x, y = at[0] + place[0], at[1] + place[1]
    return Rect(x - 4.5, y - 0.4, 9.0, 0.8, shared_paint(f"dash blank-{role}", theme.muted))


def _letter(array: Array, letters: tuple[str, ...]) -> str:
    """The letter that a one-hot vector stands for; empty where it is not one-hot."""
    flat = array.ravel()
    hot = flat.size == len(letters) and np.count_nonzero(flat) == 1 and flat.max() == 1
    return letters[int(flat.argmax())] if hot else ""


def figure_number(value: float, options: FigureOptions) -> MathBox:
    """A number as the figure and its legend write it."""
    return number(value)


def _numbers(array: Array, options: FigureOptions) -> Iterator[MathBox]:
    """An only entry as it is usually written, then with fewer digits."""
    yield figure_number(array.item(), options)
    yield from (number(array.item(), digits) for digits in FEWER_DIGITS)


def _readable(labels: Iterable[MathBox], size: float, slot: Slot, fill: str, options: FigureOptions) -> Ink | None:
    """The first of these labels that can be read in a slot; None where there is no room for any."""
    if options.least > TALLEST * slot.height:
        return None
    inks = (_centred(label, options.readable(size), slot, fill) for label in labels)
    return next((it for it in inks if it.outline.size >= options.least), None)


def in_slot(slot: Slot, numbers: PlacedNumbers, options: FigureOptions, frame: str) -> ItemGroup:
    """A placed slot with a number or a strip in it."""
    cells = framed_cells(numbers.places, slot, options.palette, frame)
    if numbers.table.size == 1:
        fill = options.palette.ink
        if words := _readable(_numbers(numbers.table, options), _scaled(NUMBER_SIZE, slot), slot, fill, options):
            return _lettered(slot, words, options, cells)
    return _group(slot, cells, options.live, numbers.table.shape[1])


def _lettered(slot: Slot, words: Ink, options: FigureOptions, cell: tuple[Item, ...] = ()) -> ItemGroup:
    """A slot with a number or a letter in it; on a page with the cell that stands for it where it is seen so small
    that it could not be read."""
    instead = (ItemGroup(cell, "instead"),) if cell and options.live else ()
    return _group(slot, (words, *instead), options.live, em=words.outline.size)


def _group(slot: Slot, items: tuple[Item, ...], live: bool, cells: int = 0, em: float = 0.0) -> ItemGroup:
    """The items of a slot; on a page with its geometry for scripts, and the em of what is written in it."""
    if not live:
        return ItemGroup(items, slot.role)
    box = (("x", slot.x), ("y", slot.y), ("width", slot.width), ("height", slot.height))
    return ItemGroup(items, slot.role, data=(*box, ("cells", str(cells)), *((("em", em),) if em else ())))


def framed_cells(places: Array, slot: Slot, theme: Theme, frame: str) -> tuple[Item, ...]:
    """Cells in the diverging colours in a frame; thin lines between them while they are few."""
    rows, count = places.shape
    edge = Rect(slot.x, slot.y, slot.width, slot.height, shared_paint("frame", "none", frame, 0.6))
    if theme.bars:
        draw = bars if rows == 1 else squares
        return (*draw(places, slot, theme), edge)
    colours = tuple(map(colour, places.ravel().tolist()))
    cells = Cells(slot.x, slot.y, slot.width, slot.height, colours, rows)
    if count > SEPARATE or rows > 1:
        return (cells, edge)
    return (cells, edge, *_rules(count, slot, frame))


def peaks(table: Array, most: int) -> Array:
    """The table with at most `most` columns: of neighbours the entry furthest from zero, so that no spike is lost."""
    if table.shape[1] <= most:
        return table
    shares = np.array_split(table, most, axis=1)
    rows = np.arange(len(table))
    return np.stack([share[rows, np.abs(share).argmax(axis=1)] for share in shares], axis=1)


def _rules(count: int, slot: Slot, frame: str) -> Iterable[Item]:
    """The thin lines between cells."""
    paint = shared_paint("rule", "none", frame, 0.35)
    points = ((0.0, 0.0), (0.0, slot.height / 3), (0.0, slot.height / 1.5), (0.0, slot.height))
    for i in range(1, count):
        yield Curve(points, slot.x + i * slot.width / count, slot.y, paint)


def bars(places: Array, slot: Slot, theme: Theme) -> Iterable[Item]:
    """Bars that rise or fall from the middle, for paper: the sign survives a photocopier."""
    step, half = slot.width / places.size, slot.height / 2
    paint = shared_paint("bar", theme.ink)
    yield Rect(slot.x, slot.y, slot.width, slot.height, shared_paint("paper", theme.paper))
    yield Rect(slot.x, slot.y + half - 0.15, slot.width, 0.3, shared_paint("rule", theme.muted))
    for i, place in enumerate(_as_far_as_can_be(places)):
        height = half * min(abs(place), 1.0)
        if height >= 0.01:
            x, y = slot.x + (i + 0.12) * step, slot.y + half - (height if place > 0 else 0)
            yield Rect(x, y, step * 0.76, height, paint)
            if abs(place) > 1:
                yield Rect(
                    x, y + (1 - BREAK) / 2 * height, step * 0.76, BREAK * height, shared_paint("paper", theme.paper)
                )


def squares(places: Array, slot: Slot, theme: Theme) -> Iterable[Item]:
    """Squares as large as the entries of a table, for paper: those above zero filled, those below hollow."""
    rows, columns = places.shape
    width, height = slot.width / columns, slot.height / rows
    yield Rect(slot.x, slot.y, slot.width, slot.height, shared_paint("paper", theme.paper))
    for at, place in enumerate(_as_far_as_can_be(places)):
        i, j = divmod(at, columns)
        side = 0.92 * min(width, height) * abs(place)
        if side < 0.05:
            continue
        full, line = place > 0, min(HOLLOW, side / 4)
        x, y, size = slot.x + (j + 0.5) * width, slot.y + (i + 0.5) * height, side if full else side - line
        paint = shared_paint("bar", theme.ink) if full else shared_paint("hollow", "none", theme.ink, line)
        yield Rect(x - size / 2, y - size / 2, size, size, paint)


def _as_far_as_can_be(places: Array) -> list[float]:
    """Places one after another; what is no number is at the end of its scale."""
    found: list[float] = np.nan_to_num(places.ravel(), nan=1.0).tolist()
    return found


def _centred(label: MathBox, size: float, slot: Slot, fill: str) -> Ink:
    return ink(label, size, slot.middle, fill, slot.width)


def ink(label: MathBox, size: float, at: Point, fill: str, width: float = 1e9) -> Ink:
    """A label centred on a point."""
    it = fitted(label, size, width)
    return Ink(it, at[0] - (it.left + it.right) / 2, at[1] - it.middle, shared_paint("number", fill))
