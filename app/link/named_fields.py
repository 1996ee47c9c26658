"""Messages that name fields: requests are told the names that links have, pages the labels of their controls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.language import Problem


class _Called(dict[str, str]):
    """What fields are called; one that has no other name is called as links call it."""

    def __missing__(self, name: str) -> str:
        return name


def naming(pattern: str, field: str, allowed: object = None, hint: str | None = None, advice: str = "") -> Problem:
    """A problem of a field whose message names fields, each in braces, as in `{lr} is to be …`.

    So does `advice`, where it stands in the place of a hint.
    """
    said, hint = pattern.format_map(_Called()), advice.format_map(_Called()) or hint
    return Problem(said, field, allowed, hint, pattern=pattern, advice=advice)


def plainly(text: str) -> str:
    """Text that stands in such a message as it is."""
    return text.replace("{", "{{").replace("}", "}}")


def by_labels(problem: Problem, labels: Mapping[str, str]) -> Problem:
    """The problem as a page says it, which calls fields as its controls are called."""
    called = _Called({name: f"“{label}”" for name, label in labels.items()})
    message = problem.pattern.format_map(called) if problem.pattern else problem.message
    hint = problem.advice.format_map(called) if problem.advice else problem.hint
    return replace(problem, message=message, hint=hint)
