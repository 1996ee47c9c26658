"""What stands above what in a cell that is wired with buses: ranks of items, and where in each rank they stand.

Columns are whole numbers, so that two upright wires are either in one column or clear of each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise

SWEEPS, STRAIGHTENING = 8, 8
"""How often ranks are put in order by what they are joined to, and then straightened in that order."""
APART = 2
"""The least between upright wires, in columns; one more is left, so that a wire can give way to one below it."""
HEAVY = 4.0
"""How much straighter a passing wire is to be than those of a node."""
PARTED = 1e-9

Ends = tuple[int, int]
"""A source and a target, as numbers of items."""


@dataclass(frozen=True, slots=True)
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
    """Where it should stand, for whatever moves it."""


@dataclass(eq=False, slots=True)
class BusRanks:
    """The ranks from below; `gap` is what nodes keep from each other, in columns."""

    ranks: list[list[BusItem]]
    gap: int
    below: list[dict[int, tuple[BusItem, int]]] = field(default_factory=list)
    """Of each rank, the item and the offset from which a net leaves it."""

    def arrange(self) -> None:
        """Put every item into its column."""
        self.below = [{net: (it, off) for it in rank for net, off in it.outs.items()} for rank in self.ranks]
        for rank in self.ranks:
            self.settle(rank, [0.0] * len(rank), [1.0] * len(rank))
        for turn in range(SWEEPS + STRAIGHTENING):
            upwards = turn % 2 == 0
            for number in range(len(self.ranks))[:: 1 if upwards else -1]:
                self.align(number, upwards, turn < SWEEPS)

    def align(self, number: int, upwards: bool, ordering: bool) -> None:
        """Bring a rank over what is below it, or under what is above; first in the order of that."""
        rank = self.ranks[number]
        if number and not ordering:
            for it in rank:
                self.set_beside(it, self.below[number - 1])
        near = self.sources(number) if upwards else self.readers(number)
        for it in rank:
            places = near.get(id(it), ())
            it.order = sum(places) / len(places) if places else float(it.x)
        if ordering:
            rank.sort(key=lambda it: it.order)
        weights = [HEAVY if it.passing else 1.0 if near.get(id(it)) else 0.1 for it in rank]
        self.settle(rank, [it.order for it in rank], weights)

    def set_beside(self, it: BusItem, lower: Mapping[int, tuple[BusItem, int]]) -> None:
        """Nets into a node beside each other, in the order in which they come."""
        if not it.group and len(it.entries) > 1:
            it.entries.sort(key=lambda entry: lower[entry.net][0].x + lower[entry.net][1])
            rooms = [APART + entry.room for entry in it.entries[:-1]]
            places = accumulate(rooms, initial=-(sum(rooms) // 2))
            it.entries = [replace(entry, offset=place) for entry, place in zip(it.entries, places, strict=True)]

    def sources(self, number: int) -> Mapping[int, Sequence[float]]:
        """Where each item of a rank would stand straight above what it reads."""
        if not number:
            return {}
        lower = self.below[number - 1]
        found: dict[int, list[float]] = {}
        for it in self.ranks[number]:
            for entry in it.entries:
                source, off = lower[entry.net]
                found.setdefault(id(it), []).append(source.x + off - entry.offset)
        return found

    def readers(self, number: int) -> Mapping[int, Sequence[float]]:
        """Where each item of a rank would stand straight below what reads it."""
        found: dict[int, list[float]] = {}
        if number + 1 < len(self.ranks):
            for it in self.ranks[number + 1]:
                for entry in it.entries:
                    source, off = self.below[number][entry.net]
                    found.setdefault(id(source), []).append(it.x + entry.offset - off)
        return found

    def settle(self, rank: Sequence[BusItem], wanted: Sequence[float], weights: Sequence[float]) -> None:
        """The items of a rank as near as may be to where they are wanted, in their order and clear of each other."""
        offsets = [0]
        for one, other in pairwise(rank):
            offsets.append(offsets[-1] + one.right + self.between(one, other) + other.left)
        found = in_order([w - o for w, o in zip(wanted, offsets, strict=False)], weights)
        for it, place, offset in zip(rank, found, offsets, strict=False):
            it.x = round(place + PARTED) + offset

    def between(self, one: BusItem, other: BusItem) -> int:
        """The columns between neighbours: a passing wire can give way by one to the right."""
        return APART + one.passing if one.passing or other.passing else self.gap


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
