"""Draws the arrows of a panel: forward, or back, where each shows how much gradient flows along it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, product
from math import dist, hypot
from typing import NamedTuple

from app.drawing.geometry import (
    Box,
    Path,
    Point,
    direction,
    parallel,
    shifted,
    shortened,
    straight,
    until,
)
from app.drawing.layout import (
    EDGE_WIDTH,
    SQUARE,
    Arrow,
    DrawnArrow,
    Leg,
    Load,
    PlacedNode,
    RoutedEdge,
    draw_arrows,
    node_shape,
)
from app.drawing.scene.alt_text import MARKED
from app.drawing.scene.card_ends import up_to_cards
from app.drawing.scene.nodes import band_paints, band_reach
from app.drawing.scene.panel import Panel, roles
from app.drawing.scene.scales import NOTHING, Flow, Scales
from app.drawing.scene.scene import Curve, Disc, Ink, Item, ItemGroup, Polygon, Rect, shared_paint
from app.drawing.scene.themes import CUT_DASH, NOTHING_DASH, WINDOW_DASH, Dash, Theme
from app.engine.graph import Edge

OUTLINE, AT_NODE = 0.8, 4.5
"""How far the outline of a node reaches beyond its middle, and how near an arrow's tip is to that at most."""
DOT = 2.0
"""The radius of the dot where a line branches."""
LIT_WIDTH = 2.3
"""The width of an arrow into the current node."""
RAIL = 0.5
"""The lines of a hollow arrow."""
STOP, STOP_HALF = 2.5, 3.6
"""Where nothing flows a bar stops the line, so far before the node, and so far to either side."""
STOPPED = "nothing stop"
"""The role of that bar."""
HEAD = 0.6, 0.12
"""An arrow's head: its size at no width, and the growth with each point of width."""


class DrawnRun(NamedTuple):
    """An edge's run, the edges that it stands for, the strokes of the way back if gradient is drawn through it,
    whether a link marks it, and then the strokes of others on which it runs."""

    run: RoutedEdge
    behind: tuple[Edge, ...]
    back: tuple[BackStroke, ...] | None
    marked: bool
    on_others: tuple[Leg, ...] = ()


class BackStroke(NamedTuple):
    """A stroke of the way back from (x, y), and what flows along it. `arrives`: it ends at the source."""

    arrow: Arrow
    x: float
    y: float
    flow: Flow
    arrives: bool


def edges(panel: Panel, x: float) -> Iterator[ItemGroup]:
    """Every edge of a panel, moved by x, and over all lines the dots where some branch, which wide ones would cover. A
    band that runs along the line of another is below that."""
    drawn = [_drawn(panel, run) for run in up_to_cards(panel)]
    if panel.options.mark:
        drawn = [it._replace(on_others=_on_others(it.run, drawn)) if it.marked else it for it in drawn]
        drawn.sort(key=lambda it: not it.on_others)
    shapes = _shapes(drawn)
    yield from (_edge(panel, it, x, shapes) for it in drawn)
    yield from (_joints(panel, it.run, x) for it in drawn if it.run.dots)


def _on_others(run: RoutedEdge, drawn: Iterable[DrawnRun]) -> tuple[Leg, ...]:
    """The strokes of others on which an edge comes to where it branches off, or goes on."""
    others = (leg for it in drawn if it.run is not run for leg in it.run.legs)
    return run.along or tuple(leg for leg in others if leg.load and _passes(run.edge.id, leg.load))


def _passes(edge: str, load: Load) -> bool:
    """Whether an edge is one of those that a stretch is shared by."""
    work = [load]
    while work:
        it = work.pop()
        if edge in it.edges:
            return True
        work += (*it.beyond, *it.beside)
    return False


def _drawn(panel: Panel, run: RoutedEdge) -> DrawnRun:
    behind, mark = panel.shown.behind(run.edge), panel.options.mark
    scales, passed = panel.scales, panel.shows(_passed(panel, run))
    back = tuple(_back(scales, run)) if scales and passed and _carries(scales, run) else None
    return DrawnRun(run, behind, back, bool(mark) and any(edge.id in mark for edge in behind))


def stroke(it: DrawnArrow, x: float, y: float, colour: str, width: float, dash: Dash = ()) -> tuple[Item, ...]:
    """A drawn arrow from (x, y). The head keeps its thin border whatever the line's width."""
    line = Curve(it.line, x, y, shared_paint("line", "none", colour, width, dash))
    if not it.head:
        return (line,)
    return line, Polygon(it.head, x, y, shared_paint("head", colour, colour, EDGE_WIDTH))


def head_size(flow: Flow) -> float:
    """The arrowhead that suits a width."""
    return round(HEAD[0] + HEAD[1] * flow.width, 2)


def flowing(
    it: DrawnArrow,
    x: float,
    y: float,
    flow: Flow,
    colour: str,
    theme: Theme,
    dash: Dash = (),
    arrives: bool = True,
) -> Iterator[Item]:
    """An arrow as what flows along it: full, hollow, or, where nothing does, dashes up to a bar in place of a head."""
    if flow == NOTHING:
        line = shortened(it.line, STOP) if arrives else it.line
        yield Curve(line, x, y, shared_paint("nothing", "none", theme.muted, EDGE_WIDTH, NOTHING_DASH))
        if arrives:
            yield _bar(line, x, y, theme)
    elif flow.hollow:
        for by in ((RAIL - flow.width) / 2, (flow.width - RAIL) / 2):
            yield Curve(parallel(it.line, by), x, y, shared_paint("rail", "none", colour, RAIL, dash))
        if it.head:
            yield Polygon(it.head, x, y, shared_paint("hollow-head", "none", colour, RAIL))
    else:
        yield from stroke(it, x, y, colour, flow.width, dash)


def _bar(line: Path, x: float, y: float, theme: Theme) -> Curve:
    """The bar at the end of a line."""
    end = line[-1]
    dx, dy = direction(next(p for p in reversed(line) if p != end), end)
    across = straight((-2 * STOP_HALF * dy, 2 * STOP_HALF * dx))
    place = x + end[0] + STOP_HALF * dy, y + end[1] - STOP_HALF * dx
    return Curve(across, *place, shared_paint(STOPPED, "none", theme.muted, EDGE_WIDTH))


def _shapes(drawn: Sequence[DrawnRun]) -> Mapping[Arrow, DrawnArrow]:
    """Every distinct arrow of a panel, drawn in one go."""
    wanted = [leg.arrow for it in drawn for leg in (*it.run.legs, *it.on_others)]
    return draw_arrows([*wanted, *(way.arrow for it in drawn for way in it.back or ())])


def _passed(panel: Panel, run: RoutedEdge) -> bool:
    return panel.backward and (run.edge.id in panel.cursor.flowed or run.edge.id in panel.cursor.lit)


def _carries(scales: Scales, run: RoutedEdge) -> bool:
    """True if gradient is drawn through the edge at some step: not back into data, not where it is cut."""
    return not run.edge.cut and run.edge.id in scales.norms


def _back(scales: Scales, run: RoutedEdge) -> Iterator[BackStroke]:
    """The strokes of the way back; the head is where the source is."""
    for i, leg in enumerate(run.legs):
        flow = scales.loaded(leg.load) if leg.load else scales.flow(run.edge.id)
        arrives = i == 0 and not run.branch
        arrow = leg.arrow.reversed(head_size(flow), arrives and flow != NOTHING)
        yield BackStroke(arrow, leg.x + leg.arrow.end[0], leg.y + leg.arrow.end[1], flow, arrives)


def _edge(panel: Panel, drawn: DrawnRun, x: float, shapes: Mapping[Arrow, DrawnArrow]) -> ItemGroup:
    run = drawn.run
    passed = _passed(panel, run)
    items = [*_band(panel, drawn, x, shapes)] if drawn.marked else list[Item]()
    if panel.shows(drawn.back is None):
        items.append(_forward(panel, run, x, shapes))
    if panel.scales and drawn.back is not None:
        items.append(_backward(panel, panel.scales, run, drawn.back, x, shapes))
    if run.square is not None:
        corner = x + run.square[0] - SQUARE / 2, run.square[1] - SQUARE / 2
        items.append(Rect(*corner, SQUARE, SQUARE, shared_paint("delay", panel.theme.ink)))
    items += [Ink(w.outline, x + w.x, w.y, shared_paint("label", panel.theme.ink)) for w in run.words]
    role = roles("edge", lit=panel.live and run.edge.id in panel.cursor.lit, flowed=panel.live and passed)
    title = panel.sentences.of_edge(drawn.behind) + MARKED * drawn.marked
    return ItemGroup(tuple(items), role, title=title, data=_facts(drawn.behind[0]))


def _joints(panel: Panel, run: RoutedEdge, x: float) -> ItemGroup:
    """The dots where an edge joins others."""
    paint = shared_paint("head", panel.theme.line, panel.theme.line, 0.0)
    facts = ("joint", run.edge.id), ("source", run.edge.source), ("target", run.edge.target)
    return ItemGroup(tuple(Disc(x + dx, dy, DOT, paint) for dx, dy in run.dots), "joint", data=facts)


def _band(panel: Panel, drawn: DrawnRun, x: float, shapes: Mapping[Arrow, DrawnArrow]) -> Iterator[Item]:
    """The band behind an arrow that a link marks, on others' lines too; of one that stands for several, if it marks any
    of them. It ends where nodes' outlines begin, which are drawn before it."""
    edge, lines = drawn.run.edge, list[tuple[Leg, Path]]()
    ends = {spot.node.id: spot for spot in panel.layout.spots if spot.node.id in (edge.source, edge.target)}
    for leg in (*drawn.run.legs, *drawn.on_others):
        line = _up_to_the_tip(shapes[leg.arrow])
        for spot in ends.values():
            line = until(line, partial(_is_in, panel, spot, leg, OUTLINE))
            line = until(line[::-1], partial(_is_in, panel, spot, leg, OUTLINE))[::-1]
        lines.append((leg, line))
    for paint, (leg, line) in product(band_paints(panel.theme), lines):
        yield Curve(line, x + leg.x, leg.y, paint)
    marked = [spot for id, spot in ends.items() if id in panel.options.mark]
    for spot, (leg, line), way in product(marked, lines, (1, -1)):
        if _is_in(panel, spot, leg, AT_NODE, line[::way][0]):
            yield _joined(panel, spot.node.id, line[::way], x + leg.x, leg.y)


def _is_in(panel: Panel, spot: PlacedNode, leg: Leg, beyond: float, at: Point) -> bool:
    """Whether a place on a stroke is in a node, or no farther from it than this."""
    x, y, bitmap, form = (
        leg.x + at[0] - spot.x,
        leg.y + at[1] - spot.y,
        panel.bitmaps.get(spot.node.id),
        node_shape(spot.node),
    )
    boxes = [bitmap.card] if bitmap else [form.box] if form.box else []
    in_circle = not bitmap and hypot(x, y) < form.radius + beyond
    return in_circle or any(box.gap(Box(x, y, x, y)) < beyond for box in boxes)


def _joined(panel: Panel, node: str, line: Path, x: float, y: float) -> Item:
    """What covers the edges of two bands where an arrow's meets that of a node, so that both are one."""
    (px, py), (qx, qy) = line[0], next(at for at in line if at != line[0])
    far = band_reach(panel, node) / dist((px, py), (qx, qy))
    paint = band_paints(panel.theme)[0]._replace(role="marked", stroke=panel.theme.mark)
    return Curve(straight((far * (qx - px), far * (qy - py))), x + px, y + py, paint)


def _up_to_the_tip(it: DrawnArrow) -> tuple[Point, ...]:
    """An arrow's line, and from its end on through the head."""
    if not it.head:
        return it.line
    base = it.line[-1]
    tip = max(it.head, key=lambda corner: dist(corner, base))
    return (*it.line, *shifted(straight((tip[0] - base[0], tip[1] - base[1]))[1:], *base))


def _facts(edge: Edge) -> tuple[tuple[str, str], ...]:
    facts = [("edge", edge.id), ("source", edge.source), ("target", edge.target), ("lag", str(edge.lag))]
    facts += [("params", " ".join(edge.params))] if edge.params else []
    facts += [("function", edge.function)] if edge.function else []
    facts += [("cut", "")] if edge.cut else []
    return tuple(facts)


def _forward(panel: Panel, run: RoutedEdge, x: float, shapes: Mapping[Arrow, DrawnArrow]) -> ItemGroup:
    lit = run.edge.id in panel.cursor.lit and not panel.live
    usual = EDGE_WIDTH * run.strength
    colour, width = (panel.theme.forward, max(LIT_WIDTH, usual)) if lit else (panel.theme.line, usual)
    dash = _dash(panel, run.edge)
    strokes = [stroke(shapes[leg.arrow], x + leg.x, leg.y, colour, width, dash) for leg in run.legs]
    return ItemGroup(tuple(chain.from_iterable(strokes)), "forward")


def _backward(
    panel: Panel,
    scales: Scales,
    run: RoutedEdge,
    back: Iterable[BackStroke],
    x: float,
    shapes: Mapping[Arrow, DrawnArrow],
) -> ItemGroup:
    """The reversed arrow, which shows how much gradient flows along it."""
    id, theme, dash = run.edge.id, panel.theme, _dash(panel, run.edge)
    colour = theme.backward if panel.live or id in panel.cursor.lit else theme.flow
    ways = (flowing(shapes[way.arrow], x + way.x, way.y, way.flow, colour, theme, dash, way.arrives) for way in back)
    items = tuple(chain.from_iterable(ways))
    norm = scales.norms.get(id, 0.0)
    fact = ("bead", scales.arrows.bead(norm)) if panel.live else ("norm", f"{norm:.6g}")
    return ItemGroup(items, "backward", data=(fact,))


def _dash(panel: Panel, edge: Edge) -> Dash:
    if edge.cut:
        return CUT_DASH
    return WINDOW_DASH if edge.id in panel.shown.joined else ()
