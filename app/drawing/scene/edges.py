"""Draws the arrows of a panel: forward, or back and as wide as the gradient that flows along them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.drawing.geometry import Point
from app.drawing.layout import EDGE_WIDTH, SQUARE, Arrow, DrawnArrow, RoutedEdge, draw_arrows
from app.drawing.scene.alt_text import edge_title
from app.drawing.scene.panel import Panel, roles
from app.drawing.scene.scene import Curve, Disc, Ink, Item, ItemGroup, Paint, Polygon, Rect
from app.drawing.scene.themes import CUT_DASH, WINDOW_DASH, Dash
from app.drawing.scene.values import Scales, head_size
from app.engine.graph import Edge

DOT = 2.0
"""The radius of the dot where a line branches."""
LIT_WIDTH = 2.3
"""The width of an arrow into the current node."""


def edges(panel: Panel, x: float) -> Iterator[ItemGroup]:
    """Every edge of a panel, moved by x."""
    shapes = _shapes(panel)
    return (_edge(panel, run, x, shapes) for run in panel.layout.runs)


def stroke(it: DrawnArrow, x: float, y: float, colour: str, width: float, dash: Dash = ()) -> Iterator[Item]:
    """A drawn arrow from (x, y). The head keeps its thin border whatever the line's width."""
    yield Curve(it.line, x, y, Paint("line", "none", colour, width, dash))
    if it.head:
        yield Polygon(it.head, x, y, Paint("head", colour, colour, EDGE_WIDTH))


def _shapes(panel: Panel) -> Mapping[Arrow, DrawnArrow]:
    """Every distinct arrow of a panel, drawn in one go."""
    wanted = [leg.arrow for run in panel.layout.runs for leg in run.legs]
    if panel.scales:
        runs = [run for run in panel.layout.runs if _carries(panel, run) and panel.shows(_passed(panel, run))]
        wanted += [arrow for run in runs for arrow, *_ in _back(panel.scales, run)]
    return draw_arrows(wanted)


def _passed(panel: Panel, run: RoutedEdge) -> bool:
    return panel.backward and (run.edge.id in panel.cursor.flowed or run.edge.id in panel.cursor.lit)


def _carries(panel: Panel, run: RoutedEdge) -> bool:
    """True if gradient is drawn through the edge at some step: not back into data, not where it is cut."""
    return not run.edge.cut and panel.scales is not None and run.edge.id in panel.scales.norms


def _back(scales: Scales, run: RoutedEdge) -> Iterator[tuple[Arrow, Point, float]]:
    """The strokes of the way back, each with its start and its width; the head is where the source is."""
    for i, leg in enumerate(run.legs if run.legs and run.legs[0].arrow.path else run.legs[:1]):
        width = scales.loaded(leg.load) if leg.load else scales.width(run.edge.id)
        arrow = leg.arrow.reversed(head_size(width), i == 0 and not run.branch)
        yield arrow, (leg.x + leg.arrow.end[0], leg.y + leg.arrow.end[1]), width


def _edge(panel: Panel, run: RoutedEdge, x: float, shapes: Mapping[Arrow, DrawnArrow]) -> ItemGroup:
    passed, carries = _passed(panel, run), _carries(panel, run)
    items: list[Item] = []
    if panel.shows(not (passed and carries)):
        items.append(_forward(panel, run, x, shapes))
    if panel.scales and carries and panel.shows(passed):
        items.append(_backward(panel, panel.scales, run, x, shapes))
    if run.square is not None:
        corner = x + run.square[0] - SQUARE / 2, run.square[1] - SQUARE / 2
        items.append(Rect(*corner, SQUARE, SQUARE, Paint("delay", panel.theme.ink)))
    items += [Disc(x + dx, dy, DOT, Paint("head", panel.theme.line, panel.theme.line, 0.0)) for dx, dy in run.dots]
    items += [Ink(w.outline, x + w.x, w.y, Paint("label", panel.theme.ink)) for w in run.words]
    role = roles("edge", lit=panel.live and run.edge.id in panel.cursor.lit, flowed=panel.live and passed)
    return ItemGroup(tuple(items), role, title=edge_title(panel.shown, run.edge), data=_facts(panel, run))


def _facts(panel: Panel, run: RoutedEdge) -> tuple[tuple[str, str], ...]:
    edge = panel.shown.behind(run.edge)[0]
    facts = [("edge", edge.id), ("source", edge.source), ("target", edge.target), ("lag", str(edge.lag))]
    facts += [("params", " ".join(edge.params))] if edge.params else []
    facts += [("cut", "")] if edge.cut else []
    return tuple(facts)


def _forward(panel: Panel, run: RoutedEdge, x: float, shapes: Mapping[Arrow, DrawnArrow]) -> ItemGroup:
    lit = run.edge.id in panel.cursor.lit and not panel.live
    colour, width = (panel.theme.forward, LIT_WIDTH) if lit else (panel.theme.line, EDGE_WIDTH)
    strokes = (stroke(shapes[leg.arrow], x + leg.x, leg.y, colour, width, _dash(panel, run.edge)) for leg in run.legs)
    return ItemGroup(tuple(item for items in strokes for item in items), "forward")


def _backward(panel: Panel, scales: Scales, run: RoutedEdge, x: float, shapes: Mapping[Arrow, DrawnArrow]) -> ItemGroup:
    """The reversed arrow, as wide as the gradient that flows along it."""
    id = run.edge.id
    strong = panel.live or id in panel.cursor.lit
    colour, dash = panel.theme.backward if strong else panel.theme.flow, _dash(panel, run.edge)
    ways = _back(scales, run)
    strokes = (stroke(shapes[arrow], ax + x, ay, colour, width, dash) for arrow, (ax, ay), width in ways)
    items = tuple(item for drawn in strokes for item in drawn)
    return ItemGroup(items, "backward", data=(("norm", f"{scales.norms.get(id, 0.0):.6g}"),))


def _dash(panel: Panel, edge: Edge) -> Dash:
    if edge.cut:
        return CUT_DASH
    return WINDOW_DASH if edge.id in panel.shown.joined else ()
