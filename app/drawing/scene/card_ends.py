"""Ends lines at the card of a bitmap, and keeps their labels off its ring: its corners reach further than the circle in
whose place it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from app.drawing.geometry import Box, Path, moved, until
from app.drawing.layout import Leg, PlacedLabel, RoutedEdge
from app.drawing.scene.nodes import RING, RING_WIDTH
from app.drawing.scene.panel import Panel

FROM_CORNER = 5.5
"""The least from a line's end to a corner of a card."""
WITH_RING = RING + RING_WIDTH / 2 + 0.5
"""How far the ring of the cursor reaches beyond a card."""


def up_to_cards(panel: Panel) -> tuple[RoutedEdge, ...]:
    """The edges of a panel, none of which reaches into a card."""
    bitmaps, runs = panel.bitmaps, panel.layout.runs
    if not bitmaps:
        return runs
    spots = (spot for spot in panel.layout.spots if spot.node.id in bitmaps)
    cards: dict[str, Box] = {spot.node.id: bitmaps[spot.node.id].card.moved(spot.x, spot.y) for spot in spots}
    return tuple(_ended(run, cards) for run in runs)


def _ended(run: RoutedEdge, cards: Mapping[str, Box]) -> RoutedEdge:
    legs = list(run.legs)
    source, target = cards.get(run.edge.source), cards.get(run.edge.target)
    if target and legs and legs[-1].arrow.head:
        legs[-1] = _shown(legs[-1], lambda path: _outside(path, target))
    if source and legs and not run.branch:
        legs[0] = _shown(legs[0], lambda path: _outside(path[::-1], source)[::-1])
    rings = [card.grown(WITH_RING) for card in (source, target) if card]
    return run._replace(legs=tuple(legs), words=tuple(_clear(word, rings) for word in run.words))


def _clear(word: PlacedLabel, rings: Iterable[Box]) -> PlacedLabel:
    """A label beside the rings of cards on which it lies, the shortest way from there."""
    for ring in rings:
        it = word.box
        if it.meets(ring):
            upright = min(ring.top - it.bottom, ring.bottom - it.top, key=abs)
            level = min(ring.left - it.right, ring.right - it.left, key=abs)
            word = word.moved(0.0, upright) if abs(upright) < abs(level) else word.moved(level, 0.0)
    return word


def _shown(leg: Leg, part: Callable[[Path], Path]) -> Leg:
    """A stroke along a part of its way; one that is all shown as it was."""
    way = moved(leg.arrow.way, leg.x, leg.y)
    shown = part(way)
    return leg if shown == way else _along(leg, shown)


def _outside(path: Path, card: Box) -> Path:
    """The path up to the card's edge, its end moved away from a corner; all of it where it ends at the edge."""
    shown = until(path, lambda p: card.left < p[0] < card.right and card.top < p[1] < card.bottom)
    if shown == path:
        return path
    (px, py), (x, y) = shown[-2:]
    level = min(abs(y - card.top), abs(y - card.bottom)) < min(abs(x - card.left), abs(x - card.right))
    dx = min(max(x, card.left + FROM_CORNER), card.right - FROM_CORNER) - x if level else 0.0
    dy = 0.0 if level else min(max(y, card.top + FROM_CORNER), card.bottom - FROM_CORNER) - y
    return (*shown[:-2], (px + dx, py + dy), (x + dx, y + dy))


def _along(leg: Leg, path: Path) -> Leg:
    """The same stroke on another path."""
    x, y = path[0]
    here = moved(path, -x, -y)
    return leg._replace(arrow=leg.arrow._replace(end=here[-1], path=here), x=x, y=y)
