"""What is written at the parts of a cell and on the wires between circles at the detail `gates`."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import hypot

from app.drawing.geometry import Box, Point, around
from app.drawing.layout.dimensions import EDGE_WIDTH, HEAD_HALF, HEAD_LENGTH
from app.drawing.layout.edge_labels import LabelBlock, PlacedLabel, written
from app.drawing.layout.gate_places import WORD_GAP, GatePlaces
from app.drawing.layout.gate_step import NoWay, Pair, is_low_port, is_port
from app.drawing.layout.gate_stretches import Stretch, TemplateWire
from app.drawing.layout.label_room import FARTHER, SMALLER
from app.drawing.layout.node_shapes import is_bare, weight_words

LEAST, CLEARLY, ALONE = 2.0, FARTHER * (WORD_GAP + 1), 2 * (WORD_GAP + 1)
"""The room around what is written beside a wire: the least, that in which it is clearly nearest to its own, and that in
which no other is near, where it is as large as usual. Wires with another beginning and another end are no nearer than
its own."""

BESIDE_WORDS = 2.2
"""So much more is kept free beside what is written, so that it is not read as one with the next."""
BEYOND = 40
"""How far beyond a step's edge nothing is written, in rows of the grid."""

Line = tuple[Point, ...]


def part_words(places: GatePlaces) -> Iterator[tuple[str, PlacedLabel]]:
    """The parameters below a layer, right of where wires come in; beside a pointwise operation above it."""
    for key, n in places.step.nodes.items():
        words = weight_words(n, places.step.graph, places.step.labels)
        if words is None or is_bare(n):
            continue
        x, y = places.axes.point(places.spots[key])
        bounds = places.shapes[key].bounds
        if places.step.form(key) == "layer" and places.axes.up:
            middle = x if places.has_words_before(key) else x + WORD_GAP + 2 + words.width / 2
            left, gap = middle - words.width / 2 - words.left, WORD_GAP - 1
            above = bounds.top - gap - words.descent
            below = bounds.bottom + gap + words.ascent
            yield key, PlacedLabel(words, left, y + (above if key in places.turned else below))
        elif places.step.form(key) == "layer":
            left = x - WORD_GAP - 2 - words.width if key in places.turned else x + WORD_GAP + 2
            yield key, PlacedLabel(words, left - words.left, y + _row_bottom(places, key) + 7 + words.ascent)
        else:
            yield key, PlacedLabel(words, x + bounds.right + 1 - words.left, y + bounds.top - 1)


def _row_bottom(places: GatePlaces, key: str) -> float:
    """How far the boxes reach down that stand in the row of a layer: what is written below them is level."""
    row = places.spots[key][1]
    layers = (k for k, (_, y) in places.spots.items() if y == row and places.step.form(k) == "layer")
    return max(places.shapes[k].bounds.bottom for k in layers if not is_bare(places.step.nodes[k]))


def wire_words(
    places: GatePlaces,
    wires: Mapping[Pair, TemplateWire],
    weights: Mapping[str, PlacedLabel],
    loops: Iterable[tuple[Point, ...]],
) -> dict[Pair, tuple[PlacedLabel, ...]]:
    """What multiplies on the way to a circle, beside the longest stretch of its wire that has room.

    Raises `NoWay` where a wire has none.
    """
    circles = ((key, spot) for key, spot in places.spots.items() if not is_port(key))
    taken = [places.shapes[key].bounds.moved(*places.axes.point(spot)) for key, spot in circles]
    taken += [_with_space_beside(words.box) for words in weights.values()]
    taken += [_head(s) for wire in wires.values() for s in wire.stretches if s.head]
    lines = [s.points for wire in wires.values() for s in wire.stretches]
    lines += list(loops)
    for left, top, right, bottom in (places.axes.box(low, high) for low, high in places.frames.values()):
        lines.append(((left, top), (right, top), (right, bottom), (left, bottom), (left, top)))
    taken += _beyond_edges(places)
    steps_beside = (-places.period, places.period) if places.step.graph.tau else ()  # They have the same.
    beside = [places.axes.point((by, 0)) for by in steps_beside]
    if beside:
        lines += [tuple((x + dx, y + dy) for x, y in line) for line in list(lines) for dx, dy in beside]
        taken += [box.moved(*by) for box in list(taken) for by in beside]
    if places.step.rows is not None and not places.turned:
        taken += _in_steps_beside(places)
    found: dict[Pair, tuple[PlacedLabel, ...]] = {}
    for pair, wire in wires.items():
        if is_port(pair[1]) or places.step.is_part(pair[1]):
            continue
        whole = written(places.step.edges[pair], places.step.graph, places.step.labels)
        labels = (*whole, *(label.smaller(share) for share in SMALLER for label in whole))
        options = [(label, at) for label in labels for at in _beside(label, wire.stretches)]
        own = {s.points for s in wire.stretches}
        others = [line for line in lines if line not in own]
        kin = {s.points for ends, it in wires.items() if ends[0] == pair[0] or ends[1] == pair[1] for s in it.stretches}
        strangers = [line for line in others if line not in kin]
        steps = (ALONE, CLEARLY, LEAST) if places.step.rows is None else (ALONE, CLEARLY)
        rooms = ((it, room) for room in steps for it in options if room != ALONE or it[0] in whole)
        if options:
            best = next(
                (
                    it
                    for it, room in rooms
                    if _is_free(it[0].box(*it[1]), taken, ((own, LEAST), (others, room), (strangers, WORD_GAP)))
                ),
                None,
            )
            if best is None:
                raise NoWay(f"for what is written from {pair[0]} to {pair[1]}")
            label, at = best
            room = _with_space_beside(label.box(*at))
            taken += [room, *(room.moved(*by) for by in beside)]
            found[pair] = label.around(*at)
    return found


def _with_space_beside(words: Box) -> Box:
    """The room that what is written takes in its line."""
    return Box(words.left - BESIDE_WORDS, words.top, words.right + BESIDE_WORDS, words.bottom)


def _beyond_edges(places: GatePlaces) -> Iterator[Box]:
    """What lies over the upper edge of a step and under the lower, if wires run there from and to elsewhere."""
    ports = [key for key in places.spots if is_port(key)]
    ends = -places.period, 2 * places.period
    if any(not is_low_port(key) for key in ports):
        yield places.axes.box((ends[0], places.edge_row - BEYOND), (ends[1], places.edge_row))
    if any(map(is_low_port, ports)):
        yield places.axes.box((ends[0], places.low_row), (ends[1], places.low_row + BEYOND))


def _in_steps_beside(places: GatePlaces) -> Iterator[Box]:
    """What belongs to the steps before and after one without parts, which may be others."""
    rows = places.edge_row - BEYOND, places.low_row + BEYOND
    after = places.width + 2 * places.beside
    yield places.axes.box((places.from_before - places.period, rows[0]), (places.from_before - 1, rows[1]))
    yield places.axes.box((after, rows[0]), (after + places.period, rows[1]))


def _head(it: Stretch) -> Box:
    """The room that the head of a stretch takes."""
    (px, py), (x, y) = it.points[-2:]
    back, half = HEAD_LENGTH / max(hypot(x - px, y - py), HEAD_LENGTH), HEAD_HALF
    bx, by = x + back * (px - x), y + back * (py - y)
    across = (half, 0.0) if abs(x - px) < abs(y - py) else (0.0, half)
    return Box(min(x, bx) - across[0], min(y, by) - across[1], max(x, bx) + across[0], max(y, by) + across[1])


def _beside(label: LabelBlock, stretches: Sequence[Stretch]) -> Iterator[Point]:
    """Places for a label's middle beside the straight pieces of a wire, the longest first."""
    pieces = [piece for s in stretches for piece in zip(s.points[:-1], s.points[1:], strict=True)]
    pieces.sort(key=lambda piece: -hypot(piece[1][0] - piece[0][0], piece[1][1] - piece[0][1]))
    for share in (0.45, 0.3, 0.6, 0.2, 0.75):
        for (x, y), (tx, ty) in pieces:
            mx, my = x + share * (tx - x), y + share * (ty - y)
            if abs(x - tx) < abs(y - ty):
                reach = WORD_GAP + 1 + label.width / 2
                yield from ((mx + reach, my), (mx - reach, my))
            else:
                reach = WORD_GAP + label.height / 2
                yield from ((mx, my - reach), (mx, my + reach))


def _is_free(box: Box, taken: Iterable[Box], lines: Iterable[tuple[Iterable[Line], float]]) -> bool:
    """True if a label's box meets nothing, and none of some lines comes nearer than these may."""
    wide = box.grown(LEAST)
    if any(wide.meets(other) for other in taken):
        return False
    return not any(_meets(box.grown(apart), line) for some, apart in lines for line in some)


def _meets(box: Box, line: Line) -> bool:
    """True if the box meets the ink of a line with right angles."""
    ends = itertools.pairwise(line)
    return any(box.meets(around((Box(*p, *p), Box(*q, *q))).grown(EDGE_WIDTH / 2)) for p, q in ends)
