"""Full listings of the arrays that a panel shortens, to be opened there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from app.arrays import Array
from app.drawing.scene import node_in_words
from app.engine import Graph
from app.language import minus_signs
from app.web.explore.all_numbers import array_lines

LIMIT, NARROW = 8, 5
"""The most rows and columns that a panel shows: of a vector, and of a matrix that multiplies."""
INLINE = 2500
"""A matrix of more entries is not written out on the page; it has its place among all numbers."""


@dataclass(frozen=True)
class FullVector:
    """Every entry of a vector that the panel shortens."""

    name: Markup
    entries: tuple[str, ...]


@dataclass(frozen=True)
class FullMatrix:
    """A matrix that the panel shortens: its rows as text, or nothing where it is too long for the page."""

    id: str
    name: Markup
    spoken: str
    size: str
    rows: str


def elided_vectors(found: Iterable[tuple[Markup, Array]]) -> tuple[FullVector, ...]:
    """The vectors that the panel shortens."""
    long = {name: array for name, array in found if array.ndim == 1 and array.size > LIMIT}
    return tuple(FullVector(n, tuple(minus_signs(f"{v:.4g}") for v in a.tolist())) for n, a in long.items())


def elided_matrices(found: Mapping[str, tuple[Markup, Array]], graph: Graph, inline: bool) -> tuple[FullMatrix, ...]:
    """The matrices that the panel shortens, spoken of as in this graph; `inline`: with their rows."""
    long = {name: row for name, row in found.items() if max(row[1].shape) > NARROW}
    return tuple(_full_matrix(n, node_in_words(graph, n), symbol, a, inline) for n, (symbol, a) in long.items())


def _full_matrix(name: str, spoken: str, symbol: Markup, array: Array, inline: bool) -> FullMatrix:
    rows = array_lines(array) if inline and array.size <= INLINE else ""
    return FullMatrix(name, symbol, spoken, "{} × {}".format(*array.shape), rows)
