"""Arrows between nodes, drawn by Graphviz: where they leave and enter circles, and where their heads begin.

Steps of a recurrence look alike, so each distinct arrow is drawn once and the figure repeats it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import hypot
from threading import Lock
from typing import NamedTuple

from app.cache import LruStore
from app.drawing.geometry import Cubic, Path, Point, direction, enters, leaves, part, shortened, straight
from app.drawing.layout.arrangement import upwards
from app.drawing.layout.dimensions import EDGE_WIDTH, HEAD_HALF, HEAD_LENGTH, HEAD_SIZE, TOUCH
from app.drawing.layout.graphviz import DrawnArrow, PlacedEdge, draw_edges

HEAD_ROOM = 1.42
"""The room of a head on its line beyond its length, for each point of the line's width."""
MITER = hypot(1, HEAD_LENGTH / HEAD_HALF) / 2
"""How far the stroke of a head reaches beyond its tip, for each point of its width: Graphviz ends it there."""
KEPT = 4096
"""How many drawn arrows are remembered."""

_drawing = Lock()


class Arrow(NamedTuple):
    """An arrow to draw, from a shape around (0, 0) to one around `end`, y downwards, in points.

    `curve` is what it follows from centre to centre, None for the straight line. Without `head` it is a plain line. A
    shape that is not a circle is met where the curve begins or ends. A `path` is drawn as it is, from end to end.
    """

    end: Point
    curve: Cubic | None = None
    width: float = EDGE_WIDTH
    size: float = HEAD_SIZE
    head: bool = True
    from_circle: bool = True
    to_circle: bool = True
    path: Path = ()

    def reversed(self, size: float, head: bool) -> Arrow:
        """The same way back, with a head of this size or none; seen from the other end."""
        x, y = self.end
        path = tuple((px - x, py - y) for px, py in self.path[::-1])
        curve: Cubic | None = self.curve and tuple((px - x, py - y) for px, py in self.curve[::-1])  # type: ignore[assignment]
        return Arrow((-x, -y), curve, self.width, size, head, self.to_circle, self.from_circle, path)

    @property
    def way(self) -> Path:
        """What it is drawn along, from where it leaves the one shape to where it comes to the other."""
        curve = self.curve or straight(self.end)
        start = leaves(curve, TOUCH) if self.from_circle else 0.0
        end = enters(curve, TOUCH) if self.to_circle else 1.0
        return self.path or part(curve, start, end)

    def upwards(self) -> Arrow:
        """The same where time runs up."""
        curve: Cubic | None = self.curve and tuple(upwards(*place) for place in self.curve)  # type: ignore[assignment]
        path = tuple(upwards(*place) for place in self.path)
        return self._replace(end=upwards(*self.end), curve=curve, path=path)


_kept: LruStore[Arrow, DrawnArrow] = LruStore(f"{__name__}.draw_arrows", KEPT)


def draw_arrows(arrows: Iterable[Arrow]) -> Mapping[Arrow, DrawnArrow]:
    """Every arrow as Graphviz draws it, relative to its start."""
    wanted = list(dict.fromkeys(arrows))
    headless = {a: DrawnArrow(a.path) for a in wanted if a.path and not a.head}
    return headless | _kept_or_new([a for a in wanted if a not in headless])


def _kept_or_new(wanted: list[Arrow]) -> dict[Arrow, DrawnArrow]:
    with _drawing:
        found = {arrow: known for arrow in wanted if (known := _kept.get(arrow)) is not None}
        if new := [arrow for arrow in wanted if arrow not in found]:
            drawn = draw_edges([PlacedEdge(arrow.end, _attributes(arrow)) for arrow in new])
            found |= {arrow: _kept.keep(arrow, made) for arrow, made in zip(new, drawn, strict=True)}
        return found


def _attributes(arrow: Arrow) -> dict[str, str]:
    plain = {"penwidth": f"{arrow.width:.2f}", "arrowsize": f"{arrow.size:.2f}"}
    if not arrow.head:
        plain["dir"] = "none"
    if arrow.path or arrow.curve:
        plain["pos"] = _position(arrow, arrow.way)
    return plain  # A straight line is clipped by Graphviz.


def _position(arrow: Arrow, line: Path) -> str:
    """Graphviz's `pos`: the line up to its head, and before it where the head ends.

    The head of a path has its tip at the path's end, and its stroke reaches beyond; that of a curve ends with its
    stroke, which touches the circle.
    """
    if not arrow.head:
        return _spelled(line)
    length, tip = HEAD_LENGTH * arrow.size, line[-1]
    if not arrow.path:
        return f"e,{_spelled([tip])} {_spelled(shortened(line, length + HEAD_ROOM * arrow.width))}"
    shown = shortened(line, length)
    ux, uy = direction(shown[-1] if shown[-1] != tip else line[-4], tip)
    beyond = MITER * arrow.width
    return f"e,{_spelled([(tip[0] + ux * beyond, tip[1] + uy * beyond)])} {_spelled(shown)}"


def _spelled(points: Iterable[Point]) -> str:
    return " ".join(f"{x:.3f},{-y:.3f}" for x, y in points)
