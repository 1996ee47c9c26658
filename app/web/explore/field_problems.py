"""Sorts the problems of a query by the control that shows them; the others stand below the controls."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from app.language import Problem, Subject, caret
from app.link import EXPLORE, Link, by_labels, field_at_fault, labels, with_its_field
from app.systems import SYSTEMS
from app.web.core import CURSOR, EDIT, FieldProblem, FilledForm, allowed, edits_of, field_of, fields


def problems_by_field(form: FilledForm) -> dict[str, list[FieldProblem]]:
    """Every field that has a control, with its problems; one of the equations has its place in the text."""
    text = form.written.get("equations", "").replace("\r\n", "\n")
    found: dict[str, list[FieldProblem]] = {name: [] for name in fields()}
    called = labels(Link, EXPLORE)
    for p in form.problems:
        if field_of(p) in found:
            place = caret(text, p) if p.about is Subject.EQUATIONS else ""
            edits, pages = edits_of(p, text), () if p.about is Subject.EQUATIONS else _pages_mended(form, p)
            said = by_labels(p, called)
            found[field_of(p)].append(
                FieldProblem(field_at_fault(p), said.message, said.hint, p.line, "", place, edits, pages)
            )
    return found


def _pages_mended(form: FilledForm, problem: Problem) -> tuple[tuple[str, str], ...]:
    """The line that mends a problem of another field, and the page with it in the equations."""
    link = form.resolved.link if form.resolved else Link()
    text = form.written.get("equations") or link.equations or SYSTEMS[link.system].equations
    rest = [(name, value) for name, value in form.written.items() if name not in ("system", "equations", *CURSOR)]
    queries = ((it, [*rest, ("equations", text), (EDIT, it)]) for it in problem.mendings)
    return tuple((lines, f"/?{urlencode(query, quote_via=quote)}") for lines, query in queries)


def problems_elsewhere(form: FilledForm) -> list[FieldProblem]:
    """The problems of fields without a control, each with what is allowed there."""
    shown, called = fields(), labels(Link, EXPLORE)
    others = (with_its_field(p, called) for p in form.problems if field_of(p) not in shown)
    return [FieldProblem(field_at_fault(p), p.message, p.hint, p.line, allowed(p)) for p in others]
