"""Sorts the problems of a query by the control that shows them; the others stand below the controls."""

from __future__ import annotations

from app.language import Subject, caret
from app.link import field_at_fault
from app.web.core import FieldProblem, FilledForm, allowed, edits_of, field_of, fields


def problems_by_field(form: FilledForm) -> dict[str, list[FieldProblem]]:
    """Every field that has a control, with its problems; one of the equations has its place in the text."""
    text = form.written.get("equations", "").replace("\r\n", "\n")
    found: dict[str, list[FieldProblem]] = {name: [] for name in fields()}
    for p in form.problems:
        if field_of(p) in found:
            place = caret(text, p) if p.about is Subject.EQUATIONS else ""
            edits = edits_of(p, text)
            found[field_of(p)].append(FieldProblem(field_at_fault(p), p.message, p.hint, p.line, "", place, edits))
    return found


def problems_elsewhere(form: FilledForm) -> list[FieldProblem]:
    """The problems of fields without a control, each with what is allowed there."""
    shown = fields()
    others = (p for p in form.problems if field_of(p) not in shown)
    return [FieldProblem(field_at_fault(p), p.message, p.hint, p.line, allowed(p)) for p in others]
