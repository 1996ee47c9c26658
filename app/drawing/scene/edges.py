"""A part's edges in, their groups of shapes out: forward, or back and as thick as what flows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.drawing.geometry.curves import Point
from app.drawing.layout.arrows import Arrow, draw_arrows
from app.drawing.layout.dimensions import EDGE_WIDTH, SQUARE
from app.drawing.layout.graphviz import DrawnArrow
from app.drawing.layout.grid import Run
from app.drawing.scene.alt_text import edge_title
from app.drawing.scene.panel import Part, roles
from app.drawing.scene.scene import Curve, Disc, Group, Ink, Item, Paint, Polygon, Rect
from app.drawing.scene.themes import CUT_DASH, WINDOW_DASH, Dash
from app.drawing.scene.values import Scales, head_size
from app.engine.graph.graph import Edge

DOT = 2.0
"""The radius of the dot where a line branches."""
LIT_WIDTH = 2.3
"""The width of an arrow into the current node."""


def edges(part: Part, x: float) -> Iterator[Group]:
    """Every edge of a part, moved by x."""
    shapes = _shapes(part)
    return (_edge(part, run, x, shapes) for run in part.layout.runs)


def stroke(it: DrawnArrow, x: float, y: float, colour: str, width: float, dash: Dash = ()) -> Iterator[Item]:
    """A drawn arrow from (x, y). The head keeps its thin border whatever the line's width."""
    yield Curve(it.line, x, y, Paint("line", "none", colour, width, dash))
    if it.head:
        yield Polygon(it.head, x, y, Paint("head", colour, colour, EDGE_WIDTH))


def _shapes(part: Part) -> Mapping[Arrow, DrawnArrow]:
    """Every distinct arrow of a part, drawn in one go."""
    wanted = [leg.arrow for run in part.layout.runs for leg in run.legs]
    if part.scales:
        runs = [run for run in part.layout.runs if _carries(part, run) and part.shows(_passed(part, run))]
        wanted += [arrow for run in runs for arrow, *_ in _back(part.scales, run)]
    return draw_arrows(wanted)


def _passed(part: Part, run: Run) -> bool:
    return part.backward and (run.edge.id in part.cursor.flowed or run.edge.id in part.cursor.lit)


def _carries(part: Part, run: Run) -> bool:
    """Whether gradient is drawn through the edge at some step: not back into data, not where it is cut."""
    return not run.edge.cut and part.scales is not None and run.edge.id in part.scales.norms


def _back(scales: Scales, run: Run) -> Iterator[tuple[Arrow, Point, float]]:
    """The strokes of the way back, each with its start and its width; the head is where the source is."""
    for i, leg in enumerate(run.legs if run.legs and run.legs[0].arrow.path else run.legs[:1]):
        width = scales.loaded(leg.load) if leg.load else scales.width(run.edge.id)
        arrow = leg.arrow.reversed(head_size(width), i == 0 and not run.branch)
        yield arrow, (leg.x + leg.arrow.end[0], leg.y + leg.arrow.end[1]), width


def _edge(part: Part, run: Run, x: float, shapes: Mapping[Arrow, DrawnArrow]) -> Group:
    passed, carries = _passed(part, run), _carries(part, run)
    items: list[Item] = []
    if part.shows(not (passed and carries)):
        items.append(_forward(part, run, x, shapes))
    if part.scales and carries and part.shows(passed):
        items.append(_backward(part, part.scales, run, x, shapes))
    if run.square is not None:
        corner = x + run.square[0] - SQUARE / 2, run.square[1] - SQUARE / 2
        items.append(Rect(*corner, SQUARE, SQUARE, Paint("delay", part.theme.ink)))
    items += [Disc(x + dx, dy, DOT, Paint("head", part.theme.line, part.theme.line, 0.0)) for dx, dy in run.dots]
    items += [Ink(w.outline, x + w.x, w.y, Paint("label", part.theme.ink)) for w in run.words]
    role = roles("edge", lit=part.live and run.edge.id in part.cursor.lit, flowed=part.live and passed)
    return Group(tuple(items), role, title=edge_title(part.shown, run.edge), data=_facts(part, run))


def _facts(part: Part, run: Run) -> tuple[tuple[str, str], ...]:
    edge = part.shown.behind(run.edge)[0]
    facts = [("edge", edge.id), ("source", edge.source), ("target", edge.target), ("lag", str(edge.lag))]
    facts += [("params", " ".join(edge.params))] if edge.params else []
    facts += [("cut", "")] if edge.cut else []
    return tuple(facts)


def _forward(part: Part, run: Run, x: float, shapes: Mapping[Arrow, DrawnArrow]) -> Group:
    lit = run.edge.id in part.cursor.lit and not part.live
    colour, width = (part.theme.forward, LIT_WIDTH) if lit else (part.theme.line, EDGE_WIDTH)
    strokes = (stroke(shapes[leg.arrow], x + leg.x, leg.y, colour, width, _dash(part, run.edge)) for leg in run.legs)
    return Group(tuple(item for items in strokes for item in items), "forward")


def _backward(part: Part, scales: Scales, run: Run, x: float, shapes: Mapping[Arrow, DrawnArrow]) -> Group:
    """The reversed arrow, as thick as what flows through it."""
    id = run.edge.id
    strong = part.live or id in part.cursor.lit
    colour, dash = part.theme.backward if strong else part.theme.flow, _dash(part, run.edge)
    ways = _back(scales, run)
    strokes = (stroke(shapes[arrow], ax + x, ay, colour, width, dash) for arrow, (ax, ay), width in ways)
    items = tuple(item for drawn in strokes for item in drawn)
    return Group(items, "backward", data=(("norm", f"{scales.norms.get(id, 0.0):.6g}"),))


def _dash(part: Part, edge: Edge) -> Dash:
    if edge.cut:
        return CUT_DASH
    return WINDOW_DASH if edge.id in part.shown.joined else ()
