"""What stands above what in a cell that is wired with buses: ranks of items, and where in each rank they stand.

Columns are whole numbers, so that two upright wires are either in one column or clear of each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain, pairwise
from typing import NamedTuple

SWEEPS, STRAIGHTENING = 8, 8
"""How often ranks are put in order by what they are joined to, and then straightened in that order."""
APART = 2
"""The least between upright wires, in columns; one more is left, so that a wire can give way to one below it."""
HEAVY, LIGHT = 4.0, 0.1
"""How much straighter a passing wire is to be than those of a node, and how much what is joined to nothing counts."""
PARTED = 1e-9

Ends = tuple[int, int]
"""A source and a target, as numbers of items."""


@dataclass(eq=False, slots=True)
class BusEntry:
    """A net that comes into an item from below: how far right of the item's place, and the room of a label there."""

    net: int
    offset: int = 0
    room: int = 0


@dataclass(eq=False, slots=True)
class BusItem:
    """What takes room in a rank: a node, a group, or a net on its way to a rank further up.

    `outs` says of each net that leaves it upwards how far right of its place, `mouth` how far to both sides of that
    lines come straight in. Into a group nets come where they do; into a node beside each other, or `merged` in one.
    """

    left: int
    right: int
    entries: list[BusEntry]
    outs: dict[int, int]
    passing: bool = False
    group: bool = False
    merged: bool = False
    mouth: int = 0
    x: int = 0
    order: float = 0.0
    weight: float = 1.0
    """Where it should stand, and how much that counts."""
    under: list[BusJoint] = field(default_factory=list)
    above: list[BusJoint] = field(default_factory=list)


class BusJoint(NamedTuple):
    """What joins an item to one in the rank above: how far right of its place it leaves, and by what it comes in."""

    source: BusItem
    off: int
    reader: BusItem
    entry: BusEntry


@dataclass(eq=False, slots=True)
class BusRanks:
    """The ranks from below; `gap` is what nodes keep from each other, in columns."""

    ranks: list[list[BusItem]]
    gap: int

    def arrange(self) -> None:
        """Put every item into its column."""
        self.join()
        rooms = [self.rooms(rank) for rank in self.ranks]
        for rank, own in zip(self.ranks, rooms, strict=True):
            settle_rank(rank, own)
        for turn in range(SWEEPS + STRAIGHTENING):
            upwards = turn % 2 == 0
            for number in range(len(self.ranks))[:: 1 if upwards else -1]:
                rank = self.ranks[number]
                if turn >= SWEEPS:
                    set_beside(rank)
                wish(rank, upwards)
                if turn < SWEEPS:
                    rank.sort(key=lambda it: it.order)
                    rooms[number] = self.rooms(rank)
                settle_rank(rank, rooms[number])
        for it in chain.from_iterable(self.ranks):
            it.under.clear()
            it.above.clear()

    def join(self) -> None:
        """Let items know what they are joined to."""
        for lower, upper in pairwise(self.ranks):
            below = {net: (it, off) for it in lower for net, off in it.outs.items()}
            for it in upper:
                for entry in it.entries:
                    joint = BusJoint(*below[entry.net], it, entry)
                    it.under.append(joint)
                    joint.source.above.append(joint)

    def rooms(self, rank: Sequence[BusItem]) -> list[int]:
        """How far each item of a rank stands from the first one at least."""
        apart = (one.right + self.between(one, other) + other.left for one, other in pairwise(rank))
        return list(accumulate(apart, initial=0))

    def between(self, one: BusItem, other: BusItem) -> int:
        """The columns between neighbours: a passing wire can give way by one to the right."""
        return APART + one.passing if one.passing or other.passing else self.gap


def wish(rank: Iterable[BusItem], upwards: bool) -> None:
    """Find where items would stand over what is below them, or under what is above."""
    for it in rank:
        if upwards:
            places = [one.source.x + one.off - one.entry.offset for one in it.under]
        else:
            places = [one.reader.x + one.entry.offset - one.off for one in it.above]
        it.weight = (HEAVY if it.passing else 1.0) if places else LIGHT
        it.order = sum(places) / len(places) if places else float(it.x)


def set_beside(rank: Iterable[BusItem]) -> None:
    """Let nets come into nodes beside each other, in the order in which they come."""
    for it in rank:
        if not it.group and len(it.under) > 1:
            it.under.sort(key=lambda one: one.source.x + one.off)
            rooms = [APART + one.entry.room for one in it.under[:-1]]
            for one, place in zip(it.under, accumulate(rooms, initial=-(sum(rooms) // 2)), strict=True):
                one.entry.offset = place


def settle_rank(rank: Sequence[BusItem], rooms: Sequence[int]) -> None:
    """Put the items of a rank as near as may be to where they should be, in their order and clear of each other."""
    wanted = [it.order - room for it, room in zip(rank, rooms, strict=False)]
    for it, place, room in zip(rank, in_order(wanted, [it.weight for it in rank]), rooms, strict=False):
        it.x = round(place + PARTED) + room


def in_order(wanted: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The ascending numbers nearest to those wanted, by weighted least squares (pooling of adjacent violators)."""
    pools: list[tuple[float, float, int]] = []
    for value, weight in zip(wanted, weights, strict=True):
        count = 1
        while pools and pools[-1][0] >= value:
            other, its, many = pools.pop()
            value, weight, count = (value * weight + other * its) / (weight + its), weight + its, count + many
        pools.append((value, weight, count))
    return [value for value, _, count in pools for _ in range(count)]


def stacked_ranks(count: int, lines: Iterable[Ends], low: Iterable[int]) -> list[int] | None:
    """The rank of each of so many items: above all that it reads, but what reads nothing near to what reads it.

    None where lines run in a circle. What is `low` stays in the lowest.
    """
    sources: list[list[int]] = [[] for _ in range(count)]
    readers: list[list[int]] = [[] for _ in range(count)]
    for source, target in set(lines):
        sources[target].append(source)
        readers[source].append(target)
    waiting, found = [len(it) for it in sources], [0] * count
    ready = [i for i, n in enumerate(waiting) if not n]
    for i in ready:
        for reader in readers[i]:
            found[reader] = max(found[reader], found[i] + 1)
            waiting[reader] -= 1
            if not waiting[reader]:
                ready.append(reader)
    if len(ready) < count:
        return None
    kept = set(low)
    for i in range(count):
        if not sources[i] and readers[i] and i not in kept:
            found[i] = min(found[reader] for reader in readers[i]) - 1
    return found
