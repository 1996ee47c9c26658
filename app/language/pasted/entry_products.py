"""Products of arrays that are written entry by entry: a sum over an index joins the factors that have it.

Whether the arrays are those of formulas or of programs, their readers say (formula_entries.py, python_entries.py).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import reduce
from typing import Generic, TypeVar

Part = TypeVar("Part")
Axes = tuple[str, ...]
WHOLE = "its entries are read as whole vectors and matrices"
NO_PRODUCT = "these entries are no product of whole vectors and matrices"


class NoProduct(Exception):
    """Raised where entries are joined in a way that whole arrays are not."""


class EntryProducts(ABC, Generic[Part]):
    """How factors with indices are joined; a factor is a part and the indices of its axes, in their order."""

    @abstractmethod
    def times(self, one: Part, other: Part) -> Part:
        """Entry by entry, or a number times an array."""

    @abstractmethod
    def joined_by(self, one: Part, other: Part, ranks: tuple[int, int]) -> Part:
        """The product over the last axis of one and the first of the other, vectors or matrices by their ranks."""

    @abstractmethod
    def outer(self, one: Part, other: Part) -> Part:
        """Every entry of one vector times every entry of another."""

    @abstractmethod
    def total(self, vector: Part) -> Part:
        """The sum of the entries of a vector."""

    @abstractmethod
    def transposed(self, matrix: Part) -> Part:
        """A matrix with its axes exchanged."""

    def turned(self, part: Part, axes: Axes, wanted: Axes) -> Part:
        """An array with its axes in another order."""
        if axes == wanted:
            return part
        if axes[::-1] != wanted:
            raise NoProduct
        return self.transposed(part)

    def product(self, factors: Sequence[tuple[Part, Axes]], one: Part) -> tuple[Part, Axes]:
        """Factors that are not summed: numbers, vectors along one index or two, and matrices of both."""
        groups = dict[Axes, Part]()
        for it, axes in factors:
            turned = len(axes) == 2 and axes[::-1] in groups
            part, own = (self.transposed(it), axes[::-1]) if turned else (it, axes)
            groups[own] = self.times(groups[own], part) if own in groups else part
        number = groups.pop((), None)
        match list(groups.items()):
            case []:
                return (one if number is None else number), ()
            case [(axes, found)]:
                pass
            case [((i,), first), ((j,), second)]:
                axes, found = (i, j), self.outer(first, second)
            case _:
                raise NoProduct
        return (found if number is None else self.times(number, found)), axes

    def summed(self, factors: Sequence[tuple[Part, Axes]], index: str) -> list[tuple[Part, Axes]]:
        """The factors of a product that is summed over one index."""
        outside = [it for it in factors if index not in it[1]]
        vectors = [it for it, axes in factors if axes == (index,)]
        matrices = [(it, axes) for it, axes in factors if index in axes and len(axes) == 2]
        match matrices:
            case [] if len(vectors) == 1:
                joined: tuple[Part, Axes] = self.total(vectors[0]), ()
            case [] if vectors:
                joined = self.joined_by(reduce(self.times, vectors[:-1]), vectors[-1], (1, 1)), ()
            case [(matrix, (first, second))] if vectors and first != second:
                vector = reduce(self.times, vectors)
                if second == index:
                    joined = self.joined_by(matrix, vector, (2, 1)), (first,)
                else:
                    joined = self.joined_by(vector, matrix, (1, 2)), (second,)
            case [(one, axes), (other, its)] if not vectors and {*axes} != {*its}:
                left = self.turned(one, axes, tuple(sorted(axes, key=lambda it: it == index)))
                right = self.turned(other, its, tuple(sorted(its, key=lambda it: it != index)))
                outer = next(it for it in axes if it != index), next(it for it in its if it != index)
                joined = self.joined_by(left, right, (2, 2)), outer
            case _:
                raise NoProduct
        return [*outside, joined]
