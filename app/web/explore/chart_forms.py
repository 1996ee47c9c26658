"""The form that asks what to compare the link with."""

from __future__ import annotations

from dataclasses import dataclass

from app.link import Link, query
from app.web.explore.other_systems import comparison_offers


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
