"""Messages that name fields: requests are told the names that links have, pages the labels of their controls."""

from __future__ import annotations

from collections.abc import Mapping

from app.language import Problem


class _Called(dict[str, str]):
    """What fields are called; one that has no other name is called as links call it."""

    def __missing__(self, name: str) -> str:
        return name


def naming(pattern: str, field: str, allowed: object = None, hint: str | None = None) -> Problem:
    """A problem of a field whose message names fields, each in braces, as in `{lr} is to be …`."""
    return Problem(pattern.format_map(_Called()), field, allowed, hint, pattern=pattern)


def plainly(text: str) -> str:
    """Text that stands in such a message as it is."""
    return text.replace("{", "{{").replace("}", "}}")


def by_labels(problem: Problem, labels: Mapping[str, str]) -> str:
    """The message as a page says it, which calls fields as its controls are called."""
    if not problem.pattern:
        return problem.message
    return problem.pattern.format_map(_Called({name: f"“{label}”" for name, label in labels.items()}))
