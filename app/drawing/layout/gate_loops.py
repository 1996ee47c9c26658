"""The ways back in time around a cell of the circuit at the detail `gates`."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from app.drawing.geometry import Point
from app.drawing.layout.cell_places import PITCH
from app.drawing.layout.dimensions import RADIUS
from app.drawing.layout.gate_places import DELAY, DELAY_COLUMN, GatePlaces
from app.drawing.layout.wire_grid import GridSpot

Loop = tuple[Point, tuple[Point, ...]]
"""The square of a delay, and the way there from the circle."""


def gate_loops(places: GatePlaces, wires: list[GridSpot]) -> Mapping[str, Loop]:
    """For what was a step before its way, one within the other over the top of everything; `wires` are in the way."""
    step, point, spots = places.step, places.point, places.spots
    if step.graph.tau:
        return {}
    keys = sorted((k for k in spots if k not in step.nodes), key=lambda k: spots[k][1])
    reach = ceil(RADIUS / PITCH)
    right = max([*(x for x, _ in spots.values()), *(x - reach for x, _ in wires)]) + reach
    top = min([*map(places.top_of, spots), *(y for _, y in wires)]) - 2
    circles = (x - reach for k, (x, _) in spots.items() if k in step.nodes and not step.is_part(k))
    left = min([DELAY_COLUMN, *(x for x, _ in wires), *circles])
    found = {}
    for i, key in enumerate(keys):
        base = step.base(key)
        (sx, sy), (x, y) = spots[base], spots[key]
        lane, track, back = right + 2 * (i + 1), top - 2 * i, left - 3 - 2 * i
        turned, rim, side = base in places.turned, places.shapes[base].bounds, 1
        if turned:
            lane, back, side = back, lane, -1
        covered = any(oy == sy and ox > sx for k, (ox, oy) in spots.items() if k in step.nodes)
        (cx, cy), (dx, dy) = point((sx, sy)), point((x, y))
        if covered and sy < places.top and not turned:
            begin, turns = (cx, cy + rim.top), [(sx, track)]
        else:
            begin, turns = (cx + side * rim.right, cy), [(lane, sy), (lane, track)]
        turns += [(back, track), (back, y)]
        found[key] = (dx, dy), (begin, *map(point, turns), (dx + side * DELAY.bounds.left, dy))
    return found
