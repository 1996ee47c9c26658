"""Fills templates with data; every value is escaped."""

from __future__ import annotations

from typing import Any

from app.web.core.root_path import root, rooted_html
from app.web.core.static_address import static_addresses


def render(name: str, **data: Any) -> str:
    """Fill in a template; a name that it reads and that is not given is an error."""
    from app.web.core.environment import ENVIRONMENT

    return rooted_html(ENVIRONMENT.get_template(name).render(static=static_addresses(), root=root(), **data))
