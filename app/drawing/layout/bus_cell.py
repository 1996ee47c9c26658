"""Lays out a crowded cell with buses: ranks of nodes, and between them a level line for each source.

Where a hundred lines leave one node, curves run on each other; a bus is one line until it branches. Boxes of groups are
laid out by themselves and stand in the ranks of what is around them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, sqrt
from typing import NamedTuple

from app.cache import cached
from app.drawing.geometry import Box, Point, rounded, shifted
from app.drawing.layout.bus_level import COLUMN, COMB, BusLevel, BusLine, LaidOutLevel
from app.drawing.layout.cell_sketch import CellSketch, LaidOutCell

TRACK, LEAVING, HEAD = 7.0, 10.0, 17.0
"""Between level lines; from a rank up to the first of them, and from the last one to the next rank, an arrow's head."""
LABEL_DROP = 4.0
"""Between a level line and a label above it."""
MARGIN = 2
"""Between a group's box and what stands in it, in columns."""
NAME_SIDE, NAME_DROP = 10.0, 8.0
"""How much longer and higher the room for a group's name is than that."""


@cached(64)
def lay_out_bused_cell(sketch: CellSketch) -> LaidOutCell | None:
    """Where everything stands; None where a box would be both above and below something."""
    found = _laid_out(sketch, -1, _lines_by_level(sketch))
    if found is None:
        return None
    corners = tuple(_turning(found.ways[i]) for i in range(len(sketch.lines)))
    return LaidOutCell(
        tuple(found.centres[i] for i in range(len(sketch.nodes))),
        tuple(map(rounded, corners)),
        tuple(found.labels.get(i) for i in range(len(sketch.lines))),
        tuple(found.boxes[i] for i in range(len(sketch.groups))),
        corners,
    )


def _turning(way: Sequence[Point]) -> tuple[Point, ...]:
    """The corners of a way, but for those at which it does not turn."""
    kept: list[Point] = []
    for p in ((round(x, 3), round(y, 3)) for x, y in way):
        while len(kept) > 1 and any(kept[-2][k] == kept[-1][k] == p[k] for k in (0, 1)):
            kept.pop()
        if not kept or kept[-1] != p:
            kept.append(p)
    return tuple(kept)


def _lines_by_level(sketch: CellSketch) -> Mapping[int, Sequence[BusLine]]:
    """The lines in each group, and outside of all (-1), as far as they run there."""
    above: list[tuple[int, ...]] = []
    for number, (_, parent) in enumerate(sketch.groups):
        above.append((*(above[parent] if parent >= 0 else (-1,)), number))
    chains = [above[node.group] if node.group >= 0 else (-1,) for node in sketch.nodes]
    found: dict[int, list[BusLine]] = {}
    for number, (source, target, _) in enumerate(sketch.lines):
        (out, one), (into, other) = (
            (chains[end], (*(-1 - group for group in chains[end][1:]), end)) for end in (source, target)
        )
        shared = sum(a == b for a, b in zip(out, into, strict=False))
        found.setdefault(out[shared - 1], []).append(BusLine(number, source, one[shared - 1], other[shared - 1]))
        for group, member in zip(out[shared:], one[shared:], strict=True):
            found.setdefault(group, []).append(BusLine(number, source, member, None))
        for group, member in zip(into[shared:], other[shared:], strict=True):
            found.setdefault(group, []).append(BusLine(number, source, None, member))
    return found


def _laid_out(sketch: CellSketch, group: int, lines: Mapping[int, Sequence[BusLine]]) -> LaidOutLevel | None:
    """One group, or the whole cell."""
    inner: dict[int, LaidOutLevel] = {}
    for number, (_, parent) in enumerate(sketch.groups):
        if parent == group:
            found = _laid_out(sketch, number, lines)
            if found is None:
                return None
            inner[-1 - number] = found
    level = BusLevel(sketch, group, inner, lines.get(group, ()))
    return _Picture(level).drawn() if level.arranged() else None


class _Heights(NamedTuple):
    """Of every rank: its middle, the first and the last level line below it, and the lowest turn into its nodes."""

    middles: list[float]
    first: list[float]
    last: list[float]
    turns: list[float]


class _Picture:
    """A level as it is drawn, y downwards from its lower edge."""

    def __init__(self, level: BusLevel) -> None:
        self.level, self.sketch = level, level.sketch
        self.heights = self.stacked()

    def drawn(self) -> LaidOutLevel:
        """Everything in its place, with the box around it if it is a group."""
        found, level = LaidOutLevel(), self.level
        for member, it in level.items.items():
            y = self.heights.middles[level.rank[member]]
            if member >= 0:
                found.centres[member] = it.x * COLUMN, y
            else:
                found.take(level.inner[member].moved(it.x * COLUMN, y + level.height(member) / 2))
        for line in level.lines:
            found.ways[line.number] = self.way(line, found)
            if line.target is not None and line.target >= 0 and self.sketch.lines[line.number][2][1]:
                found.labels[line.number] = self.label(line, line.target)
        return self.framed(found) if level.group >= 0 else found

    def stacked(self) -> _Heights:
        """The ranks above each other, with room between for level lines, labels and turns."""
        level, count = self.level, len(self.level.ranks)
        reach, turns, words = [0.0] * count, [0.0] * count, [0.0] * count
        for member, rank in level.rank.items():
            reach[rank] = max(reach[rank], level.height(member) / 2)
            levels = max((tooth.level + 1 for tooth in level.combs[member].values()), default=0)
            turns[rank] = max(turns[rank], levels * COMB)
        for line in level.lines:
            high = self.sketch.lines[line.number][2][1]
            if line.target is not None and line.target >= 0 and high:
                words[level.rank[line.target]] = max(words[level.rank[line.target]], high + LABEL_DROP)
        spread = max(1.0, self.sketch.spread)
        found = _Heights([-reach[0]], [0.0], [0.0], [0.0])
        for rank, channel in enumerate(level.channels, 1):
            found.first.append(found.middles[-1] - reach[rank - 1] - LEAVING * spread)
            found.last.append(found.first[-1] - TRACK * max(channel.height - 1, 0))
            found.turns.append(found.last[-1] - words[rank] - COMB)
            found.middles.append(found.turns[-1] + COMB - turns[rank] - HEAD * spread - reach[rank])
        return found

    def way(self, line: BusLine, found: LaidOutLevel) -> list[Point]:
        """The corners of a line from its source, or from outside, through the channels to its target, or out."""
        level, way = self.level, self.begun(line, found)
        begin = 0 if line.source is None else level.rank[line.source]
        end = len(level.ranks) - 1 if line.target is None else level.rank[line.target]
        for rank in range(begin + 1, end + 1):
            channel = level.channels[rank - 1]
            inside = rank == end and line.target is not None
            to = level.items[line.target] if inside and line.target is not None else level.passes[line.net, rank]
            if line.net in channel.tracks:
                y = self.heights.first[rank] - TRACK * channel.tracks[line.net]
                way += [(way[-1][0], y), (channel.pins[line.net, id(to)] * COLUMN, y)]
        if line.target is None:
            return [*way, (way[-1][0], self.heights.middles[-1])]
        tooth = level.combs[line.target].get(line.net)
        if tooth is not None:
            y = self.heights.turns[end] - COMB * tooth.level
            way += [(way[-1][0], y), (level.items[line.target].x * COLUMN + tooth.x, y)]
        return [*way, *self.ended(line, line.target, way[-1][0], found)]

    def begun(self, line: BusLine, found: LaidOutLevel) -> list[Point]:
        """A line's way before the first channel."""
        if line.source is None:
            return [(self.level.passes[line.net, 0].x * COLUMN, 0.0)]
        if line.source < 0:
            return self.inner_way(line, line.source)
        x, y = found.centres[line.source]
        return [(x, y - self.level.height(line.source) / 2)]

    def ended(self, line: BusLine, target: int, x: float, found: LaidOutLevel) -> list[Point]:
        """A line's way after the last channel."""
        if target < 0:
            return self.inner_way(line, target)
        (cx, cy), node = found.centres[target], self.sketch.nodes[target]
        half = node.height / 2
        return [(x, cy + (sqrt(half * half - (x - cx) ** 2) if node.circle else half))]

    def inner_way(self, line: BusLine, group: int) -> list[Point]:
        """A line's way within one of the groups."""
        inner = self.level.inner[group]
        x, y = self.level.items[group].x * COLUMN, self.heights.middles[self.level.rank[group]] + inner.height / 2
        return list(shifted(inner.ways[line.number], x, y))

    def label(self, line: BusLine, target: int) -> Point:
        """The middle of a line's label: right of its last upright piece."""
        rank = self.level.rank[target]
        column = self.level.channels[rank - 1].pins[line.net, id(self.level.items[target])]
        width, height = self.sketch.lines[line.number][2]
        return column * COLUMN + width / 2, self.heights.last[rank] - LABEL_DROP - height / 2

    def framed(self, it: LaidOutLevel) -> LaidOutLevel:
        """A group's contents in its box, with room for its name in the upper left corner: where all is mirrored
        afterwards, so that time runs up, in the lower right one."""
        level, (size, _) = self.level, self.sketch.groups[self.level.group]
        within = [item for rank in level.ranks for item in rank]
        left, right = min(item.x - item.left for item in within), max(item.x + item.right for item in within)
        up = self.sketch.up
        name = ceil((size[1] + NAME_DROP if up else size[0] + NAME_SIDE) / COLUMN)
        out = {line.net for line in level.lines if line.target is None}
        leaves = {net: level.passes[net, len(level.ranks) - 1].x for net in out}
        enters = {line.net: level.passes[line.net, 0].x for line in level.lines if line.source is None}
        if up:
            left, right = min([left - MARGIN, *leaves.values()]), right + max(MARGIN, name)
        else:
            left = min([left - MARGIN, *(x - name for x in leaves.values())])
            right = max(right + MARGIN, left + name)
        top = self.heights.middles[-1] - max(
            (level.height(m) / 2 for m in level.members if level.rank[m] == len(level.ranks) - 1), default=0.0
        )
        top = min(top - NAME_DROP, -size[0] - NAME_SIDE) if up else top - size[1] - NAME_DROP
        for number in {line.number for line in level.lines if line.target is None}:
            it.ways[number].append((it.ways[number][-1][0], top))
        found = it.moved(-left * COLUMN, 0.0)
        found.width, found.height = right - left, -top
        found.boxes[level.group] = Box(0.0, top, found.width * COLUMN, 0.0)
        found.enters = {net: x - left for net, x in enters.items()}
        found.leaves = {net: x - left for net, x in leaves.items()}
        return found
