"""Says which field of a link a problem is at: lower floors know what is wrong, and a field's row that it says that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.cache import cached
from app.language import Problem, Subject
from app.link.fields import Body
from app.link.named_fields import by_labels, plainly
from app.link.rows import field_rows


@cached()
def _fields_by_subject() -> Mapping[Subject, str]:
    return {row.about: name for name, row in field_rows(Body).items() if row.about}


def field_at_fault(problem: Problem) -> str:
    """The field that a problem is at, `params.W` where it is at one of several; empty where no field is to blame."""
    field = _fields_by_subject()[problem.about] if isinstance(problem.about, Subject) else problem.about
    return f"{field}.{problem.part}" if problem.part else field


def with_its_field(problem: Problem, labels: Mapping[str, str]) -> Problem:
    """The problem as a page says it where no control is beside it: its field is named."""
    field, said = field_at_fault(problem).partition(".")[0], by_labels(problem, labels)
    if field not in labels or f"{{{field}}}" in problem.pattern:
        return said
    return replace(said, message=f"“{labels[field]}”: {said.message}")


def of_part(problem: Problem, part: str) -> Problem:
    """A problem of a field that is one of several links: `part` is named first, and called as a field is."""
    pattern = f"{{{part}}}: {problem.pattern or plainly(problem.message)}"
    field = f"{part}.{field_at_fault(problem)}"
    return replace(problem, message=f"{part}: {problem.message}", about=field, part="", pattern=pattern)
