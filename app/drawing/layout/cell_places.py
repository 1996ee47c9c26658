"""Places the parts of a cell: states' lines along the top, what lies on them, layers side by side in the order of the
equations, what combines them between, and below the rows along which states and data come in.

All places are on a grid, so that wires can be found between them; every step of a figure is drawn with them.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right, insort
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from app.drawing.layout.gate_axes import GateAxes
from app.drawing.layout.node_shapes import POINTWISE, node_shape
from app.drawing.layout.wire_grid import GridSpot
from app.engine.graph import Node

LEVEL_ROWS, TOP_ROWS = 7, 9
"""Rows of the grid between two levels of what combines layers, and from there to the line."""
BOX_ROWS, RAIL_ROWS, NEXT_RAIL = 9, 8, 2
"""From the lowest level to the layers, from these to the first level wire below, and on to the next."""
EDGE, BESIDE = 4, 8
"""From a cell's frame to what is in it; between pointwise operations side by side."""
ROOM = 3
"""The least between nodes for a wire with its head."""
MOST_ROUNDS = 40
"""So often all levels are looked at; those of systems are found in a tenth of it, and of some programs never all."""
LANDSCAPE, MOST_SPREAD = 1.25, 2.0
"""How much wider than high a cell with lines is to be, and how much farther apart its parts stand for that at most."""
NEXT_LAYER = 10
"""The least from one layer to what is next in its row: what combines them has its wires from both sides."""


@dataclass
class CellPlaces:
    """Where the parts of one cell stand on the grid, from its own origin.

    `states` are the heights of the states beside the cell; `rails` the rows for wires that come in below.
    """

    parts: dict[str, GridSpot] = field(default_factory=dict)
    states: dict[str, int] = field(default_factory=dict)
    rails: list[int] = field(default_factory=list)
    width: int = 0
    top: int = 0
    bottom: int = 0


@dataclass(frozen=True)
class CellContents:
    """The parts of a cell by key, in order, what each reads, and the states that they make with the part of each.

    `rooms`: how much room the words at a layer take before its box, and from its middle on, in columns of the grid.
    """

    nodes: Mapping[str, Node]
    reads: Mapping[str, list[str]]
    states: Mapping[str, str]
    buses: int
    rooms: Mapping[str, tuple[int, int]]
    axes: GateAxes


def place_cell(it: CellContents) -> CellPlaces:
    """Find a place for every part."""
    return _Placer(it).places()


class _Placer:
    def __init__(self, it: CellContents) -> None:
        self.it = it
        self.lines = [s for s, own in it.states.items() if (part := it.nodes[own].part) and part.line == s]
        self.x: dict[str, int] = {}
        self.row: dict[str, str] = {}
        """Which kind of row each part stands in: line, level, box."""
        self.cursor = EDGE
        self.last = -NEXT_LAYER
        """Where the last layer stands."""
        self.apart = max(BESIDE, 2 * it.axes.columns(POINTWISE) + ROOM)
        """From one pointwise operation to the next in its row."""
        self.state_rows = 2 * it.axes.radius + 1
        """Between two states above each other."""
        self.reach: dict[str, int] = {}
        """How far each line is taken, from the left."""
        self.order: list[str] = []
        parts = {key: [it.states.get(r, r) for r in reads] for key, reads in it.reads.items()}
        self.children = {key: [child for child in own if child in it.nodes] for key, own in parts.items()}
        """The parts that a part reads, or that make a state of this cell and step that it reads."""
        self.readers: dict[str, list[str]] = {key: [] for key in it.nodes}
        for key in it.nodes:
            for read in dict.fromkeys(it.reads[key]):
                if read in self.readers:
                    self.readers[read].append(key)
        self.half = {key: self.half_of(node) for key, node in it.nodes.items()}

    def places(self) -> CellPlaces:
        for state in (*self.lines, *(s for s in self.it.states if s not in self.lines)):
            self.visit(self.it.states[state])
        for key in self.it.nodes:
            self.visit(key)
        levels = self.levels()
        return self.on_grid(levels)

    # from left to right

    def form(self, key: str) -> str:
        part = self.it.nodes[key].part
        return part.form if part else ""

    def line(self, key: str) -> str:
        part = self.it.nodes[key].part
        return part.line if part and part.line in self.lines else ""

    def half_of(self, node: Node) -> int:
        """How far a node reaches to each side, in columns."""
        bounds = self.it.axes.turned_box(node_shape(node).bounds)
        return self.it.axes.columns((bounds.right - bounds.left) / 2)

    def reach_up(self, key: str) -> int:
        return self.it.axes.columns(self.it.axes.turned_box(node_shape(self.it.nodes[key]).bounds).bottom)

    def visit(self, key: str) -> None:
        if key in self.row:
            return
        self.row[key] = ""
        before = len(self.order)
        for child in sorted(self.children[key], key=lambda child: not self.line(child)):
            self.visit(child)
        last = max((i + 1 for i, k in enumerate(self.order) if self.line(k)), default=0)
        fresh = self.order[max(before, last) :]
        self.order.append(key)
        if self.line(key):
            self.on_line(key, fresh)
        elif self.form(key) == "layer":
            self.beside(key)
        else:
            self.above(key)

    def slot(self, key: str) -> int:
        """The next place in the row of layers."""
        half, (before, after) = self.half[key], self.it.rooms.get(key, (0, 0))
        x = max(self.cursor + before + half, self.last + NEXT_LAYER)
        if self.form(key) == "layer":
            self.last = x
        self.cursor = x + max(half + 2, after + 1 - half)
        return x

    def beside(self, key: str) -> None:
        reads = self.it.reads[key]
        hangs = bool(reads) and all(r in self.it.states and r in self.lines for r in reads)
        self.row[key] = "hanging" if hangs else "box"
        if not hangs and any(c in self.row for c in self.children[key]):
            self.cursor += 4  # What combines others comes in from the left.
        self.x[key] = self.slot(key)
        if hangs and len(self.readers[key]) > 1:
            # Straight below it stands what reads it first, and beside that the next: its wire comes from the right.
            self.cursor = max(self.cursor, self.x[key] + self.apart + ROOM)

    def on_line(self, key: str, fresh: list[str]) -> None:
        """On its state's line, right of what lies there already; what was placed for it goes along."""
        line, self.row[key] = self.line(key), "line"
        below = [c for c in self.children[key] if not self.line(c) and c in self.x]
        least = self.reach.get(line, EDGE) + max(0, self.half[key] - self.it.axes.columns(POINTWISE))
        taken = {self.x[k] for k in self.order if k in self.x and self.row[k] == "line" and self.line(k) != line}
        wanted = round(sum(self.x[c] for c in below) / len(below)) if below else max(least, self.cursor + 1)
        x = max(least, wanted)
        while x in taken:
            x += self.apart
        if below and x > wanted and all(c in fresh for c in below):
            for other in fresh:
                self.x[other] += x - wanted
            self.cursor += x - wanted
        self.x[key] = x
        self.reach[line] = x + max(self.apart, 2 * self.half[key] + self.it.rooms.get(key, (0, 0))[1])
        if not below:
            self.cursor = max(self.cursor, x + 3)

    def above(self, key: str) -> None:
        """Over the layers that it combines; what makes a state without a line stands in their row, at the right."""
        self.row[key] = "level"
        children = [c for c in self.children[key] if c in self.x]
        layers = [c for c in children if self.form(c) == "layer"]
        hanging = [c for c in layers if self.row[c] == "hanging"]
        if self.is_low or (key in self.it.states.values() and self.lines):
            self.row[key] = "box"
            self.x[key] = self.x[hanging[0]] if hanging else self.slot(key)
            return
        if hanging:
            self.x[key] = self.below(hanging)
            return
        upwards = not self.readers[key] or any(self.form(r) != "layer" for r in self.readers[key])
        if upwards and len(layers) > 1 and len(layers) == len(children) and self.are_neighbours(layers):
            x = round(sum(self.x[c] for c in layers) / len(layers))
        elif layers:
            x = self.x[layers[-1]]
            if len(children) == 1 and any(self.line(r) for r in self.readers[layers[0]]):
                x += self.apart  # Straight above it runs its wire to the line.
        elif children:
            x = max(self.x[c] for c in children) + self.apart
        else:
            x = self.slot(key)
        taken = self.beside_levels(self.half[key])
        while nearest := [other + apart for other, apart in taken if abs(x - other) < apart]:
            x = min(nearest)
        self.x[key] = x
        self.cursor = max(self.cursor, x + 3)

    @cached_property
    def is_low(self) -> bool:
        """Whether between layers and lines nothing stands but what changes one layer alone on its way to a line: that
        stands in their row."""
        between = [k for k in self.it.nodes if self.form(k) != "layer" and not self.line(k)]
        layers = [self.children[k] for k in between]
        return (
            bool(between and self.lines)
            and not any(k in self.it.states.values() for k in between)
            and all(len(own) == 1 == len(self.readers[own[0]]) and self.form(own[0]) == "layer" for own in layers)
            and all(self.line(r) for k in between for r in self.readers[k])
        )

    def below(self, hanging: list[str]) -> int:
        """Straight below the first of some layers that hang where nothing stands yet; else right of what stands
        there."""
        taken = [self.x[k] for k in self.order if k in self.x and self.row[k] == "level"]
        first = self.x[hanging[0]]
        near = itertools.chain((self.x[k] for k in hanging), itertools.count(first + self.apart, self.apart))
        return next(x for x in near if all(abs(x - other) >= self.apart for other in taken))

    def are_neighbours(self, layers: list[str]) -> bool:
        """Whether nothing else stands between layers, and nothing else reads them, so that there is room above."""
        if any(len(self.readers[k]) > 1 for k in layers):
            return False
        low, high = min(self.x[k] for k in layers), max(self.x[k] for k in layers)
        return not any(low < self.x[k] < high for k in self.order if k in self.x and k not in layers)

    def beside_levels(self, half: int) -> list[tuple[int, int]]:
        """Where something stands between layers and lines already, and how far what is half so wide keeps from it."""
        kept = {"level": self.apart - 1, "hanging": 7}
        there = [k for k in self.order if k in self.x and self.row[k] in kept]
        return [(self.x[k], max(kept[self.row[k]], self.half[k] + half + 2)) for k in there]

    # from below upwards

    def levels(self) -> dict[str, int]:
        """The level of each part between the layers and the lines; 1 is the lowest."""
        between = [k for k in self.order if self.row[k] in ("level", "hanging")]
        level = dict.fromkeys(between, 1)
        there = {1: sorted(self.x[k] for k in between)}
        for _ in range(min(len(between) + 1, MOST_ROUNDS)):
            before = dict(level)
            for key in between:
                need = self.least_level(key, level, there)
                if need > level[key]:
                    self.lift(key, need, level, there)
            for key in between:
                if len(self.children[key]) <= 1 and self.row[key] == "level":
                    readers = [k for k in self.readers_above[key] if k in level]
                    want = min((level[r] for r in readers), default=max(there))
                    if want > level[key]:
                        self.lift(key, want, level, there)
            if level == before:
                break
        used = sorted({*level.values()})
        return {key: used.index(it) + 1 for key, it in level.items()}

    @cached_property
    def readers_above(self) -> Mapping[str, list[str]]:
        """What reads each part, or the state that it makes."""
        by_state = {state: [r for r in self.it.nodes if state in self.it.reads[r]] for state in self.it.states}
        found = {key: list(readers) for key, readers in self.readers.items()}
        for state, own in self.it.states.items():
            found[own] += by_state[state]
        return found

    def least_level(self, key: str, level: Mapping[str, int], there: Mapping[int, list[int]]) -> int:
        """The level that a part needs: above what it combines, and above what stands between that and itself."""
        if self.row[key] == "hanging":
            over = [level[k] + 1 for k in self.readers_above[key] if k in level and self.row[k] == "level"]
            return max([*over, *there])
        inner = [c for c in self.children[key] if c in level and self.row[c] == "level"]
        need = max((level[c] + (1 if len(self.children[c]) > 1 else 0) for c in inner), default=1)
        if len(self.children[key]) > 1 and any(self.is_parted(c, key, level, there) for c in inner):
            need = max(need, level[key] + 1)
        return need

    def lift(self, key: str, to: int, level: dict[str, int], there: dict[int, list[int]]) -> None:
        """Put a part on a higher level."""
        there[level[key]].remove(self.x[key])
        if not there[level[key]]:
            del there[level[key]]
        insort(there.setdefault(to, []), self.x[key])
        level[key] = to

    def is_parted(self, one: str, two: str, level: Mapping[str, int], there: Mapping[int, list[int]]) -> bool:
        """Whether something stands between two parts of one level."""
        if level[one] != level[two]:
            return False
        low, high = sorted((self.x[one], self.x[two]))
        row = there[level[one]]
        return bisect_left(row, high) > bisect_right(row, low)

    def level_rows(self, levels: Mapping[str, int]) -> list[int]:
        """The rows of the layers and of each level above these, counted from the first line."""
        it, count = self.it, max(levels.values(), default=0)
        keys: list[list[str]] = [[k for k in self.order if self.row[k] == "box"], *([] for _ in range(count))]
        for key, level in levels.items():
            keys[level].append(key)
        reach = [max(map(self.reach_up, row), default=0) for row in keys]
        apart = [max(LEVEL_ROWS, low + high + ROOM) for low, high in itertools.pairwise(reach)]
        y = 0
        if count:
            apart[0] = max(BOX_ROWS + 1, apart[0])
        if self.lines:
            on_lines = max(self.reach_up(k) for k in self.order if self.row[k] == "line")
            passed = any(r not in it.nodes for k in levels if self.row[k] == "level" for r in it.reads[k])
            top = max(TOP_ROWS + passed, on_lines + reach[-1] + ROOM) if count else BOX_ROWS + 1
            y = self.state_rows * (len(self.lines) - 1) + top
        rows = [y]
        for rise in reversed(apart):
            y += rise
            rows.append(y)
        return rows[::-1]

    def on_grid(self, levels: Mapping[str, int]) -> CellPlaces:
        it, found = self.it, CellPlaces()
        between = self.level_rows(levels)
        box = between[0]
        heights = dict[str, int]()
        for key in self.order:
            row = self.row[key]
            if row == "line":
                heights[key] = self.state_rows * self.lines.index(self.line(key))
            else:
                heights[key] = between[levels[key]] if row in ("hanging", "level") else box
        for i, line in enumerate(self.lines):
            found.states[line] = self.state_rows * i
        others = [s for s in it.states if s not in self.lines]
        layers = [k for k in self.order if self.row[k] == "box" and self.form(k) == "layer"]
        first = box + RAIL_ROWS
        if len(others) == 1 and not self.lines and not levels and self.is_chain(layers, others[0]):
            found.states[others[0]] = box
            found.rails = [first]
            bottom = box + 7
        else:
            for i, state in enumerate(others):
                found.states[state] = first + self.state_rows * i
            rails = [found.states[s] for s in others]
            y = max(rails, default=first - NEXT_RAIL) + NEXT_RAIL
            found.rails = [*rails, *(y + NEXT_RAIL * i for i in range(max(it.buses - len(rails), 1)))]
            used = found.rails[: max(it.buses, len(rails))]
            bottom = max(used) + 3 if used else (box + 7 if layers else max(heights.values()) + 5)
        found.top = -4 if self.lines else min(heights.values(), default=0) - 6
        found.bottom = bottom
        self.take_landscape(found.bottom - found.top)
        found.parts = {key: (self.x[key], y) for key, y in heights.items()}
        found.width = self.width()
        return found

    def width(self) -> int:
        """How wide the cell is for all that stands in it."""
        rooms = self.it.rooms
        ends = (x + max(self.half[k] + EDGE - 1, rooms.get(k, (0, 0))[1] + 2) for k, x in self.x.items())
        return max([self.cursor + EDGE - 2, *ends])

    def take_landscape(self, high: int) -> None:
        """Have the parts of a cell with lines stand farther apart along these, where it would be about as high as wide;
        what is straight above each other stays so."""
        lacking, first = LANDSCAPE * high - self.width(), min(self.x.values(), default=0)
        if self.lines and self.cursor > first and not self.it.axes.up and lacking > 0:
            times = min(1 + lacking / (self.cursor - first), MOST_SPREAD)
            self.x = {key: first + round((x - first) * times) for key, x in self.x.items()}
            self.cursor = first + round((self.cursor - first) * times)

    def is_chain(self, layers: list[str], state: str) -> bool:
        """Whether layers lead from a state to itself one after the other, so that all of it stands in one row."""
        inner = [[r for r in dict.fromkeys(self.it.reads[k]) if r in self.it.nodes or r == state] for k in layers]
        before = [[], *([k] for k in layers)]
        led = all(
            [r for r in reads if r != state] == own and (i == 0 or state not in reads)
            for i, (reads, own) in enumerate(zip(inner, before[:-1], strict=True))
        )
        return bool(layers) and led and self.it.states[state] == layers[-1]


def spread(wanted: Iterable[tuple[str, int]], apart: int, taken: Collection[int] = ()) -> dict[str, int]:
    """Places near those wanted, each this far from the others."""
    found: dict[str, int] = {}
    for key, x in wanted:
        used = [*found.values(), *taken]
        tries = (x + side * i for i in itertools.count() for side in (1, -1))
        found[key] = next(p for p in tries if all(abs(p - other) >= apart for other in used))
    return found
