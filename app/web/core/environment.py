"""The templates with what they may call: loaded with the first page that is asked for, since no figure needs them."""

from __future__ import annotations

import re

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from app.web.core.previews import whole_address
from app.web.core.static_address import TEMPLATES

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
ENVIRONMENT.globals |= {"whole_address": whole_address}
