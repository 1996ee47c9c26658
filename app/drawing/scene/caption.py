"""Sets a figure's caption: words as they are written, in as many lines as the figure's width asks for."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import NamedTuple

from app.drawing.lettering import Outline, outline
from app.drawing.scene.scene import Ink, Item, ItemGroup, Paint
from app.language.typeset import Letters

SIZE, LINE = 12.0, 16.0
"""The em of a caption's letters, and from one line to the next."""
NARROWEST = 200.0
"""No line of a caption is broken sooner for want of room, however narrow the figure is."""
HALVINGS = 6
"""How often a width between those is tried in which lines are too many and as few as can be."""


class Caption(NamedTuple):
    """The lines of a caption."""

    lines: tuple[Outline, ...]

    @property
    def width(self) -> float:
        return max((line.width for line in self.lines), default=0.0)

    @property
    def height(self) -> float:
        return len(self.lines) * LINE

    def drawn(self, middle: float, top: float, colour: str) -> ItemGroup:
        """The lines below each other, centred."""
        items: list[Item] = []
        for i, line in enumerate(self.lines):
            x = middle - (line.left + line.right) / 2
            items.append(Ink(line, x, top + i * LINE + SIZE, Paint("caption", colour)))
        return ItemGroup(tuple(items), "caption")


def caption(text: str, room: float) -> Caption:
    """A text in as few lines as have room in this width, about as long as each other: none ends in a word alone."""
    words, widest = text.split(), max(room, NARROWEST)
    lines = tuple(_broken(words, widest))
    narrowest = widest / max(1, len(lines))
    for _ in range(HALVINGS if len(lines) > 1 else 0):
        middle = (narrowest + widest) / 2
        shorter = tuple(_broken(words, middle))
        if len(shorter) > len(lines):
            narrowest = middle
        else:
            lines, widest = shorter, middle
    return Caption(tuple(map(_line, lines)))


def _line(words: str) -> Outline:
    return outline(Letters(words, "upright"), SIZE)


def _broken(words: list[str], room: float) -> Iterator[str]:
    """Words in lines that have room; one that is too long by itself is cut."""
    line = ""
    for word in (piece for each in words for piece in _pieces(each, room)):
        longer = f"{line} {word}" if line else word
        if line and _line(longer).width > room:
            yield line
            line = word
        else:
            line = longer
    if line:
        yield line


def _pieces(word: str, room: float) -> Iterator[str]:
    parts = ceil(_line(word).width / room)
    size = ceil(len(word) / max(1, parts))
    yield from (word[i : i + size] for i in range(0, len(word), size))
