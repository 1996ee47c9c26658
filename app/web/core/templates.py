"""Fills templates with data; every value is escaped."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from posixpath import normpath
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

import app
from app.cache import cached
from app.web.core.previews import whole_address

ROOT = Path(app.__file__).parents[1]
TEMPLATES, STATIC = ROOT / "templates", ROOT / "static"

ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def render(name: str, **data: Any) -> str:
    """Fill in a template; a name that it reads and that is not given is an error."""
    return ENVIRONMENT.get_template(name).render(**data)


@cached()
def modules(path: str) -> tuple[str, ...]:
    """Every script that a script under `static/` needs, so that a page can ask for all of them at once."""
    found, waiting = dict[str, None](), [path]
    for name in waiting:
        folder = PurePosixPath(name).parent
        named = re.findall(r'^import .* from "(.+)";$', (STATIC / name).read_text(encoding="utf-8"), re.MULTILINE)
        fresh = [read for other in named if (read := normpath(folder / other)) not in found]
        found |= dict.fromkeys(fresh)
        waiting += fresh
    return tuple(found)


ENVIRONMENT.globals |= {"modules": modules, "whole_address": whole_address}
