"""A figure as a few lines of text, in whole points: what moved, came or went shows in a diff.

`make snapshots` writes those of the gallery anew, to be looked at beside the pictures before they are committed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.drawing.scene.scene import Cells, Curve, Disc, Ink, Item, ItemGroup, Polygon, Rect, Scene
from app.language.typeset import Letters, MathBox, Numeral, Row, Scripts, Sign, ThinSpace
from app.link import Link
from tests.paths import SNAPSHOTS

COARSE = 2
"""Places are told in steps of so many points, so that rounding on another machine is no change."""


def file_of(link: Link) -> Path:
    """Where the snapshot of a link is kept."""
    return SNAPSHOTS / f"{link.system}-{link.detail}.txt"


NOTATIONS = {
    "below": "system=rnn&tau=2&view=both&time=subscript",
    "angle": "system=rnn&tau=2&view=both&time=angle&vectors=plain",
    "arrows": "system=rnn&tau=2&view=both&vectors=arrow&names=h:s,W:W_hh,U:W_xh,V:W_hy",
    "rows": "system=rnn&tau=2&view=both&time=subscript&last=T&orientation=rows&phase=forward",
    "styled": "system=rnn&tau=2&view=both&colours=tol&spacing=wide&mark=h[1]->h[2],h->h&caption=Two steps, far apart",
    "up": "system=rnn&tau=2&direction=up&time=angle&rows=-target&colours=okabe&mark=x[1]->h[1]",
}
"""A figure for each notation, and for what else a lecture may want its own way."""


def file_of_notation(name: str) -> Path:
    """Where the snapshot of a figure in another notation is kept."""
    return SNAPSHOTS / f"notation-{name}.txt"


def quantised(scene: Scene) -> str:
    """Every group with what is in it, a line a shape."""
    lines = [f"{_at(scene.width, scene.height)} {scene.title}"]
    for item in scene.items:
        lines += _told(item, 0)
    return "\n".join(lines) + "\n"


def _told(item: Item, depth: int) -> Iterator[str]:
    indent = "  " * depth
    if isinstance(item, ItemGroup):
        yield " ".join(filter(None, (indent + (item.role or "group"), item.fact("node") or item.fact("edge"))))
        for inner in item.items:
            yield from _told(inner, depth + 1)
    else:
        yield f"{indent}{_shape(item)}"


def _shape(item: Item) -> str:
    match item:
        case Disc(x, y, radius, paint):
            return f"disc {_at(x, y)} {radius:.0f} {paint.fill} {paint.stroke}"
        case Rect(x, y, width, height, paint):
            return f"rect {_at(x, y)} {_at(width, height)} {paint.fill} {paint.stroke}"
        case Curve(points, x, y, paint):
            return f"curve {' '.join(_at(px + x, py + y) for px, py in points)} {paint.stroke}"
        case Polygon(points, x, y, paint):
            return f"polygon {' '.join(_at(px + x, py + y) for px, py in points)} {paint.fill}"
        case Ink(outline, x, y, paint):
            return f"ink {_at(x, y)} {spelled(outline.box)} {outline.size:.0f} {paint.fill}"
        case Cells(x, y, width, height, colours):
            return f"cells {_at(x, y)} {_at(width, height)} {' '.join(colours)}"
    raise TypeError(f"no shape of a scene: {item}")


def _at(x: float, y: float) -> str:
    return ",".join(str(COARSE * round(v / COARSE)) for v in (x, y))


def spelled(box: MathBox) -> str:
    """A label in one line of characters: h^(2), W_hh."""
    match box:
        case Letters(text, "arrow"):
            return f"{text}\N{COMBINING RIGHT ARROW ABOVE}"
        case Letters(text) | Numeral(text) | Sign(text):
            return text
        case Row(parts):
            return "".join(map(spelled, parts))
        case Scripts(base, sub, sup):
            return spelled(base) + (f"_{spelled(sub)}" if sub else "") + (f"^{spelled(sup)}" if sup else "")
        case ThinSpace():
            return ""
    raise TypeError(f"no label has a {type(box).__name__}")
