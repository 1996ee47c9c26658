"""The address of a link's page, on which its figure is stepped through."""

from __future__ import annotations

from app.link import Link, query


def page_address(link: Link) -> str:
    """The address that opens a link; one whose fields are all usual names its system, since `/` is the first page."""
    return f"/?{query(link) or f'system={link.system}'}"
