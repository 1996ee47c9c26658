"""A part's nodes in, their groups of shapes out: the circle, its name, and the numbers the cursor has reached."""

from __future__ import annotations

from collections.abc import Iterator

from app.drawing import values
from app.drawing.curves import Point
from app.drawing.graphviz import RADIUS, radius
from app.drawing.labels import Outline, fitted, variable
from app.drawing.layout import Spot
from app.drawing.part import Part, roles
from app.drawing.scene import Disc, Group, Ink, Item, Paint
from app.drawing.themes import started
from app.drawing.titles import said
from app.engine.graph import Node

LABEL = 18.0
"""The em of a node's name."""
LABEL_WIDTH = 2 * RADIUS - 9
RAISED = 9.5
"""How far a name moves up to make room for numbers."""
DROP = 0.12
"""What a superscript adds above the name, the eye wants this share of below."""
RING, RING_WIDTH = RADIUS + 4.6, 3.2
CURRENT_WIDTH = 2.4


def nodes(part: Part, x: float) -> Iterator[Group]:
    """Every node of a part, moved by x."""
    return (_node(part, spot.node, (x + spot.x, spot.y)) for spot in _spots(part))


def _spots(part: Part) -> Iterator[Spot]:
    """In the order of the graph's nodes, which is the cursor's."""
    place = {spot.node.id: spot for spot in part.layout.spots}
    return (place[n.id] for n in part.graph.nodes)


def _node(part: Part, node: Node, at: Point) -> Group:
    cursor, live = part.cursor, part.live
    current = cursor.at == node.id and cursor.phase is not None
    role = roles(
        "node", f"kind-{node.kind}", start=node.start, current=live and current,
        valued=live and node.id in cursor.valued, graded=live and node.id in cursor.graded,
    )  # fmt: skip
    items = (*_discs(part, node, at, current), _name(part, node, at), *_numbers(part, node, at))
    tab = (0 if current or part.first == node.id else -1) if live else None
    return Group(items, role, f"{part.prefix}-{slug(node.id)}", part.titles[node.id], _facts(part, node), tab)


def _facts(part: Part, node: Node) -> tuple[tuple[str, str], ...]:
    t = "" if node.t is None else str(node.t)
    place = ("node", node.id), ("var", node.var), ("kind", node.kind), ("t", t)
    return (*place, *_said(part, node)) if part.live else ()


def _said(part: Part, node: Node) -> Iterator[tuple[str, str]]:
    """The node's numbers for who hears the page, once the cursor has reached them."""
    if part.trace is None:
        return
    yield "value", said(part.trace.value(node.id), part.trace.symbols.get(node.var, ()))
    if node.kind in values.COMPUTED:
        yield "gradient", said(part.trace.gradient(node.id))


def slug(id: str) -> str:
    """A node's id as a part of an XML id: `h[2]` is h-2, `h[-1]` is h-m1."""
    return id.replace("[-", "-m").replace("[", "-").replace("]", "")


def _discs(part: Part, node: Node, at: Point, current: bool) -> Iterator[Item]:
    """The circle, and around it the ring if the cursor is here."""
    theme = part.theme
    back = part.backward and not part.live
    if part.shows(current):
        halo = theme.backward_halo if back else theme.forward_halo
        yield Disc(*at, RING, Paint("ring", "none", halo, RING_WIDTH))
    look = started(theme.kinds[node.kind], theme) if node.start else theme.kinds[node.kind]
    stroke, width = look.stroke, look.width
    if current and not part.live:
        stroke, width = theme.backward if back else theme.forward, CURRENT_WIDTH
    yield Disc(*at, radius(), Paint("disc", look.fill, stroke, width, look.dash))
    if look.inner:
        yield Disc(*at, radius() - look.inner, Paint("inner", "none", look.stroke, look.width))


def _name(part: Part, node: Node, at: Point) -> Ink:
    """The node's name with its step, centred; higher where numbers stand below it."""
    step = str(node.t) if node.id != node.var else ""
    rank = part.graph.ranks.get(node.var, len(node.shape))
    it = fitted(variable(node.var, rank, step), LABEL, LABEL_WIDTH)
    raised = RAISED if part.trace else 0.0
    x = at[0] - (it.left + it.right) / 2
    return Ink(it, x, at[1] - it.middle - raised + _drop(it), Paint("label", part.theme.ink))


def _drop(it: Outline) -> float:
    return DROP * max(0.0, it.ascent + 2 * it.middle - 2)


def _numbers(part: Part, node: Node, at: Point) -> Iterator[Item]:
    """The value and the gradient, or the dash where the cursor has not been."""
    trace, scales, cursor, theme = part.trace, part.scales, part.cursor, part.theme
    if trace is None or scales is None:
        return
    valued, graded = node.id in cursor.valued, node.id in cursor.graded
    if part.shows(valued):
        yield values.value(node, trace, scales.value, *at, theme)
    if part.shows(not valued):
        yield values.blank(values.VALUE, *at, theme)
    if node.kind not in values.COMPUTED:
        return
    if part.shows(graded and part.backward):
        yield values.gradient(node, trace, scales.gradient, *at, theme)
    if part.shows(part.backward and not graded):
        yield values.blank(values.GRADIENT, *at, theme)
