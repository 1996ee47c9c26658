"""What was read of a pasted text: line by line what stood there, what it is in the language, and what was not read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.language import Problem
from app.language.syntax import Span


@dataclass(frozen=True, slots=True)
class PastedLine:
    """One statement: `source` as it stood there, from `line` on, and its `text` in the language, if it needs any.

    `note` says what was taken for granted, or why nothing is written.
    """

    source: str
    line: int
    text: str
    note: str = ""


Axes = tuple[int | None, ...]
"""How long each axis of an array is; None for one that the text does not say."""


@dataclass(frozen=True, slots=True)
class SaidSizes:
    """How long the axes of a variable are, as a line of a program says it, and along which of them its steps are."""

    name: str
    axes: Axes
    line: int
    steps: int | None = None


@dataclass(frozen=True, slots=True)
class SaidSteps:
    """How many steps a program runs, and the line of the loop."""

    steps: int
    line: int


@dataclass(frozen=True, slots=True)
class ClassNumbers:
    """The classes that data have at the steps, counted from 0."""

    name: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PastedReading:
    """A whole text as it was read.

    `kind` is what it was taken for: "Unfold" is the language itself, which stays as it is, to the last space.
    """

    kind: str
    text: str
    lines: tuple[PastedLine, ...] = ()
    problems: tuple[Problem, ...] = ()
    sizes: tuple[SaidSizes, ...] = ()
    """What a program says of its arrays, until the text declares it."""
    steps: SaidSteps | None = None
    """How many steps a program runs, until the text says it."""
    classes: tuple[ClassNumbers, ...] = ()
    """The classes that its data have at the steps, until the text has their rows."""

    @property
    def foreign(self) -> bool:
        """True if the text was in another notation and is now in the language."""
        return self.kind != OWN

    @property
    def another_program(self) -> bool:
        """True if no equation of the text was in the language already: it stands in place of all that was there."""
        return self.foreign and not any("[t]" in line.source and line.source == line.text for line in self.lines)


WRITE_OUT = "write the equations that it stands for, as h[t] = tanh(W @ h[t-1] + U @ x[t])"
ITS_LINES = (
    "paste the lines of {} too, or write the equations that it stands for, as h[t] = tanh(W @ h[t-1] + U @ x[t])"
)
CLOSE_IT = "every bracket that is opened is closed, and what is opened within it first"
GO_ON = "a sign has a value on either side, and a line ends behind one"
IN_PARTS = "write a part of it as a line of its own"
ONE_ENTRY = "one entry is the product with a one-hot vector that is data: given e, and e @ h[t]"
ENTRY_OF_ITS_OWN = "an entry that is always the same one has a name of its own: write {}"
NO_COMPUTATION = "nothing is computed here"
BY_ITSELF = "a start that no line sets is 0"
ALL_KEPT = "what is dropped at random is kept when a network runs; a mask is data: m[t] * h[t]"
TIME_CONSTANT = "tau_c"
"""What a time constant is called that a text calls τ: here tau is the number of steps."""
OWN, PYTHON, LATEX, FORMULAS = "Unfold", "Python", "LaTeX", "mathematics"


class Unread(Exception):
    """Raised where something cannot be read: what, where, and what to write in its place."""

    def __init__(self, message: str, span: Span, hint: str, follows: bool = False) -> None:
        super().__init__(message)
        self.message, self.span, self.hint = message, span, hint
        self.follows = follows
        """True where another line that is not read is the reason, which has been named."""


ONE = "one"
"""What a vector of one entry, 1, is called: it stands above an input whose weights have the bias within them."""
ONE_LINES = (f"{ONE}: 1", f"{ONE} ~ 1", f"fixed {ONE}")


def identity_lines(names: Iterable[str]) -> list[str]:
    """The lines that make names identity matrices: parameters that begin as one and that training leaves alone."""
    found = list(dict.fromkeys(names))
    return [f"fixed {', '.join(found)}", *(f"{name} ~ identity" for name in found)] if found else []


def lines_of_ones(names: Iterable[str]) -> list[str]:
    """The lines that make names vectors of ones, which training leaves alone."""
    found = list(dict.fromkeys(names))
    return [f"fixed {', '.join(found)}", *(f"{name} ~ 1" for name in found)] if found else []


def arguments_hint(function: str, arity: int) -> str:
    """How a function is called, whose arguments are too many or too few."""
    return f"write {function}({', '.join('abc'[:arity])})"
