"""What is wanted of an answer that is numbers: some variables, some steps, some of its fields; the rest is empty.

So a part is as its model says too, and what is not asked for is neither computed nor counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.arrays import Array
from app.language import Problem, Problems, spelling_hint, step_of, variable_of
from app.link import Partial, Resolved


@dataclass(frozen=True)
class Wanted:
    """Variables and fields, None of all; the first and the last step, and how many there are."""

    variables: frozenset[str] | None
    fields: frozenset[str] | None
    first: int
    last: int
    tau: int

    def has(self, field: str) -> bool:
        """Whether a field of the answer is asked for."""
        return self.fields is None or field in self.fields

    def of(self, name: str) -> bool:
        """Whether a variable is, with its nodes and its operations."""
        return self.variables is None or variable_of(name) in self.variables

    def at(self, node: str) -> bool:
        """Whether a node is: its variable, and its step where it has one; a start comes with the step beside it."""
        return self.of(node) and self.within(node)

    def within(self, node: str) -> bool:
        """Whether a node's step is among those that are asked for, if it has one."""
        step = step_of(node, self.tau)
        return step is None or self.first <= min(max(step, 1), self.tau) <= self.last

    def steps(self, array: Any) -> Any:
        """Those steps of what has one entry for each."""
        return array[self.first - 1 : self.last]

    def named(
        self, field: str, arrays: Callable[[], Mapping[str, Any]], sequences: Collection[str] = ()
    ) -> dict[str, Any]:
        """The arrays of a field by name, of sequences the steps; none where the field is not asked for."""
        kept = {name: array for name, array in arrays().items() if self.at(name)} if self.has(field) else {}
        timed = {name for name in kept if step_of(name, self.tau) is None and variable_of(name) in sequences}
        return {name: self.steps(array) if name in timed else array for name, array in kept.items()}


def all_of_it(resolved: Resolved) -> Wanted:
    """All of an answer."""
    return Wanted(None, None, 1, resolved.run.tau, resolved.run.tau)


def wanted_of(resolved: Resolved, fields: Sequence[str]) -> Wanted:
    """What a link asks for of an answer that has these fields; Problems where it has not, or there is no such name."""
    link = resolved.link
    if not isinstance(link, Partial):
        return all_of_it(resolved)
    names = [*resolved.run.recurrence.variables]
    found = [*_unknown("variables", link.variables, names), *_unknown("fields", link.fields, fields)]
    if found:
        raise Problems(*found)
    first, last = resolved.window or (1, resolved.run.tau)
    return Wanted(_split(link.variables), _split(link.fields), first, last, resolved.run.tau)


def _split(text: str | None) -> frozenset[str] | None:
    return None if text is None else frozenset(filter(None, re.split(r"[\s,]+", text)))


def _unknown(field: str, text: str | None, known: Sequence[str]) -> Iterator[Problem]:
    for name in sorted((_split(text) or frozenset()) - {*known}):
        yield Problem(f"there is no {name} in this answer", field, list(known), spelling_hint(name, known))


def numbers_of(data: Any, path: str = "") -> Iterator[tuple[str, Array]]:
    """Every number and array of numbers of an answer, by where it stands: values/h, contributions/h[1]->h[2].

    What is not finite is so again, where JSON has null.
    """
    if isinstance(data, Mapping):
        for name, value in data.items():
            yield from numbers_of(value, f"{path}/{name}".removeprefix("/"))
    elif isinstance(data, list) and data and all(isinstance(part, Mapping) for part in data):
        for i, part in enumerate(data):
            named = f"{part['source']}->{part['target']}" if "source" in part else str(i)
            yield from numbers_of(part.get("gradient", part) if "source" in part else part, f"{path}/{named}")
    elif data not in (None, []) and not isinstance(data, str | bool):
        with suppress(TypeError, ValueError):  # Texts.
            yield path, np.array(data, dtype=np.float64)
