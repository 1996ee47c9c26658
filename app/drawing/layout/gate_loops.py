"""The ways back in time around a cell of the circuit at the detail `gates`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.drawing.geometry import Point
from app.drawing.layout.dimensions import SQUARE
from app.drawing.layout.edge_labels import PlacedLabel
from app.drawing.layout.gate_axes import GateAxes
from app.drawing.layout.gate_places import DELAY_COLUMN, LAG_SIZE, WORD_GAP, GatePlaces
from app.drawing.layout.wire_grid import DOWN, UP, GridSpot
from app.drawing.lettering import outline, upright
from app.language import minus_signs

LONGER = 10
"""So many times as long pieces of a way may become that lead around all else."""


@dataclass(frozen=True, slots=True)
class GateLoop:
    """The square of a delay, the pieces of the way there, and how many steps it waits where that is not one.

    `joint`: where its way leaves that of another delay of the same circle.
    """

    square: Point
    ways: tuple[tuple[Point, ...], ...]
    words: tuple[PlacedLabel, ...] = ()
    joint: tuple[Point, ...] = ()

    def ends(self) -> Iterator[tuple[Point, Point]]:
        """Its first piece and its last, each as long as what is written in its way could make it."""
        for here, there in (self.ways[0][:2], self.ways[-1][:-3:-1]):
            x, y = (LONGER * (b - a) for a, b in zip(here, there, strict=True))
            yield here, (here[0] + x, here[1] + y)


def gate_loops(places: GatePlaces, wires: list[GridSpot]) -> Mapping[str, GateLoop]:
    """For what was some steps before its way, one within the other over the top; `wires` are in the way."""
    step, axes, spots = places.step, places.axes, places.spots
    if step.graph.tau:
        return {}
    keys = sorted((k for k in spots if k not in step.nodes), key=lambda k: spots[k][1])
    last = {step.base(key): key for key in keys}
    reach = {k: places.halves(k) if k in step.blocks else (axes.radius, axes.radius) for k in spots}
    right = max([x + reach[k][0] for k, (x, _) in spots.items()] + [x for x, _ in wires])
    top = min([*map(places.top_of, spots), *(y for _, y in wires)]) - 2
    low = max([y + reach[k][1] for k, (_, y) in spots.items()] + [y for _, y in wires]) + 2
    circles = (x - reach[k][0] for k, (x, _) in spots.items() if k in step.nodes and not step.is_part(k))
    left = min([DELAY_COLUMN, *(spots[key][0] for key in keys), *(x for x, _ in wires), *circles])
    found: dict[str, GateLoop] = {}
    turn: dict[str, Point] = {}
    for i, key in enumerate(keys):
        base = step.base(key)
        (sx, sy), (x, y) = spots[base], spots[key]
        lane, track, back = right + 2 * (i + 1), top - 2 * i, left - 3 - 2 * i
        rim, begin = places.shapes[base].bounds, places.way_back(base)
        if base in places.turned:
            lane, back = back, lane
        if begin == UP:
            turns = [(sx, track)]
        elif begin == DOWN:
            under = low + 2 * i
            turns = [(sx, under), (lane, under), (lane, track)]
        else:
            turns = [(lane, sy), (lane, track)]
        turns += [(back, track), (back, y)]
        (cx, cy), (bx, by), square = axes.point((sx, sy)), axes.side(rim, begin), axes.point((x, y))
        start = turn.get(base, (cx + bx, cy + by))
        way = (start, *map(axes.point, turns), square)
        # Where the way of another delay leaves this one's no corner is round: it would not come to there.
        pieces = (way,) if key == last[base] else (way[:2], way[1:])
        joint = (start,) if base in turn else ()
        turn[base] = way[1]
        found[key] = GateLoop(square, pieces, tuple(lag_words(key, square, axes)), joint)
    return found


def lag_words(key: str, at: Point, axes: GateAxes) -> Iterator[PlacedLabel]:
    """The number of steps that a delay waits, over its square."""
    lag = int(key.rpartition(":")[2])
    if abs(lag) != 1:
        number = outline(upright(minus_signs(str(lag))), LAG_SIZE)
        wide, high = number.width / 2 + WORD_GAP, number.height / 2 + WORD_GAP
        x, y = axes.turned(0.0, -SQUARE / 2 - (wide if axes.up else high))
        middle = (number.ascent - number.descent) / 2
        yield PlacedLabel(number, at[0] + x - (number.left + number.right) / 2, at[1] + y + middle)
