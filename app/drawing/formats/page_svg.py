"""A scene as a part of a page: classes for its style sheet, facts for its scripts, nodes that take focus.

The paper is the page's. The scene holds every layer of every step, and the style sheet hides what is not reached. What
stays as the cursor goes on is a piece of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from html import escape
from itertools import groupby
from typing import Any, NamedTuple

from app.cache import cached
from app.drawing.formats.decimals import length
from app.drawing.formats.page_pieces import CORNER, pieces
from app.drawing.formats.shared_outlines import SharedOutlines
from app.drawing.formats.svg_elements import WRITERS, canvas, curves, opening, paint_attributes
from app.drawing.geometry import Point
from app.drawing.scene import CLASSIC, Curve, Ink, Item, ItemGroup, Paint, Scene

LARGEST = 1.8
"""A page shows a figure as large as there is room, and up to this many times as large as a file."""


Address = Callable[[str], str | None]
"""Where a node leads, by its id; None where it leads nowhere."""


MARKS = frozenset({"valued", "graded", "current", "origin", "lit", "flowed"})
"""The classes of what the cursor has reached."""
CURSOR = frozenset({"phase", "at"})
"""The facts about a figure that say where its cursor is."""
MOVED_GROUPS = frozenset({"value", "gradient", "backward", "norm-value", "norm-gradient", "last-act"})
MOVED_FACTS = frozenset({"data-value", "data-gradient", "data-bead"})
"""The groups, and the facts about nodes, that are others where the numbers are."""


class MovedElement(NamedTuple):
    """What numbers move of an element of a figure: facts about it, and what is in it where it is of numbers alone."""

    facts: Mapping[str, str]
    inside: str | None


class _MovedParts(NamedTuple):
    """The same as a part of what is written: from `begun` to `end` it is inside; the part before says the facts."""

    facts: Mapping[str, str]
    begun: int
    end: int
    alone: bool


@dataclass(frozen=True)
class PageFigure:
    """A figure as a page's scripts take it in. What numbers move is in elements with `data-numbers`, in their order."""

    parts: Sequence[str]
    places: Sequence[_MovedParts]

    @property
    def drawn(self) -> str:
        return "\n".join(self.parts)

    @cached_property
    def shape(self) -> str:
        """A digest of all that numbers do not move."""
        kept, after = list[str](), 0
        for place in self.places:
            kept += self.parts[after : place.begun - 1]
            after = place.end
        return sha256("\n".join((*kept, *self.parts[after:])).encode()).hexdigest()[:16]

    @property
    def moved(self) -> tuple[MovedElement, ...]:
        """What its numbers move, element by element."""
        return tuple(
            MovedElement(it.facts, "\n".join(self.parts[it.begun : it.end]) if it.alone else None) for it in self.places
        )


def page_svg(scene: Scene, address: Address | None = None) -> str:
    """The fragment for a page that is complete without scripts: titles of groups are elements, as readers want them,
    and each label is written once, so that a page is small. A node that has an address is a link."""
    outlines = SharedOutlines(scene.prefix)
    writer = _Writer(outlines, address)
    writer.write_figure(scene)
    return "\n".join([*writer.parts, outlines.definitions(), "</svg>\n"])


def page_figure(scene: Scene) -> PageFigure:
    """The fragment for scripts: titles are facts, and each label is written where it stands, which a browser draws
    sooner than what is put together from pieces. The scripts mark what the cursor has reached."""
    writer = _Writer(marks=True)
    facts = tuple(fact for fact in scene.data if fact[0] not in CURSOR)
    writer.write_figure(replace(scene, items=tuple(map(_unmarked, scene.items)), data=facts))
    writer.parts.append("</svg>\n")
    return PageFigure(writer.parts, writer.moved)


def page_legend(scene: Scene) -> str:
    """The legend of a scene that has it apart: for each phase pictures one after another, which flow as words do."""
    writer = _Writer()
    for phase, pictures in scene.legend:
        writer.parts.append(f'<div class="when-{phase}">')
        for picture in pictures:
            writer.parts += opening(picture, "img", 'class="legend-part" ')
            for item in picture.items:
                writer.write(item)
            writer.parts.append("</svg>")
        writer.parts.append("</div>")
    return "\n".join(writer.parts)


def page_layers(scene: Scene) -> dict[str, Any]:
    """The same for a page that shows another part of the run: what it puts into the figure that it has, as data.

    Its scripts mark what the cursor has reached, so a piece is the same wherever the cursor is.
    """
    layers = [item for item in map(_unmarked, scene.items) if isinstance(item, ItemGroup)]
    return {
        "attributes": dict((*canvas(scene, LARGEST), *_facts(scene.data))),
        "title": scene.title,
        "description": scene.description,
        "layers": [
            {"role": it.role, "attributes": dict(_facts(it.data)), "pieces": [*_written_pieces(it)]} for it in layers
        ],
    }


def _written_pieces(layer: ItemGroup) -> Iterator[tuple[str, str, str]]:
    """The key, the place and the text of each piece."""
    for key, items, place in pieces(layer):
        writer = _Writer()
        for item in items:
            writer.write(item)
        yield key, _placed(place), "\n".join(writer.parts)


def _placed(place: Point) -> str:
    return f"translate({length(place[0])} {length(place[1])})" if place != CORNER else ""


def _unmarked(layer: Item) -> Item:
    """An unfolded graph before its cursor has been anywhere; another part of a figure as it is."""
    if not isinstance(layer, ItemGroup) or layer.role != "unfolded":
        return layer
    return layer._replace(items=tuple(_bare(it) if isinstance(it, ItemGroup) else it for it in layer.items))


def _bare(group: ItemGroup) -> ItemGroup:
    role = " ".join(name for name in group.role.split() if name not in MARKS)
    return group._replace(role=role, title=group.title.partition("\n")[0], tab=None if group.tab is None else -1)


class _Writer:
    """Writes items one after another; a page has thousands. With `outlines` it is for readers, else for scripts."""

    def __init__(
        self, outlines: SharedOutlines | None = None, address: Address | None = None, marks: bool = False
    ) -> None:
        """`marks`: what numbers move is told apart; what is in a group of numbers alone is no more."""
        self.outlines, self.address, self.marks = outlines, address, marks
        self.parts: list[str] = []
        self.moved: list[_MovedParts] = []

    def write_figure(self, scene: Scene) -> None:
        """The root and all that is in it, without its end. Where there are facts for scripts there are pieces."""
        own = "" if scene.theme.colours == CLASSIC else f" {scene.theme.colours}"
        self.parts += opening(scene, "group", f'class="figure{own}" ', _attributes(_facts(scene.data)), LARGEST)
        for item in scene.items:
            if scene.data and isinstance(item, ItemGroup):
                self._write_group(item, self._write_pieces)
            else:
                self.write(item)

    def write(self, item: Item) -> None:
        """Add an item to what is written."""
        if isinstance(item, ItemGroup):
            self._write_group(item, self._write_items)
        elif self.outlines and isinstance(item, Ink):
            self.parts.append(self.outlines.shown(item, _painted))
        else:
            self.parts.append(WRITERS[type(item)](item, _painted))

    def _write_group(self, group: ItemGroup, write_inside: Callable[[ItemGroup], None]) -> None:
        href = next((self.address(str(it)) for key, it in group.data if key == "node"), None) if self.address else None
        tag, facts = "a" if href else "g", dict(_facts(group.data))
        if self.marks and (group.role in MOVED_GROUPS or not MOVED_FACTS.isdisjoint(facts)):
            self._write_moved(group, facts, write_inside)
        else:
            self.parts.append(f"<{tag}{self._attributes(group, facts, href)}>{self._title(group)}")
            write_inside(group)
        self.parts.append(f"</{tag}>")

    def _write_moved(
        self, group: ItemGroup, facts: Mapping[str, str], write_inside: Callable[[ItemGroup], None]
    ) -> None:
        """Begin a group that numbers move, these apart from the rest, and all of one that is of numbers alone."""
        alone = group.role in MOVED_GROUPS
        moved = facts if alone else {name: it for name, it in facts.items() if name in MOVED_FACTS}
        kept = {name: it for name, it in facts.items() if name not in moved}
        self.parts += (f'<g{self._attributes(group, kept, None)} data-numbers=""', f"{_attributes(moved.items())}>")
        begun, nth = len(self.parts), len(self.moved)
        self.moved.append(_MovedParts(moved, begun, begun, alone))
        self.marks = not alone
        write_inside(group)
        self.marks = True
        if alone:
            self.moved[nth] = self.moved[nth]._replace(end=len(self.parts))

    def _write_items(self, group: ItemGroup) -> None:
        for paint, items in groupby(group.items, _line_paint):
            if paint is None:
                for child in items:
                    self.write(child)
            else:
                self.parts.append(curves(paint, (it for it in items if isinstance(it, Curve)), _painted))

    def _write_pieces(self, layer: ItemGroup) -> None:
        for key, items, place in pieces(layer):
            moved = f' transform="{_placed(place)}"' if place != CORNER else ""
            self.parts.append(f'<g data-piece="{key}"{moved}>')
            for item in items:
                self.write(item)
            self.parts.append("</g>")

    def _attributes(self, group: ItemGroup, facts: Mapping[str, str], href: str | None) -> str:
        attributes = f' id="{escape(group.id)}"' if group.id else ""
        attributes += f' class="{group.role}"' if group.role else ""
        attributes += _attributes(facts.items()) if facts else ""
        if href:
            attributes += f' href="{escape(href)}"'
        elif group.tab is not None:
            attributes += f' tabindex="{group.tab}" role="img"'
        return attributes if self.outlines or not group.title else f'{attributes} data-sentence="{escape(group.title)}"'

    def _title(self, group: ItemGroup) -> str:
        return f"<title>{escape(group.title)}</title>" if self.outlines and group.title else ""


def _line_paint(item: Item) -> Paint | None:
    """The paint of a line: lines that follow each other in the same paint are one element."""
    return item.paint if isinstance(item, Curve) else None


def _attributes(facts: Iterable[tuple[str, str]]) -> str:
    return "".join([f' {name}="{escape(it)}"' for name, it in facts])


def _facts(data: Iterable[tuple[str, str | float]]) -> Iterator[tuple[str, str]]:
    """Facts as attributes and what they are."""
    return ((f"data-{name}", it if isinstance(it, str) else f"{it:.2f}") for name, it in data)


@cached(1024)
def _painted(paint: Paint) -> str:
    """The class that names the part, and its paint."""
    return (f' class="{paint.role}"' if paint.role else "") + paint_attributes(paint)
