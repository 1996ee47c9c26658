"""Nested lists that a person gave → what keeps them from being an array of numbers, in words with its place."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.numerals import EXACT, rounding

NUMBERS = {float, int, np.float64, np.float32, np.int64, np.int32, np.ndarray}
SEQUENCES = {list, tuple}
LONGEST = 20
"""How much of a text is repeated."""


def fault_of_numbers(value: Any) -> str | None:
    """The first thing that is no number, or the first uneven rows; None where an array can be made of the value.

    It goes level by level, without recursion, so that lists of any depth can be told of. A null among numbers is how
    JSON has a number that is not finite.
    """
    level: list[tuple[list[int], Any]] = [([], value)]
    while level:
        rows = [(place, item) for place, item in level if isinstance(item, list | tuple | np.ndarray)]
        for place, item in level:
            if place and item is None:
                continue
            if not isinstance(item, list | tuple | np.ndarray) and (wrong := _no_number(item)):
                return f"holds {wrong} at {place}" if place else f"is {wrong}"
        if rows and (uneven := _uneven(level)):
            return uneven
        level = [([*place, i], item) for place, row in rows for i, item in enumerate(row)]
    return None


def are_numbers(value: Any) -> bool:
    """Whether nothing but numbers stands in lists of any depth: `true` is none, nor is a text, nor null.

    A quick look, list by list; `fault_of_numbers` says where the first thing stands that is no number.
    """
    waiting: list[Any] = [value]
    while waiting:
        found = waiting.pop()
        row = found if isinstance(found, list | tuple) else (found,)
        kinds = set(map(type, row))
        if kinds <= SEQUENCES:
            waiting += row
        elif not kinds <= NUMBERS or (int in kinds and any(type(one) is int and abs(one) > EXACT for one in row)):
            return False
    return True


def _no_number(item: Any) -> str | None:
    if isinstance(item, bool | np.bool_):
        return str(item).lower()
    if isinstance(item, str):
        return f"the text {item if len(item) <= LONGEST else item[: LONGEST - 1] + '…'!r}"
    if item is None:
        return "null"
    try:
        if rounded := rounding(item):
            return rounded
        float(item)
    except (TypeError, ValueError):
        return "an object" if isinstance(item, dict) else "what is no number"
    except OverflowError:
        return "a number that is too large"
    return None


def _uneven(level: list[tuple[list[int], Any]]) -> str | None:
    """Two places of one depth with unequal numbers of entries."""
    (first, row), *others = level
    for place, other in others:
        if _entries(other) != _entries(row):
            return f"has uneven rows: {_entries(row)} at {first}, {_entries(other)} at {place}"
    return None


def _entries(row: Any) -> str:
    if not isinstance(row, list | tuple | np.ndarray):
        return "one number"
    return f"{len(row)} entr{'y' if len(row) == 1 else 'ies'}"
