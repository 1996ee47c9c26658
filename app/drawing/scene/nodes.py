"""Draws the nodes of a panel: the circle, its name, and the numbers that the cursor has reached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import cos, hypot, pi, sin

import numpy as np

from app.drawing.geometry import Box, Point
from app.drawing.layout import (
    ELLIPSIS,
    RADIUS,
    PlacedLabel,
    PlacedNode,
    circle_radius,
    node_shape,
)
from app.drawing.scene import values
from app.drawing.scene.alt_text import MARKED, said
from app.drawing.scene.bitmaps import BitmapNode
from app.drawing.scene.inscriptions import inscriptions, name_in_head, name_with_step, unnumbered
from app.drawing.scene.panel import Panel, roles
from app.drawing.scene.scales import COMPUTED
from app.drawing.scene.scene import Disc, Ink, Item, ItemGroup, Paint, Polygon, Rect, shared_paint
from app.drawing.scene.themes import Look, Theme, started
from app.engine.graph import Node

RING, RING_WIDTH, ORIGIN_WIDTH = 4.6, 3.2, 1.1
"""The ring around a node, how wide it is at the cursor, and how thin at what the cursor's node is made of."""
MARK_WIDTH, MARK_EDGE, MARK_UNDER = 8.0, 0.7, 1.0
"""The band behind what a link marks: how wide it is, with its edges, and how far it lies under a node's outline."""
WIDEST_REACH, LEAST_REACH = MARK_WIDTH - MARK_UNDER + MARK_EDGE, 2.0
"""How far the band around a node reaches beyond its outline, and at least."""
BETWEEN_BANDS, BEFORE_WORDS = 2.0, 0.5
"""What is left between two bands, and before what is written."""
CURRENT_WIDTH = 2.4
CORNER = 5.0
"""The radius of the corners of a layer's box."""
CELL_CORNER = 10.0
"""Of a cell's frame, which is no node."""
ShownNumbers = tuple[Mapping[str, values.PlacedNumbers], Mapping[str, values.PlacedNumbers]]
"""The values and the gradients that nodes show, by their ids."""
DOT, DOT_STEP = 1.7, 9.0
"""The radius of the dots between steps, and how far they are apart."""
SMALL_DOT, SMALL_DOT_GAP, SMALL_DOT_STEP = 0.9, 3.4, 3.4
"""The same at the end of a line, and their distance from the node."""


def nodes(panel: Panel, x: float) -> Iterator[ItemGroup]:
    """Every node of a panel, moved by x."""
    numbers = values.placed_values(panel), values.placed_gradients(panel)
    return (_node(panel, spot.node, (x + spot.x, spot.y), numbers) for spot in _spots(panel))


def frames(panel: Panel, x: float) -> Iterator[ItemGroup]:
    """The boxes around the operations of functions, with their names, and around cells."""
    for frame in panel.layout.frames:
        box, words, beside = frame.box, frame.words, (("beside", frame.beside),)
        edge = Rect(box.left + x, box.top, box.right - box.left, box.bottom - box.top, _framed(panel))
        if words is None:
            yield ItemGroup((edge._replace(corner=CELL_CORNER),), "cell", data=beside)
        else:
            yield ItemGroup((edge, _label(panel, words, x)), "function", data=beside)


def weight_labels(panel: Panel, x: float) -> Iterator[ItemGroup]:
    """What is written at nodes: the parameters of a cell's parts."""
    for node, words in panel.layout.words:
        yield ItemGroup((_label(panel, words, x),), "weights", data=(("beside", node),))


def _label(panel: Panel, words: PlacedLabel, x: float) -> Ink:
    return Ink(words.outline, words.x + x, words.y, shared_paint("label", panel.theme.ink))


def _framed(panel: Panel) -> Paint:
    return shared_paint("frame", "none", panel.theme.frame, 0.8)


def _spots(panel: Panel) -> Iterator[PlacedNode]:
    """In the order of the graph's nodes, which is the cursor's."""
    place = {spot.node.id: spot for spot in panel.layout.spots}
    return (place[n.id] for n in panel.graph.nodes)


def _node(panel: Panel, node: Node, at: Point, numbers: ShownNumbers) -> ItemGroup:
    if node.id in panel.shown.stubs:
        return _stub(panel, node, at)
    if node.id in panel.shown.repeated:
        return _repeat(panel, node, at)
    cursor, live = panel.cursor, panel.live
    current = cursor.at == node.id and cursor.phase is not None
    role = roles(
        "node", f"kind-{look_of(node)}", start=node.start, current=live and current,
        valued=live and node.id in cursor.valued, graded=live and node.id in cursor.graded,
        origin=live and node.id in panel.origins,
    )  # fmt: skip
    role += " bitmap" * (live and node.id in panel.bitmaps)
    items = (
        *_going_on(panel, node, at),
        *_rings(panel, node, at, current),
        *_discs(panel, node, at, current),
        *inscriptions(panel, node, at),
        *_numbers(panel, node, at, numbers),
    )
    tab = (0 if current or panel.first == node.id else -1) if live else None
    title = panel.sentences.of_nodes[node.id] + MARKED * (node.id in panel.options.mark)
    title += f"\n{panel.waiting[node.id]}" if node.id in panel.waiting else ""
    return ItemGroup(items, role, f"{panel.prefix}-{slug(node.id)}", title, _facts(panel, node), tab)


def _facts(panel: Panel, node: Node) -> tuple[tuple[str, str | float], ...]:
    t = "" if node.t is None else str(node.t)
    place = ("node", node.id), ("var", node.var), ("kind", node.kind), ("t", t)
    return (*place, *_used(panel, node), *_said(panel, node), *_size(panel, node)) if panel.live else place


def _used(panel: Panel, node: Node) -> Iterator[tuple[str, str]]:
    """The parameters that the node's equation reads."""
    if names := [name for name in panel.graph.gathering if node.id in panel.graph.uses.get(name, ())]:
        yield "uses", " ".join(names)


def _said(panel: Panel, node: Node) -> Iterator[tuple[str, str]]:
    """The node's numbers for people who hear the page, once the cursor has reached them."""
    if panel.trace is None:
        return
    yield "value", said(panel.trace.value(node.id), panel.trace.symbols.get(node.var, ()))
    if node.kind in COMPUTED:
        yield "gradient", said(panel.trace.gradient(node.id))


def _size(panel: Panel, node: Node) -> Iterator[tuple[str, float]]:
    """How large the node's gradient is on its way, as the scale of arrows has it."""
    if panel.trace is not None and panel.scales is not None and node.kind in COMPUTED:
        yield "bead", panel.scales.arrows.bead(float(np.linalg.norm(panel.trace.gradient(node.id))))


def slug(id: str) -> str:
    """A node's id as a part of an XML id: `h[2]` is h-2, `h[-1]` h-m1, `h[2].0` h-2-op0, `h[5…9]` h-5-to-9."""
    plain = id.replace("[-", "-m").replace("[", "-").replace("]", "")
    return plain.replace(".", "-op").replace(ELLIPSIS, "-to-")


def _rings(panel: Panel, node: Node, at: Point, current: bool) -> Iterator[Item]:
    """The band of a mark; a ring if the cursor is here, a thin one if its step is made of this."""
    theme = panel.theme
    if node.id in panel.options.mark:
        width = band_reach(panel, node.id) - MARK_EDGE + MARK_UNDER
        yield from (_around(panel, node, at, width / 2 - MARK_UNDER, band) for band in band_paints(theme, width))
    back = panel.backward and not panel.live
    if panel.shows(current or node.id in panel.origins):
        halo, line = (theme.backward_halo, theme.backward) if back else (theme.forward_halo, theme.forward)
        wide = current or panel.live
        ring = shared_paint("ring", "none", halo if wide else line, RING_WIDTH if wide else ORIGIN_WIDTH)
        yield _around(panel, node, at, RING, ring)


def band_reach(panel: Panel, id: str) -> float:
    """How far the band of a mark reaches beyond a node: as far as usual, if nodes beside it, which may have one
    too, and what is written leave it the room."""
    (own,) = (spot for spot in panel.layout.spots if spot.node.id == id)
    others = (_bounds(panel, spot) for spot in panel.layout.spots if spot is not own)
    rooms = [(_room(panel, own, box) - BETWEEN_BANDS) / 2 for box in others]
    words = [words.box for run in panel.layout.runs for words in run.words]
    words += [words.label.box for words in panel.layout.words]
    rooms += [_room(panel, own, box) - BEFORE_WORDS for box in words]
    return max(LEAST_REACH, min([WIDEST_REACH, *rooms]))


def _room(panel: Panel, spot: PlacedNode, box: Box) -> float:
    """How far a node can grow before it meets a box."""
    radius = node_shape(spot.node).radius
    if not radius or spot.node.id in panel.bitmaps:
        return _bounds(panel, spot).gap(box)
    x = max(box.left - spot.x, spot.x - box.right, 0.0)
    return hypot(x, max(box.top - spot.y, spot.y - box.bottom, 0.0)) - radius


def _bounds(panel: Panel, spot: PlacedNode) -> Box:
    """The box around a node as it is drawn."""
    bitmap = panel.bitmaps.get(spot.node.id)
    return (bitmap.card if bitmap else node_shape(spot.node).bounds).moved(spot.x, spot.y)


def _around(panel: Panel, node: Node, at: Point, gap: float, paint: Paint) -> Disc | Rect:
    """A line around a node, so far outside of it."""
    bitmap, form = panel.bitmaps.get(node.id), node_shape(node)
    if bitmap:
        return _rect(bitmap.card.grown(gap), at, paint)
    if form.radius:
        return Disc(*at, form.radius + gap, paint)
    return _rect(form.bounds.grown(gap), at, paint)._replace(corner=CORNER + gap if node.part else 0.0)


def _discs(panel: Panel, node: Node, at: Point, current: bool) -> Iterator[Item]:
    """The circle or the box, or the card of the bitmap in its place, which is there before the bitmap is: lines that
    end at it do so at every step."""
    theme, form = panel.theme, node_shape(node)
    back = panel.backward and not panel.live
    look = _look(panel, node)
    stroke, width = look.stroke, look.width
    if current and not panel.live:
        stroke, width = theme.backward if back else theme.forward, CURRENT_WIDTH
    paint = shared_paint("disc", look.fill, stroke, width, look.dash)
    if bitmap := panel.bitmaps.get(node.id):
        yield _rect(bitmap.card, at, paint)
    elif form.radius:
        yield _outline(look, at, circle_radius() if form.radius == RADIUS else form.radius, paint)
        if look.inner:
            yield _outline(look, at, form.radius - look.inner, shared_paint("inner", "none", look.stroke, look.width))
    if form.box:
        ground = theme.paper if panel.options.background != "none" else look.fill
        dash = look.dash if node.id in panel.shown.repeated and not form.radius else ()
        inner = shared_paint("disc", ground if form.radius else look.fill, stroke, width, dash)
        yield _rect(form.box, at, inner) if node.part is None else _round_box(form.box, at, inner)


def _look(panel: Panel, node: Node) -> Look:
    look = panel.theme.kinds[look_of(node)]
    return started(look, panel.theme) if node.start and node.part is None else look


def band_paints(theme: Theme, width: float = MARK_WIDTH) -> tuple[Paint, Paint]:
    """The band behind what a link marks: its edges, and what is between them."""
    edge = shared_paint("mark-edge", "none", theme.mark_edge, width + 2 * MARK_EDGE)
    return edge, shared_paint("marked", "none", theme.mark, width)


def look_of(node: Node) -> str:
    """What a node looks like: one of its kind, or a part of a cell: a layer, what a gate opens, what only combines."""
    if node.part is None:
        return node.kind
    if node.part.form == "layer":
        return "layer" if node.part.name or node.part.weights else "operation"
    return "valve" if node.part.valve else "operation"


def _round_box(box: Box, at: Point, paint: Paint) -> Rect:
    return _rect(box, at, paint)._replace(corner=CORNER)


def _rect(box: Box, at: Point, paint: Paint) -> Rect:
    return Rect(at[0] + box.left, at[1] + box.top, box.right - box.left, box.bottom - box.top, paint)


def _outline(look: Look, at: Point, size: float, paint: Paint) -> Disc | Polygon:
    """The circle, or the polygon around it."""
    if not look.sides:
        return Disc(*at, size, paint)
    reach, turn = size / cos(pi / look.sides), 2 * pi / look.sides
    corners = (((i + 0.5) * turn, reach) for i in range(look.sides))
    return Polygon(tuple((far * cos(angle), far * sin(angle)) for angle, far in corners), *at, paint)


def _stub(panel: Panel, node: Node, at: Point) -> ItemGroup:
    """What stands for hidden steps: a dashed s(…) where lines end, else three dots."""
    theme = panel.theme
    if node.id in panel.shown.dots:
        shifts = (-DOT_STEP, 0.0, DOT_STEP)
        return ItemGroup(tuple(Disc(at[0] + x, at[1], DOT, shared_paint("dot", theme.muted)) for x in shifts), "stub")
    look = started(theme.kinds[node.kind], theme)
    disc = _outline(look, at, circle_radius(), shared_paint("disc", look.fill, look.stroke, look.width, look.dash))
    items = (disc, name_with_step(panel, node, at, ELLIPSIS))
    role, id = f"stub kind-{node.kind}", f"{panel.prefix}-{slug(node.id)}"
    return ItemGroup(items, role, id, panel.sentences.of_nodes[node.id], (("stub", node.id),))


def _going_on(panel: Panel, node: Node, at: Point) -> Iterator[Disc]:
    """Dots behind what ends a line of a wrapped run."""
    if node.id in panel.shown.going_on:
        for i in range(3):
            far = RADIUS + SMALL_DOT_GAP + i * SMALL_DOT_STEP
            x, y = (0.0, -far) if panel.layout.up else (far, 0.0)
            yield Disc(at[0] + x, at[1] + y, SMALL_DOT, shared_paint("dot", panel.theme.muted))


def _repeat(panel: Panel, node: Node, at: Point) -> ItemGroup:
    """What a line of a wrapped run repeats of another: dashed, with its own name, or the sign of an operation."""
    original = panel.shown.repeated[node.id]
    step = ELLIPSIS if original.id in panel.shown.stubs else str(node.t)
    if original.kind == "operation":
        words = tuple(unnumbered(panel, node, at))
    else:
        words = (name_with_step(panel, node, at, step if original.id != original.var else ""),)
    items = (*_discs(panel, node, at, current=False), *words)
    role, id = f"repeat kind-{node.kind}", f"{panel.prefix}-{slug(node.id)}"
    return ItemGroup(items, role, id, panel.sentences.of_nodes[node.id], (("repeats", original.id),))


def _on_card(panel: Panel, node: Node, at: Point, bitmap: BitmapNode, value: ItemGroup) -> ItemGroup:
    """A page's bitmap with its card and its name, which come with it."""
    look = _look(panel, node)
    card = _rect(bitmap.card, at, shared_paint("card", look.fill, look.stroke, look.width, look.dash))
    return value._replace(items=(card, *value.items, name_in_head(panel, node, at, bitmap)))


def _numbers(panel: Panel, node: Node, at: Point, numbers: ShownNumbers) -> Iterator[Item]:
    """The value and the gradient, or the dash where the cursor has not been."""
    if panel.trace is None:
        return
    (its_values, its_gradients), bitmap, theme = numbers, panel.bitmaps.get(node.id), panel.theme
    if value := its_values.get(node.id):
        shown = values.value(node, value, bitmap, at, panel.options)
        yield _on_card(panel, node, at, bitmap, shown) if bitmap and panel.live else shown
    if panel.shows(node.id not in panel.cursor.valued):
        yield values.blank_value(node, at, theme)
    if node.kind not in COMPUTED:
        return
    if gradient := its_gradients.get(node.id):
        yield values.gradient(node, gradient, bitmap, at, panel.options)
    if panel.shows(panel.backward and node.id not in panel.cursor.graded):
        yield values.blank_gradient(node, bitmap, at, theme)
