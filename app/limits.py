"""The table of limits on what a request may cost. An environment variable sets each.

A limit is checked before the work that it bounds is begun.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """A row: `UNFOLD_<NAME>` in the environment overrides `default`."""

    name: str
    default: int
    meaning: str

    @property
    def variable(self) -> str:
        return f"UNFOLD_{self.name.upper()}"


def _table(*rows: Limit) -> dict[str, Limit]:
    return {row.name: row for row in rows}


LIMITS: Mapping[str, Limit] = _table(
    Limit("tau", 1000, "steps of an unfolded network"),
    Limit("size", 512, "units of one dimension"),
    Limit("equations_length", 8000, "characters of equations"),
    Limit("pasted", 32_000, "characters of a text that is pasted from elsewhere"),
    Limit("equations_count", 64, "lines of equations"),
    Limit("nesting", 32, "depth of brackets and operators in one expression"),
    Limit("operations", 2000, "operations of one step, calls of functions written out"),
    Limit("starts", 8000, "reads of what is before the run or after it, over all steps that they reach back or ahead"),
    Limit("steps", 20_000, "updates of a training"),
    Limit("batch", 256, "sequences that go through at once"),
    Limit("work", 2_000_000_000, "multiply-adds of one forward and backward pass"),
    Limit(
        "training",
        14_000_000_000,
        "multiply-adds of a training, each operation counted as a thousand or more, each step as half a million",
    ),
    Limit("runs", 4, "trainings at the same time, in each process of the service"),
    Limit("line", 32, "trainings that wait for a place, in each process of the service"),
    Limit("share", 18, "trainings of one reader that run or wait, in each process of the service"),
    Limit(
        "threads",
        2,
        "answers that are made at the same time, in each process of the service, if there are cores for them",
    ),
    Limit("memory", 130_000_000, "bytes of the values and gradients of one pass"),
    Limit("nodes", 6000, "nodes of one figure"),
    Limit("lines", 30_000, "lines between the nodes of a whole run"),
    Limit(
        "drawn",
        9000,
        "lines that one picture draws; where cells are wired, in PDF and PNG and in a box more is counted",
    ),
    Limit("frames", 15_000, "nodes of all frames of one figure"),
    Limit("pixels", 36_000_000, "pixels of one picture"),
    Limit("numbers", 4_000_000, "numbers in one answer"),
    Limit("table", 400_000, "numbers in one table of a page"),
    Limit("body", 56_000_000, "bytes of a request's body"),
    Limit("read", 280_000_000, "bytes that what a body says takes once it is read"),
    Limit("cache_mb", 64, "megabytes that all caches of a process take together"),
    Limit("answers", 24_000_000, "bytes of answers that are kept, in each process of the service"),
)


VARIABLES = tuple(row.variable for row in LIMITS.values())


def limits_in_force() -> tuple[str | None, ...]:
    """What the environment says of every limit, unread."""
    return tuple(map(os.environ.get, VARIABLES))


def limit(name: str) -> int:
    """The value in force. Raises ValueError where the environment variable is no positive whole number."""
    row = LIMITS[name]
    text = os.environ.get(row.variable, "").strip()
    if not text:
        return row.default
    if not text.isdigit() or int(text) < 1:
        raise ValueError(f"{row.variable} is to be a whole number of at least 1, not {text!r}")
    return int(text)
