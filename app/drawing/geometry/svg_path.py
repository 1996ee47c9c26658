"""Relative path commands of SVG in, absolute strokes out: for formats that have no relative ones, or no parabolas."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from app.drawing.geometry.curves import Point

Stroke = tuple[str, tuple[Point, ...]]
"""`M`, `L` and `C` with their points, or `Z`."""
WORD = re.compile(r"[a-z]|-?(?:\d+\.?\d*|\.\d+)")


@lru_cache(maxsize=8192)
def strokes(path: str) -> tuple[Stroke, ...]:
    """What a path draws that begins at (0, 0)."""
    words, found = WORD.findall(path), list[Stroke]()
    here = start = (0.0, 0.0)
    if not path.startswith("m"):
        found.append(("M", (here,)))
    command, i = "", 0
    while i < len(words):
        if words[i].isalpha():
            command, i = words[i], i + 1
        kind, count, points = COMMANDS[command]
        found.append((kind, points(here, [float(word) for word in words[i : i + count]])))
        i += count
        here = found[-1][1][-1] if kind != "Z" else start
        if command == "m":
            start, command = here, "l"
    return tuple(found)


def _line(here: Point, numbers: Sequence[float]) -> tuple[Point, ...]:
    return ((here[0] + numbers[0], here[1] + numbers[1]),)


def _cubic(here: Point, numbers: Sequence[float]) -> tuple[Point, ...]:
    return tuple((here[0] + x, here[1] + y) for x, y in zip(numbers[::2], numbers[1::2], strict=True))


def _parabola(here: Point, numbers: Sequence[float]) -> tuple[Point, ...]:
    """A quadratic curve as the cubic that it is."""
    (cx, cy), (x, y) = _cubic(here, numbers)
    first = here[0] + (cx - here[0]) * 2 / 3, here[1] + (cy - here[1]) * 2 / 3
    return first, (x + (cx - x) * 2 / 3, y + (cy - y) * 2 / 3), (x, y)


COMMANDS: Mapping[str, tuple[str, int, Callable[[Point, Sequence[float]], tuple[Point, ...]]]] = {
    "m": ("M", 2, _line),
    "l": ("L", 2, _line),
    "h": ("L", 1, lambda here, x: ((here[0] + x[0], here[1]),)),
    "v": ("L", 1, lambda here, y: ((here[0], here[1] + y[0]),)),
    "q": ("C", 4, _parabola),
    "c": ("C", 6, _cubic),
    "z": ("Z", 0, lambda here, _: ()),
}
"""Each relative command: what it becomes, how many numbers it takes, and the points that they make."""
