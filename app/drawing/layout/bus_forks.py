"""A bus as strokes: each piece of it once, from where it begins or forks to the next fork."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from app.cache import cached
from app.drawing.geometry import Point

Corners = tuple[Point, ...]
SAME = 1e-3


class BusStroke(NamedTuple):
    """A piece of a bus, and the numbers of the ways that run along it; the first of them draws it."""

    corners: Corners
    passing: tuple[int, ...]


@cached(1024)
def forked(ways: tuple[Corners, ...]) -> tuple[tuple[BusStroke, ...], ...]:
    """Of each of several ways from one place its strokes, from there on."""
    turns = {p for way in ways for p in way}
    pieces = [list(_pieces(way, turns)) for way in ways]
    passing: dict[tuple[Point, Point], tuple[int, ...]] = {}
    for number, own in enumerate(pieces):
        for piece in own:
            passing[piece] = (*passing.get(piece, ()), number)
    return tuple(tuple(_strokes([(piece, passing[piece]) for piece in own])) for own in pieces)


def _pieces(way: Corners, turns: set[Point]) -> Iterator[tuple[Point, Point]]:
    """The way in pieces, parted wherever another way turns on it."""
    for one, other in pairwise(way):
        k = 0 if abs(one[1] - other[1]) < SAME else 1
        low, high = sorted((one[k], other[k]))
        between = [p for p in turns if abs(p[1 - k] - one[1 - k]) < SAME and low < p[k] < high]
        stops = [one, *sorted(between, key=lambda p: abs(p[k] - one[k])), other]
        yield from pairwise(stops)


def _strokes(pieces: Sequence[tuple[tuple[Point, Point], tuple[int, ...]]]) -> Iterator[BusStroke]:
    """Pieces along which the same ways run as one stroke."""
    corners: list[Point] = []
    before: tuple[int, ...] = ()
    for (start, end), passing in pieces:
        if passing != before and corners:
            yield BusStroke(tuple(corners), before)
            corners = []
        if len(corners) > 1 and any(abs(corners[-2][k] - end[k]) < SAME for k in (0, 1)):
            corners.pop()
        corners = [*(corners or [start]), end]
        before = passing
    yield BusStroke(tuple(corners), before)
