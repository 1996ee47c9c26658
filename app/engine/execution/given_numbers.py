"""Nested lists that a person gave → what keeps them from being an array of numbers, in words with its place."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.numerals import EXACT, rounding

NUMBERS = {float, int, np.float64, np.float32, np.int64, np.int32, np.ndarray}
SEQUENCES = {list, tuple}
ROWS = list, tuple, np.ndarray
LONGEST = 20
"""How much of a text is repeated."""


def fault_of_numbers(value: Any) -> str | None:
    """The first thing that is no number, or the first uneven rows; None where an array can be made of the value.

    It goes level by level, without recursion, so that lists of any depth can be told of; the place of an entry follows
    from the lengths above it, which are even. A null among numbers is how JSON has a number that is not finite.
    """
    level, lengths = [value], list[int]()
    while level:
        for k, item in enumerate(level):
            if lengths and item is None:
                continue
            if not isinstance(item, ROWS) and (wrong := _no_number(item)):
                return f"holds {wrong} at {_place(k, lengths)}" if lengths else f"is {wrong}"
        if not any(isinstance(item, ROWS) for item in level):
            return None
        if other := next((k for k, item in enumerate(level) if _length(item) != _length(level[0])), 0):
            first, place = _place(0, lengths), _place(other, lengths)
            return f"has uneven rows: {_entries(level[0])} at {first}, {_entries(level[other])} at {place}"
        lengths.append(len(level[0]))
        level = [item for row in level for item in row]
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


def _place(k: int, lengths: list[int]) -> list[int]:
    """Where the k-th entry of a level stands below rows of these lengths."""
    place = list[int]()
    for length in reversed(lengths):
        k, i = divmod(k, length)
        place.insert(0, i)
    return place


def _length(item: Any) -> int:
    return len(item) if isinstance(item, ROWS) else -1


def _entries(row: Any) -> str:
    length = _length(row)
    return "one number" if length < 0 else f"{length} entr{'y' if length == 1 else 'ies'}"
