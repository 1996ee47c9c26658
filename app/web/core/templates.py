"""Fills templates with data; every value is escaped."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

import app
from app.web.core.previews import whole_address
from app.web.core.root_path import root, rooted_html
from app.web.core.static_address import static_addresses

TEMPLATES = Path(app.__file__).parents[1] / "templates"

BEFORE_NUMBER = re.compile(r"(?<=\S) (?=[−-]?\d)")
AFTER_NUMBER = re.compile(r"(\d\S*) (?=(?:%|steps?|times|units?|thousand|million|billion)(?![^\W\d_]))")
"""The space before a number, and the one before what it counts; `joined` of the scripts is the same."""
SUBSCRIPT = re.compile(r"(?<=[^\W_])_([^\W_]+)")

ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def worded(text: str) -> Markup:
    """Words in which numbers stay with their words and the subscripts of symbols are small: f in `b_f`."""
    joined = AFTER_NUMBER.sub("\\1\u00a0", BEFORE_NUMBER.sub("\u00a0", text))
    return Markup(SUBSCRIPT.sub(r"<sub>\1</sub>", str(escape(joined))))


ENVIRONMENT.filters["worded"] = worded


def render(name: str, **data: Any) -> str:
    """Fill in a template; a name that it reads and that is not given is an error."""
    return rooted_html(ENVIRONMENT.get_template(name).render(static=static_addresses(), root=root(), **data))


ENVIRONMENT.globals |= {"whole_address": whole_address}
