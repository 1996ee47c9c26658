"""Fills templates with data; every value is escaped."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

import app
from app.web.core.previews import whole_address
from app.web.core.static_address import static_addresses

TEMPLATES = Path(app.__file__).parents[1] / "templates"

SUBSCRIPT = re.compile(r"(?<=[^\W_])_([^\W_]+)")

ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def worded(text: str) -> Markup:
    """Words in which symbols stand, with their subscripts below the line: `b_f` has a small f there."""
    return Markup(SUBSCRIPT.sub(r"<sub>\1</sub>", str(escape(text))))


ENVIRONMENT.filters["worded"] = worded


def render(name: str, **data: Any) -> str:
    """Fill in a template; a name that it reads and that is not given is an error."""
    return ENVIRONMENT.get_template(name).render(static=static_addresses(), **data)


ENVIRONMENT.globals |= {"whole_address": whole_address}
