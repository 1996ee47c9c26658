"""Dimensions, and what is known of one that is the sum of others: where vectors are put together, and split.

Unification makes dimensions equal; here what is open in a sum follows from the rest of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from app.language.syntax import Evidence, Span


@dataclass(eq=False)
class Dimension:
    """An axis' length: equal dimensions share a root, and the root may know its size and what settled it."""

    parent: Dimension | None = None
    size: int | None = None
    why: Evidence | None = None

    def root(self) -> Dimension:
        while self.parent is not None:
            self = self.parent
        return self


@dataclass(frozen=True, eq=False)
class DimensionSum:
    """A dimension that is the sum of others, of one several times where parts are equal, and where the text says so."""

    whole: Dimension
    parts: Sequence[Dimension]
    op: str
    span: Span | None = None
    line: int | None = None

    @property
    def open(self) -> dict[Dimension, int]:
        """The parts without a size, and how often each is there."""
        found: dict[Dimension, int] = {}
        for root in (part.root() for part in self.parts):
            if root.size is None:
                found[root] = found.get(root, 0) + 1
        return found

    @property
    def known(self) -> int:
        """What the parts with a size make together."""
        return sum(part.root().size or 0 for part in self.parts)

    @property
    def why(self) -> Evidence:
        """What settles a size that follows."""
        return Evidence("equation", f"{self.op} in line {self.line}", self.line)

    def follow(self) -> bool:
        """Set what follows from the rest; whether something did."""
        whole, waiting = self.whole.root(), self.open
        if not waiting and whole.size is None:
            whole.size, whole.why = self.known, self.why
            return True
        if len(waiting) == 1 and whole.size is not None:
            ((part, times),) = waiting.items()
            if whole.size > self.known and not (whole.size - self.known) % times:
                part.size, part.why = (whole.size - self.known) // times, self.why
                return True
        return False

    @property
    def wrong(self) -> bool:
        """Whether the sizes that are known cannot be."""
        whole, waiting = self.whole.root(), self.open
        if whole.size is None:
            return False
        left = whole.size - self.known
        if len(waiting) == 1:
            return left <= 0 or left % next(iter(waiting.values())) != 0
        return left < sum(waiting.values()) if waiting else left != 0

    @property
    def by_sizes(self) -> bool:
        """Whether a size that is set for a name is in it."""
        roots = (dimension.root() for dimension in (self.whole, *self.parts))
        return any(root.why is not None and root.why.source == "size" for root in roots)

    @property
    def in_words(self) -> str:
        """What is wrong."""
        whole, sizes = self.whole.root(), [part.root() for part in self.parts]
        if len({*sizes}) == 1 and len(sizes) > 1:
            said = f"{self.op}: {whole.size} entries are not {len(sizes)} equal parts"
            return f"{said} ({whole.why.words})" if whole.why and _is_set(whole) else said
        said = " + ".join(map(_known_size, sizes))
        return f"{self.op}: {said} entries do not make {_known_size(whole) if _is_set(whole) else 'as many as here'}"


def _is_set(dimension: Dimension) -> bool:
    return dimension.size is not None and (dimension.why is None or dimension.why.source != "default")


def _known_size(dimension: Dimension) -> str:
    """A size and what settled it."""
    why = f" ({dimension.why.words})" if dimension.why else ""
    return f"{dimension.size}{why}" if _is_set(dimension) else "any"


def settle(sums: Sequence[DimensionSum]) -> Iterator[DimensionSum]:
    """Let sizes follow from one another until nothing more does; gives the sums that cannot be."""
    while any(one.follow() for one in sums):
        pass
    return (one for one in sums if one.wrong)


def give_defaults(
    dimensions: Sequence[Dimension],
    sums: Sequence[DimensionSum],
    wanted: Mapping[Dimension, tuple[int, Evidence]],
    usual: int,
) -> Iterator[DimensionSum]:
    """Give every open dimension a size: those that are wanted first, then parts before the sums that they make.

    What follows from a size that was given is not given another. Gives the sums that cannot be.
    """
    wholes = {one.whole.root() for one in sums}
    inner = [part.root() for one in sums for part in one.parts]
    for dimension in (*wanted, *sorted((*dimensions, *inner), key=lambda d: d in wholes)):
        if dimension.size is None:
            size, why = wanted.get(dimension, (usual, None))
            of_text = why is not None and why.line is not None
            dimension.size = int(min(size, _room(dimension, sums, equal=not of_text)))
            nothing = Evidence("default", f"nothing sets it, so it is {dimension.size}")
            dimension.why = why if why and dimension.size == size else nothing
            settle(sums)
    return settle(sums)


def _room(part: Dimension, sums: Sequence[DimensionSum], equal: bool) -> float:
    """The greatest size that leaves as much for each other open part of a sum whose whole is known, or else one."""
    found = inf
    for one in (it for it in sums if part in it.open):
        times, parts = one.open[part], sum(one.open.values())
        if whole := one.whole.root().size:
            left = whole - one.known
            found = min(found, max(1, left // parts if equal else (left - (parts - times)) // times))
    return found
