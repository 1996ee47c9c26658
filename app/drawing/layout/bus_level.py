"""One level of a cell that is wired with buses: what stands in a group, or outside of all, ranked and in columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil, floor
from typing import NamedTuple

from app.drawing.geometry import Box, Point, shifted
from app.drawing.layout.bus_channel import ASIDE, BusChannel, CombTooth, channel, comb
from app.drawing.layout.bus_ranks import APART, BusEntry, BusItem, BusRanks, stacked_ranks
from app.drawing.layout.cell_sketch import NODE_GAP, CellSketch, NodeBox

COLUMN = 4.0
"""The width of a column: upright wires are two apart."""
COMB, CLOSEST = 7.0, 4.5
"""Between wires that come in at a narrow side, and the least between them: nearer ones come in as one."""


class BusLine(NamedTuple):
    """A line at one level: its number, its source, and the members that it joins there, None for outside.

    A member is a node's number, or a group's, as -1 - number.
    """

    number: int
    net: int
    source: int | None
    target: int | None


@dataclass(eq=False)
class LaidOutLevel:
    """A group's contents, or the whole cell, above their lower left corner; ways are corners, by line.

    `enters` and `leaves` are the columns in which nets come in from outside and go out.
    """

    width: int = 0
    height: float = 0.0
    centres: dict[int, Point] = field(default_factory=dict)
    ways: dict[int, list[Point]] = field(default_factory=dict)
    labels: dict[int, Point] = field(default_factory=dict)
    boxes: dict[int, Box] = field(default_factory=dict)
    enters: dict[int, int] = field(default_factory=dict)
    leaves: dict[int, int] = field(default_factory=dict)

    def moved(self, x: float, y: float) -> LaidOutLevel:
        """The same elsewhere, with all that is in it."""
        return LaidOutLevel(
            self.width,
            self.height,
            {key: (px + x, py + y) for key, (px, py) in self.centres.items()},
            {key: list(shifted(way, x, y)) for key, way in self.ways.items()},
            {key: (px + x, py + y) for key, (px, py) in self.labels.items()},
            {key: box.moved(x, y) for key, box in self.boxes.items()},
            self.enters,
            self.leaves,
        )

    def take(self, other: LaidOutLevel) -> None:
        """Have what another has."""
        self.centres |= other.centres
        self.ways |= other.ways
        self.labels |= other.labels
        self.boxes |= other.boxes


class BusLevel:
    """The members of a level in ranks, and the channels between these."""

    def __init__(
        self, sketch: CellSketch, group: int, inner: Mapping[int, LaidOutLevel], lines: Sequence[BusLine]
    ) -> None:
        self.sketch, self.group, self.inner, self.lines = sketch, group, inner, lines
        self.members = [*(i for i, node in enumerate(sketch.nodes) if node.group == group), *inner]
        into: dict[int, list[BusLine]] = {}
        for line in lines:
            if line.target is not None:
                into.setdefault(line.target, []).append(line)
        read = {line.source for line in lines}
        self.items = {member: self.item(member, into.get(member, ()), member in read) for member in self.members}
        self.rank: dict[int, int] = {}
        self.ranks: list[list[BusItem]] = []
        self.passes: dict[tuple[int, int], BusItem] = {}
        """What leads a net through a rank: from outside in the first, to there in the last."""
        self.channels: list[BusChannel] = []
        self.combs: dict[int, Mapping[int, CombTooth]] = {}

    def item(self, member: int, into: Iterable[BusLine], read: bool) -> BusItem:
        """What a member takes in its rank."""
        if member < 0:
            it = self.inner[member]
            entries = [BusEntry(net, at) for net, at in it.enters.items()]
            return BusItem(0, it.width, entries, dict(it.leaves), group=True)
        node = self.sketch.nodes[member]
        entries = [BusEntry(it.net, 0, ceil(self.sketch.lines[it.number][2][0] / COLUMN)) for it in into]
        wires = sum(APART + 1 + entry.room for entry in entries)
        merged = len(entries) > 1 and _space(node, len(entries)) < CLOSEST
        half = ceil(max(node.width / 2 / COLUMN, wires / 2 + 2 * ASIDE * merged))
        outs = {member: 0} if read else {}
        written = max((entry.room for entry in entries), default=0)
        return BusItem(half, half + written, entries, outs, merged=merged, mouth=floor(node.mouth / COLUMN))

    def arranged(self) -> bool:
        """Put everything into ranks and columns; False where lines run in a circle."""
        index = {member: i for i, member in enumerate(self.members)}
        within = [(it.source, it.target) for it in self.lines if it.source is not None and it.target is not None]
        low = (i for i, member in enumerate(self.members) if member >= 0 and self.sketch.nodes[member].low)
        ranks = stacked_ranks(len(self.members), ((index[one], index[other]) for one, other in within), low)
        if ranks is None:
            return False
        inside = self.group >= 0
        self.rank = {member: rank + inside for member, rank in zip(self.members, ranks, strict=True)}
        out = any(it.target is None for it in self.lines)
        self.ranks = [[] for _ in range(max(self.rank.values(), default=0) + 1 + out)]
        for member, it in self.items.items():
            self.ranks[self.rank[member]].append(it)
        self.lead_through()
        gap = ceil(NODE_GAP * max(1.0, self.sketch.spread) / COLUMN)
        BusRanks(self.ranks, gap).arrange()
        self.channels = [channel(lower, upper) for lower, upper in pairwise(self.ranks)]
        self.combs = {member: self.comb(member) for member in self.members}
        return True

    def lead_through(self) -> None:
        """Something for each net in every rank that it passes."""
        ends: dict[int, tuple[int, int]] = {}
        for it in self.lines:
            begin = -1 if it.source is None else self.rank[it.source]
            end = len(self.ranks) if it.target is None else self.rank[it.target]
            ends[it.net] = begin, max(end, ends.get(it.net, (0, 0))[1])
        for net, (begin, end) in ends.items():
            for rank in range(begin + 1, end):
                entries = [BusEntry(net)] if rank else []
                self.passes[net, rank] = BusItem(0, 0, entries, {net: 0}, passing=True)
                self.ranks[rank].append(self.passes[net, rank])

    def comb(self, member: int) -> Mapping[int, CombTooth]:
        """Where nets come into a member other than in the columns in which they come up to it."""
        it = self.items[member]
        pins = self.channels[self.rank[member] - 1].pins if it.entries else {}
        columns = sorted((pins[entry.net, id(it)] - it.x, entry.net) for entry in it.entries)
        wires = [(net, column * COLUMN) for column, net in columns]
        if member < 0:
            return comb(wires, [self.inner[member].enters[net] * COLUMN for net, _ in wires])
        if all(abs(column) <= it.mouth for column, _ in columns):
            return {}
        if it.merged:
            return {net: CombTooth(0.0, 0) for net, _ in wires}
        gap = _space(self.sketch.nodes[member], len(wires))
        return comb(wires, [(i - (len(wires) - 1) / 2) * gap for i in range(len(wires))])

    def height(self, member: int) -> float:
        return self.sketch.nodes[member].height if member >= 0 else self.inner[member].height


def _space(node: NodeBox, wires: int) -> float:
    """How far apart so many wires come into a node."""
    return min(COMB, 2 * node.mouth / max(wires - 1, 1))
