"""Where the nodes of a step stand at the detail `gates`, on a grid: cells one above the other, circles around them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import count, product
from typing import NamedTuple

from app.drawing.geometry import Box
from app.drawing.layout.cell_places import CellContents, CellPlaces, place_cell, spread
from app.drawing.layout.dimensions import RADIUS, SQUARE
from app.drawing.layout.edge_labels import written
from app.drawing.layout.gate_parameters import block_shape
from app.drawing.layout.gate_step import CannotPlace, CircleRows, GateStep, Pair, is_low_port, is_port
from app.drawing.layout.node_shapes import NodeShape, is_bare, node_shape, weight_words
from app.drawing.layout.wire_grid import DOWN, LEFT, RIGHT, UP, GridSpot, Way
from app.drawing.lettering import Outline
from app.engine.graph import Node

DELAY = NodeShape(0.0, Box(-SQUARE / 2, -SQUARE / 2, SQUARE / 2, SQUARE / 2))
DELAY_COLUMN, DELAY_ROWS = -5, 6
"""The square of a delay, where it stands before a cell of the circuit, and the least between two."""
BESIDE_FRAME = 2
"""From a cell's frame to the circles of its states, in columns of the grid; and from them to the next frame."""
PASSING = 4
"""So many columns more are there for wires that run up between a frame and the circles of states."""
PORT_COLUMNS = 3
"""So many columns more has a step without parts for each wire that comes in from elsewhere, or leaves it."""
BLOCK_COLUMNS, BLOCK_ROWS, DOOR_COLUMNS = 3, 4, 5
"""Between blocks of parameters, from a cell to these, and from one to a circle beside it, where its wire comes in."""
INPUT_ROWS, CIRCLE_ROWS = 7, 12
"""From a cell to the data below it, and between circles."""
CELL_ROWS = 8
"""Between one cell and the next above it."""
LAG_SIZE = 13.0
"""The em of the number of steps that a delay waits, which stands over its square."""
WORD_GAP, CORNER = 5.0, 4.5
"""Beside what is written at a node or on a wire, and of a box the round corner, in points."""


class Readers(NamedTuple):
    """What reads a source: layers of a cell, and parts of others."""

    own: frozenset[str]
    others: frozenset[str]


class GatePlaces:
    """The places of a step's nodes, of what it reads from other steps, and of the wires that cross its upper edge."""

    def __init__(self, step: GateStep) -> None:
        self.step, self.axes = step, step.axes
        self.beside = self.axes.radius + BESIDE_FRAME + max(self.axes.room, PASSING if self.is_passed() else 0)
        """From a cell's frame to the middle of the circles of its states."""
        self.from_before = self.axes.radius + 3 - self.beside
        """The first column of a step without parts that is its own, not that of the step before, which may be another.
        """
        self.spots: dict[str, GridSpot] = {}
        self.shapes: dict[str, NodeShape] = {key: node_shape(n) for key, n in step.nodes.items()}
        self.shapes |= {key: block_shape(it, self.axes) for key, it in step.blocks.items()}
        self.cells: dict[str, CellPlaces] = {}
        self.at: dict[str, GridSpot] = {}
        """The origin of each cell."""
        self.turned: set[str] = set()
        """The parts and states of cells that run from the end, which are laid out from right to left."""
        self.frames: dict[str, tuple[GridSpot, GridSpot]] = {}
        more = BLOCK_COLUMNS if step.blocks else 0
        self.first_rows = INPUT_ROWS + more
        """From a cell to the first circle above or below it; and then between circles."""
        self.circle_rows = max(CIRCLE_ROWS, 2 * self.axes.radius + 3, self.rows_for_words()) + more
        if step.rows is not None:
            self.place_in_rows(step.rows)
        else:
            self.place_cells()
            self.bottom = max(high[1] for _, high in self.frames.values())
            self.top = min(low[1] for low, _ in self.frames.values())
        self.edges = self.top, self.bottom
        """The highest and the lowest row of frames."""
        self.place_parameters()
        self.place_data()
        self.place_targets(self.place_readouts())
        self.place_parameters_of_circles()
        self.place_what_was_before()
        self.place_ports()

    def is_passed(self) -> bool:
        """Whether a wire runs up beside a cell, from a state of one below to what is made of it, which stands above
        all."""
        upper = self.cell_names()[-1:]
        below = {s for s, own in self.step.own.items() if (p := self.step.nodes[own].part) and p.cell not in upper}
        return any(s in below for s, t in self.step.edges if t in self.step.nodes and not self.step.is_part(t))

    def halves(self, key: str) -> tuple[int, int]:
        """How many columns and rows of the grid a node reaches from its middle."""
        bounds = self.axes.turned_box(self.shapes[key].bounds)
        return self.axes.columns(bounds.right), self.axes.columns(bounds.bottom)

    def has_edge(self, key: str, columns: int) -> bool:
        """Whether a wire from below meets the straight edge of a node so far beside its middle."""
        return columns * self.axes.pitch < self.axes.turned_box(self.shapes[key].bounds).right - CORNER

    def has_words_before(self, key: str) -> bool:
        """Whether the parameters of a layer stand in the way of a wire that comes in along time: beside it only where
        it comes straight from the state before."""
        straight = any(self.spots[state][1] == self.spots[key][1] for state in self.step.own)
        return self.axes.up and not is_bare(self.step.nodes[key]) and not straight

    def top_of(self, key: str) -> int:
        bounds = self.axes.turned_box(self.shapes[key].bounds)
        return min(self.spots[key][1] - self.axes.columns(-bounds.top), self.top)

    def low_of(self, key: str) -> int:
        bounds = self.axes.turned_box(self.shapes[key].bounds)
        return max(self.spots[key][1] + self.axes.columns(bounds.bottom), self.bottom)

    def place_cells(self) -> None:
        """The cells one above the other, the first below; the states beside them in one column."""
        names = self.cell_names()
        for name in names:
            parts = {k: n for k, n in self.step.nodes.items() if n.part is not None and n.part.cell == name}
            states = {t: s for t, s in self.step.own.items() if s in parts}
            reads = {k: self.step.reads[k] for k in parts}
            rooms = {
                k: self.room(w)
                for k, n in parts.items()
                if not is_bare(n) and (w := weight_words(n, self.step.graph, self.step.labels))
            }
            rooms |= {k: room for k in parts if (room := self.room_below(k))}
            readers = self.readers_of_what_comes_in(parts, states)
            if self.axes.inlets:
                rooms |= dict(with_inlets(rooms, readers))
            buses = {(own, others) for own, others in readers.values() if len(own) > 1}
            contents = CellContents(parts, reads, states, len(buses), rooms, self.axes)
            self.cells[name] = self.with_words_beside(place_cell(contents))
        if not names:
            raise CannotPlace
        self.width = max(cell.width for cell in self.cells.values())
        y = 0
        for name in names:
            cell = self.cells[name]
            self.at[name] = 0, y - cell.bottom
            y = self.at[name][1] + cell.top - CELL_ROWS
            ox, oy = self.at[name]
            back = self.runs_back(cell)
            if back:
                self.turned |= {*cell.parts, *cell.states}
            self.spots |= {key: (self.width - x if back else x, py + oy) for key, (x, py) in cell.parts.items()}
            column = -self.beside if back else self.width + self.beside
            self.spots |= {state: (column, py + oy) for state, py in cell.states.items()}
            self.frames[name] = (ox, oy + cell.top), (self.width, oy + cell.bottom)
        self.period = self.width + 2 * self.beside

    def place_in_rows(self, rows: CircleRows) -> None:
        """The circles of a step without parts where those of one with parts have them, as far apart as what is
        written on the wires between them needs."""
        labels = (written(e, self.step.graph, self.step.labels) for e in self.step.edges.values())
        widest = max((b[0].height if self.axes.up else b[0].width for b in labels if b), default=0.0)
        ports = {key for pair in self.step.edges for key in pair if is_port(key)}
        passed = PORT_COLUMNS * len(ports)
        between = 2 * self.axes.radius + self.axes.columns(widest)
        known = {key: y for key, _, y in rows.circles if key in self.step.nodes}
        before, below = self.feeders(known)
        self.width = max(between + passed, 2 * (self.circle_rows - self.beside))
        self.width += between + 2 * self.beside if before else 0
        self.width = max([self.width, *(self.circle_rows - 2 * self.beside - x for _, x, _ in rows.lent)])
        self.period, self.top, self.bottom = self.width + 2 * self.beside, rows.top, rows.bottom
        columns = {1: self.width + self.beside, -1: -self.beside}
        self.turned = {key for key, side, _ in rows.circles if side < 0}
        self.spots |= {key: (columns[side], y) for key, side, y in rows.circles if key in self.step.nodes}
        self.spots |= {key: (columns[1] + x, y) for key, x, y in rows.lent if key in self.step.nodes}
        self.spots |= {key: (self.width // 2, known[reader]) for key, reader in before.items()}
        if below:
            wanted = [(key, self.width // 2) for key in below]
            self.spots |= {k: (x, self.bottom + INPUT_ROWS) for k, x in spread(wanted, self.circle_rows).items()}
            self.bottom += self.circle_rows + (PASSING if self.axes.up else 0)

    def feeders(self, known: Mapping[str, int]) -> tuple[Mapping[str, str], list[str]]:
        """What circles in rows are made of within the step: each before the one that it alone comes in at in its row,
        with that, and the others below all, the last first."""
        levels = {s for s, _ in self.step.edges if s not in self.step.nodes and not is_port(s)}
        straight = {t for s, t in self.step.edges if s in levels and known.get(self.step.base(s)) == known.get(t)}
        before, below = dict[str, str](), list[str]()
        for key in reversed([k for k in self.step.nodes if k not in known and self.read_by(k)]):
            readers = [t for s, t in self.step.edges if s == key and (t in known or t in before or t in below)]
            if readers and readers[0] in known and readers[0] not in {*straight, *before.values()}:
                before[key] = readers[0]
            elif readers:
                below.append(key)
        return before, below

    def of_the_step_before(self, low: GridSpot) -> Iterator[GridSpot]:
        """Where a step without parts has no upright wires, as the step before may be another: from its circles on,
        but around what it reads of that as data, and where circles of its own stand on the left."""
        reach, rows = self.axes.radius + 2, self.step.rows
        if rows is None or self.turned:
            return
        right = self.width + self.beside
        lent = [(right + x - self.period, y) for key, x, y in rows.lent]
        for x, y in product(range(low[0], self.from_before), range(low[1], self.bottom + 1)):
            if not any(abs(x - ox) <= reach and abs(y - oy) <= reach for ox, oy in lent):
                yield x, y

    def circles_of_the_step_before(self) -> Iterator[GridSpot]:
        """What circles that a step without parts lacks may take in the step before."""
        for key, side, y in self.step.rows.circles if self.step.rows is not None else ():
            if key not in self.step.nodes and side > 0:
                reach = self.axes.radius + 1
                xs = range(-self.beside - reach, -self.beside + reach + 1)
                yield from product(xs, range(y - reach, y + reach + 1))

    def circle_rows_beside(self) -> CircleRows:
        """Where circles stand beside the cells."""
        sides = {self.width + self.beside: 1, -self.beside: -1}
        own = ((k, x, y) for k, (x, y) in self.spots.items() if k in self.step.nodes and not self.step.is_part(k))
        rows = tuple((key, sides[x], y) for key, x, y in own if x in sides)
        before = {self.step.base(source) for source, _ in self.step.edges if source not in self.step.nodes}
        rest = before - {key for key, _, _ in rows}
        lent = tuple((k, x - self.width - self.beside, y) for k in rest if k in self.spots for x, y in [self.spots[k]])
        return CircleRows(rows, *self.edges, (self.edge_row, self.low_row), lent)

    def with_words_beside(self, cell: CellPlaces) -> CellPlaces:
        """The cell with its frame around what stands beside the wires that run straight up through it."""
        if self.axes.up:
            for key, (_, y) in cell.parts.items():
                words = weight_words(self.step.nodes[key], self.step.graph, self.step.labels)
                if words is not None and y in cell.states.values():
                    cell.top = min(cell.top, y - self.axes.columns(2 * WORD_GAP + 2 + words.width))
        return cell

    def room(self, words: Outline) -> tuple[int, int]:
        """The columns that the parameters at a layer take: right of the wire that comes in, or below the box."""
        if self.axes.up:
            return self.axes.columns(words.height + WORD_GAP + 1), 0
        return 0, self.axes.columns(words.width + WORD_GAP)

    def room_below(self, key: str) -> tuple[int, int] | None:
        """The columns that a block of parameters takes below the one layer that reads it."""
        for block in self.step.blocks:
            if [t for s, t in self.step.edges if s == block] == [key]:
                own, wide = self.halves(key)[0], self.halves(block)[0]
                return max(0, wide - own + 1), wide + own + 1
        return None

    def rows_for_words(self) -> int:
        """Between circles, for what is written along the wires there where these are level."""
        if not self.axes.up:
            return 0
        between = [pair for pair in self.step.edges if not any(map(self.step.is_part, pair))]
        labels = (written(self.step.edges[pair], self.step.graph, self.step.labels) for pair in between)
        return self.axes.columns(2 * (RADIUS + WORD_GAP) + max((b[0].width for b in labels if b), default=0.0))

    def cell_names(self) -> list[str]:
        return list(dict.fromkeys(n.part.cell for n in self.step.nodes.values() if n.part is not None))

    def runs_back(self, cell: CellPlaces) -> bool:
        """Whether the states of a cell are read one step before their own."""
        return any(source.rpartition(":")[0] in cell.states and source.endswith(":-1") for source, _ in self.step.edges)

    def readers_of_what_comes_in(self, parts: Mapping[str, Node], states: Mapping[str, str]) -> Mapping[str, Readers]:
        """What reads each source from outside a cell there: sources with the same readers are wired together."""
        lines = {s for s, own in states.items() if (part := parts[own].part) is not None and part.line == s}
        readers: dict[str, set[str]] = {}
        for key in parts:
            for source in self.step.reads[key]:
                inner = source in parts or (source in states and source in lines)
                if not inner and self.step.form(key) == "layer":
                    readers.setdefault(source, set()).add(key)
        elsewhere: dict[str, set[str]] = {}
        for source, target in self.step.edges:
            if source in readers and target not in parts and self.step.is_part(target):
                elsewhere.setdefault(source, set()).add(target)
        return {s: Readers(frozenset(found), frozenset(elsewhere.get(s, ()))) for s, found in readers.items()}

    def place_parameters(self) -> None:
        """Blocks of parameters side by side below the cells, each near the layers that read it."""
        wanted: dict[str, float] = {}
        for key in self.step.blocks:
            columns = [self.spots[t][0] for s, t in self.step.edges if s == key and t in self.spots]
            if columns:
                wanted[key] = sum(columns) / len(columns)
        end = -self.beside
        for key in sorted(wanted, key=lambda key: wanted[key]):
            wide, high = self.halves(key)
            x = max(round(wanted[key]), end + BLOCK_COLUMNS + wide)
            self.spots[key], end = (x, self.bottom + BLOCK_ROWS + high), x + wide
        self.period = max(self.period, end + self.beside + BLOCK_COLUMNS)
        self.bottom = max([self.bottom, *(self.spots[key][1] + self.halves(key)[1] for key in wanted)])

    def place_parameters_of_circles(self) -> None:
        """Blocks that no layer reads, each beside the circle that does."""
        for key in (k for k in self.step.blocks if k not in self.spots):
            x, y = self.spots[self.step.first_reader(key)]
            tries = (x - self.axes.radius - DOOR_COLUMNS - self.halves(key)[0] - by for by in range(self.period))
            column = next((left for left in tries if self.has_room(key, left, y)), None)
            if column is None:
                raise CannotPlace(key)
            self.spots[key] = column, y

    def has_room(self, key: str, x: int, y: int) -> bool:
        """Whether a node meets no other here, and no frame, those of the steps before and after included."""
        wide, high = (half + BLOCK_COLUMNS - 1 for half in self.halves(key))
        boxes = [((ox, oy), self.halves(other)) for other, (ox, oy) in self.spots.items()]
        boxes += [
            (((left + right) // 2, (top + low) // 2), ((right - left) // 2 + 1, (low - top) // 2 + 1))
            for (left, top), (right, low) in self.frames.values()
        ]
        beside = (-self.period, 0, self.period) if self.step.graph.tau else (0,)
        return not any(
            abs(x - ox + by) < wide + reach[0] and abs(y - oy) < high + reach[1]
            for (ox, oy), reach in boxes
            for by in beside
        )

    def place_data(self) -> None:
        """Data below what reads it, and so what is made of parameters alone."""
        given = [k for k, n in self.rest() if n.kind == "input" or (n.kind != "target" and not self.read_by(k))]
        wanted = []
        for key in given:
            readers = sorted(self.spots[t][0] for s, t in self.step.edges if s == key and t in self.spots)
            first = readers[:2] or [self.width + self.beside]
            x = round(sum(first) / len(first))
            x = min(x, self.width - 2) if self.step.rows is None else self.below_circles(key, x)
            late = any(self.step.base(s) == key != s for s, _ in self.step.edges if not is_port(s))
            wanted.append((key, x if late else self.between_blocks(x)))
        columns = data_in_order(wanted, spread(wanted, self.circle_rows))
        self.spots |= {k: (x, self.bottom + INPUT_ROWS) for k, x in columns.items()}
        self.keep_apart(columns.values())

    def below_circles(self, key: str, x: int) -> int:
        """Below the only circle that reads data if no other is below that, else left of the circles."""
        low = max((y for ox, y in self.spots.values() if ox == x), default=self.bottom)
        lowest = {k for k, spot in self.spots.items() if spot == (x, low)}
        is_alone = {t for s, t in self.step.edges if s == key} == lowest and low < self.bottom
        return x if is_alone and not self.step.is_aside else x - self.circle_rows

    def keep_apart(self, columns: Collection[int]) -> None:
        """Steps as far apart as circles in a row need that are in these columns of each."""
        if columns:
            self.period = max(self.period, max(columns) - min(columns) + self.circle_rows)

    def between_blocks(self, x: int) -> int:
        """The column nearest to this that no block of parameters is in."""
        blocks = [(self.spots[k][0], self.halves(k)[0] + 1) for k in self.step.blocks if k in self.spots]
        near = (x + side * by for by in count() for side in (-1, 1))
        return next(column for column in near if all(abs(column - at) > wide for at, wide in blocks))

    def place_readouts(self) -> GridSpot:
        """What is made of states below or above the state that it reads; returns where the last one stands."""
        column, last = self.width + self.beside, self.bottom
        rest = [k for k, n in self.rest() if n.kind != "target"]
        heights = [y for x, y in self.spots.values() if x in (column, -self.beside)]
        for key in rest:
            reads = self.read_by(key)
            columns = {self.spots[s][0] for s in reads if s in self.spots}
            column = round(sum(columns) / len(columns)) if columns else column
            above = not any(s in self.spots and self.is_covered(s) for s in reads)
            y = self.free_row(above, heights)
            while self.meets_a_circle(column, y):
                y += -1 if above else 1
            heights.append(y)
            self.spots[key], last = (column, y), y
        return column, last

    def read_by(self, key: str) -> list[str]:
        """What a node reads beside parameters."""
        return [s for s in self.step.reads[key] if s not in self.step.blocks]

    def free_row(self, above: bool, heights: list[int]) -> int:
        """The row of a circle above or below all cells and what stands there."""
        rows = self.circle_rows
        y = min([self.top, *heights]) - rows if above else max([self.bottom - 3, *heights]) + rows
        if above and not [h for h in heights if h < self.top]:
            y = self.top - self.first_rows
        if not above and not [h for h in heights if h > self.bottom]:
            y = self.bottom + self.first_rows
        near = [h for h in heights if (h < y) != above]
        while any(abs(h - y) < rows for h in near):
            y += -1 if above else 1
        return y

    def is_covered(self, key: str) -> bool:
        """Whether a state's line lies above this circle in its column, or what is read is itself below."""
        column, y = self.spots[key]
        lines = [
            self.spots[s][1] for s, own in self.step.own.items() if (p := self.step.nodes[own].part) and p.line == s
        ]
        return (y > self.bottom and column == self.width + self.beside) or (
            len(self.cells) == 1 and any(line < y for line in lines)
        )

    def place_targets(self, readout: GridSpot) -> None:
        """Targets beside what reads them, else beside the last readout."""
        for key, _ in self.rest():
            reader = next((self.spots[t] for s, t in self.step.edges if s == key and t in self.spots), readout)
            x, y = reader[0] - self.circle_rows, reader[1]
            tries = ((x - left, y + self.circle_rows * down) for down in count() for left in range(self.period))
            self.spots[key] = next(spot for spot in tries if self.is_free(*spot))

    def rest(self) -> list[tuple[str, Node]]:
        """The circles that have no place yet."""
        return [(k, n) for k, n in self.step.nodes.items() if k not in self.spots and k not in self.step.blocks]

    def is_free(self, x: int, y: int) -> bool:
        """Whether a circle here is far enough from all others, those of the steps before and after included."""
        taken = (ox for ox, oy in self.spots.values() if abs(oy - y) < self.circle_rows - 2)
        beside = (-self.period, 0, self.period) if self.step.graph.tau else (0,)
        return all(abs(x - other + by) >= self.circle_rows for other in taken for by in beside)

    def meets_a_circle(self, x: int, y: int) -> bool:
        """Whether a circle here would meet another, those of the steps before and after included."""
        reach, beside = 2 * self.axes.radius + 1, (-self.period, 0, self.period) if self.step.graph.tau else (0,)
        circles = [self.spots[key] for key in self.spots if not self.step.is_part(key)]
        return any(abs(x - ox + by) < reach and abs(y - oy) < reach for ox, oy in circles for by in beside)

    def place_what_was_before(self) -> None:
        """What other steps have where these have it, or in the circuit a square before the cell."""
        for source, _ in self.step.edges:
            if source not in self.step.nodes and not is_port(source):
                key, _, lag = source.rpartition(":")
                if key not in self.spots:
                    raise CannotPlace
                if self.step.graph.tau:
                    x, y = self.spots[key]
                    self.spots[source], self.shapes[source] = (x - int(lag) * self.period, y), self.shapes[key]
        if self.step.graph.tau is None:
            self.place_delays()

    def place_delays(self) -> None:
        """The squares of the circuit beside the cell, that of the least lag at the height of its circle."""
        taken: dict[int, list[int]] = {}
        clear = self.axes.radius + self.axes.columns(SQUARE / 2 + LAG_SIZE + WORD_GAP)
        late = {s: int(s.rpartition(":")[2]) for s, _ in self.step.edges if s not in self.step.nodes}
        for source in sorted(late, key=lambda s: abs(late[s])):
            key = self.step.base(source)
            column = self.delay_column(key in self.turned, late)
            used, y = taken.setdefault(column, []), self.spots[key][1]
            near = (y + side * i for i in count() for side in (1, -1))
            circles = self.circles_beyond(column, key in self.turned)
            row = next(row for row in near if are_apart(row, used, DELAY_ROWS) and are_apart(row, circles, clear))
            used.append(row)
            self.spots[source], self.shapes[source] = (column, row), DELAY

    def delay_column(self, right: bool, late: Iterable[str]) -> int:
        """The nearest column before the cell, or after it, in which no circle's way back leaves up or down."""
        passed = [self.spots[key][0] for key in map(self.step.base, late) if self.way_back(key) in (UP, DOWN)]
        near = count(self.width - DELAY_COLUMN) if right else count(DELAY_COLUMN, -1)
        return next(column for column in near if are_apart(column, passed, self.axes.columns(SQUARE / 2) + 1))

    def way_back(self, key: str) -> Way:
        """Where the way from a circle of the circuit to the square of its delay leaves it: over or under all where
        another circle stands beside it."""
        (x, y), turned = self.spots[key], key in self.turned
        circles = (self.spots[k] for k in self.spots if k in self.step.nodes and k != key)
        covered = any(abs(oy - y) <= self.axes.radius and (ox > x) != turned for ox, oy in circles)
        if covered and y < self.top and not turned:
            return UP
        if covered and y > self.bottom:
            return DOWN
        return LEFT if turned else RIGHT

    def circles_beyond(self, column: int, right: bool) -> list[int]:
        """The rows of the circles that a column meets, and of those left or right of it, where the way to it is."""
        reach = self.axes.radius + 2
        own = (self.spots[key] for key in self.spots if key in self.step.nodes and not self.step.is_part(key))
        return [y for x, y in own if (column < x + reach if right else x - reach < column)]

    def place_ports(self) -> None:
        """The upper edge, over everything, and the lower one, where wires from and to elsewhere cross them."""
        ports = {key for pair in self.step.edges for key in pair if is_port(key)}
        rows = (self.top_of(key) for key in self.spots), (self.low_of(key) for key in self.spots)
        self.edge_row, self.low_row = min(rows[0]) - 4, max(rows[1]) + 4
        if self.step.rows is not None:
            over, under = self.step.rows.edges
            self.edge_row, self.low_row = min(self.edge_row, over), max(self.low_row, under)
        self.spots |= {key: (self.width // 2, self.low_row if is_low_port(key) else self.edge_row) for key in ports}

    def is_level(self, pair: Pair) -> bool:
        return pair[1] in self.spots and self.spots[pair[0]][1] == self.spots[pair[1]][1]


def with_inlets(
    rooms: Mapping[str, tuple[int, int]], readers: Mapping[str, Readers]
) -> Iterator[tuple[str, tuple[int, int]]]:
    """The rooms of layers, with a column more before each for every wire that comes in beside its first."""
    wires = Counter(key for own, _ in {*readers.values()} for key in own)
    for key, its in wires.items():
        before, after = rooms.get(key, (0, 0))
        yield key, (before + its - 1, after)


def are_apart(row: int, others: Iterable[int], rows: int) -> bool:
    """Whether a row is at least so far from all others."""
    return all(abs(row - other) >= rows for other in others)


def data_in_order(wanted: Iterable[tuple[str, int]], columns: Mapping[str, int]) -> dict[str, int]:
    """The columns of data that want to stand at one place: where they are more than two, in their order."""
    found, at_one = dict(columns), dict[int, list[str]]()
    for key, x in wanted:
        at_one.setdefault(x, []).append(key)
    for keys in at_one.values():
        if len(keys) > 2:
            found |= zip(keys, sorted(columns[key] for key in keys), strict=True)
    return found
