"""A scene: shapes with their paint, in named groups, from which every format is written.

Lengths are points, y downwards. Every format is written from a `Scene` and shows the same figure. A figure has
thousands of shapes, so these are plain tuples with names, the quickest to make.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from app.cache import cached
from app.drawing.geometry import Point
from app.drawing.lettering import Outline
from app.drawing.scene.themes import Dash, Theme


class Paint(NamedTuple):
    """Colours, width and dash; `role` names the part for a page's style sheet (`disc`, `line`, `head`, `label`)."""

    role: str = ""
    fill: str = "none"
    stroke: str = "none"
    width: float = 0.0
    dash: Dash = ()


@cached(1024)
def shared_paint(role: str, fill: str = "none", stroke: str = "none", width: float = 0.0, dash: Dash = ()) -> Paint:
    """A paint that many shapes have: alike ones are one, which is found sooner than another is made."""
    return Paint(role, fill, stroke, width, dash)


class Disc(NamedTuple):
    """A circle around (x, y)."""

    x: float
    y: float
    radius: float
    paint: Paint


class Rect(NamedTuple):
    """A rectangle with its top left at (x, y), its corners round by a radius."""

    x: float
    y: float
    width: float
    height: float
    paint: Paint
    corner: float = 0.0


class Curve(NamedTuple):
    """Cubic pieces: a first point, then three a piece, relative to (x, y)."""

    points: tuple[Point, ...]
    x: float
    y: float
    paint: Paint


class Polygon(NamedTuple):
    """A closed outline, its corners relative to (x, y)."""

    points: tuple[Point, ...]
    x: float
    y: float
    paint: Paint


class Polyline(NamedTuple):
    """Straight lines through points, in one run or in several with breaks between."""

    runs: tuple[tuple[Point, ...], ...]
    paint: Paint


class Ink(NamedTuple):
    """A label's outline with its pen at (x, y)."""

    outline: Outline
    x: float
    y: float
    paint: Paint


class Cells(NamedTuple):
    """A box of coloured cells, row after row from its top left."""

    x: float
    y: float
    width: float
    height: float
    colours: tuple[str, ...]
    rows: int = 1


class ItemGroup(NamedTuple):
    """Shapes that belong together. `data` are facts for programs, lengths among them, `title` one for readers.

    `tab`: on a page it takes focus, with 0 in the order of the Tab key, with -1 by a script or a click.
    """

    items: tuple[Item, ...]
    role: str = ""
    id: str = ""
    title: str = ""
    data: tuple[tuple[str, str | float], ...] = ()
    tab: int | None = None

    def fact(self, name: str) -> str:
        """One of the facts; empty where there is none of that name."""
        return next((str(value) for key, value in self.data if key == name), "")


Item = Disc | Rect | Curve | Polygon | Polyline | Ink | Cells | ItemGroup


PARTS = ("circuit", "unfolded")
"""The roles of the groups that hold a whole graph."""


@dataclass(frozen=True)
class Scene:
    """A whole figure.

    `scale`: how much larger than its points it is to be shown; `background`: the paper's colour, or `none`; `data`:
    facts for a page's scripts; `legend`: where it stands apart, by phase a picture of each scale; `notice`: what is to
    be said of it, if it is not as it was asked for.
    """

    width: int
    height: int
    title: str
    description: str
    items: tuple[Item, ...]
    theme: Theme
    prefix: str
    left: float = 0.0
    top: float = 0.0
    scale: float = 1.0
    background: str = "none"
    data: tuple[tuple[str, str], ...] = ()
    legend: tuple[tuple[str, tuple[Scene, ...]], ...] = ()
    notice: str = ""

    @property
    def parts(self) -> tuple[ItemGroup, ...]:
        """The circuit, the unfolded graph, or both: what holds the groups of nodes and of edges."""
        return tuple(i for i in self.items if isinstance(i, ItemGroup) and i.role in PARTS)

    def walk(self) -> Iterator[Item]:
        """Every item, groups before what is in them."""
        yield from _walk(self.items)


def _walk(items: tuple[Item, ...]) -> Iterator[Item]:
    for item in items:
        yield item
        if isinstance(item, ItemGroup):
            yield from _walk(item.items)
