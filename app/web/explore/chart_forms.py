"""The forms beside the charts through time: where to cut the gradient, and what to compare the link with."""

from __future__ import annotations

from dataclasses import dataclass

from app.link import Link, query
from app.web.core import FieldProblem, FilledForm, hidden_fields
from app.web.explore.field_problems import problems_by_field
from app.web.explore.other_systems import comparison_offers

SCISSORS = "truncate"
"""The field that the scissors write."""


@dataclass(frozen=True)
class ScissorsForm:
    """Where the gradient is cut, as the template reads it."""

    carried: list[tuple[str, str]]
    """The hidden fields: all others of the query."""
    truncate: str
    problems: list[FieldProblem]


def scissors_form(form: FilledForm, link: Link) -> ScissorsForm:
    """The cuts that a query writes, right or wrong."""
    cuts = form.written.get(SCISSORS) or link.truncate or ""
    return ScissorsForm(hidden_fields(form, (SCISSORS,)), cuts, problems_by_field(form)[SCISSORS])


@dataclass(frozen=True)
class CompareForm:
    """The other links that this one can be compared with, as the template reads it."""

    standing: str
    """The query of this link, its cursor included."""
    offers: list[tuple[str, list[tuple[str, str]]]]
    """Groups of (words, query or name of a system), each with its heading."""


def compare_form(link: Link) -> CompareForm:
    """The form of a link that is right."""
    return CompareForm(query(link), comparison_offers(link))
