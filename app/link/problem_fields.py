"""Says which field of a link a problem is at: lower floors know what is wrong, and a field's row that it says that."""

from __future__ import annotations

from collections.abc import Mapping

from app.cache import cached
from app.language import Problem, Subject
from app.link.fields import Body
from app.link.rows import field_rows


@cached()
def _fields_by_subject() -> Mapping[Subject, str]:
    return {row.about: name for name, row in field_rows(Body).items() if row.about}


def field_at_fault(problem: Problem) -> str:
    """The field that a problem is at, `params.W` where it is at one of several; empty where no field is to blame."""
    field = _fields_by_subject()[problem.about] if isinstance(problem.about, Subject) else problem.about
    return f"{field}.{problem.part}" if problem.part else field
