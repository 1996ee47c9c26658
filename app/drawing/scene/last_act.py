"""Draws below a graph what comes of its pass: parts of a gradient that come together, parameters that move, the loss.

A place of the update has a ledger of its own, but all have the same room, so that the figure stands still. Each says
what its colours mean: entries of gradients by step and of parameters have scales of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import NamedTuple, Protocol

import numpy as np

from app.arrays import Array
from app.drawing.layout import Span
from app.drawing.lettering import Outline, fitted, outline, upright, variable
from app.drawing.scene.legend import BAR, scale_bar
from app.drawing.scene.options import FigureOptions
from app.drawing.scene.scales import PowerScale, Scale, largest_entries, symmetric_log
from app.drawing.scene.scene import Ink, Item, ItemGroup, Paint, Polygon, Polyline
from app.drawing.scene.slots import Slot
from app.drawing.scene.values import figure_number, in_slot, placed
from app.engine.graph import Graph
from app.language import MOVED, NABLA, AfterUpdate, minus_signs, parse_node
from app.language.typeset import MathBox, row

LABEL, WORD = 13.0, 12.0
"""The em of a symbol, of signs and words."""
STRIP, THIN, TABLE = 46.0, 9.0, 26.0
"""The width of the numbers of an array, the height of a vector's, the most of a matrix's."""
MOVED_STRIP = 34.0
"""The width where three stand in a line, as a parameter moves."""
LABEL_LINE = 17.0
"""The height of the line above the numbers."""
GAP, SIGN_GAP, LINE_GAP = 10.0, 6.0, 7.0
"""Between what stands side by side, beside a sign, between lines."""
DROP, RISE, HEAD = 7.0, 15.0, 5.0
"""From the parts down to their rail, from the rail to the sum, and the arrow's head there."""
NARROWEST = 340.0
"""No line below a graph is broken sooner, however narrow that is."""
LOSS = 20.0
"""The em of the losses."""
VALUES, GRADIENTS = "act-value", "act-gradient"
"""The kinds of numbers, which have frames of their own."""
NOTHING = np.zeros(())
NO_SCALE = PowerScale(0.0)


class GradientByStep(Protocol):
    """A gradient by step, as a last act has it."""

    @property
    def steps(self) -> tuple[int, ...]: ...
    @property
    def parts(self) -> Array: ...
    @property
    def lost(self) -> Array: ...
    @property
    def whole(self) -> Array: ...


class Move(Protocol):
    """A parameter before and after the update, and the way that it moves along."""

    @property
    def before(self) -> Array: ...
    @property
    def way(self) -> Array: ...
    @property
    def after(self) -> Array: ...


class MovesAndLosses(Protocol):
    """All parameters as they move, and the losses before and after."""

    @property
    def moves(self) -> Mapping[str, Move]: ...
    @property
    def before(self) -> float: ...
    @property
    def again(self) -> float | None: ...
    @property
    def following(self) -> float | None: ...
    @property
    def fed_anew(self) -> bool: ...


class ComesOfPass(Protocol):
    """What drawing reads of the last act of a pass; the engine's has it."""

    @property
    def rate(self) -> float: ...
    @property
    def moving(self) -> tuple[str, ...]: ...
    @property
    def update(self) -> MovesAndLosses: ...
    def shape_of(self, parameter: str) -> tuple[int, ...]: ...
    def steps_of(self, parameter: str) -> tuple[int, ...]: ...
    def gathered(self, parameter: str) -> GradientByStep: ...


class Small(NamedTuple):
    """How large is what is smallest: the em of a number below a strip or a scale of colours, and of a scale's word; the
    height of a number's line; the width of a strip with its number, and of a scale with those at its ends."""

    number: float
    word: float
    line: float
    strip: float
    scale: float


IN_FILE = Small(9.5, 11.0, 13.0, STRIP, 110.0)
ON_PAGE = Small(12.0, 12.0, 15.0, 52.0, 126.0)
"""A page is seen on phones too, where strips can be small but numbers not."""


class _Cell(NamedTuple):
    """Something that stands in a line, and how it is drawn from its left top."""

    width: float
    height: float
    draw: Callable[[float, float], Iterable[Item]]
    role: str = ""


class _Term(NamedTuple):
    """The steps from `first` to `last` whose parts are drawn as one."""

    first: int
    last: int

    @property
    def name(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}…{self.last}"


class ShownUpdate(NamedTuple):
    """A place of the update, the graph that it is of, and the steps in sight."""

    act: ComesOfPass
    graph: Graph
    at: str
    spans: Sequence[Span]


@dataclass(frozen=True)
class Ledger:
    """What stands below a graph, or beside it, at a place of the update.

    `columns` are where its steps stand, if in one line, and `middle` is that of the graph, where it is below.
    """

    act: ComesOfPass
    graph: Graph
    at: str
    spans: Sequence[Span]
    columns: Mapping[int, float]
    middle: float
    room: float
    options: FigureOptions

    @cached_property
    def size(self) -> tuple[float, float]:
        """The width and the height of the largest ledger of the update."""
        sizes = [self._size_of_sum(name) for name in self.graph.gathering]
        if self.graph.trained:
            sizes.append(_size_of_lines(self._in_lines(self._moves())))
        return max(width for width, _ in sizes), max(height for _, height in sizes)

    def drawn(self, middle: float, top: float) -> ItemGroup:
        """The ledger at its place, centred on `middle`; in a file the loss, which is low, half way down."""
        if self.at == MOVED:
            items = self._moved(middle, top)
        elif self.at == AfterUpdate(self.graph.of):
            lower = 0.0 if self.options.live else (self.size[1] - self._height_of_loss) / 2
            items = self._next(middle, top + max(0.0, lower))
        else:
            items = self._sum(self.at, middle, top)
        return ItemGroup(tuple(items), "last-act", data=(("place", self.at),))

    @property
    def small(self) -> Small:
        return ON_PAGE if self.options.live else IN_FILE

    # the sum

    def _sum(self, name: str, middle: float, top: float) -> Iterator[Item]:
        found, terms = self.act.gathered(name), self._terms(name)
        scale = symmetric_log(largest_entries([*found.parts, *found.lost, found.whole]))
        height = self._height(found.whole.shape)
        cells = [self._part(name, term, found, scale, height) for term in terms]
        sum_up = self._whole(name, found.whole, scale, height)
        if places := self._under_columns(terms, cells):
            yield from self._laid(cells, places, top)
            low = top + LABEL_LINE + height + self._below
            parts = [x + c.width / 2 for x, c in zip(places, cells, strict=True)]
            between = (parts[0] + parts[-1]) / 2
            yield from self._rail(parts, low, between)
            left = between - sum_up.width / 2
            yield from self._laid([sum_up], [left], low + DROP + RISE + 2)
            for bar in self._scale(name, scale):
                yield from self._laid([bar], [left + sum_up.width + GAP], low + DROP + RISE + 2)
            return
        cells = [*self._with_signs(cells), self._sign("="), sum_up, *self._scale(name, scale)]
        yield from _placed(self._in_lines(cells), middle, top)

    def _size_of_sum(self, name: str) -> tuple[float, float]:
        terms, height = self._terms(name), self._height(self.act.shape_of(name))
        one = LABEL_LINE + height + self._below
        widths = [self._width(name, term) for term in terms]
        blank = [_Cell(width, one, lambda x, y: ()) for width in widths]
        scale = [*self._scale(name)]
        if places := self._under_columns(terms, blank):
            end = (places[0] + places[-1] + widths[-1] + self.small.strip) / 2 + sum(GAP + it.width for it in scale)
            half = max(self.middle - places[0], places[-1] + widths[-1] - self.middle, end - self.middle)
            return 2 * half, 2 * one + DROP + RISE + 2
        cells = [*self._with_signs(blank), self._sign("="), _Cell(self.small.strip, one, lambda x, y: ()), *scale]
        return _size_of_lines(self._in_lines(cells))

    def _terms(self, name: str) -> list[_Term]:
        """The steps in sight one by one, those that are hidden between them together."""
        terms: list[_Term] = []
        for t in self.act.steps_of(name):
            seen = any(first <= t <= last for first, last in self.spans)
            if not seen and terms and not self._is_seen(terms[-1].last):
                terms[-1] = _Term(terms[-1].first, t)
            else:
                terms.append(_Term(t, t))
        return terms

    def _is_seen(self, t: int) -> bool:
        return any(first <= t <= last for first, last in self.spans)

    def _under_columns(self, terms: Sequence[_Term], cells: Sequence[_Cell]) -> list[float]:
        """Where parts begin that stand each below its step; nothing where they cannot."""
        if len(terms) < 2 or any(term.first not in self.columns for term in terms):
            return []
        places = [self.columns[term.first] - cell.width / 2 for term, cell in zip(terms, cells, strict=True)]
        ends = [x + cell.width + GAP for x, cell in zip(places, cells, strict=True)]
        return places if all(end <= x for end, x in zip(ends, places[1:], strict=False)) else []

    def _part(self, name: str, term: _Term, found: GradientByStep, scale: Scale, height: float) -> _Cell:
        rows = [i for i, t in enumerate(found.steps) if term.first <= t <= term.last]
        part, lost = found.parts[rows].sum(axis=0), found.lost[rows].sum(axis=0)
        label = self._gradient(name, term.name)
        return self._array(label, part, scale, height, self._width(name, term), "act-part", lost)

    def _width(self, name: str, term: _Term) -> float:
        return max(self.small.strip, outline(self._gradient(name, term.name), LABEL).width)

    def _whole(self, name: str, whole: Array, scale: Scale, height: float) -> _Cell:
        return self._array(self._gradient(name, ""), whole, scale, height, self.small.strip, "act-whole")

    def _gradient(self, name: str, step: str) -> MathBox:
        return self._symbol(NABLA + name, step)

    def _symbol(self, name: str, step: str = "") -> MathBox:
        rank = self.graph.ranks.get(name.removeprefix(NABLA), 1)
        return variable(name, rank, step, self.graph.notation)

    def _rail(self, places: Sequence[float], top: float, middle: float) -> Iterator[Item]:
        """The line on which all parts come together, and the arrow to their sum."""
        stroke = Paint("act-line", "none", self.options.palette.backward, 1.6)
        rail = top + DROP
        drops = tuple(((x, top + 1.5), (x, rail)) for x in places)
        ends = ((min(*places, middle), rail), (max(*places, middle), rail))
        stem = ((middle, rail), (middle, rail + RISE - HEAD))
        lines = Polyline((*drops, ends, stem), stroke)
        yield ItemGroup((lines, self._head(middle, rail + RISE)), "act-rail")

    def _head(self, x: float, y: float) -> Polygon:
        """The head of an arrow that points down, with its tip here."""
        corners = ((0.0, 0.0), (-0.62 * HEAD, -HEAD), (0.62 * HEAD, -HEAD))
        return Polygon(corners, x, y, Paint("act-head", self.options.palette.backward))

    # parameters that move

    def _moved(self, middle: float, top: float) -> Iterator[Item]:
        if moves := self.act.update.moves:
            values = max(largest_entries(a for m in moves.values() for a in (m.before, m.after)), default=0.0)
            ways = max(largest_entries(m.way for m in moves.values()), default=0.0)
            yield from _placed(self._in_lines(self._moves(PowerScale(values), PowerScale(ways))), middle, top)
        else:
            yield from self._said("a gradient is not finite: nothing moves", middle, top)

    def _moves(self, values: Scale = NO_SCALE, ways: Scale = NO_SCALE) -> Iterator[_Cell]:
        """Every parameter as it moves, and the scales of their colours; without numbers, the room for all that."""
        moves = self.act.update.moves if values is not NO_SCALE else {}
        for name in self.act.moving:
            yield self._move(name, moves.get(name), values, ways)
        if any(prod(self.act.shape_of(name)) > 1 for name in self.act.moving):
            both = self._colours("parameters", values, VALUES), self._colours("direction", ways, GRADIENTS)
            wide, high = both[0][:2]
            yield _Cell(2 * wide + GAP, high, lambda x, y: self._laid(both, [x, x + wide + GAP], y))

    def _move(self, name: str, move: Move | None = None, values: Scale = NO_SCALE, ways: Scale = NO_SCALE) -> _Cell:
        """before − rate · way = after, behind the parameter's name; without numbers, the room for them."""
        height = self._height(self.act.shape_of(name))
        symbol = outline(self._symbol(name), LABEL)
        signs = [outline(upright(text), WORD) for text in (minus_signs(f"- {self.act.rate:g} ×"), "=")]
        scales, kinds = (values, ways, values), (VALUES, GRADIENTS, VALUES)
        width = self._named + 3 * MOVED_STRIP + sum(sign.width + 2 * SIGN_GAP for sign in signs)

        def draw(x: float, y: float) -> Iterator[Item]:
            arrays = (move.before, move.way, move.after) if move else ()
            middle = y + max(height, LABEL) / 2
            yield self._written(symbol, x + self._named - SIGN_GAP - symbol.width, middle, "label")
            x += self._named
            for array, scale, kind, sign in zip(arrays, scales, kinds, (*signs, None), strict=True):
                yield from self._numbers(array, scale, x, middle - height / 2, height, kind, MOVED_STRIP)
                x += MOVED_STRIP
                if sign:
                    yield self._written(sign, x + SIGN_GAP, middle)
                    x += sign.width + 2 * SIGN_GAP

        return _Cell(width, max(height, LABEL), draw, "act-move")

    @cached_property
    def _named(self) -> float:
        """The width of the names of what moves, and the gap behind them."""
        return max(outline(self._symbol(name), LABEL).width for name in self.act.moving) + SIGN_GAP

    # the next loss

    @property
    def _height_of_loss(self) -> float:
        return LABEL_LINE + (LOSS if self.graph.trained and self.act.update.fed_anew else 0.0)

    def _next(self, middle: float, top: float) -> Iterator[Item]:
        it, of = self.act.update, parse_node(self.graph.of)
        if it.again is None or it.following is None:
            yield from self._said("a gradient is not finite: nothing moves", middle, top)
            return
        symbol = self._symbol(of.name, "" if of.t is None else str(of.t))
        before, after = (figure_number(value, self.options) for value in (it.before, it.again))
        words = outline(row(symbol, upright("  =  "), before, upright("  →  "), after), LOSS)
        yield ItemGroup((self._written(words, middle - words.width / 2, top + LABEL_LINE),), "act-loss")
        if it.fed_anew:
            next_one = row(upright("next window:  "), figure_number(it.following, self.options))
            yield self._label(next_one, middle, top + LABEL_LINE + LOSS)

    # what all are made of

    @property
    def _below(self) -> float:
        """The height of what is written below numbers."""
        return self.small.line * (2 if any(edge.cut for edge in self.graph.edges) else 1)

    def _height(self, shape: tuple[int, ...]) -> float:
        """That of an array's numbers."""
        return THIN if len(shape) < 2 or shape[0] < 2 else min(TABLE, max(THIN, 5.0 * shape[0]))

    def _array(
        self, label: MathBox, array: Array, scale: Scale, height: float, width: float, role: str, lost: Array = NOTHING
    ) -> _Cell:
        """An array below its name, with its norm below it, and that of what truncation took from it."""
        room, line = width + GAP - 2, self.small.line
        words = [] if array.size == 1 else [self._said_norm(array, room)]
        words += [row(upright("lost "), self._norm(lost))] if np.any(lost) else []

        def draw(x: float, y: float) -> Iterator[Item]:
            middle, base = x + width / 2, y + LABEL_LINE + height + line - 3
            yield self._label(label, middle, y)
            yield from self._numbers(array, scale, middle - STRIP / 2, y + LABEL_LINE, height)
            for i, box in enumerate(words):
                yield self._small(box, middle, base + i * line, room)

        return _Cell(width, LABEL_LINE + height + self._below, draw, role)

    def _said_norm(self, array: Array, room: float) -> MathBox:
        """A norm behind its word, on a page without it where both would have to be smaller."""
        norm = self._norm(array)
        said = row(upright("norm "), norm)
        return norm if self.options.live and outline(said, self.small.number).width > room else said

    def _norm(self, array: Array) -> MathBox:
        """The norm of a vector or a matrix; a number is itself."""
        value = array.item() if array.size == 1 else float(np.linalg.norm(array))
        return figure_number(value, self.options)

    def _numbers(
        self,
        array: Array,
        scale: Scale,
        x: float,
        y: float,
        height: float,
        kind: str = GRADIENTS,
        width: float = STRIP,
    ) -> Iterator[Item]:
        numbers = placed({kind: array}, scale)[kind]
        yield in_slot(Slot(kind, x, y, width, height), numbers, self.options, self._frame(kind))

    def _frame(self, kind: str) -> str:
        palette = self.options.palette
        return palette.gradient_frame if kind == GRADIENTS else palette.frame

    def _scale(self, name: str, scale: Scale = NO_SCALE) -> Iterator[_Cell]:
        """What the colours of a gradient by step mean, where it has some: a single entry is a number."""
        if prod(self.act.shape_of(name)) > 1:
            yield self._colours(row(self._gradient(name, ""), upright(", log")), scale, GRADIENTS)

    def _colours(self, word: MathBox | str, scale: Scale, kind: str) -> _Cell:
        """The scale of some numbers' colours below its word; without numbers, the room for it."""
        small, wide = self.small, self.small.scale
        said = outline(upright(word) if isinstance(word, str) else word, small.word)
        bar = scale_bar(kind, scale, self.options, self._frame(kind), small.number)

        def draw(x: float, y: float) -> Iterator[Item]:
            if scale.most:
                yield self._written(said, x + (wide - said.width) / 2, y + LABEL_LINE / 2)
                yield from bar.picture(x + (wide - BAR.width) / 2, y + LABEL_LINE)

        return _Cell(wide, LABEL_LINE + BAR.height + small.line, draw, "act-colours")

    def _label(self, box: MathBox, middle: float, top: float) -> Ink:
        """A symbol in its line above the numbers."""
        it = outline(box, LABEL)
        return Ink(it, middle - it.left - it.width / 2, top + LABEL_LINE - 5, Paint("label", self.options.palette.ink))

    def _small(self, box: MathBox, middle: float, base: float, width: float) -> Ink:
        it = fitted(box, self.small.number, width)
        return Ink(it, middle - it.left - it.width / 2, base, Paint("number", self.options.palette.ink))

    def _written(self, it: Outline, x: float, middle: float, role: str = "number") -> Ink:
        return Ink(it, x - it.left, middle - it.middle, Paint(role, self.options.palette.ink))

    def _said(self, words: str, middle: float, top: float) -> Iterator[Item]:
        it = outline(upright(words), WORD)
        yield self._written(it, middle - it.width / 2, top + LABEL_LINE)

    def _sign(self, text: str) -> _Cell:
        it = outline(upright(text), LABEL)
        middle = LABEL_LINE + THIN / 2
        return _Cell(it.width, LABEL_LINE, lambda x, y: (self._written(it, x, y + middle),), "act-sign")

    def _in_lines(self, cells: Iterable[_Cell]) -> list[list[_Cell]]:
        return _in_lines(cells, self.room)

    def _with_signs(self, cells: Sequence[_Cell]) -> Iterator[_Cell]:
        for i, cell in enumerate(cells):
            if i:
                yield self._sign("+")
            yield cell

    def _laid(self, cells: Sequence[_Cell], places: Sequence[float], top: float) -> Iterator[Item]:
        for cell, x in zip(cells, places, strict=True):
            yield ItemGroup(tuple(cell.draw(x, top)), cell.role)


def _in_lines(cells: Iterable[_Cell], room: float) -> list[list[_Cell]]:
    """As many side by side as there is room for."""
    lines: list[list[_Cell]] = []
    for cell in cells:
        if lines and _length([*lines[-1], cell]) <= room:
            lines[-1].append(cell)
        else:
            lines.append([cell])
    return lines


def _length(cells: Sequence[_Cell]) -> float:
    return sum(cell.width for cell in cells) + GAP * (len(cells) - 1)


def _size_of_lines(lines: Sequence[Sequence[_Cell]]) -> tuple[float, float]:
    return max(map(_length, lines), default=0.0), sum(map(_tallest, lines)) + LINE_GAP * (len(lines) - 1)


def _tallest(cells: Sequence[_Cell]) -> float:
    return max(cell.height for cell in cells)


def _placed(lines: Sequence[Sequence[_Cell]], middle: float, top: float) -> Iterator[Item]:
    """Lines below each other, each centred."""
    for line in lines:
        x = middle - _length(line) / 2
        for cell in line:
            yield ItemGroup(tuple(cell.draw(x, top)), cell.role)
            x += cell.width + GAP
        top += _tallest(line) + LINE_GAP
