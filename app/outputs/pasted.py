"""What was read of a pasted text as data, for the service and the command line alike."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from app.language import Problem
from app.language.pasted import read_pasted

SAID = ("message", "line", "column", "span", "hint", "mendings")
"""What of a problem is told; its place, and the line that would mend it, are of the text that was pasted."""


def pasted_json(text: str) -> dict[str, Any]:
    """The text in the language, line by line what was read, and what was not. Raises Problems where it is too long."""
    reading = read_pasted(text)
    return {
        "kind": reading.kind,
        "text": reading.text,
        "lines": [asdict(line) for line in reading.lines],
        "problems": [_problem_json(problem) for problem in reading.problems],
    }


def _problem_json(problem: Problem) -> dict[str, Any]:
    said = {name: getattr(problem, name) for name in SAID}
    return {"field": "text"} | {name: value for name, value in said.items() if value not in (None, ())}
