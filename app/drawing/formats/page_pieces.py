"""The pieces of a figure on a page: what stands at each step, and the arrows to each step.

Of a long run a page shows some steps, and others as its cursor goes on. Each piece is written as seen from its own
place, so that one which stays in sight stays as it is and is moved, and only what comes into sight is new.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from app.drawing.geometry import Point
from app.drawing.scene import Curve, Item, ItemGroup, Polyline
from app.language import parse_node

CORNER: Point = (0.0, 0.0)
BANDS = {"marked", "mark-edge"}
"""The strokes behind an arrow that a link marks: they lie below what runs along it, whatever steps that is between."""
NUDGE = 1e-7
"""Further than lengths that are alike at two steps differ for their computing: what lies between two hundredths goes to
the same one."""


class FigurePiece(NamedTuple):
    """Items that are moved together, as seen from their place; no other piece of the layer has the same key."""

    key: str
    items: tuple[Item, ...]
    place: Point = CORNER


def pieces(layer: ItemGroup) -> Iterator[FigurePiece]:
    """The pieces of a part of a figure, one over the other as they are drawn."""
    if layer.role == "unfolded":
        return _by_step([item for item in layer.items if isinstance(item, ItemGroup)])
    if layer.role == "overview":
        return (FigurePiece(item.role, (item,)) for item in layer.items if isinstance(item, ItemGroup))
    return iter([FigurePiece("all", layer.items)])


def _by_step(groups: Sequence[ItemGroup]) -> Iterator[FigurePiece]:
    places = {group.fact("node"): _corner(group) for group in groups if group.fact("node")}
    found: dict[str, list[ItemGroup]] = {}
    for group in groups:
        found.setdefault(_key(group), []).append(group)
    for key, together in found.items():
        x, y = _place(together[0], places)
        yield FigurePiece(key, tuple(_moved_group(group, NUDGE - x, NUDGE - y) for group in together), (x, y))


def _key(group: ItemGroup) -> str:
    """Nodes, and what stands beside one, by their step, arrows and their joints by that to which they lead, the rest by
    what it is. What stands for hidden steps says which these are, so it is apart from the dots, which stay."""
    if group.fact("node"):
        return f"nodes {group.fact('t')}"
    if group.fact("beside"):
        return f"{group.role} {parse_node(group.fact('beside')).t}"
    if group.fact("joint") or (group.fact("edge") and not _has_band(group)):
        return f"{group.role.split()[0]}s {parse_node(group.fact('target')).t}"
    return "hidden" if group.fact("stub") else group.role.split()[0]


def _has_band(group: ItemGroup) -> bool:
    return any(isinstance(it, Curve) and it.paint.role in BANDS for it in group.items)


def _place(group: ItemGroup, places: Mapping[str, Point]) -> Point:
    """Where a node stands, or that which it is beside, or an arrow's ends do; else where everything does."""
    ends = (group.fact(name) for name in ("node", "beside", "target", "source"))
    return next((places[end] for end in ends if end in places), CORNER)


def _corner(group: ItemGroup) -> Point:
    """A place that a node has at every step alike, on the grid of what is written."""
    x, y = next((it.x, it.y) for it in group.items if not isinstance(it, (ItemGroup, Polyline)))
    return round(x, 2), round(y, 2)


def _moved_group(group: ItemGroup, x: float, y: float) -> ItemGroup:
    by = {"x": x, "y": y}
    data = tuple((name, it + by.get(name, 0.0) if isinstance(it, float) else it) for name, it in group.data)
    return group._replace(items=tuple(_moved(item, x, y) for item in group.items), data=data)


def _moved(item: Item, x: float, y: float) -> Item:
    if isinstance(item, ItemGroup):
        return _moved_group(item, x, y)
    if isinstance(item, Polyline):
        return item._replace(runs=tuple(tuple((px + x, py + y) for px, py in run) for run in item.runs))
    return item._replace(x=item.x + x, y=item.y + y)
