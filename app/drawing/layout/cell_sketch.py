"""One cell of operations as `dot` lays it out, from below upwards: node boxes, lines with room for labels, groups.

Where all is mirrored afterwards so that time runs up, `dot` sees it as it will be drawn, from left to right: words have
an upper side.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.cache import cached
from app.drawing.geometry import Box, Path, Point
from app.drawing.layout.arrangement import upwards, upwards_box
from app.drawing.layout.graphviz import lay_out

NODE_GAP, RANK_GAP = 13.0, 25.0
"""Between neighbours in a rank, and between ranks, in points."""
USUAL = 'node[shape=box,fixedsize=true,label=""];edge[arrowhead=none];'
PORTS = {"n": ("n", "e"), "s": ("s", "w"), "": ("_", "_")}
"""What `dot` calls a side, from below upwards and from left to right."""


@dataclass(frozen=True, slots=True)
class NodeBox:
    """The box of a node in a cell: its size, whether it is a circle, and from where lines leave and come in.

    `low`: it stands in the lowest rank. `tail`, `head`: the side that lines are held to (`n`, `s`), or any. `mouth`:
    how far beside its middle they can come in from straight below. `group`: the number of the group that it stands in,
    or -1.
    """

    width: float
    height: float
    circle: bool = False
    low: bool = False
    tail: str = ""
    head: str = ""
    mouth: float = 0.0
    group: int = -1


@dataclass(frozen=True, slots=True)
class CellSketch:
    """A cell to lay out: nodes, lines between them by number with the size of what is written on each, groups.

    A group has its label's size and the number of the group that it stands in, or -1. Ranks stand `spread` times as far
    apart as usual, and where that is farther neighbours in one too: they are as near as lines let them be. `up`: all is
    mirrored afterwards, but for the labels of groups, whose size is as it is drawn.
    """

    nodes: tuple[NodeBox, ...]
    lines: tuple[tuple[int, int, Point], ...]
    groups: tuple[tuple[Point, int], ...] = ()
    spread: float = 1.0
    up: bool = False


@dataclass(frozen=True, slots=True)
class LaidOutCell:
    """A cell with its positions, y downwards: centres of nodes, lines, the centres of their labels, boxes of groups.

    `corners`: those of the lines where they are buses.
    """

    centres: tuple[Point, ...]
    lines: tuple[Path, ...]
    labels: tuple[Point | None, ...]
    groups: tuple[Box, ...]
    corners: tuple[tuple[Point, ...], ...] = ()


@cached(256)
def lay_out_cell(sketch: CellSketch) -> LaidOutCell:
    """Where `dot` puts everything."""
    centres, lines, labels, groups = lay_out("".join(_dot(sketch)), len(sketch.nodes), len(sketch.groups))
    if sketch.up:
        ways = (tuple(upwards(*p) for p in line) for line in lines)
        words = (at and upwards(*at) for at in labels)
        return LaidOutCell(
            tuple(upwards(*p) for p in centres), tuple(ways), tuple(words), tuple(map(upwards_box, groups))
        )
    return LaidOutCell(tuple(centres), tuple(lines), tuple(labels), tuple(groups))


def _dot(sketch: CellSketch) -> Iterator[str]:
    """The cell in DOT, groups as clusters."""
    beside, above = NODE_GAP * max(1.0, sketch.spread) / 72, RANK_GAP * sketch.spread / 72
    to = "LR" if sketch.up else "BT"
    yield f"digraph{{rankdir={to};nodesep={beside:.3f};ranksep={above:.3f};{USUAL}"
    yield from (_node(sketch, i) for i, node in enumerate(sketch.nodes) if node.group < 0)
    yield from (_cluster(sketch, i) for i, (_, parent) in enumerate(sketch.groups) if parent < 0)
    if low := "".join(f"n{i};" for i, node in enumerate(sketch.nodes) if node.low):
        yield f"{{rank=min;{low}}}"
    for i, (source, target, size) in enumerate(sketch.lines):
        sides = (PORTS[side][sketch.up] for side in (sketch.nodes[source].tail, sketch.nodes[target].head))
        label = f",label={_room(size[::-1] if sketch.up else size)}" if size[0] else ""
        yield f"n{source}->n{target}[id=e{i},tailport={next(sides)},headport={next(sides)}{label}];"
    yield "}"


def _node(sketch: CellSketch, i: int) -> str:
    it = sketch.nodes[i]
    width, height = (it.height, it.width) if sketch.up else (it.width, it.height)
    shape = ",shape=circle" if it.circle else ""
    return f"n{i}[width={width / 72:.3f},height={height / 72:.3f}{shape}];"


def _cluster(sketch: CellSketch, number: int) -> str:
    size, _ = sketch.groups[number]
    inner = "".join(_node(sketch, i) for i, node in enumerate(sketch.nodes) if node.group == number)
    inner += "".join(_cluster(sketch, i) for i, (_, parent) in enumerate(sketch.groups) if parent == number)
    above = "t" if sketch.up else "b"  # From below upwards `dot` turns it over.
    return f"subgraph cluster_{number}{{label={_room(size)};labelloc={above};labeljust=l;margin=9;{inner}}}"


def _room(size: Point) -> str:
    """A label that takes this room and shows nothing."""
    width, height = (max(1, round(side)) for side in size)
    return f'<<TABLE FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{height}" BORDER="0"><TR><TD></TD></TR></TABLE>>'
