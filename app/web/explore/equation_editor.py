"""The editor of the equations, with every problem of the text below it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from app.language import Problem
from app.language.pasted import PastedLine, read_pasted, with_line
from app.limits import limit
from app.link import Link, left_in_words
from app.web.core import EDIT, FieldProblem, FilledForm, NameShapes, hidden_fields, name_shapes, shown_notes
from app.web.explore.field_problems import problems_by_field
from app.web.explore.system_choice import SystemGroup, system_groups
from app.web.explore.written_system import WrittenSystem, written_system


@dataclass(frozen=True)
class EditorReading:
    """Equations in another notation as text in the language, with the address of the page that takes it."""

    kind: str
    lines: tuple[PastedLine, ...]
    problems: tuple[FieldProblem, ...]
    href: str
    """Empty where nothing of it can be read."""


@dataclass(frozen=True)
class SizesField:
    """The sizes as they were written."""

    value: str
    problems: list[FieldProblem]

    @property
    def query(self) -> list[tuple[str, str]]:
        """The field in a query, unless it is wrong."""
        return [("sizes", self.value)] if self.value and not self.problems else []


@dataclass(frozen=True)
class EquationEditor:
    """The editor as the template reads it."""

    carried: list[tuple[str, str]]
    """The hidden fields: whose equations are edited, and what of the query is said of these."""
    system: WrittenSystem
    groups: tuple[SystemGroup, ...]
    problems: list[FieldProblem]
    sizes: SizesField
    shapes: NameShapes | None
    """The names of the text with their ranks and sizes, where it can be read."""
    left: tuple[str, ...]
    """What an edit of the text left out of the link."""
    read_as: str
    """What the text was before it was read as the language, if it was run so."""
    longest: int
    """The number of characters that the equations may have."""
    reading: EditorReading | None
    """What wrong equations are in the language, where they are written in another notation."""
    notes: tuple[FieldProblem, ...]
    """What of a text that is right is perhaps not as it was meant."""

    @property
    def open(self) -> bool:
        """Whether something is to be read there before anything else is done."""
        return bool(self.problems or self.sizes.problems or self.notes)


def equation_editor(form: FilledForm, link: Link) -> EquationEditor:
    """The editor of a query: the text as it was written, else the equations of its system."""
    problems = problems_by_field(form)
    system = written_system(form, link)
    edited = [] if system.equations and problems["equations"] else system.edited
    carried = [*edited, *hidden_fields(form, ("system", "equations", "sizes"))]
    sizes = SizesField(form.written.get("sizes", ""), problems["sizes"])
    return EquationEditor(
        carried=carried,
        system=system,
        groups=system_groups(link),
        problems=problems["equations"],
        sizes=sizes,
        shapes=name_shapes(form.resolved, system.text) if form.resolved else None,
        left=left_in_words(form.left),
        read_as=form.read_as,
        longest=limit("equations_length"),
        reading=_reading(system.text, [*carried, *sizes.query], problems["equations"]),
        notes=shown_notes(form.resolved.run.recurrence) if form.resolved else (),
    )


def _reading(text: str, carried: list[tuple[str, str]], problems: list[FieldProblem]) -> EditorReading | None:
    """What wrong equations say in the language; None where they are in the language already.

    Where nothing of them can be read, it is told if that says it in fewer words than the problems of the text do.
    """
    if not problems or len(text) > limit("pasted"):
        return None
    reading = read_pasted(text)
    says = any(line and not line.startswith("#") for line in reading.text.split("\n"))
    if not reading.foreign or not (says or 0 < len(reading.problems) <= len(problems)):
        return None

    def page(equations: str) -> str:
        # Of the other fields the page keeps what has a meaning with these equations, as after any edit.
        return "/?" + urlencode([*carried, ("equations", equations), (EDIT, "")], quote_via=quote)

    told = tuple(_told(problem, text, page) for problem in reading.problems)
    return EditorReading(reading.kind, reading.lines, told, page(reading.text) if says else "")


def _told(problem: Problem, text: str, page: Callable[[str], str]) -> FieldProblem:
    """A problem of a text that was pasted, with the pages of the text with the lines that would mend it."""
    mended = tuple((line.strip(), page(with_line(text, problem.line or 1, line))) for line in problem.mendings)
    return FieldProblem("equations", problem.message, problem.hint, problem.line, mended=mended)
