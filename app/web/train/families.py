"""Many curves a family at a time: those whose names begin alike, W_f, W_i and W_o; a page has a button for each family.

The buttons come with the page, because those that scripts put in would push the charts below them down.
"""

from __future__ import annotations

from dataclasses import dataclass

FEW = 6
"""So many curves can be told apart without families."""


@dataclass(frozen=True)
class Family:
    """The letter that the names of a family begin with, these names, and which curves they are, counted from 0."""

    head: str
    names: tuple[str, ...]
    curves: tuple[int, ...]
    pressed: bool
    """Whether it is the one that is shown at first: the first of the largest."""


def families(names: list[str]) -> list[Family]:
    """The families of many curves in the order of their first names; none of few."""
    if len(names) <= FEW:
        return []
    found: dict[str, list[int]] = {}
    for i, name in enumerate(names):
        found.setdefault(name[0], []).append(i)
    largest = max(found, key=lambda head: len(found[head]))
    return [Family(head, tuple(names[i] for i in its), tuple(its), head == largest) for head, its in found.items()]
