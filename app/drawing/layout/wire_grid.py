"""Finds ways for wires on a grid: level and upright, past every node, none along another, with few bends and crossings.

The wires of one source are a tree: each further target branches off where the way is shortest. Two trees may cross at
right angles and nothing else, so that whatever is found can be read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import NamedTuple

GridSpot = tuple[int, int]
Way = tuple[int, int]
RIGHT, LEFT, DOWN, UP = (1, 0), (-1, 0), (0, 1), (0, -1)
WAYS = (RIGHT, LEFT, DOWN, UP)
BEND, CROSSING, BRANCH, APART, OFF_ROW, AVOIDED, FENCED, CROSSED = 4.0, 5.0, 1.0, 6.0, 0.4, 1.5, 3.0, 2.0
"""What a bend, a crossing, a branch, and one more way out of a source cost beside a step; what a step costs more that
is level outside the rows for level wires, where wires are better not, or across the edge of a frame; what it costs to
join where another has joined from the other side."""

NEAR_END = 3
"""So near to an end, in columns, a way keeps its row, however long it is."""

MOST_LOOKED, AT_FIRST = 240_000, 1 / 3
"""So many places are looked at in one grid at most, and this share of them before the first wire is found; systems of
textbooks take a thirtieth of it, RWKV whose exponents are kept small most. Where there is no room, all of it would be
searched for every wire.
"""


class Gate(NamedTuple):
    """A place before a node: where a wire leaves it or comes in, moving `way`; what that costs."""

    spot: GridSpot
    way: Way
    cost: float = 0.0


@dataclass
class WireTree:
    """The wires of one source: the spots that they pass, and every found way, each from where it branches off."""

    name: str
    spots: dict[GridSpot, set[Way]] = field(default_factory=dict)
    """The directions in which the tree goes on from each spot."""
    roots: list[GridSpot] = field(default_factory=list)
    """Where its wires leave the source."""

    def add(self, way: Sequence[GridSpot]) -> None:
        if way[0] not in self.spots:
            self.roots.append(way[0])
            self.spots.setdefault(way[0], set())
        for (x, y), (px, py) in zip(way[1:], way[:-1], strict=True):
            step = (x - px, y - py)
            self.spots.setdefault((px, py), set()).add(step)
            self.spots.setdefault((x, y), set()).add((-step[0], -step[1]))


class WireGrid:
    """What is taken: by nodes and labels, for every wire, and by wires.

    With a period what is taken at a place is taken so far to the right and to the left, again and again: there the
    steps before and after have the same.
    """

    def __init__(self, low: GridSpot, high: GridSpot, rows: Iterable[int] = (), period: int = 0) -> None:
        self.low, self.high, self.period = low, high, period
        self.rows = frozenset(rows)
        self.blocked: set[GridSpot] = set()
        self.reserved: dict[GridSpot, str] = {}
        """Spots before nodes where wires end, and the node: only its own may come there."""
        self.fences: dict[GridSpot, Way] = {}
        """Spots on a drawn edge, and the direction in which that runs: wires cross it straight."""
        self.avoided: set[GridSpot] = set()
        self.level_only: set[GridSpot] = set()
        """Spots that wires pass on a level alone, of this period and no other."""
        self.closed: set[GridSpot] = set()
        """Spots of this period and no other through which nothing runs."""
        self.trees: dict[str, WireTree] = {}
        self.looked, self.most = 0, MOST_LOOKED
        """How many places the searches have looked at, and may have."""

    @property
    def is_exhausted(self) -> bool:
        """Whether the searches have taken as long as they may."""
        return self.looked >= self.most

    def allow(self, share: float) -> None:
        """Have the searches look at as many places as they may where this share of the wires is found."""
        self.most = round(MOST_LOOKED * (AT_FIRST + (1 - AT_FIRST) * share))

    def wrapped(self, spot: GridSpot) -> GridSpot:
        """The spot of one period that stands for another."""
        return (spot[0] % self.period, spot[1]) if self.period else spot

    def tree(self, name: str) -> WireTree:
        return self.trees.setdefault(name, WireTree(name))

    def block(self, low: GridSpot, high: GridSpot) -> None:
        """Nothing runs through these spots, both corners among them."""
        self.blocked.update(self._within(low, high))

    def _within(self, low: GridSpot, high: GridSpot) -> Iterable[GridSpot]:
        return (self.wrapped((x, y)) for x in range(low[0], high[0] + 1) for y in range(low[1], high[1] + 1))

    def reserve(self, gates: Iterable[Gate], node: str) -> None:
        """Keep the spots before a node for its own wires: heads lie there, which nothing crosses."""
        for (x, y), (dx, dy), _ in gates:
            for spot in ((x, y), (x + dx, y + dy)):
                self.reserved.setdefault(self.wrapped(spot), node)

    def fence(self, low: GridSpot, high: GridSpot) -> None:
        """The edges of a frame: nothing runs along them or turns on them."""
        for x in range(low[0], high[0] + 1):
            self.fences[self.wrapped((x, low[1]))] = self.fences[self.wrapped((x, high[1]))] = RIGHT
        for y in range(low[1] + 1, high[1]):
            self.fences[self.wrapped((low[0], y))] = self.fences[self.wrapped((high[0], y))] = DOWN

    def avoid(self, low: GridSpot, high: GridSpot) -> None:
        """Wires run here only where other ways are much longer."""
        self.avoided.update(self._within(low, high))

    def connect(
        self,
        name: str,
        starts: Sequence[Gate],
        goals: Sequence[Gate],
        ends: Collection[str] = (),
        rows: Collection[int] = (),
    ) -> list[GridSpot] | None:
        """The best way from the source, or from where its tree already runs, to one of the goals; kept in the tree.

        None if there is none, or if it takes too long to find.
        """
        tree = self.tree(name)
        begins = [(g.spot, g.way, g.cost + (APART if tree.roots else 0.0)) for g in starts if g.spot not in tree.spots]
        begins += self._branches(tree)
        way = self._way(name, begins, goals, ends, rows)
        if way is not None:
            tree.add(way)
        return way

    def _way(
        self,
        name: str,
        begins: Sequence[tuple[GridSpot, Way, float]],
        goals: Sequence[Gate],
        ends: Collection[str],
        rows: Collection[int] = (),
    ) -> list[GridSpot] | None:
        """The best way that does not run on itself as the steps beside have it."""
        for in_turn in (False, True):
            way = self._search(name, begins, goals, ends, rows, in_turn)
            if way is None or not self.meets_itself(way):
                return way
        return None

    def meets_itself(self, way: Sequence[GridSpot]) -> bool:
        """Whether a way of more than a period runs on itself, or turns there, as the steps beside have it."""
        if not self.period or abs(way[-1][0] - way[0][0]) < self.period:
            return False
        passed: dict[GridSpot, set[Way]] = {}
        for i, (x, y) in enumerate(way):
            here = {(nx - x, ny - y) for nx, ny in (*way[max(i - 1, 0) : i], *way[i + 1 : i + 2])}
            known = passed.setdefault(self.wrapped((x, y)), set())
            if known and (known & here or self._bends(known) or self._bends(here)):
                return True
            known |= here
        return False

    def join(
        self, name: str, starts: Sequence[Gate], ends: Collection[str], among: Collection[GridSpot]
    ) -> list[GridSpot] | None:
        """The best way from a further source to anywhere on a tree, of these spots, which is then one line for both."""
        tree = self.tree(name)
        goals = [
            Gate(spot, way, CROSSED * (len(ways) - 2))
            for spot in among
            for ways in [tree.spots[spot]]
            if len(ways) in (2, 3) and self.wrapped(spot) not in self.fences
            for way in WAYS
            if (-way[0], -way[1]) not in ways and (way in ways) == self._bends(ways)
        ]
        if not goals:
            return None
        begins = [(g.spot, g.way, g.cost) for g in starts]
        ways = (self._way(name, some, goals, ends) for some in (begins, *([it] for it in begins)))
        way = next((way for way in ways if way is not None), None)
        if way is not None:
            tree.spots.setdefault(way[0], set())
            tree.add(way)
        return way

    def _branches(self, tree: WireTree) -> Iterable[tuple[GridSpot, Way, float]]:
        """Where a wire can branch off: from straight stretches and corners, to where the tree does not go.

        Not right at its node: the head of what flows back lies there.
        """
        for spot, ways in tree.spots.items():
            if len(ways) == 2 and self.wrapped(spot) not in self.fences:
                for way in WAYS:
                    if way not in ways:
                        yield spot, way, BRANCH

    @staticmethod
    def _bends(ways: set[Way]) -> bool:
        return sum(x for x, _ in ways) != 0 or sum(y for _, y in ways) != 0

    def _search(
        self,
        name: str,
        begins: Iterable[tuple[GridSpot, Way, float]],
        goals: Sequence[Gate],
        ends_at: Collection[str],
        rows: Collection[int] = (),
        in_turn: bool = False,
    ) -> list[GridSpot] | None:
        """`in_turn`: what is level changes its row from period to period, but near the ends."""
        ends = {(g.spot, g.way): g.cost for g in goals}
        spots = {g.spot for g in goals}
        left, right = min(x for x, _ in spots), max(x for x, _ in spots)
        top, bottom = min(y for _, y in spots), max(y for _, y in spots)

        def ahead(spot: GridSpot, way: Way) -> float:
            """The least that is still to go: steps, and the bends that these need."""
            (x, y), (dx, dy) = spot, way
            across = left - x if x < left else min(right - x, 0)
            down = top - y if y < top else min(bottom - y, 0)
            along, beside = (across * dx, down) if dx else (down * dy, across)
            return abs(across) + abs(down) + BEND * (2 if along < 0 else beside != 0)

        own, allowed = self.tree(name).spots, {None, *ends_at}
        again = {self.wrapped(spot) for spot in own}
        others: dict[GridSpot, set[Way]] = {}
        for other, tree in self.trees.items():
            if other != name:
                for spot, ways in tree.spots.items():
                    others.setdefault(self.wrapped(spot), set()).update(ways)
        best: dict[tuple[GridSpot, Way], float] = {}
        before: dict[tuple[GridSpot, Way], tuple[GridSpot, Way] | None] = {}
        heap: list[tuple[float, int, float, GridSpot, Way]] = []
        count = 0
        begun = list(begins)
        near = {x + by for x, _ in (*spots, *(spot for spot, _, _ in begun)) for by in range(-NEAR_END, NEAR_END + 1)}
        for spot, way, cost in begun:
            state = spot, way
            if cost < best.get(state, 1e9) and self.wrapped(spot) not in others:
                best[state], before[state] = cost, None
                heappush(heap, (cost + ahead(spot, way), count, cost, spot, way))
                count += 1
        found: tuple[float, tuple[GridSpot, Way]] | None = None
        while heap and not self.is_exhausted:
            self.looked += 1
            guess, _, cost, spot, way = heappop(heap)
            if found is not None and guess >= found[0]:
                break
            state = spot, way
            if cost > best[state]:
                continue
            end = ends.get(state)
            if end is not None and (found is None or cost + end < found[0]):
                found = cost + end, state
            here = self.wrapped(spot)
            crossing = (here in others or here in self.fences) and before[state] is not None
            x, y = spot
            for step in (way,) if crossing else WAYS:
                if step == (-way[0], -way[1]) or (before[state] is None and step != way):
                    continue
                there = x + step[0], y + step[1]
                if not (self.low[0] <= there[0] <= self.high[0] and self.low[1] <= there[1] <= self.high[1]):
                    continue
                wrapped = self.wrapped(there)
                if there in self.closed:
                    continue
                if there not in spots and (wrapped in self.blocked or self.reserved.get(wrapped) not in allowed):
                    continue
                if wrapped in again and (there not in own or there not in spots):
                    continue
                if step[0] == 0 and spot in self.level_only:
                    continue
                if in_turn and step[1] == 0 and x not in near and y % 2 != x // self.period % 2:
                    continue
                edge = self.fences.get(wrapped)
                if edge is not None and (edge[0] == 0) == (step[0] == 0):
                    continue
                passed = others.get(wrapped)
                more = 1.0 + (BEND if step != way else 0.0)
                if passed is not None:
                    if step in passed or (-step[0], -step[1]) in passed or len(passed) != 2 or self._bends(passed):
                        continue
                    more += CROSSING
                if edge is not None:
                    more += FENCED
                if wrapped in self.avoided:
                    more += AVOIDED
                if step[1] == 0 and y not in self.rows and y not in rows:
                    more += OFF_ROW
                total, state_there = cost + more, (there, step)
                if total < best.get(state_there, 1e9):
                    best[state_there], before[state_there] = total, state
                    heappush(heap, (total + ahead(there, step), count, total, there, step))
                    count += 1
        if found is None:
            return None
        way_back: list[GridSpot] = []
        at: tuple[GridSpot, Way] | None = found[1]
        while at is not None:
            way_back.append(at[0])
            at = before[at]
        return without_curls(way_back[::-1])


def without_curls(way: Sequence[GridSpot]) -> list[GridSpot]:
    """A way without what lies between two visits of a spot: it turns there at once."""
    found: dict[GridSpot, None] = {}
    for spot in way:
        if spot in found:
            for passed in list(found)[list(found).index(spot) + 1 :]:
                del found[passed]
        found[spot] = None
    return list(found)


def corners(way: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The ends of a way and where it turns."""
    kept = list(way[:1])
    for (px, py), (x, y), (nx, ny) in zip(way, way[1:], way[2:], strict=False):
        if (px != x or x != nx) and (py != y or y != ny):
            kept.append((x, y))
    return [*kept, *way[-1:]] if len(way) > 1 else kept


def between(tree: WireTree, starts: Sequence[GridSpot], end: GridSpot) -> list[GridSpot]:
    """The spots of a tree from one of these to another."""
    before: dict[GridSpot, GridSpot | None] = dict.fromkeys(starts)
    work = list(starts)
    while work:
        x, y = work.pop()
        for dx, dy in tree.spots.get((x, y), ()):
            there = x + dx, y + dy
            if there not in before:
                before[there] = (x, y)
                work.append(there)
    way: list[GridSpot] = []
    at: GridSpot | None = end if end in before else None
    while at is not None:
        way.append(at)
        at = before[at]
    return way[::-1]
