"""Draws the arrows of a panel: forward, or back, where each shows how much gradient flows along it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, product
from math import dist, inf
from typing import NamedTuple

from app.drawing.geometry import (
    Box,
    Cubic,
    Path,
    Point,
    beginning,
    parallel,
    room_beside,
    sampled,
    shifted,
    straight,
)
from app.drawing.layout import EDGE_WIDTH, SQUARE, Arrow, DrawnArrow, RoutedEdge, draw_arrows
from app.drawing.scene.alt_text import MARKED
from app.drawing.scene.card_ends import up_to_cards
from app.drawing.scene.nodes import band_paints, band_reach
from app.drawing.scene.panel import Panel, roles
from app.drawing.scene.scales import NOTHING, Flow, Scales
from app.drawing.scene.scene import Curve, Disc, Ink, Item, ItemGroup, Polygon, Rect, shared_paint
from app.drawing.scene.themes import CUT_DASH, NOTHING_DASH, WINDOW_DASH, Dash, Theme
from app.engine.graph import Edge

DOT = 2.0
"""The radius of the dot where a line branches."""
LIT_WIDTH = 2.3
"""The width of an arrow into the current node."""
RAIL = 0.5
"""The lines of a hollow arrow."""
STUB, LONGEST_STUB = 0.45, 26.0
"""How much of an arrow's length is left where nothing flows, and how much in points at most, if its labels are not
further on."""
FURTHER, BESIDE = (0.55, 0.65, 0.75, 0.85), 1.0
"""How much is left then, the first that comes about as near to its labels as the whole."""
PIECES = 12
"""The straight pieces that stand for each curve of a line there."""
HEAD = 0.6, 0.12
"""An arrow's head: its size at no width, and the growth with each point of width."""


class DrawnRun(NamedTuple):
    """An edge's run, the edges that it stands for, the strokes of the way back if gradient is drawn through it, and
    whether a link marks it."""

    run: RoutedEdge
    behind: tuple[Edge, ...]
    back: tuple[BackStroke, ...] | None
    marked: bool


class BackStroke(NamedTuple):
    """A stroke of the way back from (x, y), and what flows along it. `arrives`: it ends at the source."""

    arrow: Arrow
    x: float
    y: float
    flow: Flow
    arrives: bool


def edges(panel: Panel, x: float) -> Iterator[ItemGroup]:
    """Every edge of a panel, moved by x. A band that runs along the line of another is below that."""
    drawn = [_drawn(panel, run) for run in up_to_cards(panel)]
    shapes = _shapes(drawn)
    if panel.options.mark:
        drawn.sort(key=lambda it: not (it.run.along and it.marked))
    return (_edge(panel, it, x, shapes) for it in drawn)


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
    labels: Sequence[Box] = (),
) -> Iterator[Item]:
    """An arrow as what flows along it: full, hollow, or a stub that arrives nowhere, but reaches to its labels."""
    if flow == NOTHING:
        line = _stub(it.line, [label.moved(-x, -y) for label in labels]) if arrives else it.line
        yield Curve(line, x, y, shared_paint("nothing", "none", theme.muted, EDGE_WIDTH, NOTHING_DASH))
    elif flow.hollow:
        for by in ((RAIL - flow.width) / 2, (flow.width - RAIL) / 2):
            yield Curve(parallel(it.line, by), x, y, shared_paint("rail", "none", colour, RAIL, dash))
        if it.head:
            yield Polygon(it.head, x, y, shared_paint("hollow-head", "none", colour, RAIL))
    else:
        yield from stroke(it, x, y, colour, flow.width, dash)


def _stub(line: Path, labels: Sequence[Box]) -> Path:
    """The first part of a line, as long as its labels need that stand beside it."""
    usual = beginning(line, STUB, LONGEST_STUB)
    if not labels:
        return usual
    least = _room_beside(line, labels) + BESIDE
    tried = chain((usual,), (beginning(line, share, inf) for share in FURTHER))
    return next((stub for stub in tried if _room_beside(stub, labels) <= least), line)


def _room_beside(line: Path, labels: Sequence[Box]) -> float:
    """How near a line comes to any of some labels."""
    pieces: list[Cubic] = [line[i : i + 4] for i in range(0, len(line) - 1, 3)]  # type: ignore[misc]
    places = [place for piece in pieces for place in sampled(piece, PIECES)]
    return min(room_beside(label, places) for label in labels)


def _shapes(drawn: Sequence[DrawnRun]) -> Mapping[Arrow, DrawnArrow]:
    """Every distinct arrow of a panel, drawn in one go."""
    wanted = [leg.arrow for it in drawn for leg in (*it.run.legs, *it.run.along)]
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
    items = [*_band(panel, run, x, shapes)] if drawn.marked else list[Item]()
    if panel.shows(drawn.back is None):
        items.append(_forward(panel, run, x, shapes))
    if panel.scales and drawn.back is not None:
        items.append(_backward(panel, panel.scales, run, drawn.back, x, shapes))
    if run.square is not None:
        corner = x + run.square[0] - SQUARE / 2, run.square[1] - SQUARE / 2
        items.append(Rect(*corner, SQUARE, SQUARE, shared_paint("delay", panel.theme.ink)))
    items += [
        Disc(x + dx, dy, DOT, shared_paint("head", panel.theme.line, panel.theme.line, 0.0)) for dx, dy in run.dots
    ]
    items += [Ink(w.outline, x + w.x, w.y, shared_paint("label", panel.theme.ink)) for w in run.words]
    role = roles("edge", lit=panel.live and run.edge.id in panel.cursor.lit, flowed=panel.live and passed)
    title = panel.sentences.of_edge(drawn.behind) + MARKED * drawn.marked
    return ItemGroup(tuple(items), role, title=title, data=_facts(drawn.behind[0]))


def _band(panel: Panel, run: RoutedEdge, x: float, shapes: Mapping[Arrow, DrawnArrow]) -> Iterator[Item]:
    """The band behind an arrow that a link marks; of one that stands for several, if it marks any of them."""
    for paint, leg in product(band_paints(panel.theme), (*run.legs, *run.along)):
        yield Curve(_up_to_the_tip(shapes[leg.arrow]), x + leg.x, leg.y, paint)
    yield from _joined(panel, run, x, shapes)


def _joined(panel: Panel, run: RoutedEdge, x: float, shapes: Mapping[Arrow, DrawnArrow]) -> Iterator[Item]:
    """What covers the edges of two bands where an arrow's meets that of a node, so that both are one."""
    edge, (wide, _), legs = run.edge, band_paints(panel.theme), (*run.legs, *run.along)
    first, last = (_up_to_the_tip(shapes[leg.arrow]) for leg in (legs[0], legs[-1]))
    ends = (edge.source, legs[0], first[0], first[1]), (edge.target, legs[-1], last[-1], last[-2])
    for node, leg, (px, py), (qx, qy) in ends[run.branch :]:
        length = dist((px, py), (qx, qy))
        if node in panel.options.mark and length:
            far = band_reach(panel, node) / length
            reach = far * (qx - px), far * (qy - py)
            paint = wide._replace(role="marked", stroke=panel.theme.mark)
            yield Curve(straight(reach), x + leg.x + px, leg.y + py, paint)


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
    labels = [word.box.moved(x, 0.0) for word in run.words]
    ways = (
        flowing(shapes[way.arrow], x + way.x, way.y, way.flow, colour, theme, dash, way.arrives, labels) for way in back
    )
    items = tuple(chain.from_iterable(ways))
    norm = scales.norms.get(id, 0.0)
    fact = ("bead", scales.arrows.bead(norm)) if panel.live else ("norm", f"{norm:.6g}")
    return ItemGroup(items, "backward", data=(fact,))


def _dash(panel: Panel, edge: Edge) -> Dash:
    if edge.cut:
        return CUT_DASH
    return WINDOW_DASH if edge.id in panel.shown.joined else ()
