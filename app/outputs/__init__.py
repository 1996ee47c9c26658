"""Computes what a link can be asked for, as bytes and without HTTP: the service and the command line share it."""

from __future__ import annotations

from app.language import Problem, Problems
from app.language.resolve import spelling_hint
from app.link import Link, resolve
from app.outputs.table import ANSWERS

__all__ = ["ANSWERS", "output"]


def output(name: str, link: Link) -> bytes:
    """What the service answers to a link: `figure.svg`, `trace` or another row of `ANSWERS`. Raises Problems."""
    if name not in ANSWERS:
        raise Problems(Problem(f"there is no output {name}", "", list(ANSWERS), spelling_hint(name, ANSWERS)))
    row = ANSWERS[name]
    if not isinstance(link, row.asks):
        raise TypeError(f"{name} is asked for by a {row.asks.__name__}, not by a {type(link).__name__}")
    return row.chosen(link).make(resolve(link))
