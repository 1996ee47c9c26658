"""`Graph` + `Trace` + cursor in, `Scene` out: the parts of a figure side by side on one canvas."""

from __future__ import annotations

from math import ceil
from typing import Literal

from app.drawing.arrows import edges, stroke
from app.drawing.curves import Box, around, straight
from app.drawing.folded import folded as circuit
from app.drawing.graphviz import Arrow, drawn
from app.drawing.labels import Label, outline
from app.drawing.layout import rows, unfolded
from app.drawing.legend import HEIGHT as LEGEND_HEIGHT
from app.drawing.legend import legend
from app.drawing.legend import width as legend_width
from app.drawing.nodes import nodes
from app.drawing.part import Part, Position, Start
from app.drawing.plane import ROW
from app.drawing.scene import Group, Ink, Item, Paint, Scene
from app.drawing.themes import THEMES, Theme
from app.drawing.titles import description, title
from app.drawing.values import Numbers
from app.engine.graph import Graph

View = Literal["folded", "unfolded", "both"]

MARGIN = 12.0
"""Around all ink, with room for the cursor's ring."""
LEGEND_GAP = 18.0
UNFOLD_GAP, UNFOLD_LENGTH = 32.0, 66.0
"""Beside the big arrow, and its length."""
UNFOLD_WIDTH, UNFOLD_HEAD, UNFOLD_SIZE, UNFOLD_RISE = 2.6, 1.4, 13.0, 9.5


def draw(
    graph: Graph,
    folded: Graph | None = None,
    view: View = "unfolded",
    trace: Numbers | None = None,
    cursor: Position | None = None,
    theme: str = "light",
    prefix: str = "fig",
    live: bool = False,
) -> Scene:
    """Draw a graph, its circuit, or both with an arrow between.

    `folded` is needed for the views `folded` and `both`. Numbers are drawn where `trace` is given and the cursor is in
    a phase. `live` draws every layer of every step, for a page whose style sheet shows the right ones. `prefix` begins
    every XML id.
    """
    parts, palette = [], THEMES[theme]
    if view != "unfolded":
        if folded is None:
            raise ValueError(f"the view {view} needs the folded graph")
        parts.append(Part(folded, circuit(folded), palette, f"{prefix}-folded", live=live))
    if view != "folded":
        shown = trace if live or (cursor is not None and cursor.phase) else None
        parts.append(Part(graph, unfolded(graph), palette, prefix, shown, cursor or Start(), live))
    return _composed(parts, view, palette, prefix)


def _composed(parts: list[Part], view: View, theme: Theme, prefix: str) -> Scene:
    """The parts, the arrow between two, and the legend of the last."""
    last, boxes = parts[-1], [p.layout.box for p in parts]
    shifts = [0.0]
    items: list[Item] = []
    if len(parts) == 2:
        start = boxes[0].right + UNFOLD_GAP
        shifts.append(start + UNFOLD_LENGTH + UNFOLD_GAP - boxes[1].left)
        items.append(_unfold(start, _height(parts[0].graph), theme))
    items += [_drawn(part, x) for part, x in zip(parts, shifts, strict=True)]
    box = around([b.moved(x, 0) for b, x in zip(boxes, shifts, strict=True)])
    if last.scales:
        backward = last.live or last.backward
        items.append(legend(last.scales, (box.left + box.right) / 2, box.bottom + LEGEND_GAP, theme, backward))
        box = _wide(Box(box.left, box.top, box.right, box.bottom + LEGEND_HEIGHT), legend_width(last.scales, theme))
    width, height = (3 * ceil((side + 2 * MARGIN) / 3) for side in (box.right - box.left, box.bottom - box.top))
    return Scene(
        width, height, title(last.graph, view), description(parts[0].graph), tuple(items), theme, prefix,
        left=(box.left + box.right - width) / 2, top=(box.top + box.bottom - height) / 2, live=last.live,
        data=(("phase", last.cursor.phase or ""), ("at", last.cursor.at or "")) if last.live else (),
    )  # fmt: skip


def _drawn(part: Part, x: float) -> Group:
    """Nodes first; arrows over them, so that the current node's ring is under their tips."""
    return Group((*nodes(part, x), *edges(part, x)), "circuit" if part.graph.tau is None else "unfolded")


def _wide(box: Box, width: float) -> Box:
    """The box, made as wide as this around its middle if it is narrower."""
    more = max(0.0, width - (box.right - box.left)) / 2
    return Box(box.left - more, box.top, box.right + more, box.bottom)


def _height(graph: Graph) -> float:
    """The height of the big arrow: the row of the lowest state, else the middle."""
    row = rows(graph)
    states = [row[n.var] for n in graph.nodes if n.kind == "state"]
    return -ROW * (min(states) if states else (len(row) - 1) / 2)


def _unfold(x: float, y: float, theme: Theme) -> Group:
    """The big arrow between the circuit and the unfolded graph."""
    end = (UNFOLD_LENGTH, 0.0)
    arrow = Arrow(end, straight(end), size=UNFOLD_HEAD, from_circle=False, to_circle=False)
    word = outline(Label("Unfold"), UNFOLD_SIZE)
    pen = x + (UNFOLD_LENGTH - word.width) / 2 - word.left
    ink = Ink(word, pen, y - UNFOLD_RISE, Paint("label", theme.ink))
    return Group((*stroke(drawn([arrow])[arrow], x, y, theme.muted, UNFOLD_WIDTH), ink), "unfold")
