"""Draws a graph with its numbers as a scene: circuit and unfolded graph side by side, strip and legend below."""

from __future__ import annotations

from dataclasses import replace
from math import ceil

from app.drawing.geometry import Box, around, straight
from app.drawing.layout import (
    USUAL_ARRANGEMENT,
    Arrangement,
    Arrow,
    Layout,
    ShownGraph,
    draw_arrows,
    lay_out_circuit,
    lay_out_circuit_cell,
    lay_out_gates,
    lay_out_steps,
    lay_out_wired_cells,
    spans,
    spelled,
    window,
    with_rows,
)
from app.drawing.lettering import outline, upright
from app.drawing.scene.alt_text import description, title
from app.drawing.scene.caption import caption
from app.drawing.scene.edges import edges, stroke
from app.drawing.scene.ground import without_paper
from app.drawing.scene.legend import LegendKey, legend
from app.drawing.scene.nodes import frames, nodes, weight_labels
from app.drawing.scene.options import USUAL, FigureOptions
from app.drawing.scene.overview_strip import strip
from app.drawing.scene.panel import NotStarted, Panel, Position
from app.drawing.scene.scales import Numbers
from app.drawing.scene.scene import Ink, Item, ItemGroup, Paint, Scene
from app.drawing.scene.themes import Theme
from app.engine.graph import Graph, notated

WHITE = "#ffffff"
ROOMY, CROWDED = 1.3, 1.08
"""How much larger labels can be where they are, without numbers in the nodes and with them."""

MARGIN = 12.0
"""Around all ink, with room for the cursor's ring."""
STRIP_GAP, LEGEND_GAP, CAPTION_GAP = 22.0, 18.0, 14.0
ENDS = (".", "!", "?", "…")
"""What a sentence ends with."""
UNFOLD_GAP, UNFOLD_LENGTH = 32.0, 66.0
"""Beside the big arrow, and its length."""
UNFOLD_WIDTH, UNFOLD_HEAD, UNFOLD_SIZE, UNFOLD_RISE = 2.6, 1.4, 13.0, 9.5


def draw(
    graph: Graph,
    folded: Graph | None = None,
    trace: Numbers | None = None,
    cursor: Position | None = None,
    options: FigureOptions = USUAL,
) -> Scene:
    """Draw a graph, its circuit, or both with an arrow between.

    `folded` is needed for the views `folded` and `both`. Numbers are drawn where `trace` is given and the cursor is in
    a phase.
    """
    panels = list[Panel]()
    view, palette, place = options.view, options.palette, cursor or NotStarted()
    shown = trace if options.live or place.phase else None
    labels = min(options.font_size, CROWDED if shown else ROOMY)
    if view != "unfolded":
        if folded is None:
            raise ValueError(f"the view {view} needs the folded graph")
        circuit = notated(folded, options.notation)
        circle = with_rows(ShownGraph(circuit, circuit), options.rows)
        beside = replace(options, prefix=f"{options.prefix}-folded")
        panels.append(Panel(circle, lay_out_panel(circle, labels, options.arrangement), beside, labels=labels))
    if view != "folded":
        written = notated(graph, options.notation)
        whole = window(written, spans(graph.tau or 0, _step(graph, place.at), options.window))
        part = with_rows(whole, options.rows)
        panels.append(Panel(part, lay_out_panel(part, labels, options.arrangement), options, shown, place, labels))
    paper = {"paper": palette.paper, "white": WHITE}.get(options.background, options.background)
    scale = round(options.scale * options.font_size / labels, 4)
    scene = replace(_composed(panels, options), scale=scale, background=paper)
    return scene if paper != "none" else replace(scene, items=without_paper(scene.items, palette.paper))


def _step(graph: Graph, at: str | None) -> int | None:
    """The step that the cursor is at, if it is at one."""
    return next((n.t for n in graph.nodes if n.id == at and n.id != n.var), None)


def lay_out_panel(shown: ShownGraph, labels: float = 1.0, arrangement: Arrangement = USUAL_ARRANGEMENT) -> Layout:
    """Rows and columns, as in a textbook; where operations or parameters are nodes, cells that are wired."""
    graph = shown.graph
    if graph.detail == "gates" and graph.parameters == "arrows" and graph.wired:
        return lay_out_gates(graph, shown.outside, labels)
    if graph.tau is None:
        return lay_out_circuit_cell(graph, arrangement) if graph.wired else lay_out_circuit(graph, labels, arrangement)
    if graph.wired:
        return lay_out_wired_cells(graph, shown.outside, arrangement)
    return lay_out_steps(graph, shown.columns, labels, arrangement)


def _composed(panels: list[Panel], options: FigureOptions) -> Scene:
    """The panels, the arrow between two, and the legend of the last."""
    theme, last, boxes = options.palette, panels[-1], [p.layout.box for p in panels]
    shifts = [0.0]
    items: list[Item] = []
    if len(panels) == 2:
        start = boxes[0].right + UNFOLD_GAP
        shifts.append(start + UNFOLD_LENGTH + UNFOLD_GAP - boxes[1].left)
        items.append(_unfold(start, _height(panels[0]), theme, last.labels))
    items += [_drawn(panel, x) for panel, x in zip(panels, shifts, strict=True)]
    box = around([b.moved(x, 0) for b, x in zip(boxes, shifts, strict=True)])
    if last.strips:
        left, right = boxes[-1].left + shifts[-1], boxes[-1].right + shifts[-1]
        items.append(
            strip(last.strips, left, right, box.bottom + STRIP_GAP, theme, frozenset().union(*last.layers.values()))
        )
        box = _lower(box, STRIP_GAP + last.strips.height)
    if last.scales and last.layers:
        keys = [
            LegendKey(last.scales, last.strips, below, options, box.right - box.left, _has_gates(last.graph))
            for below in last.layers.values()
        ]
        middle, top = (box.left + box.right) / 2, box.bottom + LEGEND_GAP
        roles = [f"legend legend-{phase}" if last.live else "legend" for phase in last.layers]
        items += [legend(key, middle, top, role) for key, role in zip(keys, roles, strict=True) if key.lines]
        box = _wide(_lower(box, max(key.height for key in keys)), max(key.width for key in keys))
    if options.caption:
        words = caption(options.caption, box.right - box.left)
        items.append(words.drawn((box.left + box.right) / 2, box.bottom + CAPTION_GAP, theme.ink))
        box = _wide(_lower(box, CAPTION_GAP + words.height), words.width)
    whole = panels[0].shown.whole
    told = description(with_rows(ShownGraph(whole, whole), options.rows).graph)
    told = f"{options.caption}{'' if options.caption.endswith(ENDS) else '.'} {told}" if options.caption else told
    width, height = (3 * ceil((side + 2 * MARGIN) / 3) for side in (box.right - box.left, box.bottom - box.top))
    return Scene(
        width, height, title(last.shown, options.view), told, tuple(items), theme,
        options.prefix, left=(box.left + box.right - width) / 2, top=(box.top + box.bottom - height) / 2,
        data=_facts(last) if last.live else (),
    )  # fmt: skip


def _has_gates(graph: Graph) -> bool:
    return any(n.part is not None and n.part.gate and n.part.form == "layer" for n in graph.nodes)


def _facts(panel: Panel) -> tuple[tuple[str, str], ...]:
    """Facts about the figure for a page's scripts."""
    return ("phase", panel.cursor.phase or ""), ("at", panel.cursor.at or ""), ("window", spelled(panel.shown.spans))


def _drawn(panel: Panel, x: float) -> ItemGroup:
    """Nodes first; arrows over them, so that the current node's ring is under their tips."""
    role = "circuit" if panel.graph.tau is None else "unfolded"
    return ItemGroup((*frames(panel, x), *nodes(panel, x), *weight_labels(panel, x), *edges(panel, x)), role)


def _lower(box: Box, by: float) -> Box:
    return Box(box.left, box.top, box.right, box.bottom + by)


def _wide(box: Box, width: float) -> Box:
    """The box, made as wide as this around its middle if it is narrower."""
    more = max(0.0, width - (box.right - box.left)) / 2
    return Box(box.left - more, box.top, box.right + more, box.bottom)


def _height(panel: Panel) -> float:
    """The height of the big arrow: the row of the lowest state, else the middle."""
    layout = panel.layout
    states = [spot.y for spot in layout.spots if spot.node.kind == "state"]
    return max(states) if states and not layout.is_wired else (layout.box.top + layout.box.bottom) / 2


def _unfold(x: float, y: float, theme: Theme, labels: float) -> ItemGroup:
    """The big arrow between the circuit and the unfolded graph."""
    end = (UNFOLD_LENGTH, 0.0)
    arrow = Arrow(end, straight(end), size=UNFOLD_HEAD, from_circle=False, to_circle=False)
    word = outline(upright("Unfold"), UNFOLD_SIZE * labels)
    pen = x + (UNFOLD_LENGTH - word.width) / 2 - word.left
    ink = Ink(word, pen, y - UNFOLD_RISE, Paint("label", theme.ink))
    return ItemGroup((*stroke(draw_arrows([arrow])[arrow], x, y, theme.muted, UNFOLD_WIDTH), ink), "unfold")
