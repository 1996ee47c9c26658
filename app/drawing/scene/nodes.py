"""A part's nodes in, their groups of shapes out: the circle, its name, and the numbers the cursor has reached."""

from __future__ import annotations

from collections.abc import Iterator
from math import cos, pi, sin

from app.drawing.geometry.curves import Box, Point
from app.drawing.layout.dimensions import RADIUS
from app.drawing.layout.graphviz import circle_radius
from app.drawing.layout.grid import Spot
from app.drawing.layout.node_shapes import SIGN_SIZE, TAG_SIZE, shape, sign_ink
from app.drawing.layout.window import ELLIPSIS
from app.drawing.lettering.labels import Outline, fitted, variable
from app.drawing.scene import values
from app.drawing.scene.alt_text import said
from app.drawing.scene.panel import Part, roles
from app.drawing.scene.scene import Disc, Group, Ink, Item, Paint, Polygon, Rect
from app.drawing.scene.themes import Look, started
from app.engine.graph.graph import Node

LABEL = 18.0
"""The em of a node's name."""
LABEL_WIDTH = 2 * RADIUS - 9
RAISED = 9.5
"""How far a name moves up to make room for numbers."""
SMALL_LABEL = 14.0
"""The em of a parameter's name."""
SIGN_RAISED = 6.5
"""How far a sign or a parameter's name moves up to make room for numbers."""
DROP = 0.12
"""What a superscript adds above the name, the eye wants this share of below."""
RING, RING_WIDTH, ORIGIN_WIDTH = 4.6, 3.2, 1.1
"""The ring around a node, how wide it is at the cursor, and how thin at what the cursor's node is made of."""
CURRENT_WIDTH = 2.4
DOT, DOT_STEP = 1.7, 9.0
"""The radius of the dots between steps, and how far they are apart."""


def nodes(part: Part, x: float) -> Iterator[Group]:
    """Every node of a part, moved by x."""
    return (_node(part, spot.node, (x + spot.x, spot.y)) for spot in _spots(part))


def frames(part: Part, x: float) -> Iterator[Group]:
    """The boxes around the operations of functions, with their names."""
    for frame in part.layout.frames:
        box, words = frame.box, frame.words
        edge = Rect(box.left + x, box.top, box.right - box.left, box.bottom - box.top, _framed(part))
        yield Group((edge, Ink(words.outline, words.x + x, words.y, Paint("label", part.theme.ink))), "function")


def _framed(part: Part) -> Paint:
    return Paint("frame", "none", part.theme.frame, 0.8)


def _spots(part: Part) -> Iterator[Spot]:
    """In the order of the graph's nodes, which is the cursor's."""
    place = {spot.node.id: spot for spot in part.layout.spots}
    return (place[n.id] for n in part.graph.nodes)


def _node(part: Part, node: Node, at: Point) -> Group:
    if node.id in part.shown.stubs:
        return _stub(part, node, at)
    cursor, live = part.cursor, part.live
    current = cursor.at == node.id and cursor.phase is not None
    role = roles(
        "node", f"kind-{node.kind}", start=node.start, current=live and current,
        valued=live and node.id in cursor.valued, graded=live and node.id in cursor.graded,
        origin=live and node.id in part.origins,
    )  # fmt: skip
    items = (*_discs(part, node, at, current), *_names(part, node, at), *_numbers(part, node, at))
    tab = (0 if current or part.first == node.id else -1) if live else None
    return Group(items, role, f"{part.prefix}-{slug(node.id)}", part.titles[node.id], _facts(part, node), tab)


def _facts(part: Part, node: Node) -> tuple[tuple[str, str], ...]:
    t = "" if node.t is None else str(node.t)
    place = ("node", node.id), ("var", node.var), ("kind", node.kind), ("t", t)
    return (*place, *_said(part, node)) if part.live else place


def _said(part: Part, node: Node) -> Iterator[tuple[str, str]]:
    """The node's numbers for who hears the page, once the cursor has reached them."""
    if part.trace is None:
        return
    yield "value", said(part.trace.value(node.id), part.trace.symbols.get(node.var, ()))
    if node.kind in values.COMPUTED:
        yield "gradient", said(part.trace.gradient(node.id))


def slug(id: str) -> str:
    """A node's id as a part of an XML id: `h[2]` is h-2, `h[-1]` h-m1, `h[2].0` h-2-op0, `h[5…9]` h-5-to-9."""
    plain = id.replace("[-", "-m").replace("[", "-").replace("]", "")
    return plain.replace(".", "-op").replace(ELLIPSIS, "-to-")


def _discs(part: Part, node: Node, at: Point, current: bool) -> Iterator[Item]:
    """The circle or the box; around it a ring if the cursor is here, a thin one if its step is made of this."""
    theme, form = part.theme, shape(node)
    back = part.backward and not part.live
    if part.shows(current or node.id in part.origins):
        halo, line = (theme.backward_halo, theme.backward) if back else (theme.forward_halo, theme.forward)
        wide = current or part.live
        ring = Paint("ring", "none", halo if wide else line, RING_WIDTH if wide else ORIGIN_WIDTH)
        yield Disc(*at, form.radius + RING, ring) if form.radius else _rect(form.bounds.grown(RING), at, ring)
    look = started(theme.kinds[node.kind], theme) if node.start else theme.kinds[node.kind]
    stroke, width = look.stroke, look.width
    if current and not part.live:
        stroke, width = theme.backward if back else theme.forward, CURRENT_WIDTH
    paint = Paint("disc", look.fill, stroke, width, look.dash)
    if form.radius:
        yield _outline(look, at, circle_radius() if form.radius == RADIUS else form.radius, paint)
        if look.inner:
            yield _outline(look, at, form.radius - look.inner, Paint("inner", "none", look.stroke, look.width))
    if form.box:
        yield _rect(form.box, at, Paint("disc", theme.paper if form.radius else look.fill, stroke, width))


def _rect(box: Box, at: Point, paint: Paint) -> Rect:
    return Rect(at[0] + box.left, at[1] + box.top, box.right - box.left, box.bottom - box.top, paint)


def _outline(look: Look, at: Point, size: float, paint: Paint) -> Disc | Polygon:
    """The circle, or the polygon around it."""
    if not look.sides:
        return Disc(*at, size, paint)
    reach, turn = size / cos(pi / look.sides), 2 * pi / look.sides
    corners = (((i + 0.5) * turn, reach) for i in range(look.sides))
    return Polygon(tuple((far * cos(angle), far * sin(angle)) for angle, far in corners), *at, paint)


def _stub(part: Part, node: Node, at: Point) -> Group:
    """What stands for hidden steps: a dashed s(…) where lines end, else three dots."""
    theme = part.theme
    if node.id in part.shown.dots:
        shifts = (-DOT_STEP, 0.0, DOT_STEP)
        return Group(tuple(Disc(at[0] + x, at[1], DOT, Paint("dot", theme.muted)) for x in shifts), "stub")
    look = started(theme.kinds[node.kind], theme)
    disc = _outline(look, at, circle_radius(), Paint("disc", look.fill, look.stroke, look.width, look.dash))
    items = (disc, _name(part, node, at, ELLIPSIS))
    facts = (("stub", node.id),) if part.live else ()
    return Group(items, f"stub kind-{node.kind}", f"{part.prefix}-{slug(node.id)}", part.titles[node.id], facts)


def _names(part: Part, node: Node, at: Point) -> Iterator[Ink]:
    """The node's name with its step, higher where numbers stand below it; the sign of what made it."""
    form = shape(node)
    if form.box:
        tag = form.radius > 0
        it = sign_ink(node.sign, TAG_SIZE if tag else SIGN_SIZE)
        middle = (form.box.top + form.box.bottom) / 2 - (SIGN_RAISED if part.trace and not tag else 0.0)
        yield Ink(it, at[0] - (it.left + it.right) / 2, at[1] + middle - it.middle, Paint("sign", part.theme.ink))
    if form.radius:
        raised = SIGN_RAISED if form.radius < RADIUS else RAISED
        yield _name(part, node, at, str(node.t) if node.id != node.var else "", raised if part.trace else 0.0)


def _name(part: Part, node: Node, at: Point, step: str, raised: float = 0.0) -> Ink:
    """The node's name with its step, centred or raised."""
    reach = shape(node).radius
    size, room = (SMALL_LABEL, 2 * reach - 6) if reach < RADIUS else (LABEL, LABEL_WIDTH)
    it = fitted(variable(node.var, part.graph.ranks.get(node.var, len(node.shape)), step), size * part.labels, room)
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
        yield values.value(node, trace, scales.value, *at, part.options)
    if part.shows(not valued):
        yield values.blank(values.slots(node)[0], *at, theme)
    if node.kind not in values.COMPUTED:
        return
    if part.shows(graded and part.backward):
        yield values.gradient(node, trace, scales.gradient, *at, part.options)
    if part.shows(part.backward and not graded):
        yield values.blank(values.slots(node)[1], *at, theme)
