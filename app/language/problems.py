"""A problem: bad user input as data, saying what is wrong, where, and what is allowed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from app.language.syntax import Span


class Subject(Enum):
    """What of a recurrence, of its run or of its picture is wrong; which field of a link says it, `app.link` knows."""

    EQUATIONS = auto()
    SIZES = auto()
    SYSTEM = auto()
    TASK = auto()
    STEPS = auto()
    OBJECTIVE = auto()
    PARAMETERS = auto()
    DATA = auto()
    STARTS = auto()
    ENTRIES = auto()
    """Single entries of parameters, set to numbers."""
    SPECTRAL_RADIUS = auto()
    FREE_RUNNING = auto()
    """The output that is read in place of what was given."""
    PICTURE_SIZE = auto()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with what a person wrote.

    `about` is what is wrong: a subject, and `part` names the one of several (a parameter, a start); above the engine,
    where more can be wrong, the name of a field, an option or a header. `span` counts characters of its text, `line`
    and `column` from 1. Each of `mendings`, lines put into the text, would mend it.
    `pattern` is the message with the fields that it names in braces, where it names some, `advice` such a hint.
    """

    message: str
    about: Subject | str = Subject.EQUATIONS
    allowed: object = None
    hint: str | None = None
    span: Span | None = None
    line: int | None = None
    column: int | None = None
    part: str = ""
    mendings: tuple[str, ...] = ()
    pattern: str = ""
    advice: str = ""


class Problems(Exception):
    """Raised at the outermost edge of a stage that found problems; carries them all."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(p.message for p in problems))
        self.problems = problems


def problem_at(
    text: str, span: Span, message: str, hint: str | None = None, allowed: object = None, mendings: tuple[str, ...] = ()
) -> Problem:
    """A problem at a span of the equations' text."""
    start = span[0]
    line = text.count("\n", 0, start) + 1
    column = start - (text.rfind("\n", 0, start) + 1) + 1
    return Problem(message, Subject.EQUATIONS, allowed, hint, span, line, column, mendings=mendings)


def caret(text: str, problem: Problem) -> str:
    """The line a problem is on with a caret under the place, for terminals and plain pages; none of another text."""
    lines = text.split("\n") if text else []
    if problem.span is None or problem.line is None or problem.column is None or problem.line > len(lines):
        return ""
    line = lines[problem.line - 1]
    width = max(1, min(problem.span[1] - problem.span[0], len(line) - problem.column + 1))
    return f"{line}\n{' ' * (problem.column - 1)}{'^' * width}"
