"""The space between two ranks of a cell that is wired with buses: every net has one level line there, on a track.

Wires go up into it and out of it in columns that no two nets share, so they only ever cross.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain, count
from typing import NamedTuple

from app.drawing.layout.bus_ranks import APART, BusEntry, BusItem

ASIDE = 5
"""How far beside the middle the nearest of those wires comes up that come into a node as one: all turn alike there."""
FAR = 10**9
"""Beyond all columns."""


@dataclass(eq=False, slots=True)
class BusChannel:
    """What comes into it from below and leaves it upwards, in which columns, and each net's track, from below."""

    lower: Mapping[int, int]
    pins: dict[tuple[int, int], int] = field(default_factory=dict)
    """The column of a net into an item, by that item's identity."""
    tracks: dict[int, int] = field(default_factory=dict)

    @property
    def height(self) -> int:
        return max(self.tracks.values(), default=-1) + 1


def channel(lower: Iterable[BusItem], upper: Sequence[BusItem]) -> BusChannel:
    """Find columns and tracks. What passes in the upper rank may be moved by that."""
    found = BusChannel({net: it.x + off for it in lower for net, off in it.outs.items()})
    used = {column: net for net, column in found.lower.items()}
    free = -FAR
    for i, it in enumerate(upper):
        entries = sorted(it.entries, key=lambda entry: entry.offset if it.group else found.lower[entry.net])
        if it.passing and entries:
            after = upper[i + 1] if i + 1 < len(upper) else None
            most = after.x - after.left - APART - after.passing if after else FAR
            columns = [_through(it, found.lower[entries[0].net], entries[0].net, used, (free, most))]
            it.x = columns[0]
        else:
            columns = _columns(it, entries, found.lower, used, free)
        found.pins |= {(entry.net, id(it)): column for entry, column in zip(entries, columns, strict=True)}
        free = max([it.x + it.right, *(c + entry.room for c, entry in zip(columns, entries, strict=True))]) + APART
    found.tracks = _tracks(found)
    return found


def _through(it: BusItem, below: int, net: int, used: Mapping[int, int], bounds: tuple[int, int]) -> int:
    """The column in which a net passes a rank: straight above where it is below, or next to where it was to be."""
    straight = min(max(below, bounds[0]), bounds[1])
    return next(c for c in chain((straight,), count(max(it.x, bounds[0]))) if used.get(c, net) == net)


def _columns(
    it: BusItem, entries: Sequence[BusEntry], lower: Mapping[int, int], used: Mapping[int, int], free: int
) -> list[int]:
    """The columns in which wires come up to an item, none in one that another net leaves from below."""
    if it.group:
        return _free([it.x + entry.offset for entry in entries], entries, used, free)
    best: tuple[int, int, list[int]] | None = None
    for space in (APART, APART + 1):
        starts = list(accumulate((space + entry.room for entry in entries[:-1]), initial=0))
        for by in range(-it.mouth, it.mouth + 1):
            columns = _free([it.x - starts[-1] // 2 + by + start for start in starts], entries, used, free)
            if not columns or (it.x - it.mouth <= columns[0] and columns[-1] <= it.x + it.mouth):
                bent = sum(column != lower[entry.net] for column, entry in zip(columns, entries, strict=False))
                tried = bent, abs(by), columns
                best = min(best, tried) if best else tried
    if best is not None:
        return best[2]
    starts = list(accumulate((APART + 1 + entry.room for entry in entries[:-1]), initial=0))
    if it.merged:
        middle = len(starts) // 2
        starts = [start + (2 * ASIDE if i >= middle else 0) for i, start in enumerate(starts)]
        return _free([it.x - ASIDE + start - starts[middle] + 2 * ASIDE for start in starts], entries, used, free)
    return _free([it.x - starts[-1] // 2 + start for start in starts], entries, used, free)


def _free(wanted: Sequence[int], entries: Sequence[BusEntry], used: Mapping[int, int], least: int) -> list[int]:
    """The columns wanted, each moved to the right until it is clear of those before it and of other nets."""
    found: list[int] = []
    for column, entry in zip(wanted, entries, strict=False):
        column = max(column, least)
        while used.get(column, entry.net) != entry.net:
            column += 1
        found.append(column)
        least = column + entry.room + APART
    return found


def _tracks(it: BusChannel) -> dict[int, int]:
    """The track of each net that is not straight: what goes far to one side is below what it would cross there."""
    reach: dict[int, list[int]] = {}
    for (net, _), column in it.pins.items():
        reach.setdefault(net, [it.lower[net]]).append(column)
    spans = {net: (min(columns), max(columns)) for net, columns in reach.items()}
    level = [net for net, (low, high) in spans.items() if low < high]

    def first(net: int) -> tuple[bool, int]:
        to_right = sum(reach[net]) >= len(reach[net]) * it.lower[net]
        return to_right, -it.lower[net] if to_right else it.lower[net]

    found: dict[int, int] = {}
    ends: list[list[tuple[int, int]]] = []
    for net in sorted(level, key=first):
        low, high = spans[net]
        track = next((i + 1 for i in range(len(ends) - 1, -1, -1) if _meets(ends[i], low, high)), 0)
        if track == len(ends):
            ends.append([])
        ends[track].append((low, high))
        found[net] = track
    return found


def _meets(spans: Iterable[tuple[int, int]], low: int, high: int) -> bool:
    return any(low < end + APART and begin < high + APART for begin, end in spans)


class CombTooth(NamedTuple):
    """Where a wire comes into an item, right of its place in points, and the level, from below, on which it turns."""

    x: float
    level: int


def comb(wires: Sequence[tuple[int, float]], ends: Sequence[float]) -> Mapping[int, CombTooth]:
    """Nets from the places at which they come up to those at which they go in, both from left to right; none for what
    is there already. What comes from further out turns higher."""
    from_left = [i for i, (_, x) in enumerate(wires) if x < ends[i]]
    from_right = [i for i, (_, x) in enumerate(wires) if x > ends[i]][::-1]
    sides = ((len(side) - 1 - k, i) for side in (from_left, from_right) for k, i in enumerate(side))
    return {wires[i][0]: CombTooth(ends[i], level) for level, i in sides}
