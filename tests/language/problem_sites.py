"""Every place in the language that says a problem, and those that some texts reach: so that no message is untried."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import app.language as language
from app.language import Problem

HOME = Path(language.__file__).parent
SAYS = {"fail", "problem", "problem_at", "Problem", "expect", "name"}
"""What is called to say a problem, or to go on only where there is none."""
ELSEWHERE = ("pasted", "reference", "typeset")
"""What stands in the folder and reads no text of the language."""
NOTES = "notes.py"
"""Where nothing is wrong: what is said there has tests of its own."""

Site = tuple[str, int, int]
"""A file and the lines of a call."""


def sites() -> dict[Site, str]:
    """Every call that says a problem, with its text; not the calls in the functions that all others go through."""
    found: dict[Site, str] = {}
    for file in sorted(it for it in HOME.glob("*.py") if it.name != NOTES):
        source = file.read_text(encoding="utf-8")
        for function in [f for f in ast.walk(ast.parse(source)) if isinstance(f, ast.FunctionDef)]:
            if function.name not in SAYS:
                for call in calls(function):
                    found[file.name, call.lineno, call.end_lineno or call.lineno] = ast.unparse(call)
    return found


def calls(function: ast.FunctionDef) -> Iterator[ast.Call]:
    """The calls in a function that say a problem."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in SAYS:
                yield node


@contextmanager
def reached(patch: pytest.MonkeyPatch) -> Iterator[set[tuple[str, int]]]:
    """The lines of the language that were being run whenever a problem was made."""
    import sys

    lines: set[tuple[str, int]] = set()
    made = Problem.__init__

    def noticed(self: Problem, *args: Any, **named: Any) -> None:
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            file = Path(frame.f_code.co_filename)
            if file.parent == HOME:
                lines.add((file.name, frame.f_lineno))
            frame = frame.f_back
        made(self, *args, **named)

    with patch.context() as patched:
        patched.setattr(Problem, "__init__", noticed)
        yield lines
