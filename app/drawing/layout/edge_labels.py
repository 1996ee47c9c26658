"""What is written on an arrow: the weights along it, one family a line, set in a block that is placed as one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from app.cache import cached
from app.drawing.geometry import Box, around
from app.drawing.lettering import Outline, outline, variable, weight, with_commas
from app.engine.graph import Edge, Graph
from app.language import Expr, Read, variable_reads
from app.language.typeset import MathBox, Notation, Sign, row

Joined = TypeVar("Joined")

EDGE_LABEL = 16.0
"""The em of labels on arrows."""
LONGEST, LINES, MORE_LINES = 120.0, 3, 6
"""How long a line of weights may be before it goes on below, in about how many lines a family goes on, and in how many
where it has to be narrow."""
MOST = 12
"""So many weights are written on an arrow at most; of more there are the first ones and an ellipsis."""
LEADING = 3.0
"""Between the ink of one line and the next."""


class PlacedLabel(NamedTuple):
    """A label's outline and where its pen stands."""

    outline: Outline
    x: float
    y: float

    @property
    def box(self) -> Box:
        it = self.outline
        return Box(self.x + it.left, self.y - it.ascent, self.x + it.right, self.y + it.descent)

    def moved(self, x: float, y: float) -> PlacedLabel:
        return PlacedLabel(self.outline, self.x + x, self.y + y)


class LabelBlock(NamedTuple):
    """Lines of a label below each other, around the middle (0, 0) of their ink; the room that they take.

    In a plane that is mirrored so that time runs `up` they take as much to the side as they are high.
    """

    lines: tuple[PlacedLabel, ...]
    width: float
    height: float
    up: bool = False

    def around(self, x: float, y: float) -> tuple[PlacedLabel, ...]:
        """The lines with their middle there."""
        return tuple(line.moved(x, y) for line in self.lines)

    def box(self, x: float, y: float) -> Box:
        """The room that they take there."""
        return Box(x - self.width / 2, y - self.height / 2, x + self.width / 2, y + self.height / 2)

    def flush(self, side: int) -> LabelBlock:
        """The same lines, all up to the left edge, -1, or to the right, 1."""
        widths = [line.box.right - line.box.left for line in self.lines]
        free = ((max(widths) - width) / 2 for width in widths)
        return self._replace(lines=tuple(line.moved(side * by, 0.0) for line, by in zip(self.lines, free, strict=True)))

    def smaller(self, share: float) -> LabelBlock:
        """The same lines in smaller letters."""
        found = label_block([outline(line.outline.box, round(share * line.outline.size, 1)) for line in self.lines])
        return found.upright() if self.up else found

    def upright(self) -> LabelBlock:
        """The same where time runs up; the way back is the same."""
        return self._replace(width=self.height, height=self.width, up=not self.up)


def label_block(lines: Iterable[Outline]) -> LabelBlock:
    """Lines, each in the middle below the one before."""
    placed, y = list[PlacedLabel](), 0.0
    for it in lines:
        placed.append(PlacedLabel(it, -(it.left + it.right) / 2, y + it.ascent))
        y += it.height + LEADING
    box = around([line.box for line in placed])
    middle = (box.top + box.bottom) / 2
    return LabelBlock(tuple(line.moved(0.0, -middle) for line in placed), box.right - box.left, box.bottom - box.top)


def written(edge: Edge, graph: Graph, larger: float = 1.0) -> tuple[LabelBlock, ...]:
    """The ways in which an arrow's label can be set, the best first; none where it has no label.

    A line for each family, else all in one line, else a line for each weight, or for a few if they are many, else as
    few lines as there are.
    """
    if not edge.weights and not edge.function:
        return ()
    lines = tuple(edge_labels(edge, graph))
    weights = () if graph.detail_at(edge.target.t) == "states" else _shown(edge)
    each = (*(_set_weight(it, graph) for it in weights), *_and_more(edge)) if lines and weights else ()
    return _set(lines, each, round(EDGE_LABEL * larger, 2)) if lines else ()


def label_on(edge: Edge, graph: Graph) -> LabelBlock | None:
    """The label of a wire, for which there is always room, if it has one."""
    return next(iter(written(edge, graph)), None)


@cached(4096)
def _set(lines: tuple[MathBox, ...], each: tuple[MathBox, ...], size: float) -> tuple[LabelBlock, ...]:
    flat = (with_commas(lines),) if _width(lines) <= LONGEST else ()
    some = tuple(_in_lines(each, with_commas, 0.0, MORE_LINES)) if len(each) > MORE_LINES else each
    few = tuple(_in_lines(each, with_commas)) if each and not flat else ()
    ways = dict.fromkeys((lines, flat, some, few))
    return tuple(label_block([outline(line, size) for line in way]) for way in ways if way)


def edge_labels(edge: Edge, graph: Graph) -> Iterator[MathBox]:
    """The lines of an arrow's label: its weights by families, matrices first; at `states` the function."""
    if edge.function or graph.detail_at(edge.target.t) == "states":
        yield from (_function(edge, graph.notation),) if edge.function else ()
        return
    families: dict[tuple[int, str], list[Expr]] = {}
    for it in _shown(edge):
        families.setdefault(_family(it, graph), []).append(it)
    for _, members in sorted(families.items(), key=lambda family: family[0][0], reverse=True):
        yield from _family_lines(members, graph)
    yield from _and_more(edge)


def _function(edge: Edge, notation: Notation) -> MathBox:
    """The name of a function; one that is called after what it computes has that one's symbol below."""
    stem, _, named = edge.function.partition("_")
    if named != edge.target.name:
        return variable(edge.function, 0, notation=notation)
    it = notation.symbol(named)
    return variable(stem, 0, notation=notation, below=it.stem + it.sub)


def _shown(edge: Edge) -> tuple[Expr, ...]:
    """The weights that are written on an arrow."""
    return edge.weights if len(edge.weights) <= MOST else edge.weights[: MOST - 1]


def _and_more(edge: Edge) -> tuple[MathBox, ...]:
    """What stands for the others, if there are any."""
    return (Sign("…"),) if len(edge.weights) > MOST else ()


def _family(it: Expr, graph: Graph) -> tuple[int, str]:
    """What weights of one family share: the rank, and the letter of the first name."""
    name = next((r.name for r in variable_reads(it)), "")
    found = graph.notation.symbol(name)
    return graph.ranks.get(name, 0), f"{found.stem} {found.accent}"


def _family_lines(members: Sequence[Expr], graph: Graph) -> Iterator[MathBox]:
    """A family as its letter with what differs below, `W_{i,f,g}`; else side by side, words below each other."""
    names = [it.name for it in members if isinstance(it, Read)]
    below = [graph.notation.symbol(name).sub for name in names]
    if 1 < len(members) == len(names) and all(sub and "," not in sub for sub in below):
        yield from _in_lines(below, lambda some: weight(members[0], graph.ranks, graph.notation, ",".join(some)))
        return
    boxes = [_set_weight(it, graph) for it in members]
    if any(graph.notation.symbol(r.name).word for it in members for r in variable_reads(it)):
        yield from boxes
    else:
        yield from _in_lines(boxes, with_commas)


def _in_lines(
    items: Sequence[Joined], joined: Callable[[Sequence[Joined]], MathBox], least: float = LONGEST, lines: int = LINES
) -> Iterator[MathBox]:
    """Several side by side, in a few lines if they are many; all but the last line end with a comma."""
    longest = max(least, _width([joined(items)]) / lines)
    line: list[Joined] = []
    for it in items:
        if line and _width([joined([*line, it])]) > longest:
            yield row(joined(line), Sign(","))
            line = []
        line.append(it)
    yield joined(line)


def _width(labels: Sequence[MathBox]) -> float:
    return outline(with_commas(labels), EDGE_LABEL).width


def _set_weight(it: Expr, graph: Graph) -> MathBox:
    return weight(it, graph.ranks, graph.notation)
