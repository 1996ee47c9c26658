"""A scene as a part of a page: classes for its style sheet, facts for its scripts, nodes that take focus.

The paper is the page's. The scene holds every layer of every step, and the style sheet hides what is not reached. What
stays as the cursor goes on is a piece of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from html import escape
from itertools import groupby
from typing import Any

from app.cache import cached
from app.drawing.formats.decimals import length
from app.drawing.formats.page_pieces import CORNER, pieces
from app.drawing.formats.shared_outlines import SharedOutlines
from app.drawing.formats.svg_elements import WRITERS, canvas, curves, opening, paint_attributes
from app.drawing.scene import CLASSIC, Curve, Ink, Item, ItemGroup, Paint, Scene

LARGEST = 1.8
"""A page shows a figure as large as there is room, and up to this many times as large as a file."""


Address = Callable[[str], str | None]
"""Where a node leads, by its id; None where it leads nowhere."""


MARKS = frozenset({"valued", "graded", "current", "origin", "lit", "flowed"})
"""The classes of what the cursor has reached."""


def page_svg(scene: Scene, titled: bool = True, address: Address | None = None) -> str:
    """The fragment. `titled`: titles of groups are elements, as readers want them, and each label is written once, so
    that a page is small. Else titles are facts, for a page's scripts, and each label is written where it stands, which
    a browser draws sooner than what is put together from pieces.

    A node that has an address is a link. Where there are facts for scripts there are pieces for them.
    """
    facts = _attributes(scene.data)
    own = "" if scene.theme.colours == CLASSIC else f" {scene.theme.colours}"
    parts = opening(scene, "group", f'class="figure{own}" ', facts, LARGEST)
    outlines = SharedOutlines(scene.prefix) if titled else None
    for item in scene.items:
        if scene.data and isinstance(item, ItemGroup):
            _write_layer(parts, item, outlines, address)
        else:
            _write(parts, item, outlines, address)
    return "\n".join([*parts, *([outlines.definitions()] if outlines else []), "</svg>\n"])


def page_legend(scene: Scene) -> str:
    """The legend of a scene that has it apart: for each phase pictures one after another, which flow as words do."""
    parts = list[str]()
    for phase, pictures in scene.legend:
        parts.append(f'<div class="when-{phase}">')
        for picture in pictures:
            parts += opening(picture, "img", 'class="legend-part" ')
            for item in picture.items:
                _write(parts, item, None, None)
            parts.append("</svg>")
        parts.append("</div>")
    return "\n".join(parts)


def _write_layer(parts: list[str], layer: ItemGroup, outlines: SharedOutlines | None, address: Address | None) -> None:
    parts.append(_opened(layer, outlines is not None, None))
    for key, place, text in _pieces(layer, outlines, address):
        moved = f' transform="{place}"' if place else ""
        parts += (f'<g data-piece="{key}"{moved}>', text, "</g>")
    parts.append("</g>")


def page_layers(scene: Scene) -> dict[str, Any]:
    """The same for a page that shows another part of the run: what it puts into the figure that it has, as data.

    Its scripts mark what the cursor has reached, so a piece is the same wherever the cursor is.
    """
    layers = [_unmarked(item) for item in scene.items if isinstance(item, ItemGroup)]
    return {
        "attributes": dict((*canvas(scene, LARGEST), *_facts(scene.data))),
        "title": scene.title,
        "description": scene.description,
        "layers": [{"role": it.role, "attributes": dict(_facts(it.data)), "pieces": [*_pieces(it)]} for it in layers],
    }


def _unmarked(layer: ItemGroup) -> ItemGroup:
    """An unfolded graph before its cursor has been anywhere; another part of a figure as it is."""
    if layer.role != "unfolded":
        return layer
    return layer._replace(items=tuple(_bare(it) if isinstance(it, ItemGroup) else it for it in layer.items))


def _bare(group: ItemGroup) -> ItemGroup:
    role = " ".join(name for name in group.role.split() if name not in MARKS)
    return group._replace(role=role, title=group.title.partition("\n")[0], tab=None if group.tab is None else -1)


def _pieces(
    layer: ItemGroup, outlines: SharedOutlines | None = None, address: Address | None = None
) -> Iterator[tuple[str, str, str]]:
    """The key, the place and the text of each piece."""
    for key, items, (x, y) in pieces(layer):
        parts: list[str] = []
        for item in items:
            _write(parts, item, outlines, address)
        yield key, f"translate({length(x)} {length(y)})" if (x, y) != CORNER else "", "\n".join(parts)


def _write(parts: list[str], item: Item, outlines: SharedOutlines | None, address: Address | None) -> None:
    """Add an item to what is written; a page has thousands of them."""
    if not isinstance(item, ItemGroup):
        if outlines and isinstance(item, Ink):
            parts.append(outlines.shown(item, _painted))
        else:
            parts.append(WRITERS[type(item)](item, _painted))
        return
    href = next((address(str(value)) for key, value in item.data if key == "node"), None) if address else None
    parts.append(_opened(item, outlines is not None, href))
    for paint, items in groupby(item.items, _line_paint):
        if paint is None:
            for child in items:
                _write(parts, child, outlines, address)
        else:
            parts.append(curves(paint, (it for it in items if isinstance(it, Curve)), _painted))
    parts.append("</a>" if href else "</g>")


def _line_paint(item: Item) -> Paint | None:
    """The paint of a line: lines that follow each other in the same paint are one element."""
    return item.paint if isinstance(item, Curve) else None


def _opened(group: ItemGroup, titled: bool, href: str | None) -> str:
    tag = "a" if href else "g"
    attributes = f' id="{escape(group.id)}"' if group.id else ""
    attributes += f' class="{group.role}"' if group.role else ""
    attributes += _attributes(group.data)
    if href:
        attributes += f' href="{escape(href)}"'
    elif group.tab is not None:
        attributes += f' tabindex="{group.tab}" role="img"'
    if not group.title:
        return f"<{tag}{attributes}>"
    title = escape(group.title)
    return f"<{tag}{attributes}><title>{title}</title>" if titled else f'<{tag}{attributes} data-sentence="{title}">'


def _attributes(data: Iterable[tuple[str, str | float]]) -> str:
    return "".join(f' {name}="{escape(it)}"' for name, it in _facts(data))


def _facts(data: Iterable[tuple[str, str | float]]) -> Iterator[tuple[str, str]]:
    """Facts as attributes and what they are."""
    return ((f"data-{name}", it if isinstance(it, str) else f"{it:.2f}") for name, it in data)


@cached(1024)
def _painted(paint: Paint) -> str:
    """The class that names the part, and its paint."""
    return (f' class="{paint.role}"' if paint.role else "") + paint_attributes(paint)
