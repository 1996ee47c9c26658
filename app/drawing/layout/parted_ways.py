"""Parts lines of one node that `dot` leads around the same corner: they pass it side by side, each on the side on which
it goes on.

There they would run on each other, or cross.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import atan2, cos, inf, sin

from app.drawing.geometry import Box, Path, Point, direction, sampled

Pair = tuple[str, str]
Circle = tuple[Point, float]
"""The middle and the radius."""
GAP = 5.0
"""Between lines at a corner, and where they leave or reach a circle."""
NEAR = 3.5, 1.0
"""A line that is not so near to something does not come so near to it."""
PLACES = 12
"""At so many places of a piece it is looked whether something is there."""


def parted_ways(
    ways: Mapping[Pair, Path],
    circles: Mapping[str, Circle],
    boxes: Mapping[str, Box],
    words: Iterable[Box],
) -> Mapping[Pair, Path]:
    """All ways, those apart that share the corner next to a node of both, where there is room for that.

    `circles`: of each node that is a circle and no more; `boxes`: of all nodes; `words`: those of labels.
    """
    found, labels = dict(ways), list(words)
    for end in (0, 1):
        shared: dict[tuple[str, int, int], list[Pair]] = {}
        for pair, path in found.items():
            if len(path) > 4:
                x, y = path[3 if end == 0 else -4]
                shared.setdefault((pair[end], round(x), round(y)), []).append(pair)
        for (key, *_), pairs in shared.items():
            if len(pairs) > 1:
                outward = {pair: found[pair] if end == 0 else found[pair][::-1] for pair in pairs}
                own = {key for pair in pairs for key in pair}
                obstacles = [*(box for other, box in boxes.items() if other not in own), *labels]
                parted = _parted(outward, circles.get(key), obstacles)
                found |= {pair: path if end == 0 else path[::-1] for pair, path in parted.items()}
    return found


def _parted(ways: Mapping[Pair, Path], circle: Circle | None, obstacles: Sequence[Box]) -> Mapping[Pair, Path]:
    """Ways that leave a node and share their first corner, there from left to right as they go on."""
    order = sorted(ways, key=lambda pair: _turn(ways[pair]))
    straight = [direction(path[2], path[3]) for path in ways.values()]
    ux, uy = (sum(way[k] for way in straight) / len(straight) for k in (0, 1))
    middle, met = (len(order) - 1) / 2, _met(ways.values(), obstacles)
    starts = _starts([ways[pair][0] for pair in order], circle)
    for by in (0.0, -middle, middle):
        offsets = [GAP * (i - middle + by) for i in range(len(order))]
        moved = {
            pair: _moved(ways[pair], start, (-uy * off, ux * off))
            for pair, start, off in zip(order, starts, offsets, strict=True)
        }
        if _met(moved.values(), obstacles) <= met:
            return moved
    return ways


def _turn(path: Path) -> float:
    """How far a way turns to the right after its first corner, in radians."""
    (ux, uy), (vx, vy) = direction(path[2], path[3]), direction(path[3], path[6])
    return atan2(ux * vy - uy * vx, ux * vx + uy * vy)


def _moved(path: Path, start: Point, by: Point) -> Path:
    """The way from another place, its first corner moved."""
    lead = path[1][0] + start[0] - path[0][0], path[1][1] + start[1] - path[0][1]
    return (start, lead, *((x + by[0], y + by[1]) for x, y in path[2:5]), *path[5:])


def _met(paths: Iterable[Path], obstacles: Sequence[Box]) -> set[tuple[int, float]]:
    """The numbers of what the ways come near to, and how near, until they have turned at their first corner."""
    pieces = [path[i : i + 4] for path in paths for i in (0, 3)]
    points = [Box(*p, *p) for piece in pieces for p in sampled(piece, PLACES)]  # type: ignore[arg-type]
    rooms = {(i, by): box.grown(by) for i, box in enumerate(obstacles) for by in NEAR}
    return {key for key, room in rooms.items() if any(room.meets(point) for point in points)}


def _starts(points: Sequence[Point], circle: Circle | None) -> list[Point]:
    """Where ways leave a circle, apart and in order; those of anything else leave it where they do."""
    if circle is None:
        return list(points)
    (x, y), radius = circle
    angles = sorted(atan2(px - x, y - py) for px, py in points)
    spread = apart(angles, -inf, inf, GAP / radius)
    back = (sum(spread) - sum(angles)) / len(angles)
    return [(x + radius * sin(angle - back), y - radius * cos(angle - back)) for angle in spread]


def apart(places: Sequence[float], low: float, high: float, gap: float) -> list[float]:
    """Places in ascending order, moved as little as needs be to lie between two bounds and so far from each other."""
    found = list[float]()
    for i, place in enumerate(places):
        found.append(max(place, found[-1] + gap if i else low))
    for i in range(len(found) - 1, -1, -1):
        found[i] = min(found[i], found[i + 1] - gap if i + 1 < len(found) else high)
    return found
