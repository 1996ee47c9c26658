"""The ways back in time around a cell of the circuit at the detail `gates`."""

from __future__ import annotations

from collections.abc import Mapping

from app.drawing.geometry import Point
from app.drawing.layout.gate_places import DELAY, DELAY_COLUMN, GatePlaces
from app.drawing.layout.wire_grid import LEFT, RIGHT, UP, GridSpot

Loop = tuple[Point, tuple[Point, ...]]
"""The square of a delay, and the way there from the circle."""


def gate_loops(places: GatePlaces, wires: list[GridSpot]) -> Mapping[str, Loop]:
    """For what was a step before its way, one within the other over the top of everything; `wires` are in the way."""
    step, axes, spots = places.step, places.axes, places.spots
    if step.graph.tau:
        return {}
    keys = sorted((k for k in spots if k not in step.nodes), key=lambda k: spots[k][1])
    reach = axes.radius
    right = max([*(x for x, _ in spots.values()), *(x - reach for x, _ in wires)]) + reach
    top = min([*map(places.top_of, spots), *(y for _, y in wires)]) - 2
    circles = (x - reach for k, (x, _) in spots.items() if k in step.nodes and not step.is_part(k))
    left = min([DELAY_COLUMN, *(x for x, _ in wires), *circles])
    found = {}
    for i, key in enumerate(keys):
        base = step.base(key)
        (sx, sy), (x, y) = spots[base], spots[key]
        lane, track, back = right + 2 * (i + 1), top - 2 * i, left - 3 - 2 * i
        turned, rim, side = base in places.turned, places.shapes[base].bounds, RIGHT
        if turned:
            lane, back, side = back, lane, LEFT
        covered = any(oy == sy and ox > sx for k, (ox, oy) in spots.items() if k in step.nodes)
        if covered and sy < places.top and not turned:
            begin, turns = UP, [(sx, track)]
        else:
            begin, turns = side, [(lane, sy), (lane, track)]
        turns += [(back, track), (back, y)]
        (cx, cy), (dx, dy), (bx, by) = axes.point((sx, sy)), axes.point((x, y)), axes.side(rim, begin)
        ex, ey = axes.side(DELAY.bounds, (-side[0], -side[1]))
        found[key] = (dx, dy), ((cx + bx, cy + by), *map(axes.point, turns), (dx + ex, dy + ey))
    return found
