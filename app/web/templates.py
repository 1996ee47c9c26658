"""A template's name and its data in, HTML out; every value is escaped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

import app

ROOT = Path(app.__file__).parents[1]
TEMPLATES, STATIC = ROOT / "templates", ROOT / "static"

ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def render(name: str, **data: Any) -> str:
    """The template filled in; a name it reads and nobody gives is an error."""
    return ENVIRONMENT.get_template(name).render(**data)
