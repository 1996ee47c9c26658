"""The editor of the equations, with every problem of the text below it."""

from __future__ import annotations

from dataclasses import dataclass

from app.limits import limit
from app.link import Link
from app.web.core import CURSOR, FieldProblem, FilledForm, hidden_fields
from app.web.explore.field_problems import problems_by_field
from app.web.explore.written_system import WrittenSystem, written_system
from app.web.gallery import Thumbnail, thumbnails


@dataclass(frozen=True)
class EquationEditor:
    """The editor as the template reads it."""

    carried: list[tuple[str, str]]
    """The hidden fields: those of the query that stay as they are with other equations."""
    system: WrittenSystem
    systems: tuple[Thumbnail, ...]
    problems: list[FieldProblem]
    longest: int
    """The number of characters that the equations may have."""


def equation_editor(form: FilledForm, link: Link) -> EquationEditor:
    """The editor of a query: the text as it was written, else the equations of its system."""
    carried = hidden_fields(form, ("system", "equations", *CURSOR))
    problems = problems_by_field(form)["equations"]
    return EquationEditor(carried, written_system(form, link), thumbnails(), problems, limit("equations_length"))
