"""A problem: bad user input as data, saying what is wrong, where, and what is allowed."""

from __future__ import annotations

from dataclasses import dataclass

from app.language.syntax import Span


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with what a person wrote.

    `field` names the link field it is in; `span` counts characters in that field's text, `line` and `column` from 1.
    """

    message: str
    field: str = "equations"
    allowed: object = None
    hint: str | None = None
    span: Span | None = None
    line: int | None = None
    column: int | None = None


class Problems(Exception):
    """Raised at the outermost edge of a stage that found problems; carries them all."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(p.message for p in problems))
        self.problems = problems


def problem_at(text: str, span: Span, message: str, hint: str | None = None, allowed: object = None) -> Problem:
    """A problem at a span of the equations' text."""
    start = span[0]
    line = text.count("\n", 0, start) + 1
    column = start - (text.rfind("\n", 0, start) + 1) + 1
    return Problem(message, "equations", allowed, hint, span, line, column)


def caret(text: str, problem: Problem) -> str:
    """The line a problem is on with a caret under the place, for terminals and plain pages; none of another text."""
    lines = text.split("\n") if text else []
    if problem.span is None or problem.line is None or problem.column is None or problem.line > len(lines):
        return ""
    line = lines[problem.line - 1]
    width = max(1, min(problem.span[1] - problem.span[0], len(line) - problem.column + 1))
    return f"{line}\n{' ' * (problem.column - 1)}{'^' * width}"
