"""A scene as a part of a page: classes for its style sheet, facts for its scripts, nodes that take focus.

The paper is the page's. The scene holds every layer of every step, and the style sheet hides what is not reached.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from itertools import groupby

from app.cache import cached
from app.drawing.formats.shared_outlines import SharedOutlines
from app.drawing.formats.svg_elements import WRITERS, curves, opening, paint_attributes
from app.drawing.scene import CLASSIC, Curve, Ink, Item, ItemGroup, Paint, Scene

LARGEST = 1.4
"""A page shows a figure as large as there is room, and up to this many times as large as a file."""


Address = Callable[[str], str | None]
"""Where a node leads, by its id; None where it leads nowhere."""


def page_svg(scene: Scene, titled: bool = True, address: Address | None = None) -> str:
    """The fragment. `titled`: titles of groups are elements, as readers want them, and each label is written once, so
    that a page is small. Else titles are facts, for a page's scripts, and each label is written where it stands, which
    a browser draws sooner than what is put together from pieces.

    A node that has an address is a link.
    """
    facts = "".join(f' data-{key}="{escape(value)}"' for key, value in scene.data)
    own = "" if scene.theme.colours == CLASSIC else f" {scene.theme.colours}"
    parts = opening(scene, "group", f'class="figure{own}" ', facts, LARGEST)
    outlines = SharedOutlines(scene.prefix) if titled else None
    for item in scene.items:
        _write(parts, item, outlines, address)
    return "\n".join([*parts, *([outlines.definitions()] if outlines else []), "</svg>\n"])


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
    attributes += "".join(f' data-{key}="{_fact(value)}"' for key, value in group.data)
    if href:
        attributes += f' href="{escape(href)}"'
    elif group.tab is not None:
        attributes += f' tabindex="{group.tab}" role="img"'
    if not group.title:
        return f"<{tag}{attributes}>"
    title = escape(group.title)
    return f"<{tag}{attributes}><title>{title}</title>" if titled else f'<{tag}{attributes} data-sentence="{title}">'


def _fact(value: str | float) -> str:
    return escape(value) if isinstance(value, str) else f"{value:.2f}"


@cached(1024)
def _painted(paint: Paint) -> str:
    """The class that names the part, and its paint."""
    return (f' class="{paint.role}"' if paint.role else "") + paint_attributes(paint)
